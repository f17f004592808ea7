"""Words of a text as rules and the search compare them: one analyser for both.

    Analyser("bn").words(text)      the words in order, each with its place, its folded form and its lemmas

Two words count as one if they share a lemma; "exactly this word" compares the folded forms.
"""

from dataclasses import dataclass
from typing import Final

import regex

from monitor.language.digits import TO_ASCII
from monitor.language.normalise import comparable
from monitor.language.words import pieces

_IS_WORD: Final = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text.

    `start` and `end` are where it stands in the text, in characters. `form` is the word as written, but for what no
    reader cares about (`fold`). `lemmas` are the words of which it may be a form, itself at least.
    """

    start: int
    end: int
    form: str
    lemmas: frozenset[str]


class Analyser:
    """Cuts texts of one language (a code as in `Site.language`) into words."""

    def __init__(self, language: str) -> None:
        self.language: Final = language

    def words(self, text: str) -> list[Word]:
        """Return the words of a text, in order."""
        found, start = [], 0
        for piece in pieces(text):
            end = start + len(piece)
            if _IS_WORD.search(piece):
                form = fold(piece)
                found.append(Word(start, end, form, self.lemmas(form)))
            start = end
        return found

    def lemmas(self, form: str) -> frozenset[str]:
        """Return the words of which a folded form may be a form."""
        return frozenset((form,))


def fold(word: str) -> str:
    """Return a word without what no reader cares about: case, the script of digits, invisible characters."""
    return comparable(word).casefold().translate(TO_ASCII)
