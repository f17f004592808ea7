"""Words of a text: where they are cut, what is folded, and which count as one."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.language.analyse import Analyser, fold
from tests.language.pairs import Pair, pairs

BENGALI = Analyser("bn")
BENGALI_TEXT = st.text(
    st.characters(min_codepoint=0x0980, max_codepoint=0x09FF) | st.sampled_from(" ,।'’-–.aB1\u09be\u0301\u200d\u2003")
)
ANY_TEXT = st.text() | BENGALI_TEXT
LANGUAGES = st.sampled_from([Analyser(code) for code in ("bn", "as", "en", "de", "pt-br", "hi", "ru", "zh", "xx", "")])


def are_one(one: str, other: str, analyser: Analyser = BENGALI) -> bool:
    """Whether each word of one text counts as that of the other."""
    words, others = analyser.words(one), analyser.words(other)
    return len(words) == len(others) and all(w.lemmas & o.lemmas for w, o in zip(words, others, strict=True))


def cut(text: str, language: str = "bn") -> list[str]:
    """Return the words of a text as they stand there."""
    return [text[word.start : word.end] for word in Analyser(language).words(text)]


# --- Bengali ---


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: f"{pair.one} {pair.other}")
def test_bengali_pairs(pair: Pair) -> None:
    assert are_one(pair.one, pair.other) is pair.join


def test_the_table_of_pairs_weighs_both_sides() -> None:
    verdicts = Counter(pair.join for pair in pairs())
    assert verdicts[True] >= 300
    assert verdicts[False] >= 300
    assert len({frozenset(pair[:2]) for pair in pairs()}) == len(pairs())


@pytest.mark.parametrize(
    ("form", "lemmas"),
    [
        ("কিম", {"কিম"}),
        ("সরকার", {"সরকার"}),
        ("তার", {"তার"}),
        ("ঢাকার", {"ঢাকার", "ঢাকা"}),
        ("বাজারেরও", {"বাজারেরও", "বাজারের", "বাজারে", "বাজার"}),
        ("bnp-র", {"bnp-র", "bnp"}),
        ("5টি", {"5টি", "5"}),
    ],
)
def test_lemmas(form: str, lemmas: set[str]) -> None:
    assert BENGALI.lemmas(form) == lemmas


# --- Cutting and folding ---


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("বাংলাদেশের রাষ্ট্রীয় বার্তা।", ["বাংলাদেশের", "রাষ্ট্রীয়", "বার্তা"]),
        ("উত্তর-কোরিয়া", ["উত্তর", "কোরিয়া"]),
        ("বিজ্ঞান-বিষয়ক", ["বিজ্ঞান", "বিষয়ক"]),
        ("পুতিন-কিমের বৈঠক", ["পুতিন", "কিমের", "বৈঠক"]),
        ("বিএনপি-র বিএনপি–য় BNP-র", ["বিএনপি-র", "বিএনপি–য়", "BNP-র"]),
        ("দু’পক্ষের ‘পেলমেনি’", ["দু’পক্ষের", "পেলমেনি"]),
        ("জি-২০'র", ["জি", "২০'র"]),
        ("২০২৩-২৪, ২০২৩-এর", ["২০২৩", "২৪", "২০২৩-এর"]),
        ("১,২০,০০০ টাকা, ১২,৩", ["১,২০,০০০", "টাকা", "১২", "৩"]),
        ("৩.৫ শতাংশ ১২:৩০", ["৩.৫", "শতাংশ", "১২", "৩০"]),
        ("মো.মতিউর", ["মো", "মতিউর"]),
        ("#উত্তর_কোরিয়া @name", ["উত্তর", "কোরিয়া", "name"]),
        ("the U.S. said: don't", ["the", "U.S", "said", "don't"]),
        ("co\u00adoperate", ["co\u00adoperate"]),
        ("GPT漢字x", ["GPT", "漢", "字", "x"]),
        ("漢字" * 50, ["漢", "字"] * 50),
        ("ก็มี", ["ก็", "มี"]),
        ("— … ₹ ' - \u200d", []),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert cut(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("রাষ্ট্রীয়", "রাষ্ট্রীয়"),
        ("র\u200d্যাব", "র\u200c্যাব"),
        ("Putin", "PUTIN"),
        ("STRASSE", "straße"),
        ("১,২০০", "1200"),
        ("1,20,000", "১২০০০০"),
        ("৩.৫", "3.5"),
        ("٣٤", "34"),
        ("𝟛", "3"),
        ("ＮＡＴＯ", "nato"),
        ("দু’টি", "দু'টি"),
        ("বিএনপি–র", "বিএনপি-র"),
        ("U.S", "US"),
    ],
)
def test_folds(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("কূল", "কুল"), ("মণ", "মন"), ("দু'টি", "দুটি"), ("3.5", "35"), ("é", "e"), ("ка", "ka")]
)
def test_does_not_fold(one: str, other: str) -> None:
    assert fold(one) != fold(other)


# --- Other languages ---


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "minister", "Ministers"),
        ("en", "Putin", "Putin’s"),
        ("en-GB", "invade", "invaded"),
        ("de", "Kind", "Kinder"),
        ("fr", "élection", "élections"),
        ("nb", "valg", "valget"),
        ("pt-BR", "governo", "governos"),
        ("ru", "Путин", "Путина"),
        ("hi", "लड़का", "लड़के"),
        ("bn", "missile", "missiles"),
        ("en", "পুতিন", "পুতিনের"),
    ],
)
def test_joins_in_other_languages(language: str, one: str, other: str) -> None:
    assert are_one(one, other, Analyser(language))


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Kim", "Kimchi"),
        ("vi", "cat", "cats"),
        ("as", "পুতিন", "পুতিনের"),
        ("en", "news", "new"),
        ("", "cat", "cats"),
    ],
)
def test_keeps_apart_in_other_languages(language: str, one: str, other: str) -> None:
    assert not are_one(one, other, Analyser(language))


# --- For every text ---


@given(ANY_TEXT, LANGUAGES)
def test_words_stand_where_they_say(text: str, analyser: Analyser) -> None:
    words = analyser.words(text)
    for word in words:
        assert fold(text[word.start : word.end]) == word.form
        assert word.form in word.lemmas
        assert all(word.lemmas)
        assert analyser.lemmas(word.form) == word.lemmas
    places = [place for word in words for place in (word.start, word.end)]
    assert places == sorted(places)


@given(ANY_TEXT, LANGUAGES)
def test_no_letter_or_digit_is_lost(text: str, analyser: Analyser) -> None:
    covered = {place for word in analyser.words(text) for place in range(word.start, word.end)}
    assert not any(sign.isalnum() for place, sign in enumerate(text) if place not in covered and sign != "\u02bc")


@given(ANY_TEXT)
def test_folding_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT)
def test_words_are_the_same_when_remembered(text: str) -> None:
    analyser = Analyser("bn")
    assert analyser.words(text) == analyser.words(text) == BENGALI.words(text)


@given(ANY_TEXT)
def test_words_are_the_same_where_blanks_are_far_apart(text: str) -> None:
    words = BENGALI.words("।" * 100 + text)
    assert [word._replace(start=word.start - 100, end=word.end - 100) for word in words] == BENGALI.words(text)


@pytest.mark.parametrize("sign", ["ক", "ক্", "a", "1,", "a.", "ক-", "ক'", "\u0301", "漢", "U.", "\u200d", "ে"])
def test_endless_words_take_no_time(sign: str) -> None:
    """A word of a megabyte would take minutes if any part were quadratic."""
    for language in ("bn", "en"):
        Analyser(language).words("ক" + sign * 50_000)
