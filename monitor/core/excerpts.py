"""The words that made a query match, as people are shown them: each with what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from monitor.core.articles import Article
from monitor.core.payloads import Matched
from monitor.core.query import Match, Place
from monitor.core.query.documents import texts_of

_AROUND: Final = 60
_MOST: Final = 20
_MOST_SNIPPETS: Final = 3
_LONGEST: Final = 1_000
_CUT: Final = "…"


def matched_in(match: Match, after: Article, before: Article | None = None) -> tuple[Matched, ...]:
    """Return the first twenty places of a match, those in the text before a change last.

    What stands close together shares its excerpt.
    """
    found = [*_shown(match.after, after), *(_shown(match.before, before) if before else ())]
    return tuple(found[:_MOST])


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text, and the words in it that made a query match: from where to where, in characters of it.

    `is_before` says that it is of the text before a change. A title is shown whole.
    """

    field: str
    text: str
    marks: tuple[tuple[int, int], ...]
    is_before: bool = False


def snippets_in(match: Match, after: Article, before: Article | None = None) -> tuple[Snippet, ...]:
    """Return the title if it has words that matched, and of all else the three pieces that have the most."""
    found = [*_snippets(match.after, after)]
    if before is not None:
        found += [replace(snippet, is_before=True) for snippet in _snippets(match.before, before)]
    titles = [snippet for snippet in found if snippet.field == "title"]
    others = list(dict.fromkeys(snippet for snippet in found if snippet.field != "title"))
    best = sorted(others, key=lambda snippet: -len(snippet.marks))[:_MOST_SNIPPETS]
    return (*titles, *(snippet for snippet in others if snippet in best))


def _snippets(places: tuple[Place, ...], article: Article) -> Iterator[Snippet]:
    return (stretch.snippet(marked) for stretch, marked in _stretches(places, article))


def _shown(places: tuple[Place, ...], article: Article) -> Iterator[Matched]:
    for stretch, marked in _stretches(places, article):
        excerpt = _short(stretch.excerpt)
        for place in marked:
            yield Matched(place.field, _short(stretch.text[place.start : place.end]), excerpt)


def _stretches(places: tuple[Place, ...], article: Article) -> list[tuple["_Stretch", list[Place]]]:
    """Return the stretches in which places stand, each with its own."""
    texts = {field: tuple(paragraphs) for field, paragraphs in texts_of(article)}
    found: list[tuple[_Stretch, list[Place]]] = []
    for place in places:
        if not found or not found[-1][0].holds(place):
            found.append((_Stretch.around(place, texts[place.field][place.paragraph]), []))
        found[-1][1].append(place)
    return found


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + _CUT


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A stretch of a paragraph, shown for all the places in it."""

    first: Place
    text: str
    start: int
    end: int

    @classmethod
    def around(cls, place: Place, text: str) -> "_Stretch":
        """Take what stands around a place, without cutting a word."""
        around = len(text) if place.field == "title" else _AROUND
        start, end = max(place.start - around, 0), min(place.end + around, len(text))
        while 0 < start < place.start and not text[start - 1].isspace():
            start += 1
        while place.end < end < len(text) and not text[end].isspace():
            end -= 1
        return cls(place, text, start, end)

    def holds(self, place: Place) -> bool:
        """Whether a later place lies in this stretch, too."""
        same = (place.field, place.paragraph) == (self.first.field, self.first.paragraph)
        return same and place.end <= self.end

    @property
    def cuts(self) -> tuple[str, str]:
        """The signs that something was left out before it, and after it."""
        return _CUT if self.start else "", _CUT if self.end < len(self.text) else ""

    @property
    def excerpt(self) -> str:
        """The stretch, as it is shown."""
        before, after = self.cuts
        return " ".join(f"{before}{self.text[self.start : self.end]}{after}".split())

    def snippet(self, places: list[Place]) -> Snippet:
        """The stretch with places in it, line ends shown as spaces."""
        before, after = self.cuts
        text = "".join(" " if sign.isspace() else sign for sign in self.text[self.start : self.end])
        offset = len(before) - self.start
        marks = tuple((place.start + offset, place.end + offset) for place in places)
        return Snippet(self.first.field, f"{before}{text}{after}", marks)
