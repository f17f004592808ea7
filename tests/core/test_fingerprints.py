"""What counts as content, and what does not."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.articles import Article, PlaceLine
from monitor.core.fingerprints import fingerprint, is_current
from monitor.language.dates import Precision, Stated
from monitor.language.normalise import comparable

BASE = Article(
    title="রাষ্ট্রীয় সফর", paragraphs=("এক", "দুই"), subheading="উপশিরোনাম", captions=("ছবি",), byline="প্রতিবেদক",
    section="আন্তর্জাতিক", credit="রয়টার্স",
)  # fmt: skip
NOW = Stated(datetime(2023, 9, 14, tzinfo=UTC), Precision.MINUTE)


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, title="রাষ্ট্রীয় সফর"),  # decomposed য়
        replace(BASE, title="রাষ্ট্রীয়\u00a0 সফর "),
        replace(BASE, title=" রাষ্ট্রীয় সফর\u200d", paragraphs=("\u200b এক ", "\nদুই\t")),
        replace(BASE, title="রাষ্\u200dট্রীয় সফর"),
        replace(BASE, published=NOW, updated=NOW),
        replace(BASE, image="https://example.org/a.jpg"),
        replace(BASE, dateline=PlaceLine("সিউল", 9, 14)),
    ],
)
def test_equal_content(other: Article) -> None:
    assert fingerprint(other) == fingerprint(BASE)


@pytest.mark.parametrize(
    "other",
    [
        replace(BASE, title="রাষ্ট্রীয় সফরে"),
        replace(BASE, paragraphs=("এক দুই",)),
        replace(BASE, paragraphs=("দুই", "এক")),
        replace(BASE, paragraphs=("এক", "দুই", "তিন")),
        replace(BASE, paragraphs=("এক\x01দুই",)),
        replace(BASE, paragraphs=("এক\x00দুই",)),
        replace(BASE, paragraphs=("এক", "দুই", "")),
        replace(BASE, subheading=None),
        replace(BASE, captions=("অন্য ছবি",)),
        replace(BASE, byline=None),
        replace(BASE, section="জাতীয়"),
        replace(BASE, credit="এএফপি"),
        replace(BASE, subheading="ছবি", captions=("উপশিরোনাম",)),
    ],
)
def test_other_content(other: Article) -> None:
    assert fingerprint(other) != fingerprint(BASE)


def test_a_derived_title_only_repeats_the_lead() -> None:
    derived = replace(BASE, title_derived=True)
    assert fingerprint(derived) == fingerprint(replace(derived, title="otherwise cut"))


def test_only_todays_normalisation_is_current() -> None:
    assert is_current(fingerprint(BASE))
    assert not is_current("0:" + fingerprint(BASE).partition(":")[2])


texts = st.text(st.sampled_from("কে\u09beয়\u09bc\u09cd a\u0301’'\u200d\x00\x01\n"), max_size=6)
articles = st.builds(
    Article,
    title=texts,
    paragraphs=st.lists(texts, max_size=3).map(tuple),
    subheading=texts,
    byline=texts,
    credit=texts,
)


def compared(article: Article) -> tuple[object, ...]:
    """What is compared, text by text."""
    spaced = lambda text: comparable(re.sub("[\x00\x01]", " ", text))  # noqa: E731
    fields = (article.title, article.subheading or "", article.byline or "", article.credit or "")
    return (*map(spaced, fields), tuple(map(spaced, article.paragraphs)) or ("",))


@given(articles, articles)
def test_equal_fingerprints_mean_equal_texts_and_the_reverse(one: Article, other: Article) -> None:
    assert (fingerprint(one) == fingerprint(other)) is (compared(one) == compared(other))
