"""Did the stories change, or did their site? When many change at once in the same way, it was the site.

A *way* is how a story changed: only restamped; these and those of its fields; another body altogether; two texts that
began to take turns. What a site does to all its pages (stamps them anew, puts a line under each, gets a design that is
misread) is found at each story when that is looked at: at lively ones in minutes, at old ones within a week.

    quiet ── a third of the last stories looked at, and ten at least, in one way ──> held   `site changed`
      ^                                                                                │
      └──── after a week, if of the last stories fewer than a tenth changed so ────────┘    `site settled`

While a way is held, a change in that way is held back, as long as a tenth of the last stories change so, and
afterwards where the story was not read since: then it may date from that very moment. All other changes are
told as ever. Versions are kept in any case.

The last stories are other ones of the site, each by its latest look only, up to sixty within a day; with fewer than
twenty looked at nothing is held. At usual times about one look in thirty finds a change, whatever the age of the story
(monitor.core.rechecks), so a third is ten times the usual: at one in eight even, on a day full of news, it comes about
by chance once in 100,000 looks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.core.articles import Article
from monitor.core.events import Event, EventKind
from monitor.language.normalise import comparable

LAST: Final = 60
"""How many stories are looked back at, at most."""

WITHIN: Final = timedelta(days=1)
"""How far that look goes back."""

RESTAMPED: Final = "restamped"
ALTERNATING: Final = "alternating"
_REPLACED: Final = "body replaced"
_AS_READ: Final = "as read"

_FEWEST: Final = 20
_FEWEST_ALIKE: Final = 10
_MASS: Final = 1 / 3
_CALM: Final = 1 / 10
_LEAST: Final = timedelta(days=7)
_KEPT: Final = 0.5


@dataclass(frozen=True, slots=True)
class Hold:
    """Changes that are held back at a site: since when, and in which ways."""

    since: datetime
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A step of a site's hold: what stood before, what stands from now on, and the event that tells the operator."""

    before: Hold | None
    after: Hold | None
    event: Event


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one look at a story means: whether its change is held back, and the hold of its site from now on."""

    held: bool
    hold: Hold | None


def way_of(before: Article, after: Article) -> str:
    """Return in which way a story was edited, for people: `body replaced`, or the fields that differ.

    Where none does, an older program read the text, and its reading cannot be held against today's.
    """
    old, new = dict(_fields(before)), dict(_fields(after))
    if _unlike(old["body"], new["body"]):
        return _REPLACED
    return ", ".join(name for name in old if old[name] != new[name]) or _AS_READ


def judge(
    hold: Hold | None, way: str | None, last: Sequence[str | None], *, seen_at: datetime | None, now: datetime
) -> Verdict:
    """Judge a look at a story that changed in some way, or did not (None), by the last ones at others of its site.

    `seen_at` is when the story was read before. A look that is older than the hold is none of its business.
    """
    if hold is not None and now < hold.since:
        return Verdict(held=False, hold=hold)
    ways = Counter((*last, way))
    looks = ways.total()
    if hold is not None and now >= hold.since + _LEAST and all(ways[each] < _CALM * looks for each in hold.ways):
        return Verdict(held=False, hold=None)
    if way is None:
        return Verdict(held=False, hold=hold)
    if hold is not None and way in hold.ways:
        is_first = seen_at is None or seen_at < hold.since
        return Verdict(held=is_first or ways[way] >= _CALM * looks, hold=hold)
    if looks < _FEWEST or ways[way] < max(_FEWEST_ALIKE, _MASS * looks):
        return Verdict(held=False, hold=hold)
    return Verdict(held=True, hold=Hold(hold.since, (*hold.ways, way)) if hold else Hold(now, (way,)))


def changed(way: str, last: Sequence[str | None]) -> Event:
    """Return the event that a site changes, with the figures that say so."""
    alike, looks = last.count(way) + 1, len(last) + 1
    why = (
        f"{alike} of the last {looks} stories looked at changed in the same way ({way}): "
        "further changes of this kind are put on record, and not told one by one"
    )
    return Event(EventKind.SITE_CHANGED, None, why)


def settled(hold: Hold, held: int) -> Event:
    """Return the event that a site settled; `held` is how many changes were held back."""
    changes = "1 change" if held == 1 else f"{held:,} changes"
    why = (
        f"{changes} in the same way ({'; '.join(hold.ways)}) held back since {hold.since:%Y-%m-%d %H:%M} UTC: "
        "from now on such changes are told again"
    )
    return Event(EventKind.SITE_SETTLED, None, why)


def _fields(article: Article) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what counts as the text (monitor.core.fingerprints), as it is compared."""
    yield "title", () if article.title_derived else _plain(article.title)
    yield "sub-heading", _plain(article.subheading)
    yield "body", _plain(*article.paragraphs)
    yield "captions", _plain(*article.captions)
    yield "byline", _plain(article.byline)
    yield "section", _plain(article.section)
    yield "credit", _plain(article.credit)


def _plain(*texts: str | None) -> tuple[str, ...]:
    return tuple(comparable(text or "") for text in texts)


def _unlike(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether two bodies have less than half of the words of the longer one in common."""
    before, after = (Counter(" ".join(texts).split()) for texts in (old, new))
    return (before & after).total() < _KEPT * max(before.total(), after.total())
