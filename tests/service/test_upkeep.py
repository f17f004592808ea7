"""The daily upkeep beside the daemon's work: done at once, portion by portion, and no obstacle to an end."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import structlog
from sqlalchemy import func, insert, select
from structlog.testing import capture_logs

from monitor.core.errors import StoreError
from monitor.pipeline.monitor import Monitor
from monitor.service.upkeep import look_after
from monitor.store.database import Database
from monitor.store.pruning import Limits, tend
from monitor.store.record import SqlStore
from monitor.store.tables import observations
from tests.pipeline.daily import Desk
from tests.store.builders import known

OLD = 1200


@pytest.fixture
def monitor(database: Database) -> Monitor:
    """A monitor that keeps nine days of a log of ten days."""
    desk, story = Desk(database), known(SqlStore(database))
    now = desk.clock.now()
    row = {"article_id": story.id, "outcome": "unchanged", "url": story.url, "size": 1, "elapsed": 0.1}
    moments = [now - timedelta(days=10)] * OLD + [now]
    with database.writing() as connection:
        connection.execute(insert(observations), [{**row, "observed_at": at} for at in moments])
    limits = partial(Limits.at, observations=9 * 86_400.0, captures=None)
    return replace(desk.monitor, upkeep=lambda now: tend(database, limits(now)))


def rows(database: Database) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(observations)).scalar_one()


def look(monitor: Monitor, *, portions: int | None = None) -> list[tuple[object, object]]:
    """Look after the record until it is done, or was told to end after so many portions; return what was said."""

    async def scene() -> None:
        ended = asyncio.Event()

        def upkeep(now: object) -> Iterator[int]:
            for number, portion in enumerate(monitor.upkeep(now), start=1):  # type: ignore[arg-type]
                if number == portions:
                    ended.set()
                yield portion
            ended.set()

        await asyncio.wait_for(look_after(replace(monitor, upkeep=upkeep), ended, structlog.get_logger()), 60)

    with capture_logs() as said:
        asyncio.run(scene())
    return [(each["event"], each.get("rows", each.get("error"))) for each in said]


def test_what_may_go_goes_at_once(monitor: Monitor, database: Database) -> None:
    assert look(monitor) == [("pruned", OLD)]
    assert rows(database) == 1
    assert look(monitor) == []


def test_it_ends_between_two_portions_when_the_program_does(monitor: Monitor, database: Database) -> None:
    ((_, gone),) = look(monitor, portions=1)
    assert rows(database) == OLD + 1 - int(str(gone)) > 1


def test_a_database_that_fails_is_told_and_left_to_the_next_day(monitor: Monitor) -> None:
    ended = asyncio.Event()

    def upkeep(now: object) -> Iterator[int]:
        yield 1
        ended.set()
        raise StoreError("the disk is full")

    with capture_logs() as said:
        asyncio.run(look_after(replace(monitor, upkeep=upkeep), ended, structlog.get_logger()))
    assert [(each["event"], each["error"]) for each in said] == [("upkeep_failed", "the disk is full")]
