"""How well a story is covered: what the fetches on record prove, and what they leave open.

    cover(log, versions) -> Coverage        gaps(coverage, …) -> the widest stretches that nobody saw

A *sight* is a fetch that read the page and so shows which version stood there at that moment. Nothing else is one: a
304 is the server's word, and a page that could not be read shows no text. Between two neighbouring sights lies a
*stretch* in which nobody saw the page; stretches tile the time from the first fetch to the last. Where its two ends
show one version, that version may still have been away in between; where they show two, the change lies in it.

What a version itself says of its first and last sight counts as a sight, too: it stays where the log was pruned.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Final

from monitor.core.outcomes import Fetched
from monitor.core.records import Logged, StoryLog, VersionRecord

_MOST: Final = 5


class Kind(StrEnum):
    """What a fetch says of the text. Seen: it was read. Older: it was read, and older than what was read before."""

    SEEN = "seen"
    OLDER = "older"
    NOT_MODIFIED = "not-modified"
    UNREADABLE = "unreadable"
    GONE = "gone"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Span:
    """A version's time: seen from `first` to `last`, in so many fetches on record.

    `changed_after` is the last sight of the version before, None for the first version.
    """

    version: int
    first: datetime
    last: datetime
    sights: int
    changed_after: datetime | None

    @property
    def window(self) -> timedelta | None:
        """How wide the window is in which the change lies; negative where the clock was put back in it."""
        return None if self.changed_after is None else self.first - self.changed_after


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which nobody saw the page.

    `before` and `after` are the versions that were seen at its two ends; None where it begins with the first fetch, or
    ends with the last one, and that was no sight. `not_modified` counts the 304 in it, `missed` the other fetches.
    """

    begins: datetime
    ends: datetime
    before: int | None
    after: int | None
    not_modified: int = 0
    missed: int = 0

    @property
    def width(self) -> timedelta:
        """How long nobody saw the page."""
        return self.ends - self.begins


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the record proves of a story.

    `first` and `last` are the times of the first and last fetch or sight on record. `lost` fetches were pruned;
    from `whole_since` on none is missing (None: nowhere), and only from there on there are `stretches`, in time order.
    """

    first: datetime | None
    last: datetime | None
    counts: Mapping[Kind, int]
    lost: int
    whole_since: datetime | None
    spans: tuple[Span, ...]
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A moment of which something is known: the version seen, or the kind of a fetch that was no sight."""

    at: datetime
    version: int | None
    kind: Kind


def cover(log: StoryLog, versions: Sequence[VersionRecord]) -> Coverage:
    """Say what a story's log and versions prove; the log is in the order of its times."""
    marks = _marks(log.fetches, versions)
    sights = Counter(each.version for each in log.fetches)
    lost = max(log.checks - len(log.fetches), 0)
    whole_since = _whole_since(log.fetches) if lost else next((each.at for each in marks), None)
    return Coverage(
        first=marks[0].at if marks else None,
        last=marks[-1].at if marks else None,
        counts=Counter(kind_of(each) for each in log.fetches),
        lost=lost,
        whole_since=whole_since,
        spans=tuple(
            Span(each.seq, each.first_seen_at, each.last_seen_at, sights[each.seq], each.changed_after)
            for each in versions
        ),
        stretches=tuple(each for each in _stretches(marks) if whole_since is not None and each.begins >= whole_since),
    )


def gaps(coverage: Coverage, at_least: timedelta | None = None) -> list[Stretch]:
    """Return the stretches of at least some width, the widest first; without a width the five widest."""
    wide = [each for each in coverage.stretches if each.width >= (at_least or timedelta.resolution)]
    widest = sorted(wide, key=attrgetter("width"), reverse=True)
    return widest if at_least is not None else widest[:_MOST]


def kind_of(fetch: Logged) -> Kind:
    """Say what a fetch tells of the text."""
    if fetch.version is not None:
        return Kind.SEEN
    return Kind.OLDER if fetch.observation.outcome == Fetched.name else Kind(fetch.observation.outcome)


def _marks(fetches: Iterable[Logged], versions: Iterable[VersionRecord]) -> list[_Mark]:
    """Put together what is known of which moment, in time order; of one moment in the order of versions."""
    seen = {(at, each.seq) for each in versions for at in (each.first_seen_at, each.last_seen_at)}
    seen |= {(each.observation.at, each.version) for each in fetches if each.version is not None}
    marks = [_Mark(at, version, Kind.SEEN) for at, version in sorted(seen)]
    marks += [_Mark(each.observation.at, None, kind_of(each)) for each in fetches if each.version is None]
    return sorted(marks, key=attrgetter("at"))


def _whole_since(fetches: Iterable[Logged]) -> datetime | None:
    """Find from when on nothing is pruned: pruning takes the oldest, but for replayed captures, which stay."""
    return next((each.observation.at for each in fetches if each.observation.ref is None), None)


def _stretches(marks: Sequence[_Mark]) -> Iterator[Stretch]:
    if not marks:
        return
    begins, before = marks[0].at, None
    blind: Counter[Kind] = Counter()
    for mark in marks:
        if mark.version is None:
            blind[mark.kind] += 1
            continue
        if before is not None or blind:
            yield _stretch(begins, mark.at, before, mark.version, blind)
        begins, before, blind = mark.at, mark.version, Counter()
    if blind:
        yield _stretch(begins, marks[-1].at, before, None, blind)


def _stretch(
    begins: datetime, ends: datetime, before: int | None, after: int | None, blind: Mapping[Kind, int]
) -> Stretch:
    words = blind.get(Kind.NOT_MODIFIED, 0)
    return Stretch(begins, ends, before, after, words, sum(blind.values()) - words)
