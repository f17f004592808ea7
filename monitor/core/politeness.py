"""When a host may be asked, and what its answers do to that: a state machine for each host, without a clock of its own.

    host.take(…)         may a request start now?  -> Turn, or Wait until when and why
    host.give_back(…)    the host as that request leaves it

One request at a time. Between two starts lie the delay, and some rest after an answer that took long (Heritrix waits
five times as long as the last fetch took). Who answers 429 or 503 is asked again no sooner than Retry-After says
(RFC 9110, section 10.2.3), else after a growing wait, and at a slower pace until it has answered well for a while. Who
fails three times in a row is left alone for a growing time, then tried once: up to a day, or where no answer came at
all, up to an hour. A host is never given up.

A turn is a lease that ends by itself, so that a killed program closes no host for long. A delay of 0 is for one's own
test server: nothing but Retry-After makes that wait.

All moments of a host are by the clock that said `booked_at`. A clock that shows much less now has been set back since,
and only the wait that was left then is waited for: a clock that was once wrong closes no host. (Machines that share
hosts must agree on the time to a minute.)
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from monitor.core.headers import Headers, header

_SKEW: Final = timedelta(minutes=1)
"""How far the clocks of two machines may be apart before one of them counts as set back."""

_LOOK_AGAIN: Final = timedelta(seconds=0.5)
_DISTRUSTED: Final = timedelta(days=30)
_DAY: Final = 86_400.0
_HOUR: Final = 3_600.0
_FIRST_WAIT: Final = 60.0
_JITTER: Final = 0.25
_REST: Final = 5.0
_MOST_DELAYS: Final = 6.0
_LONGEST_REST: Final = 30.0
_SLOWEST: Final = 12.0
_RECOVERY: Final = 0.9
_TOLERATED: Final = 2
_LESS: Final = frozenset({429, 503})
# 403 is what walls answer: whoever goes on asking in front of one is soon shut out for good
_UNWELCOME: Final = _LESS | {403}


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send one request to a host, from `at` on; `distrusted` says not to believe validators it gave."""

    host: str
    token: str
    at: datetime
    distrusted: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """No request now. Ask again at `until`; somebody else may be quicker then."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a request, as far as it says something about the host.

    `status` is None where no answer came. `elapsed` and `retry_after` are in seconds. `failure` says in words what was
    wrong if the host or the network failed. A request that was broken off on this side has neither status nor failure.
    """

    status: int | None = None
    elapsed: float = 0.0
    retry_after: float | None = None
    failure: str | None = None

    @property
    def wants_less(self) -> bool:
        """Whether the host asks for fewer requests."""
        return self.status in _LESS

    @property
    def problem(self) -> str | None:
        """What was wrong, in words; None where nothing was."""
        if self.failure is None and self.status is not None and (self.status >= 500 or self.status in _UNWELCOME):
            return f"HTTP {self.status}"
        return self.failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What is known of a host, as it stands in the record.

    `why` says why it is not to be asked before `next_request_at`. `lease` is the token of whoever has the turn, until
    `leased_until` at most. `failures` are those in a row, `pace` is what its delay is multiplied by, and `lied_at` is
    when it was last caught repeating a validator for a page that had changed.
    """

    name: str
    next_request_at: datetime | None = None
    booked_at: datetime | None = None
    why: str | None = None
    lease: str | None = None
    leased_until: datetime | None = None
    failures: int = 0
    pace: float = 1.0
    lied_at: datetime | None = None

    def take(self, token: str, *, now: datetime, hold: float) -> "tuple[Host, Turn | Wait]":
        """Ask for the turn; return the host as it is then to be kept, and the answer.

        `hold` is in seconds: after that the turn counts as lost if it is not given back.
        """
        host = _by_the_clock(self, now)
        if host.leased_until is not None and now < host.leased_until:
            # it will be given back long before its end, so it is worth looking again soon
            return host, Wait(min(host.leased_until, now + _LOOK_AGAIN), "another request to it is under way")
        if host.next_request_at is not None and now < host.next_request_at:
            return host, Wait(host.next_request_at, host.why or "its next request is not due yet")
        distrusted = host.lied_at is not None and now - host.lied_at < _DISTRUSTED
        taken = replace(host, lease=token, leased_until=now + timedelta(seconds=hold), booked_at=now)
        return taken, Turn(host.name, token, now, distrusted)

    def give_back(self, turn: Turn, report: Report, *, now: datetime, delay: float, jitter: float) -> "Host":
        """Return the host after a request. `delay` is in seconds from start to start; `jitter` is random, from 0 to 1.

        A turn that was lost meanwhile belongs to somebody else: then the report can make the host slower, no more.
        """
        host = _by_the_clock(self, now)
        after = replace(host, failures=_failures(host, report), pace=_pace(host, report), booked_at=now)
        since = max((now - turn.at).total_seconds(), 0.0)
        seconds, why = max(_waits(after, report, since, delay, jitter))
        until = now + timedelta(seconds=seconds)
        if host.lease == turn.token:
            return replace(after, next_request_at=until, why=why, lease=None, leased_until=None)
        after = replace(after, failures=max(host.failures, after.failures), pace=max(host.pace, after.pace))
        if host.next_request_at is not None and host.next_request_at >= until:
            return after
        return replace(after, next_request_at=until, why=why)


def retry_after(headers: Headers, now: datetime) -> float | None:
    """Return for how many seconds a host wants to be left alone, at most a day; None where it does not say.

    Retry-After has seconds or a date (RFC 9110, section 10.2.3). A date is measured from the answer's own Date where
    there is one, as the host's clock may be wrong. What is neither, or past, counts as not said.
    """
    value = (header(headers, "retry-after") or "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), _DAY) or None
    until = _http_date(value)
    if until is None:
        return None
    seconds = (until - (_http_date(header(headers, "date") or "") or now)).total_seconds()
    return min(seconds, _DAY) if seconds > 0 else None


def in_words(seconds: float) -> str:
    """Return a time span as one reads it: 45 s, 10 min, 3 h."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{round(seconds / size, 1):g} {unit}"
    return f"{round(seconds, 1):g} s"


def _waits(host: Host, report: Report, since: float, delay: float, jitter: float) -> list[tuple[float, str]]:
    """Return what speaks for waiting: seconds from now, and why. `since` are the seconds since the request started."""
    pause = delay * host.pace
    rest = min(_REST * report.elapsed, _MOST_DELAYS * delay, _LONGEST_REST)
    waits = [
        (pause - since, _pace_in_words(host, pause)),
        (rest, f"it took {in_words(report.elapsed)} to answer"),
        (report.retry_after or 0.0, f"asked for {in_words(report.retry_after or 0.0)} by Retry-After"),
    ]
    steps = host.failures - 1 if report.wants_less else host.failures - 1 - _TOLERATED
    if delay and report.problem and steps >= 0:
        # where no answer came it may be our own network: a laptop that was offline must not wait for a day
        longest = _DAY if report.status is not None else _HOUR
        waits.append((_growing(steps, jitter, longest), _failing_in_words(host, report)))
    return waits


def _failures(host: Host, report: Report) -> int:
    if report.problem:
        return host.failures + 1
    return host.failures if report.status is None else 0


def _pace(host: Host, report: Report) -> float:
    if report.wants_less:
        return min(host.pace * 2, _SLOWEST)
    return host.pace if report.problem or report.status is None else max(host.pace * _RECOVERY, 1.0)


def _growing(steps: int, jitter: float, longest: float) -> float:
    """Double a minute with every step, up to a limit; chance adds up to a quarter, so that clients do not meet."""
    return min(_FIRST_WAIT * 2.0 ** min(steps, 30), longest / (1 + _JITTER)) * (1 + _JITTER * jitter)


def _pace_in_words(host: Host, pause: float) -> str:
    slower = " since it asked for fewer" if host.pace > 1 else ""
    return f"one request every {in_words(pause)}{slower}"


def _failing_in_words(host: Host, report: Report) -> str:
    if report.wants_less:
        return f"it asks for fewer requests (HTTP {report.status})"
    return f"{host.failures} failures in a row: {report.problem}"


def _by_the_clock(host: Host, now: datetime) -> Host:
    """Move what was booked by a clock that has been set back since."""
    if host.booked_at is None or host.booked_at - now <= _SKEW:
        return host
    ahead = host.booked_at - now
    return replace(
        host,
        next_request_at=host.next_request_at and host.next_request_at - ahead,
        leased_until=host.leased_until and host.leased_until - ahead,
        booked_at=now,
    )


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
