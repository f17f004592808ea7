"""Date lines in tokens: a line is folded, cut, and each token or known phrase becomes a kind and a number.

Counters of readers are left out, for they stand beside dates and have numbers of their own.

A kind is one letter; `date_grammar` explains them all. The words of each kind stand in `date_words`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from monitor.language.date_grammar import COUNTER
from monitor.language.date_words import ISO, LANGUAGES, Row
from monitor.language.digits import TO_ASCII, TO_BENGALI

# --- Folding ---

_USUAL: Final = (
    (" ", '"“”„«»'),
    ("'", "‘’‛ʼ`´′"),
    ("-", "‐‑‒–—―−－"),
    (":", "：꞉∶"),
    (",", "，、،;；؛।॥"),
    ("|", "｜¦•·∙⋅●‧・»›"),
    ("/", "／⁄∕"),
    (".", "．。"),
    ("(", "（[［"),
    (")", "）]］"),
    ("+", "＋"),
    ("য", "\u09df"),
    ("ড", "\u09dc"),
    ("ঢ", "\u09dd"),
    # Left out: the nukta (half of a decomposed য়, and often forgotten), joiners, marks of direction, soft hyphens.
    ("", "\u09bc\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\xad"),
)
_FOLDED: Final[Mapping[int, str]] = MappingProxyType(
    {**TO_ASCII, **{ord(char): usual for usual, unusual in _USUAL for char in unusual}}
)
# Translating is the dearest step, and most lines have nothing to translate. Bengali digits need none: `int` reads them.
_UNUSUAL: Final = re.compile(r"[^\sa-zA-Z0-9,.:|/()+'\-\u0980-\u09bb\u09be-\u09d9\u09e0-\u09fb]")


def fold(text: str) -> str:
    """Return the form of a text in which the words of date lines are compared; not for showing.

    Lower case; one form of each dash, quote, colon and bracket; no nukta, no joiner; vowel signs composed. The digits
    of other scripts become ASCII, but the Bengali perhaps not.
    """
    if _UNUSUAL.search(text):
        text = text.translate(_FOLDED)
    if "\u09c7" in text:
        text = text.replace("\u09c7\u09be", "\u09cb").replace("\u09c7\u09d7", "\u09cc")
    return text.lower()


# --- Cutting ---

_WORD: Final = r"[^\s0-9০-৯,.:|/()+'\-ঃ]+"
# A dot or visarga within a word belongs to it (a.m., পুনঃপ্রকাশ); a visarga after it stands for a colon.
_TOKEN: Final = re.compile(rf"[0-9০-৯]+|{_WORD}(?:[.ঃ]{_WORD})*\.?|[,.:|/()+'\-ঃ]")
_MARKS: Final = (*((mark, 0, mark) for mark in ",.:|/()+-'"), (":", 0, "ঃ"))


def _cut(text: str) -> list[str]:
    folded = fold(text)
    tokens: list[str] = _TOKEN.findall(folded)
    if "." in folded:  # "a.m." is "am", but a dot by itself is a token
        tokens = [token.replace(".", "") or token for token in tokens]
    return tokens


# --- Kinds ---

_Entry: TypeAlias = tuple[str, int]  # kind and number

_UNKNOWN: Final[_Entry] = ("?", 0)
_DIGITS: Final = frozenset("0123456789০১২৩৪৫৬৭৮৯")
# Most numbers are found as words are: in Bengali or ASCII digits, those below 100 and the years.
_NUMBERS: Final = tuple(
    (kind, number, digits)
    for kind, width, numbers in (("d", 1, range(10)), ("d", 2, range(100)), ("y", 4, range(1900, 2101)))
    for number in numbers
    for digits in (str(number).zfill(width), str(number).zfill(width).translate(TO_BENGALI))
)


class Tokens(NamedTuple):
    """A line or a part of one: a kind, a text, folded, and a number for each token."""

    kinds: str
    texts: list[str]
    numbers: list[int]

    def number(self, kind: str) -> int:
        """Return the number of the first token of a kind."""
        return self.numbers[self.kinds.index(kind)]

    def without_counters(self) -> "Tokens":
        """Leave out how many have read the page."""
        kinds, texts, numbers = self.kinds, [*self.texts], [*self.numbers]
        for start, end in [found.span() for found in COUNTER.finditer(kinds)][::-1]:
            kinds = kinds[:start] + kinds[end:]
            del texts[start:end], numbers[start:end]
        return Tokens(kinds, texts, numbers)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What the words of a language's date lines are.

    `phrases` has the phrases by their first two tokens, the longest first, `openers` what the first tokens of phrases
    are by themselves, if anything, and `words` all other words.
    """

    words: Mapping[str, _Entry]
    openers: Mapping[str, _Entry]
    phrases: Mapping[tuple[str, ...], Sequence[tuple[list[str], _Entry]]]

    def read(self, texts: list[str]) -> Tokens:
        """Give each token its kind and number; a phrase is one token, and keeps the text of its first."""
        words = self.words
        kinds: list[str] = []
        numbers: list[int] = []
        for place, text in enumerate(texts):
            # in this order: most tokens are words or numbers, and no phrase begins with a number
            entry = words.get(text) or _number(text) or self._phrase(texts, place) or self.openers.get(text, _UNKNOWN)
            kinds.append(entry[0])
            numbers.append(entry[1])
        return Tokens("".join(kinds), texts, numbers)

    def _phrase(self, texts: list[str], place: int) -> _Entry | None:
        """Find the phrase at a place, and take its other tokens out before `read` comes to them."""
        for tokens, entry in self.phrases.get(tuple(texts[place : place + 2]), ()):
            end = place + len(tokens)
            if texts[place:end] == tokens:
                del texts[place + 1 : end]
                return entry
        return None


def _number(text: str) -> _Entry | None:
    if text[0] not in _DIGITS:
        return None
    return {1: "d", 2: "d", 4: "y"}.get(len(text), "x"), int(text)


def _vocabulary(rows: Iterable[Row]) -> _Vocabulary:
    words = {
        fold(name): (kind, number) for kind, number, names in (*_MARKS, *_NUMBERS, *rows) for name in names.split(", ")
    }
    openers: dict[str, _Entry] = {}
    phrases: dict[tuple[str, ...], list[tuple[list[str], _Entry]]] = {}
    for name in sorted(words, key=len, reverse=True):
        first, *rest = tokens = name.split(" ")
        if rest:
            phrases.setdefault((first, rest[0]), []).append((tokens, words.pop(name)))
            if first in words:
                openers[first] = words.pop(first)
    return _Vocabulary(words, openers, phrases)


_ISO_ONLY: Final = _vocabulary(ISO)
_VOCABULARIES: Final[Mapping[str, _Vocabulary]] = MappingProxyType(
    {language: _vocabulary(rows) for language, rows in LANGUAGES.items()}
)


def tokenise(text: str, language: str) -> Tokens:
    """Cut a text into the tokens of a language, given by its primary tag; of an unknown one into those of ISO 8601."""
    tokens = _VOCABULARIES.get(language, _ISO_ONLY).read(_cut(text))
    return tokens.without_counters() if "V" in tokens.kinds else tokens
