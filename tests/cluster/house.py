"""The three papers of the daemon's tests, with a queue in memory between those who enqueue and those who work."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import structlog
from procrastinate.testing import InMemoryConnector

from monitor.cluster.enqueuing import Enqueuing
from monitor.cluster.jobs import Jobs, open_with
from monitor.cluster.working import Working
from monitor.config import Settings, SiteSettings
from monitor.config.settings import RunSettings
from monitor.core.schedules import Every
from monitor.pipeline.tick import Terms, Witness
from monitor.service.work import Term
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site
from monitor.store.database import Database
from tests.daemon.house import PAPERS, House

SILENCE: Final = 30.0


@dataclass
class Given:
    """A lead that a test gives and takes."""

    mine: bool = True

    def held(self) -> bool:
        return self.mine

    def give_up(self) -> None:
        self.mine = False


class Cluster(House):
    """A queue in memory, and who stands at its two ends."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.memory = InMemoryConnector()

    def term(self, sites: Sequence[Site] = PAPERS, *, scheduled: str | None = None) -> Term:
        terms = Terms(asyncio.Semaphore(9), timedelta(hours=1), 0.0, asyncio.Event(), lambda: "never asked")
        own = {scheduled: SiteSettings(schedule=Every(60.0))} if scheduled else {}
        settings = Settings(
            database="not asked", run=RunSettings(silence=SILENCE, tick=60.0, stop_limit=0.0), sites=own
        )
        return Term(replace(self.monitor, sites=Catalogue.of(sites)), self.leases, terms, settings, sites)

    def opening(self) -> Callable[[], Awaitable[Jobs]]:
        return lambda: open_with(self.memory, structlog.get_logger())

    def enqueuing(self, lead: Given | None = None, *, scheduled: str | None = None) -> Enqueuing:
        return Enqueuing(self.term(scheduled=scheduled), lead or Given(), self.opening(), structlog.get_logger())

    def working(self, sites: Sequence[Site] = PAPERS) -> Working:
        return Working(self.term(sites), self.opening(), Witness(), structlog.get_logger(), 9)

    def queued(self, status: str = "todo") -> list[tuple[str, bool]]:
        jobs = [job for job in self.memory.jobs.values() if job["status"] == status]
        return [(job["args"]["site"], job["args"].get("early", False)) for job in jobs]


async def until(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(30):
        while not done():
            await asyncio.sleep(0)
