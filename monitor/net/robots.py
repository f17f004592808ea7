"""robots.txt by RFC 9309: what may be asked for, and how often.

What a host answers decides (section 2.3.1): 2xx has rules, after up to five redirects, to other hosts too; 4xx has
none, and so has what redirects further; 5xx, 429 or no answer closes the host, but an older copy is used on. A host
that never had one and fails for 30 days counts as one without rules.
Answers are kept for a day (section 2.4), failures for five minutes, growing to an hour; all in the host's row.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from monitor.core.outcomes import Deferred, Exchange, Failed
from monitor.core.records import RobotsRecord
from monitor.core.urls import host_of, is_web
from monitor.net.redirects import HOPS, redirect_of
from monitor.net.rules import PARSED, Rules, rules_of
from monitor.net.turns import Turns

_KEPT: Final = timedelta(hours=24)
_FAILURE_KEPT: Final = (timedelta(minutes=5), timedelta(hours=1))
_SKEW: Final = timedelta(minutes=1)
_GIVEN_UP: Final = timedelta(days=30)
_REMEMBERED: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Allowed:
    """A URL may be asked for: by what word of robots.txt, and with how many seconds between requests (0: any)."""

    robots: str
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A URL may not be asked for: the word of robots.txt, and why; `unreachable` if the host did not answer at all."""

    robots: str
    why: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    record: RobotsRecord
    rules: Rules


@dataclass(frozen=True, slots=True)
class Robots:
    """Asks robots.txt of each host, at most daily. `agent` is the product token that rules are looked up under.

    Rules once parsed are remembered, up to a million bytes of robots.txt in all: the worst take 80 bytes for each.
    """

    turns: Turns
    agent: str
    _known: dict[str, _Known] = field(default_factory=dict, init=False)

    async def allow(self, url: str, delay: float) -> Allowed | Refusal | Deferred:
        """Say whether a URL may be asked for; Deferred where its host is not to be asked even for robots.txt yet.

        `delay` is in seconds, as for any request to the host.
        """
        host = host_of(url)
        known = self._known.get(host)
        if known is None or is_due(known.record, self.turns.clock.now()):
            record = await self._record(url, host, delay)
            if not isinstance(record, RobotsRecord):
                return record
            known = _Known(record, await asyncio.to_thread(rules_of, record.body, self.agent))
            self._remember(host, known)
        return _judge(url, host, known, self.turns.clock.now())

    async def _record(self, url: str, host: str, delay: float) -> RobotsRecord | Refusal | Deferred:
        """Return what is on record, asked for again if it is due."""
        hosts, clock = self.turns.hosts, self.turns.clock
        before = await asyncio.to_thread(hosts.robots, host)
        if before is not None and not is_due(before, clock.now()):
            return before
        received = await self._fetch(f"{urlsplit(url).scheme}://{host}/robots.txt", delay)
        if isinstance(received, Deferred):
            return received
        if isinstance(received, Failed):
            if not received.retryable and host_of(received.exchange.url) == host:
                # refused on this side: no word of the host's, and not to be kept as one
                return Refusal("robots.txt was not asked for", received.why)
            record = after_try(before, None, b"", clock.now())
        else:
            record = after_try(before, received.status, received.body, clock.now())
        await asyncio.to_thread(hosts.keep_robots, host, record)
        return record

    async def _fetch(self, here: str, delay: float) -> Exchange | Failed | Deferred:
        """Ask for a robots.txt, following redirects; one too many is what is returned then."""
        received = await self.turns.request(here, delay=delay, cut_at=PARSED)
        for _ in range(HOPS):
            target = None if isinstance(received, Deferred) else redirect_of(received)
            if target is None or not is_web(target):
                break
            received = await self.turns.request(target, delay=delay, cut_at=PARSED)
        return received

    def _remember(self, host: str, known: _Known) -> None:
        self._known.pop(host, None)
        self._known[host] = known
        while sum(1000 + len(each.record.body) for each in self._known.values()) > _REMEMBERED:
            del self._known[next(iter(self._known))]


def after_try(before: RobotsRecord | None, status: int | None, body: bytes, at: datetime) -> RobotsRecord:
    """Return what is known after asking for a robots.txt; `status` is None where no whole answer came."""
    if status is not None and status < 500 and status != 429:
        return RobotsRecord(status, body if status < 300 else b"", at, at)
    since = at if before is None or before.failing_since is None else before.failing_since
    if before is not None and before.fetched_at is not None and before.status is not None and before.status < 300:
        return replace(before, tried_at=at, failing_since=since)
    return RobotsRecord(status, b"", None, at, since)


def is_due(record: RobotsRecord, now: datetime) -> bool:
    """Whether robots.txt is to be asked for again: also where the clock was set back."""
    kept = _KEPT
    if record.failing_since is not None:
        shortest, longest = _FAILURE_KEPT
        kept = min(max(record.tried_at - record.failing_since, shortest), longest)
    return not -_SKEW < now - record.tried_at < kept


def _judge(url: str, host: str, known: _Known, now: datetime) -> Allowed | Refusal:
    record, rules = known.record, known.rules
    if record.fetched_at is None:
        return _unknown(host, record, now)
    if record.status is not None and record.status >= 300:
        return Allowed(f"no robots.txt (HTTP {record.status})")
    age = "" if record.failing_since is None else f" of {record.fetched_at:%Y-%m-%d}, which cannot be had anew"
    if rules.allow(url):
        return Allowed(f"allowed by robots.txt{age}" if age else "allowed", rules.delay)
    what = "everything" if rules.allow_nothing(url) else "it"
    return Refusal(f"forbidden by robots.txt{age}", f"robots.txt of {host} forbids {what}")


def _unknown(host: str, record: RobotsRecord, now: datetime) -> Allowed | Refusal:
    what = "no answer" if record.status is None else f"HTTP {record.status}"
    if record.failing_since is not None and now - record.failing_since >= _GIVEN_UP:
        return Allowed(f"no robots.txt for 30 days ({what})")
    word = f"robots.txt cannot be had ({what})"
    if record.status is None:
        return Refusal(word, f"no answer from {host}: not even its robots.txt could be had", unreachable=True)
    return Refusal(word, f"robots.txt of {host} cannot be had ({what}): its rules are not known")
