"""The words that made a query match, as people are shown them: each with what stands around it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from monitor.core.articles import Article
from monitor.core.payloads import Matched
from monitor.core.query import Match, Place
from monitor.core.query.documents import texts_of

_AROUND: Final = 60
_MOST: Final = 20
_LONGEST: Final = 1_000
_CUT: Final = "…"


def matched_in(match: Match, after: Article, before: Article | None = None) -> tuple[Matched, ...]:
    """Return the first twenty places of a match, those in the text before a change last.

    What stands close together shares its excerpt.
    """
    found = [*_shown(match.after, after), *(_shown(match.before, before) if before else ())]
    return tuple(found[:_MOST])


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
        start, end = max(place.start - _AROUND, 0), min(place.end + _AROUND, len(text))
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
