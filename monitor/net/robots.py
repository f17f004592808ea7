"""robots.txt by RFC 9309: what may be asked for, and how often.

A host that answers 4xx has no rules; one that answers 5xx, or not at all, is left alone until it answers again.
Rules are kept for a day (section 2.4), a failure for much less, both in the host's row.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from monitor.core.outcomes import Failed
from monitor.core.records import RobotsRecord
from monitor.core.urls import host_of, is_web
from monitor.net.redirects import redirect_of
from monitor.net.request import Client
from monitor.net.turns import wait_for_turn
from monitor.pipeline.ports import Clock, Hosts

_KEPT: Final = timedelta(hours=24)
_FAILURE_KEPT: Final = timedelta(hours=1)
_SILENCE_KEPT: Final = timedelta(minutes=5)
_LONGEST_DELAY: Final = 60.0
_HOPS: Final = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a URL may not be asked for; `unreachable` if that is because the host did not answer at all."""

    why: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Robots:
    """Asks robots.txt of each host, at most daily. `agent` is the name that rules are looked up under."""

    client: Client
    hosts: Hosts
    clock: Clock
    agent: str

    async def allows(self, url: str, delay: float) -> float | Refusal:
        """Return the host's Crawl-delay in seconds (0 for none, at most 60), or why the URL may not be asked for."""
        host = host_of(url)
        record = await asyncio.to_thread(self.hosts.robots, host)
        if record is None or self.clock.now() - record.fetched_at > _kept(record):
            record = await self._fetch(url, host, delay)
        if record.status is None:
            return Refusal(f"no answer from {host}: not even its robots.txt could be had", unreachable=True)
        if record.status >= 500:
            return Refusal(f"robots.txt of {host} cannot be had (HTTP {record.status}): its rules are not known")
        if record.status >= 300:
            return 0.0
        rules = Protego.parse(record.body.decode("utf-8", "replace"))
        if not rules.can_fetch(url, self.agent):
            return Refusal(f"robots.txt of {host} forbids it")
        return min(float(rules.crawl_delay(self.agent) or 0.0), _LONGEST_DELAY)

    async def _fetch(self, url: str, host: str, delay: float) -> RobotsRecord:
        """Fetch robots.txt, following redirects, and keep it."""
        here = f"{urlsplit(url).scheme}://{host}/robots.txt"
        status, body = None, b""
        for _ in range(_HOPS + 1):
            await wait_for_turn(self.hosts, self.clock, host_of(here), delay)
            received = await self.client.request(here)
            if isinstance(received, Failed):
                break
            status, body = received.status, received.body
            target = redirect_of(received)
            if target is None or not is_web(target):
                break
            here = target
        record = RobotsRecord(status, body, self.clock.now())
        await asyncio.to_thread(self.hosts.keep_robots, host, record)
        return record


def _kept(record: RobotsRecord) -> timedelta:
    if record.status is None:
        return _SILENCE_KEPT
    return _FAILURE_KEPT if record.status >= 500 else _KEPT
