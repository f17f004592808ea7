"""Pages of fifty hosts side by side, from the request to the record in SQLite, with a distance of 0 between requests.

The hosts are on loopback, in a process of their own. The floor asks for the same pages, as many at once, with a bare
httpx client. CPU is of this process, with all its threads.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from bench.pages import SIZE
from bench.server import HOSTS, serving
from bench.toys import follow, opened, urls
from monitor.core.outcomes import Deferred
from monitor.core.politeness import Report, Turn
from monitor.core.records import ArticleRef, Result
from monitor.core.urls import host_of
from monitor.net.web import WebFetcher
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Progress, run_once
from monitor.pipeline.reading import look
from monitor.pipeline.weigh import weigh

_STORIES: Final = range(1, 41)
_ALONE: Final = range(1001, 1301)
_PAGES: Final = len(HOSTS) * len(_STORIES)


def run() -> Iterator[str]:
    """Measure, and yield a line a figure."""
    with serving(SIZE) as port, tempfile.TemporaryDirectory() as name, opened(Path(name), port) as monitor:
        yield f"{len(HOSTS)} hosts, {len(_STORIES)} pages of {SIZE:,} bytes each, all hosts side by side"
        yield from asyncio.run(_measured(monitor))
    memory = subprocess.run([sys.executable, "-m", "bench.memory"], check=True, stdout=subprocess.PIPE, text=True)
    yield from memory.stdout.splitlines()


async def _measured(monitor: Monitor) -> list[str]:
    try:
        return [*await _speeds(monitor), *await _parts(monitor)]
    finally:
        await monitor.fetcher.close()


# --- All side by side ---


async def _speeds(monitor: Monitor) -> list[str]:
    for site in monitor.sites:
        follow(monitor, site, _STORIES)
    floor = await _cost(_floor(monitor))
    passes = {"bare httpx (floor)": floor}
    for result in (Result.PUBLISHED, Result.UNCHANGED):
        passes[result] = await _cost(_once(monitor, result))
    return [
        f"{name:<20}{_PAGES / wall:7.0f} pages/s {cpu / _PAGES * 1000:7.2f} ms CPU a page: "
        f"{wall / floor[0]:4.1f} x the time and {cpu / floor[1]:4.1f} x the CPU of the floor"
        for name, (wall, cpu) in passes.items()
    ]


async def _cost(work: Awaitable[None]) -> tuple[float, float]:
    """Seconds gone by, and seconds of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - wall, time.process_time() - cpu


async def _floor(monitor: Monitor) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:

        async def ask(addresses: list[str]) -> None:
            for url in addresses:
                (await client.get(url)).raise_for_status()

        await asyncio.gather(*(ask(urls(site, _STORIES)) for site in monitor.sites))


async def _once(monitor: Monitor, result: Result) -> None:
    done = await run_once(monitor, list(monitor.sites), Progress())
    if done.counts != {result: _PAGES}:
        raise ValueError(f"expected {result} alone, got {dict(done.counts)}")


# --- One after the other, by part ---


@dataclass(slots=True)
class _Parts:
    """Seconds of CPU by part: `done` gives all that was spent since the last look to a part."""

    spent: dict[str, float] = field(default_factory=dict)
    last: float = field(default_factory=time.process_time)

    def done(self, part: str) -> None:
        now = time.process_time()
        self.spent[part] = self.spent.get(part, 0.0) + now - self.last
        self.last = now


async def _parts(monitor: Monitor) -> Iterator[str]:
    site = next(iter(monitor.sites))
    rows = {}
    for result in (Result.PUBLISHED, Result.UNCHANGED):
        parts = _Parts()
        for ref in follow(monitor, site, _ALONE):
            await _check(monitor, ref, parts)
        rows[result] = parts.spent
    names = rows[Result.PUBLISHED]
    lines = [
        f"{name:<20}" + "".join(f"{row[name] / len(_ALONE) * 1000:12.2f}" for row in rows.values()) for name in names
    ]
    return iter([f"{'ms CPU, one by one':<20}" + "".join(f"{result:>12}" for result in rows), *lines])


async def _check(monitor: Monitor, ref: ArticleRef, parts: _Parts) -> None:
    """Take the steps of `pipeline.check` one by one; what a fetch consists of is done once more by itself."""
    site, web, store = monitor.sites.get(ref.site), monitor.fetcher, monitor.store
    assert isinstance(web, WebFetcher)  # noqa: S101
    parts.done("between")
    state = await monitor.call(store.state, ref.id)
    parts.done("state")
    outcome = await web.get(ref.url)
    assert not isinstance(outcome, Deferred)  # noqa: S101
    parts.done("fetch, whole")
    await web.turns.client.request(ref.url)
    parts.done("  of it the request")
    await _turn(web, ref.url)
    parts.done("  of it the turn")
    seen = look(monitor.archive, site, ref.key, outcome)
    parts.done("look")
    _, check = weigh(store, site, state, seen)
    parts.done("weigh")
    if check is not None:
        await monitor.call(store.commit, check)
    parts.done("commit")


async def _turn(web: WebFetcher, url: str) -> None:
    hosts, now = web.turns.hosts, web.turns.clock.now
    turn = await asyncio.to_thread(hosts.take, host_of(url), token="bench", now=now(), hold=60.0)  # noqa: S106
    if isinstance(turn, Turn):
        await asyncio.to_thread(hosts.give_back, turn, Report(200), now=now(), delay=0.0, jitter=0.5)
