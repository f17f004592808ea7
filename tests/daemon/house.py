"""Three small papers on a made-up web, and the rounds that are made over them. Synthetic."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from re import compile as pattern

import structlog

from monitor.core.outcomes import Deferred, Outcome
from monitor.core.validators import Validators
from monitor.daemon.rounds import Rounds
from monitor.pipeline.tick import Terms, Witness
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site, Source
from monitor.store.database import Database
from monitor.store.leases import SqlLeases
from tests.pipeline.daily import DAILY, Desk, listing, story

HOUR = timedelta(hours=1)


def paper(name: str) -> Site:
    home = f"https://{name}.example"
    match = (pattern(rf"{home}/(?P<key>news/\d+)"),)
    source = Source("feed", f"{home}/feed", DAILY.sources[0].links)
    return replace(DAILY, name=name, match=match, sources=(source,), delay=0)


PAPERS = [paper(name) for name in ("morning", "noon", "evening")]


class House(Desk):
    """Three papers; `hanging` hosts never answer."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.hanging: set[str] = set()
        self.leases = SqlLeases(database)
        self.most = self.now = 0
        for name in ("morning", "noon", "evening"):
            home = f"https://{name}.example"
            self.serve({f"{home}/feed": listing(f"{home}/news/1"), f"{home}/news/1": story(f"{name}।")})
        plain = self.web.get

        async def get(
            url: str, *, delay: float | None = None, validators: Validators | None = None
        ) -> Outcome | Deferred:
            self.now += 1
            self.most = max(self.most, self.now)
            try:
                if url.split("/")[2].partition(".")[0] in self.hanging:
                    await asyncio.Event().wait()
                return await plain(url, delay=delay, validators=validators)
            finally:
                self.now -= 1

        self.web.get = get  # type: ignore[method-assign]

    def rounds(self, sites: Sequence[Site] = PAPERS, *, slots: int = 9, scheduled: Sequence[str] = ()) -> Rounds:
        tokens = iter(range(1_000_000))
        terms = Terms(asyncio.Semaphore(slots), HOUR, 0.0, asyncio.Event(), lambda: f"{id(tokens)}-{next(tokens)}")
        monitor = replace(self.monitor, sites=Catalogue.of(sites))
        return Rounds(monitor, self.leases, terms, Witness(), structlog.get_logger(), sites, scheduled)

    def published(self) -> list[str]:
        names = {row.id: row.name for row in self.rows("sites")}
        return sorted(names[row.site_id] for row in self.rows("articles") if row.shown_at)


async def settle(rounds: Rounds, *busy: str) -> None:
    """Wait until only these sites are busy."""
    while others := [lane for name, lane in rounds.lanes.items() if name not in busy]:
        await asyncio.wait(others)
        await asyncio.sleep(0)
