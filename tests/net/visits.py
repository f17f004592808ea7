"""One fetcher against one server on loopback, with what both saw; the time is the test's."""

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from monitor.core.addresses import allowed
from monitor.core.outcomes import Deferred, Outcome
from monitor.core.validators import Validators
from monitor.net.egress import Egress
from monitor.net.request import Client, new_http_client
from monitor.net.robots import Robots
from monitor.net.turns import Turns
from monitor.net.web import WebFetcher
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from monitor.store.schema import prepare
from tests.clocks import FakeClock
from tests.net.server import Replies, Server, serve

AGENT = "monitor/test (news monitor; +desk@example.org)"


def fetcher(
    database: Database, clock: FakeClock, *, deadline: float = 10, max_bytes: int = 100_000, patience: float = 120
) -> WebFetcher:
    """Join a fetcher as bootstrap.py does."""
    egress = Egress([allowed(place) for place in ("127.0.0.0/8", "127.0.0.1:9", "::1", "localhost")])
    client = Client(new_http_client(AGENT, egress=egress), clock, deadline, max_bytes)
    turns = Turns(client, SqlHosts(database), clock, Random(1), patience)  # noqa: S311
    return WebFetcher(turns, Robots(turns, "monitor"), delay=5)


@dataclass
class Visit:
    """`requests` and `paths` are what the server saw, `clock.slept` is what the fetcher waited."""

    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    requests: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def waits(self) -> list[int]:
        """Seconds waited, each time."""
        return [round(seconds) for seconds in self.clock.slept]

    def get(
        self,
        replies: Replies,
        *steps: str | timedelta,
        delay: float | None = None,
        validators: Validators | None = None,
        **limits: float,
    ) -> list[Outcome | Deferred]:
        """Ask for paths (or URLs), one after the other; a time span lets so much time pass."""
        return asyncio.run(self._get(replies, steps, delay, validators, limits))

    async def _get(
        self,
        replies: Replies,
        steps: Sequence[str | timedelta],
        delay: float | None,
        validators: Validators | None,
        limits: dict[str, float],
    ) -> list[Outcome | Deferred]:
        outcomes = []
        with closing(connect(f"sqlite:///{self.folder}/hosts.db")) as database:
            prepare(database)
            async with serve(replies) as server:
                web = fetcher(database, self.clock, **limits)  # type: ignore[arg-type]
                try:
                    for step in steps:
                        if isinstance(step, timedelta):
                            self.clock.at += step
                        else:
                            url = step if "://" in step else server.url + step
                            outcomes.append(await web.get(url, delay=delay, validators=validators))
                finally:
                    await web.close()
                    self._remember(server)
        return outcomes

    def _remember(self, server: Server) -> None:
        self.requests += server.requests
        self.paths += server.paths
