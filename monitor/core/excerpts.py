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
    texts = {field: tuple(paragraphs) for field, paragraphs in texts_of(article)}
    stretches: list[tuple[_Stretch, list[Place]]] = []
    for place in places:
        if not stretches or not stretches[-1][0].holds(place):
            stretches.append((_Stretch.around(place, texts[place.field][place.paragraph]), []))
        stretches[-1][1].append(place)
    return (stretch.snippet(marked) for stretch, marked in stretches)


def _shown(places: tuple[Place, ...], article: Article) -> Iterator[Matched]:
    texts = {field: tuple(paragraphs) for field, paragraphs in texts_of(article)}
    shown: _Stretch | None = None
    for place in places:
        if shown is None or not shown.holds(place):
            shown = _Stretch.around(place, texts[place.field][place.paragraph])
        yield Matched(place.field, _short(shown.text[place.start : place.end]), _short(shown.excerpt))


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
    def excerpt(self) -> str:
        """The stretch, as it is shown."""
        cut_before, cut_after = _CUT if self.start else "", _CUT if self.end < len(self.text) else ""
        return " ".join(f"{cut_before}{self.text[self.start : self.end]}{cut_after}".split())

    def snippet(self, places: list[Place]) -> Snippet:
        """The stretch with places in it, line ends shown as spaces."""
        cut_before, cut_after = _CUT if self.start else "", _CUT if self.end < len(self.text) else ""
        text = "".join(" " if sign.isspace() else sign for sign in self.text[self.start : self.end])
        offset = len(cut_before) - self.start
        marks = tuple((place.start + offset, place.end + offset) for place in places)
        return Snippet(self.first.field, f"{cut_before}{text}{cut_after}", marks)
