"""When to look at a known story again: soon where it moves, seldom where it rests, equally well for every story.

A version is lost when two edits fall between two looks. The fewest are lost at a given cost when every wait holds the
same expected number of unseen edits. How often a story is edited falls about as 1 / (time since its last edit), after
half a day faster, so a wait grows with that quiet time (docs/rechecks.md has the evidence, `python -m bench.rechecks`
the measures):

    quiet    = last fetch - last change + 30 min
    percent  = (1 + price) ** (1 / weight) - 1, beyond 12 h of quiet x (quiet / 12 h) ** (1 / 3)
    wait     = quiet x percent, at least 15 min and at most 7 days (above the default price in proportion to it)

The last change is taken to be in the middle between the two fetches that bracket it; before any change it is the
publication, or the first sight where that was earlier. The weight grows with the changes seen, for edits bring edits.
After fifty changes the shortest wait grows with their number. A story that its feed or sitemap reports as changed is
due at once, and a story that was quiet for 90 days is left alone unless it is so reported.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import expm1
from typing import Final, NamedTuple

PRICE: Final = 0.45
HORIZON: Final = timedelta(days=90)
# a scheduled look finds a change about once in thirty times: a report that is right less often is worth none
TRUSTED: Final = 0.05
# added to the time that a story has rested, for a new one was not written just now
LEAD: Final = timedelta(minutes=30)

_WEIGHTS: Final = (1.0, 1.1, 1.3, 1.6, 2.0, 2.5, 3.0)
_KNEE: Final = timedelta(hours=12)
_SHORTEST: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(days=7)
_LONGEST_STRETCH: Final = 13  # to a quarter of a year
# a page that differs at every look must not be fetched for ever: so its looks grow only with the root of the time
_MANY_CHANGES: Final = 50
_SHORTEST_REPORTED: Final = timedelta(minutes=5)
_SHORTEST_FAILED: Final = timedelta(minutes=10)
_LONGEST_FAILED: Final = timedelta(days=1)

_FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)
_LAST_MOMENT: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a story's past. All times are aware; they may contradict each other.

    `published` is as stated to the minute, None where nothing or only the day is stated. `changes` has for each change
    the two fetches that bracket it, oldest first. `signals` are the times since the last fetch at which a feed or a
    sitemap reported a change; `signal_precision` is the share (0 to 1) of this site's signals that proved true.
    """

    published: datetime | None
    first_seen: datetime
    last_fetch: datetime | None = None
    changes: tuple[tuple[datetime, datetime], ...] = ()
    signals: tuple[datetime, ...] = ()
    signal_precision: float = 0.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What the waits at a site depend on: the price of a look, and how long a quiet story is looked at."""

    price: float = PRICE
    horizon: timedelta = HORIZON


@dataclass(frozen=True, slots=True)
class NextCheck:
    """When to look again, never before the `now` asked with; None: no more. `why` is for the user, in UTC.

    `since` is when the story's quiet time began, None where the answer does not depend on it.
    """

    at: datetime | None
    why: str
    since: datetime | None = None


def next_check(history: History, *, now: datetime, price: float = PRICE, horizon: timedelta = HORIZON) -> NextCheck:
    """Return when a story is to be looked at again, and the sum that this follows from.

    `price` (above 0) is what a fetch costs in edits that may go unseen: the higher, the longer all waits. Where there
    are more fetches to make than a host allows, raise it: everything stretches equally. A last fetch or a last change
    in the future (a clock was set back) counts as now.
    """
    if history.last_fetch is None:
        return NextCheck(now, "never fetched: due now")
    today = _utc(now)
    fetched = min(_utc(history.last_fetch), today)
    since = min(_last_change(history) or _born(history), fetched)
    if history.signals and history.signal_precision >= TRUSTED:
        at = max(_later(fetched, _SHORTEST_REPORTED), now)
        why = f"reported as changed at {_clock(max(history.signals), today)} -> {_clock(at, today)}"
        return NextCheck(at, why, since)
    wait, total = _wait(fetched - since, len(history.changes), price)
    at = max(_later(fetched, wait), now)
    if at - since > horizon:
        return NextCheck(None, f"{_past(history, since, today)}: no more checks unless a change is reported", since)
    return NextCheck(at, f"{_past(history, since, today)}: {total} -> {_clock(at, today)}", since)


def wait_for(rested: timedelta, price: float) -> timedelta:
    """Return how long a story that never changed is left alone after it has rested for a time."""
    span = _span(rested, 0, price)
    return max(span.wait, span.shortest)


def price_for(fetches_per_article: float) -> float:
    """Return the price at which an article takes about so many fetches in its first 30 days, the first one included.

    Looks that stretch by (1 + price) are about log(30 d / 30 min) / log(1 + price), and changes bring more. The 7.5 is
    measured on the made-up stories of `python -m bench.rechecks`, as docs/rechecks.md tells, with how near it comes.
    Articles of your own sites may need more or fewer: compare, and ask again. Fewer than about four cannot be had, for
    no wait is longer than a quarter of a year.
    """
    return expm1(7.5 / max(fetches_per_article, 0.1))


def _born(history: History) -> datetime:
    seen = _utc(history.first_seen)
    return seen if history.published is None else min(_utc(history.published), seen)


def _last_change(history: History) -> datetime | None:
    if not history.changes:
        return None
    before, after = (_utc(time) for time in history.changes[-1])
    return before + (after - before) / 2


class _Span(NamedTuple):
    """How long to wait by the rule: never longer than the longest wait, but maybe shorter than the shortest."""

    wait: timedelta
    percent: float
    shortest: timedelta
    longest: timedelta


def _span(rested: timedelta, changes: int, price: float) -> _Span:
    quiet = rested + LEAD
    percent = (1 + price) ** (1 / _WEIGHTS[min(changes, len(_WEIGHTS) - 1)]) - 1
    percent *= max(quiet / _KNEE, 1) ** (1 / 3)
    longest = _LONGEST * min(max(price / PRICE, 1), _LONGEST_STRETCH)
    shortest = min(_SHORTEST * max(changes / _MANY_CHANGES, 1), longest)
    # in seconds, for a price may be so high that no timedelta holds the product
    wait = timedelta(seconds=min(quiet.total_seconds() * percent, longest.total_seconds()))
    return _Span(wait, percent, shortest, longest)


def _wait(rested: timedelta, changes: int, price: float) -> tuple[timedelta, str]:
    """Return how long to wait after the last fetch, and the sum as the user reads it."""
    wait, percent, shortest, longest = _span(rested, changes, price)
    total = f"quiet ({_length(rested)} + {_length(LEAD)}) x {percent:.0%}"
    if wait < shortest:
        return shortest, f"{total} = {_length(wait)}, but at least {_length(shortest)}"
    if wait == longest:
        return wait, f"{total}, but at most {_length(wait)}"
    return wait, f"{total} = {_length(wait)}"


def _past(history: History, since: datetime, today: datetime) -> str:
    if not history.changes:
        return f"no change since {_clock(since, today)}"
    before, after = (_clock(time, today) for time in history.changes[-1])
    count = len(history.changes)
    return f"{count} {'change' if count == 1 else 'changes'}, the last between {before} and {after}"


def _utc(time: datetime) -> datetime:
    """Return a time in UTC: in one zone that changes its clocks, Python would compare what the clocks show."""
    try:
        return time.astimezone(UTC)
    except OverflowError:  # within a day of the first or the last moment that there is
        return _FIRST_MOMENT if time.year == _FIRST_MOMENT.year else _LAST_MOMENT


def _later(time: datetime, wait: timedelta) -> datetime:
    return time + min(wait, _LAST_MOMENT - time)


def _clock(time: datetime, today: datetime) -> str:
    time = _utc(time)
    return f"{time:%H:%M}" if time.date() == today.date() else f"{time:%Y-%m-%d %H:%M}"


def _length(time: timedelta) -> str:
    minutes = time / timedelta(minutes=1)
    if minutes < 120:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"


def after_failure(since: datetime, *, now: datetime, horizon: timedelta = HORIZON) -> NextCheck:
    """Return when to try again for a story that could not be read: after half the time for which that has been so.

    `since` is the last sight of it, or when it was found. Between ten minutes and a day, until the horizon.
    """
    failing = max(_utc(now) - _utc(since), timedelta(0))
    if failing > horizon:
        return NextCheck(None, f"not to be read for {_length(failing)}: no more checks unless a change is reported")
    wait = min(max(failing / 2, _SHORTEST_FAILED), _LONGEST_FAILED)
    at = _later(now, wait)
    return NextCheck(at, f"not to be read for {_length(failing)}: again in {_length(wait)} -> {_clock(at, _utc(now))}")
