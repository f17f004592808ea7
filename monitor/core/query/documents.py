"""Stories as queries see them: the words of each field, found by lemma, form or beginning.

Each word has a number, its position. Numbers go on from word to word, and leap from paragraph to paragraph and from
field to field, farther than any query reaches: so words that are near each other by their numbers are in one paragraph.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from monitor.core.articles import Article
from monitor.core.query.nodes import SCOPES, UNSCOPED, How
from monitor.core.query.spans import Span
from monitor.core.query.tokens import FARTHEST, LONGEST
from monitor.language.analyse import Analyser, Word

HEAD: Final = 6
"""How many letters of a word are enough to look up those that begin with them."""

_LAST: Final = "\U0010ffff"
_LEAP: Final = FARTHEST + LONGEST
_UNSCOPED: Final = frozenset(SCOPES[:4])


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a field: which paragraph of it, and from where to where in that, in characters."""

    field: str
    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The words of a paragraph; the first one has the position `first`."""

    field: str
    number: int
    first: int
    words: Sequence[Word]


class Document:
    """A story, or a site where there is no story, as queries see it. Made by `of` and `bare`; never changes."""

    def __init__(self, paragraphs: Sequence[Paragraph], site: str | None, language: str) -> None:
        self.language: Final = language
        self.names: Final = {"site": site and site.casefold(), "lang": language.casefold()}
        self.paragraphs: Final = paragraphs
        self._firsts: Final = [paragraph.first for paragraph in paragraphs]
        self._lemmas: Final[dict[str, list[Span]]] = {}
        self._forms: Final[dict[str, list[Span]]] = {}
        for paragraph in paragraphs:
            for position, word in enumerate(paragraph.words, paragraph.first):
                span = (position, position)
                self._forms.setdefault(word.form, []).append(span)
                for lemma in word.lemmas:
                    self._lemmas.setdefault(lemma, []).append(span)
        self._keys: Final[dict[tuple[How, str], Set[str]]] = {}

    @classmethod
    def of(cls, article: Article, *, site: str, language: str, analyser: Analyser) -> "Document":
        """Return a story as queries see it; the analyser is that of its language."""
        paragraphs, first = [], 0
        for field, texts in texts_of(article):
            for number, text in enumerate(texts):
                words = analyser.words(text)
                paragraphs.append(Paragraph(field, number, first, words))
                first += len(words) + _LEAP
        return cls(paragraphs, site, language)

    @classmethod
    def bare(cls, *, site: str | None, language: str) -> "Document":
        """Return a site without a story; None where an event is about no site."""
        return cls((), site, language)

    def spans(self, how: How, key: str) -> Collection[Span]:
        """Return where a word stands."""
        match how:
            case How.LEMMA:
                return self._lemmas.get(key, ())
            case How.EXACT:
                return self._forms.get(key, ())
            case How.PREFIX:
                first, behind = bisect_left(self._sorted, key), bisect_left(self._sorted, key + _LAST)
                return [span for form in self._sorted[first:behind] for span in self._forms[form]]

    def keys(self, how: How, scope: str) -> Set[str]:
        """Return all lemmas in a scope, or all beginnings of words, up to `HEAD` letters long."""
        found = self._keys.get((how, scope))
        if found is None:
            found = self._keys[how, scope] = frozenset(self._keys_in(how, scope))
        return found

    def _keys_in(self, how: How, scope: str) -> Iterator[str]:
        first, behind = self.reach(scope)
        for paragraph in self.paragraphs:
            for word in paragraph.words if first <= paragraph.first < behind else ():
                if how is How.PREFIX:
                    yield from (word.form[:length] for length in range(1, HEAD + 1))
                else:
                    yield from word.lemmas

    def reach(self, scope: str) -> tuple[int, int]:
        """Return the first position in a scope, and the first one behind it."""
        return self._reaches.get(scope, (0, 0))

    def place(self, first: int, last: int) -> Place:
        """Return where the words from one position to another stand."""
        paragraph = self.paragraphs[bisect_right(self._firsts, first) - 1]
        start = paragraph.words[first - paragraph.first].start
        end = paragraph.words[last - paragraph.first].end
        return Place(paragraph.field, paragraph.number, start, end)

    @cached_property
    def _reaches(self) -> dict[str, tuple[int, int]]:
        reaches: dict[str, tuple[int, int]] = {}
        for paragraph in self.paragraphs:
            behind = paragraph.first + len(paragraph.words)
            for scope in (UNSCOPED, paragraph.field) if paragraph.field in _UNSCOPED else (paragraph.field,):
                reaches[scope] = (reaches.get(scope, (paragraph.first,))[0], behind)
        return reaches

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._forms)


@dataclass(frozen=True, slots=True)
class Text:
    """A story now, and before a change where there was one."""

    after: Document
    before: Document | None = None


def texts_of(article: Article) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield the texts of each field, in the order of `SCOPES`."""
    yield "title", (article.title,)
    yield "subheading", _one(article.subheading)
    yield "body", article.paragraphs
    yield "captions", article.captions
    yield "byline", _one(article.byline)
    yield "section", _one(article.section)
    yield "credit", _one(article.credit)


def _one(text: str | None) -> tuple[str, ...]:
    return () if text is None else (text,)
