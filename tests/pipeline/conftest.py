"""The whole pipeline on a real database, with a folder of captures in place of the web and a clock of the test's own."""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.net.replay import open_replay
from monitor.pipeline.alerting import Alerting
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Progress, Run, run_once
from monitor.pipeline.weigh import Checked
from monitor.sites import load
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import metadata
from tests.clocks import FakeClock
from tests.replays import Shot, write_folder

if TYPE_CHECKING:
    from monitor.sitekit.catalogue import Catalogue


class Newsroom:
    """Replays captures into one database, run after run; `sites` may be exchanged between runs."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.sites: Catalogue = load()
        self.clock = FakeClock()
        self.alerting = Alerting()
        self._folders = (folder / f"replay{number}" for number in itertools.count())

    def monitor(self, shots: Sequence[Shot]) -> Monitor:
        folder = write_folder(next(self._folders), shots)
        fetcher = open_replay(folder, sites=self.sites, clock=self.clock, max_bytes=1_000_000)
        store, archive = SqlStore(self.database), SqlArchive(self.database)
        return Monitor(self.sites, store, archive, fetcher, self.clock, alerting=self.alerting)

    def run(self, shots: Sequence[Shot]) -> Run:
        monitor = self.monitor(shots)
        return asyncio.run(run_once(monitor, list(self.sites), Progress()))

    def replay(self, shots: Sequence[Shot]) -> list[Checked]:
        return list(self.run(shots).checked)

    def contents(self) -> dict[str, list[tuple[object, ...]]]:
        """All rows of all tables."""
        with self.database.reading() as connection:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in metadata.tables.items()
            }


@pytest.fixture
def newsroom(database: Database, tmp_path: Path) -> Newsroom:
    return Newsroom(database, tmp_path)


@pytest.fixture
def replay(newsroom: Newsroom) -> Callable[[Sequence[Shot]], list[Checked]]:
    return newsroom.replay


@pytest.fixture
def contents(newsroom: Newsroom) -> Callable[[], object]:
    return newsroom.contents
