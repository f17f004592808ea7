"""A tick over a million known stories on 200 hosts: how long it takes to find what is due, and what the program weighs.

The record is made beforehand by another process, so that what is weighed is the daemon alone: its parts, 200 lanes, and
a web of pages of 60 kB.
"""

import asyncio
import resource
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from re import compile as pattern
from typing import Any, ClassVar

import structlog
from sqlalchemy import insert, text, update

from bench.pages import HTML, page
from bench.timing import medians
from monitor.clock import SystemClock
from monitor.core.leases import Lease
from monitor.core.outcomes import Deferred, Exchange, Fetched, Outcome
from monitor.core.validators import Validators
from monitor.daemon.rounds import Rounds
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Fetcher
from monitor.pipeline.tick import Terms, Witness
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Listed, Site, Source
from monitor.sites.inqilab import SITE as INQILAB
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.leases import SqlLeases
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import articles, sites, sources

HOSTS, STORIES, CHECKS, ROUNDS = 200, 1_000_000, 2_000, 21
NOW = datetime.now(UTC)


def run() -> Iterator[str]:
    """Measure in processes of their own, and yield their lines."""
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/monitor.db"
        context = get_context("spawn")
        for work in (_make, _time, _weigh):
            told = Path(name) / "told"
            process = context.Process(target=work, args=(url, told))
            process.start()
            process.join()
            if process.exitcode:
                raise RuntimeError(f"{work.__name__} ended with {process.exitcode}")
            yield from told.read_text("utf-8").splitlines()


def made_up_papers() -> list[Site]:
    return [_paper(number) for number in range(HOSTS)]


def _paper(number: int) -> Site:
    home = f"https://paper{number}.example"
    source = Source("feed", f"{home}/feed", lambda _: Listed(()))
    match = (pattern(rf"{home}/(?P<key>\d+)"),)
    return replace(INQILAB, name=f"paper{number}", match=match, sources=(source,), delay=0, examples=())


def _make(url: str, told: Path) -> None:
    papers = made_up_papers()
    with closing(connect(url)) as database:
        prepare(database)
        SqlLeases(database).enrol(papers, now=NOW)
        with database.writing() as connection:
            connection.execute(update(sources).values(next_poll_at=NOW + timedelta(days=1)))
            ids = dict(connection.execute(sites.select().with_only_columns(sites.c.name, sites.c.id)).all())
            for paper in papers:
                connection.execute(insert(articles), [_row(ids[paper.name], paper, n) for n in range(STORIES // HOSTS)])
            connection.execute(text("ANALYZE"))
    told.write_text(f"{STORIES:,} stories on {HOSTS} hosts, {Path(url[10:]).stat().st_size / 1e6:,.0f} MB of SQLite")


def _row(site_id: int, paper: Site, number: int) -> dict[str, Any]:
    return {
        "site_id": site_id,
        "key": f"{number}",
        "url": f"https://{paper.name}.example/{number}",
        "added_at": NOW,
        "next_check_at": NOW + timedelta(days=1, seconds=number),
        "next_check_why": "made to measure: quiet 10 h -> 2026-11-23 06:00",
    }


def _time(url: str, told: Path) -> None:
    papers, lines = made_up_papers(), []
    with closing(connect(url)) as database:
        leases = SqlLeases(database)
        for name, goal, due in (("nothing due", 5, 0), ("a story of 20 hosts due", 5, 20), ("all due", 20, None)):
            _let_be_due(database, due)
            tick = medians({name: lambda: leases.ready(papers, now=NOW)}, ROUNDS)[name]
            floor = medians({name: _floor(database)}, ROUNDS)[name]
            lines.append(f"{name:<26}{tick * 1000:6.2f} ms a tick (goal {goal}), {tick / floor:5.1f} x bare seeks")
        claims = medians({"claim": _claim(leases, papers)}, ROUNDS)["claim"]
        lines.append(f"{'a claim of 12 stories':<26}{claims * 1000:6.2f} ms")
    told.write_text("\n".join(lines))


def _let_be_due(database: Database, hosts: int | None) -> None:
    chosen = update(articles).values(next_check_at=NOW - timedelta(hours=1))
    if hosts is not None:
        chosen = chosen.where(articles.c.site_id <= hosts, articles.c.key == "7")
    with database.writing() as connection:
        connection.execute(chosen)


def _floor(database: Database) -> Callable[[], object]:
    seek = (
        "SELECT s.id, (SELECT next_check_at FROM articles a WHERE a.site_id = s.id AND a.next_check_at <= ? "
        "ORDER BY a.next_check_at LIMIT 1) FROM sites s"
    )
    raw = database.engine.raw_connection()
    now = f"{NOW:%Y-%m-%d %H:%M:%S.%f}"
    return lambda: raw.driver_connection.execute(seek, (now,)).fetchall()  # type: ignore[union-attr]


def _claim(leases: SqlLeases, papers: Sequence[Site]) -> Callable[[], object]:
    numbers = iter(range(ROUNDS))

    def claim() -> None:
        lease = Lease(uuid.uuid4().hex, NOW, NOW + timedelta(minutes=6))
        leases.claim(papers[next(numbers)], lease, limit=12)

    return claim


@dataclass
class _Web(Fetcher):
    """Answers each request with the next page, and after so many leaves the host alone."""

    conditional: ClassVar[bool] = True
    clock: SystemClock
    pages: Sequence[bytes]
    left: int = CHECKS

    async def get(
        self,
        url: str,
        *,
        delay: float | None = None,  # noqa: ARG002
        validators: Validators | None = None,  # noqa: ARG002
    ) -> Outcome | Deferred:
        await asyncio.sleep(0)
        self.left -= 1
        now = self.clock.now()
        if self.left < 0:
            return Deferred(url.split("/")[2], now + timedelta(days=1), "enough was measured")
        body = self.pages[self.left % len(self.pages)]
        return Fetched(Exchange(url, url, now, 200, (("Content-Type", HTML),), body))

    def reaches(self, url: str) -> bool:  # noqa: ARG002
        return True

    def pending(self, site: str) -> Sequence[str]:  # noqa: ARG002
        return ()

    async def close(self) -> None:
        """Nothing is open."""


def _weigh(url: str, told: Path) -> None:
    papers, clock = made_up_papers(), SystemClock()
    web = _Web(clock, [page(number) for number in range(50)])
    with closing(connect(url)) as database:
        monitor = Monitor(Catalogue.of(papers), SqlStore(database), SqlArchive(database), web, clock)
        seconds = asyncio.run(_work(monitor, SqlLeases(database), papers, web))
    weight = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.write_text(
        f"{CHECKS / seconds:6.0f} checks/s in 200 lanes; the process weighs {weight:.0f} MB at most (goal 200)"
    )


async def _work(monitor: Monitor, leases: SqlLeases, papers: Sequence[Site], web: _Web) -> float:
    slots, minutes = asyncio.Semaphore(16), timedelta(minutes=5)
    terms = Terms(slots, minutes, 0.0, asyncio.Event(), lambda: uuid.uuid4().hex)
    rounds = Rounds(monitor, leases, terms, Witness(), structlog.get_logger(), papers)
    started = monitor.clock.now()
    await rounds.tick()
    while web.left > 0:
        await asyncio.sleep(0.01)
    seconds = (monitor.clock.now() - started).total_seconds()
    await rounds.drain(30)
    return seconds
