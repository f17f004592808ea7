"""The difference between two versions, word by word."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.articles import Article
from monitor.core.diff import Op, diff_articles, diff_texts
from monitor.language.normalise import comparable

E, D, I = Op.EQUAL, Op.DELETE, Op.INSERT  # noqa: E741


@pytest.mark.parametrize(
    ("old", "new", "spans"),
    [
        ("", "", []),
        ("এক দুই", "এক দুই", [(E, "এক দুই")]),
        ("", "এক", [(I, "এক")]),
        ("বিবরণ প্রকাশ করেছেন।", "বিবরণ প্রকাশ করেননি।", [(E, "বিবরণ প্রকাশ "), (D, "করেছেন"), (I, "করেননি"), (E, "।")]),
        ("বাংলাদেশের নেতা", "বাংলাদেশে নেতা", [(D, "বাংলাদেশের "), (I, "বাংলাদেশে "), (E, "নেতা")]),
        ("দু’টি দল", "দু'টি দল", [(E, "দু'টি দল")]),
        ("৭০ জন", "৭১ জন", [(D, "৭০ "), (I, "৭১ "), (E, "জন")]),
        ("a, b end", "c, d end", [(D, "a, b "), (I, "c, d "), (E, "end")]),
        ("one two", "one new two", [(E, "one "), (I, "new "), (E, "two")]),
        ("one\n\ntwo", "one two", [(D, "one\n\n"), (I, "one "), (E, "two")]),
        ("中文字", "中国字", [(E, "中"), (D, "文"), (I, "国"), (E, "字")]),
    ],
)
def test_spans(old: str, new: str, spans: list[tuple[Op, str]]) -> None:
    assert [(span.op, span.text) for span in diff_texts(old, new)] == spans


def test_only_fields_that_differ_are_told() -> None:
    old = Article("শিরোনাম", ("এক", "দুই"), byline="ক")
    new = replace(old, paragraphs=("এক", "তিন"), byline=None)
    assert [diff.field for diff in diff_articles(old, new)] == ["byline", "body"]
    assert diff_articles(old, old) == ()


words = st.lists(
    st.sampled_from(["পুতিন", "কিম", "কিমের", "য়", "য়", "।", ",", "‘", "'", "a", "b", " ", "\n\n", "ক\u200dখ"]),
    max_size=30,
)
texts = words.map(" ".join) | words.map("".join) | st.text(max_size=60)


def squeezed(text: str) -> str:
    """The words alone: white space stands in the spans as the new text has it."""
    return "".join(comparable(text).split())


@given(old=texts, new=texts)
@example(old=" ", new="\0")
def test_the_spans_are_the_two_texts(old: str, new: str) -> None:
    spans = diff_texts(old, new)
    assert "".join(span.text for span in spans if span.op is not Op.DELETE) == new
    assert squeezed("".join(span.text for span in spans if span.op is not Op.INSERT)) == squeezed(old)


@given(text=texts)
def test_a_text_does_not_differ_from_itself_respelled(text: str) -> None:
    respelled = unicodedata.normalize("NFD", text).replace("‘", "'")
    assert all(span.op is Op.EQUAL for span in diff_texts(text, respelled))
