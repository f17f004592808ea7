"""The words that made a query match, as people are shown them: each with what stands around it."""

from collections.abc import Iterator
from typing import Final

from monitor.core.articles import Article
from monitor.core.payloads import Matched
from monitor.core.query import Match, Place
from monitor.core.query.documents import texts_of

_AROUND: Final = 60
_MOST: Final = 20
_CUT: Final = "…"


def matched_in(match: Match, after: Article, before: Article | None = None) -> tuple[Matched, ...]:
    """Return the first twenty places of a match, those in the text before a change last."""
    found = [*_shown(match.after, after), *(_shown(match.before, before) if before else ())]
    return tuple(found[:_MOST])


def _shown(places: tuple[Place, ...], article: Article) -> Iterator[Matched]:
    texts = {field: tuple(paragraphs) for field, paragraphs in texts_of(article)}
    for place in places:
        text = texts[place.field][place.paragraph]
        start, end = _whole_words(text, place)
        excerpt = f"{_CUT if start else ''}{text[start:end]}{_CUT if end < len(text) else ''}"
        yield Matched(place.field, text[place.start : place.end], " ".join(excerpt.split()))


def _whole_words(text: str, place: Place) -> tuple[int, int]:
    """Return from where to where to show a text around a place, without cutting a word."""
    start, end = max(place.start - _AROUND, 0), min(place.end + _AROUND, len(text))
    while 0 < start < place.start and not text[start - 1].isspace():
        start += 1
    while place.end < end < len(text) and not text[end].isspace():
        end -= 1
    return start, end
