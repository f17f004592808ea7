"""When to look at a source again: often where there is news, seldom where there is none, never against its wish.

    nothing new             the interval grows by half, up to a day
    something new           it shrinks by a fifth, down to ten minutes
    most of it new          it is halved: the source may soon be renewed faster than it is read
    all of it new           the overlap with the last reading is lost: at once the shortest, and an alarm, for
                            stories may have come and gone unseen
    it cannot be read       ten minutes, doubled with every failure, up to a day (up to an hour where no connection
                            came about); it is never given up

The bounds are those of Media Cloud's feed fetcher. The wish of the source is the longest of its feed's TTL and its
Cache-Control; what Retry-After asks for holds for the whole host (monitor.core.politeness).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.core.events import Event, EventKind
from monitor.core.headers import Headers, header

_FIRST: Final = timedelta(minutes=15)
_SHORTEST: Final = timedelta(minutes=10)
_LONGEST: Final = timedelta(days=1)
_LONGEST_UNREACHABLE: Final = timedelta(hours=1)
_SKEW: Final = timedelta(minutes=1)
_FAILURES_TO_TELL: Final = 3
_MAX_AGE: Final = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_IGNORED: Final = re.compile(r"no-cache|no-store", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a source is to be read again, and what that follows from.

    `at` is our own plan, None before the first reading; `not_before` is the source's wish. `failures` are those in a
    row, `failing_since` the first of them; `lost_since` is set while its overlap is lost.
    """

    at: datetime | None = None
    not_before: datetime | None = None
    interval: timedelta = _FIRST
    failures: int = 0
    failing_since: datetime | None = None
    lost_since: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether our own plan says that it is time."""
        return _has_come(self.at, now)

    def may_be_asked(self, now: datetime) -> bool:
        """Whether nothing speaks against asking now, though it may be early: no wish, and no failure to sit out."""
        if self.failures and not self.is_due(now):
            return False
        return _has_come(self.not_before, now)


def _has_come(moment: datetime | None, now: datetime) -> bool:
    """Whether a moment has come; one further away than any plan reaches is of a clock that was set back since."""
    return moment is None or not timedelta(0) < moment - now <= _LONGEST + _SKEW


@dataclass(frozen=True, slots=True)
class Yield:
    """What a reading brought: how many stories were listed, and how many of them were on record already.

    `first` says that there was no reading before. `wish` is how long the source asks to be left alone.
    """

    listed: int
    known: int
    first: bool
    wish: timedelta = timedelta(0)


def wish_of(headers: Headers, ttl: float | None) -> timedelta:
    """Return how long a source asks not to be fetched again, by its TTL (seconds) and its Cache-Control (RFC 9111)."""
    control = header(headers, "cache-control") or ""
    found = None if _IGNORED.search(control) else _MAX_AGE.search(control)
    age = header(headers, "age") or ""
    seconds = max(int(found[1]) - (int(age) if age.isascii() and age.isdigit() else 0), 0) if found else 0
    return min(timedelta(seconds=max(seconds, ttl or 0)), _LONGEST)


def after_reading(plan: Plan, got: Yield, now: datetime) -> tuple[Plan, tuple[Event, ...]]:
    """Return the plan after a reading, and what the user is to be told: a recovery, or lost stories."""
    lost = not got.first and got.listed > 0 and got.known == 0
    interval = plan.interval if got.first else _within(plan.interval * _factor(got), lost=lost)
    events = []
    if plan.failures >= _FAILURES_TO_TELL and plan.failing_since is not None:
        since = f"{plan.failing_since:%Y-%m-%d %H:%M} UTC"
        events.append(Event(EventKind.SOURCE_RECOVERED, None, f"it can be read again; it failed since {since}"))
    if lost and plan.lost_since is None:
        events.append(Event(EventKind.SOURCE_LOST_ITEMS, None, _lost(got)))
    settled = Plan(
        at=now + max(interval, got.wish),
        not_before=now + got.wish if got.wish else None,
        interval=interval,
        lost_since=(plan.lost_since or now) if lost else None,
    )
    return settled, tuple(events)


def after_failure(plan: Plan, why: str, now: datetime, *, unreachable: bool = False) -> tuple[Plan, tuple[Event, ...]]:
    """Return the plan after a failure, and what the user is to be told: once, when it is no mere hiccup.

    `unreachable` says that no connection came about: that may be our own network, so the wait stays below an hour.
    """
    failures = plan.failures + 1
    # the exponent is bounded only so that years of failures overflow nothing
    wait = min(_SHORTEST * 2 ** min(failures - 1, 20), _LONGEST_UNREACHABLE if unreachable else _LONGEST)
    since = plan.failing_since or now
    failed = replace(plan, at=now + wait, failures=failures, failing_since=since)
    if failures != _FAILURES_TO_TELL:
        return failed, ()
    told = f"it cannot be read since {since:%Y-%m-%d %H:%M} UTC ({why}); it is tried again at least daily"
    return failed, (Event(EventKind.SOURCE_FAILING, None, told),)


def _factor(got: Yield) -> float:
    if got.known == got.listed:
        return 1.5
    return 0.8 if got.known * 3 >= got.listed else 0.5


def _within(interval: timedelta, *, lost: bool) -> timedelta:
    return _SHORTEST if lost else min(max(interval, _SHORTEST), _LONGEST)


def _lost(got: Yield) -> str:
    return (
        f"all {got.listed} stories that it lists are new, none of the last reading is left: "
        "between the two readings stories may have come and gone unseen"
    )
