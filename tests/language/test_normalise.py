"""Text as it is compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.language.normalise import comparable, nfc
from monitor.language.words import pieces

BENGALI = st.text(
    st.characters(min_codepoint=0x0980, max_codepoint=0x09FF) | st.sampled_from(" ,।‘’–aé\u0301\u200d\u2003")
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("রাষ্ট্রীয়", "রাষ্ট্রীয়"),
        ("বড়", "বড়"),
        ("কো", "কো"),
        ("দু’টি", "দু'টি"),
        ("“কথা”", '"কথা"'),
        ("„Wort“", '"Wort"'),
        ("a\u00a0b", "a b"),
        (" a\n\t b ", "a b"),
        ("ক্\u200dষ", "ক্ষ"),
        ("\ufeffকথা\u200b", "কথা"),
        ("co\u00adoperate", "cooperate"),
        ("é", "e\u0301"),
    ],
)
def test_reads_the_same(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("করেছেন", "করেননি"), ("কিম", "কিমা"), ("Word", "word"), ("১০", "10"), ("a-b", "a–b"), ("a b", "ab"), ("a.", "a")],
)
def test_reads_otherwise(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@given(BENGALI | st.text())
def test_the_quick_way_to_nfc_is_the_librarys(text: str) -> None:
    assert nfc(text) == unicodedata.normalize("NFC", text)


@given(BENGALI | st.text())
def test_comparable_is_stable(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


@given(BENGALI | st.text())
def test_no_character_is_lost_between_words(text: str) -> None:
    assert "".join(pieces(text)) == text


@given(
    st.lists(
        st.text(
            st.characters(min_codepoint=0x0985, max_codepoint=0x09B9, categories=["Lo"]) | st.sampled_from("িাো্ং"),
            min_size=1,
        ).map(lambda word: "ক" + word)
    )
)
def test_bengali_words_stay_whole(words: list[str]) -> None:
    assert [piece for piece in pieces(" ".join(words)) if not piece.isspace()] == words


@pytest.mark.parametrize("marks", ["\u0301\u0323", "\u09cd\u09bc"])
def test_endless_marks_are_not_sorted(marks: str) -> None:
    """It would take minutes."""
    text = "a" + marks * 300_000
    assert nfc(text) == text
