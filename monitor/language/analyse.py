"""Words of a text as rules and the search compare them: one analyser for both.

    Analyser("bn").words(text)      the words in order, each with its place, its folded form and its lemmas

Two words count as one if they share a lemma; "exactly this word" compares the folded forms. What is one word is told to
users in docs/words.md.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import regex

from monitor.language import bengali
from monitor.language.normalise import INVISIBLE, SINGLE_QUOTES, comparable
from monitor.language.stemming import Stems
from monitor.language.words import UNSPACED

# A word is a run of letters, marks, digits and what is not seen, with apostrophes inside; a number with its grouping
# and decimals; an acronym with points. A Bengali ending set off by a dash belongs to its word; whatever else a dash
# joins are words. Scripts without spaces are cut at each character.
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_NO_LETTER: Final = rf"[{UNSPACED}\u02bc]"  # U+02BC is an apostrophe
_FIRST: Final = rf"[[\p{{L}}\p{{N}}]--{_NO_LETTER}]"
_NEXT: Final = rf"[[\p{{L}}\p{{M}}\p{{N}}{INVISIBLE}]--{_NO_LETTER}]"
_NUMBER: Final = r"(?:\p{Nd}{1,3}(?:,\p{Nd}{2,3})*,\p{Nd}{3}(?!\p{Nd})|\p{Nd}+)(?:\.\p{Nd}+)*"
_ACRONYM: Final = rf"\p{{Lu}}(?:\.\p{{Lu}})+(?!{_NEXT})"
_RUN: Final = rf"(?:{_ACRONYM}|{_NUMBER}{_NEXT}*+|{_FIRST}{_NEXT}*+)(?:['{SINGLE_QUOTES}]{_FIRST}{_NEXT}*+)*+"
_WORD: Final = regex.compile(
    rf"[{UNSPACED}][\p{{M}}{INVISIBLE}]*+|{_RUN}(?:[-{_DASHES}]\L<endings>(?!{_NEXT}))?",
    regex.V1,
    endings=sorted(bengali.SET_OFF_AS_TYPED),
)

_CARELESS: Final = regex.compile(
    rf"[^\P{{Nd}}0-9]|[\uff01-\uff5e{_DASHES}]|(?<=\p{{Nd}}),(?=\p{{Nd}})|(?<=\p{{L}})\.(?=\p{{L}})"
)
# Most of a Bengali text: one word, with nothing to fold (see `normalise.nfc`). It saves half of the time.
_LETTERS: Final = "\u0985-\u098c\u098f\u0990\u0993-\u09a8\u09aa-\u09b0\u09b2\u09b6-\u09b9\u09ce"
_PLAIN: Final = re.compile(
    rf"(?!.*(?:\u09c7\u09be|\u09cd\u09bc))[{_LETTERS}][{_LETTERS}\u0981-\u0983\u09bc-\u09c4\u09c7\u09c8\u09cb-\u09cd]*"
)
_IS_BENGALI: Final = re.compile("[\u0980-\u09ff]")
_LONG: Final = 64  # no word is; remembered and taken apart are only shorter ones
_REMEMBERED: Final = 1 << 16


class Word(NamedTuple):
    """A word of a text.

    `start` and `end` are where it stands in the text, in characters. `form` is the word as written, but for what no
    reader cares about (`fold`). `lemmas` are the words of which it may be a form, itself at least.
    """

    start: int
    end: int
    form: str
    lemmas: frozenset[str]


class Analyser:
    """Cuts texts of one language (a code as in `Site.language`) into words.

    It remembers what it last read between blanks, 65,536 times: most of a text is in the texts before, too.
    """

    def __init__(self, language: str) -> None:
        self.language: Final = language
        self._stems: Final = Stems(language)
        self._remembered: Final = lru_cache(_REMEMBERED)(self._cut)

    def words(self, text: str) -> list[Word]:
        """Return the words of a text, in order."""
        found, end, known = [], 0, self._remembered
        for chunk in text.split():
            start = text.find(chunk, end)
            end = start + len(chunk)
            for first, last, form, lemmas in known(chunk) if len(chunk) < _LONG else self._cut_long(chunk):
                found.append(Word._make((start + first, start + last, form, lemmas)))  # half the price of Word(…)
        return found

    def lemmas(self, form: str) -> frozenset[str]:
        """Return the words of which a folded form may be a form."""
        if not _IS_BENGALI.search(form):
            return frozenset((form, self._stems.stem(form)))
        if len(form) >= _LONG or self.language == "as":  # Assamese has the script, but other endings
            return frozenset((form,))
        return bengali.lemmas(form)

    def _cut(self, chunk: str) -> tuple[Word, ...]:
        """Return the words of what stands between two blanks, with their places in it."""
        if _PLAIN.fullmatch(chunk):
            return (Word(0, len(chunk), chunk, self.lemmas(chunk)),)
        return tuple(Word(*match.span(), form := fold(match[0]), self.lemmas(form)) for match in _WORD.finditer(chunk))

    def _cut_long(self, chunk: str) -> Iterator[Word]:
        """Cut what is longer than a word, as text of a script without spaces: its words are worth remembering."""
        for match in _WORD.finditer(chunk):
            start, end = match.span()
            ((_, _, form, lemmas),) = self._remembered(match[0]) if end - start < _LONG else self._cut(match[0])
            yield Word(start, end, form, lemmas)


def fold(word: str) -> str:
    """Return a word without what no reader cares about.

    That is case, spellings that look alike (`normalise`), full width, the script of digits and their grouping, the
    forms of dashes, and the points of an acronym.
    """
    folded = _CARELESS.sub(_plain, comparable(word))
    lower = folded.casefold()
    return folded if lower == folded else comparable(lower)


def _plain(match: regex.Match[str]) -> str:
    sign = match[0]
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if sign in _DASHES:
        return "-"
    return chr(ord(sign) - 0xFEE0) if sign >= "\uff01" else ""  # full width
