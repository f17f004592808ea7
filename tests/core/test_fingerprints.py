"""What counts as content, and what does not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.core.articles import Article, PlaceLine
from monitor.core.fingerprints import fingerprint, is_current
from monitor.language.dates import Precision, Stated

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
        replace(BASE, paragraphs=("এক\x1fদুই",)),
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
