"""Stems of words of languages other than Bengali, by the Snowball algorithms.

A word is stemmed by the algorithm of its text's language; a Latin word in a text of another script (NATO, Reuters's)
by English. Words of a language without an algorithm stay as they are.
"""

import re
from typing import Final, Protocol

import Stemmer

_LATIN: Final = re.compile("[a-z\u00df-\u024f]")
_OTHER_SCRIPTS: Final = frozenset(
    (
        *(
            "am",
            "ar",
            "as",
            "be",
            "bg",
            "bn",
            "el",
            "fa",
            "gu",
            "he",
            "hi",
            "hy",
            "ja",
            "ka",
            "km",
            "kn",
            "ko",
            "lo",
            "mk",
        ),
        *("ml", "mr", "my", "ne", "or", "pa", "ru", "si", "sr", "ta", "te", "th", "uk", "ur", "yi", "zh"),
    )
)
_OTHER_NAMES: Final = {"nb": "no", "nn": "no"}


class Stemming(Protocol):
    """The algorithm of one language."""

    def stemWord(self, word: str) -> str:  # noqa: N802 - the library's name
        """Return the stem of a folded word."""


class Stems:
    """Stems the words of texts of one language (a code such as en or pt-br)."""

    def __init__(self, language: str) -> None:
        code = language.lower().replace("_", "-").partition("-")[0]
        self._own: Final = _algorithm(_OTHER_NAMES.get(code, code))
        self._latin: Final = _algorithm("en") if code in _OTHER_SCRIPTS else self._own

    def stem(self, form: str) -> str:
        """Return the stem of a folded word, which need not be a word; or the word, if nothing is known of it."""
        algorithm = self._latin if _LATIN.search(form) else self._own
        return (algorithm.stemWord(form) or form) if algorithm and len(form) <= _LONGEST else form


_LONGEST: Final = 100  # some of the algorithms take quadratic time


def _algorithm(code: str) -> Stemming | None:
    try:
        found: Stemming = Stemmer.Stemmer(code, 0)  # no cache: the analyser has one
    except KeyError:
        return None
    return found
