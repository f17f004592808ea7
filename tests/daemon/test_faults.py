"""Real trouble with the database and the clock: told once, got over, and nothing forgotten."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from sqlalchemy import event
from structlog.testing import capture_logs
from structlog.typing import EventDict

from monitor.bootstrap import open_rules
from monitor.config import Settings, SiteSettings, defaults
from monitor.core.errors import AlreadyLedError, StoreError
from monitor.core.receivers import Receiver, StandardOutput
from monitor.daemon.rounds import Rounds
from monitor.pipeline import deliver
from monitor.pipeline.tick import Witness
from monitor.service import program as serving_program
from monitor.service.deliveries import Deliveries
from monitor.service.metrics import Metrics
from monitor.service.program import Program
from monitor.service.systemd import Systemd
from monitor.store import database as databases
from monitor.store.database import Database, connect
from tests.daemon.house import HOUR, House, settle
from tests.pipeline.daily import story

ALL = ["evening", "morning", "noon"]
DESK = Receiver("desk", StandardOutput())


@pytest.fixture
def said() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


async def ticks(house: House, rounds: Rounds, times: int, seconds: float) -> None:
    for _ in range(times):
        await rounds.tick()
        await settle(rounds)
        house.clock.at += timedelta(seconds=seconds)


def another_program(url: str) -> tuple[Any, str]:
    """A connection to the same database, and how it keeps others from writing."""
    if url.startswith("sqlite"):
        return sqlite3.connect(url[10:]), "BEGIN IMMEDIATE"
    return psycopg.connect(url), "LOCK TABLE articles, sources IN EXCLUSIVE MODE"


def test_a_database_that_is_locked_for_a_minute(
    database_url: str, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "LOCK_SECONDS", 0.1)
    other, lock = another_program(database_url)
    with closing(connect(database_url)) as database, closing(other):
        house = House(database)

        async def scene() -> None:
            rounds = house.rounds()
            await ticks(house, rounds, 1, 0)
            other.execute(lock)
            house.clock.at += HOUR
            house.web.asked.clear()
            await ticks(house, rounds, 12, 5)
            assert house.web.asked == []
            other.rollback()
            await ticks(house, rounds, 12, 5)

        asyncio.run(scene())
        assert len(house.web.asked) == 6
    assert [each["event"] for each in said] == ["database_failing", "database_recovered"]


def test_a_disk_that_is_full_for_a_while(sqlite_url: str, said: list[EventDict]) -> None:
    with closing(connect(sqlite_url)) as database:
        limits = [0]  # 0 is no limit

        @event.listens_for(database.engine, "begin")
        def limit(connection: Any) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count = {limits[-1] or 1_000_000}")

        house = House(database)

        async def scene() -> None:
            rounds = house.rounds()
            await ticks(house, rounds, 1, 0)
            limits.append(1)  # a limit below the size of the file is the file's size
            house.clock.at += HOUR
            for name in ALL:  # what is to be kept needs room
                house.serve({f"https://{name}.example/news/1": story(f"{name} " * 20_000)})
            house.web.asked.clear()
            await ticks(house, rounds, 12, 5)
            assert len(house.web.asked) <= 12
            limits.append(0)
            await ticks(house, rounds, 24, 5)

        asyncio.run(scene())
        assert sorted(row.seq for row in house.rows("versions")) == [1, 1, 1, 2, 2, 2]
    assert [each["event"] for each in said] == ["database_failing", "database_recovered"]


def test_a_clock_that_was_three_days_ahead_for_an_hour(database: Database) -> None:
    house = House(database)

    async def scene() -> None:
        await ticks(house, house.rounds(), 2, 1)
        house.clock.at += timedelta(days=3)
        ahead = house.rounds()
        await ticks(house, ahead, 2, 1800)
        house.clock.at -= timedelta(days=3)
        house.web.asked.clear()
        await ticks(house, house.rounds(), 2, 1)

    asyncio.run(scene())
    assert len(house.web.asked) == 6
    assert all(row.next_check_at < house.clock.at + timedelta(days=1) for row in house.rows("articles"))


def program(settings: Settings, folder: Path) -> Program:
    log = structlog.get_logger()
    return Program(
        read=lambda: settings,
        file=folder / "config.yaml",
        names=(),
        engage=lambda term: (Rounds.of(term, Witness(), log), Deliveries.of(term, deliver.Witness(), log)),
        log=log,
        metrics=Metrics(),
        systemd=Systemd(None, None),
        keep_lead=lambda: None,
        hung_up=lambda: False,
        settings=settings,
    )


async def told(said: list[EventDict], event: str, times: int) -> None:
    while [each["event"] for each in said].count(event) < times:
        await asyncio.sleep(0)


def test_a_clock_that_is_set_back_begins_a_new_term(
    tmp_path: Path, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scheduler would wait for a time that it has been already."""
    ahead = [0.0]
    monkeypatch.setattr(serving_program, "_BEAT", 0.001)
    monkeypatch.setattr(serving_program, "_clock_offset", lambda: ahead[-1])
    off = {name: SiteSettings(enabled=False) for name in ("inqilab", "wirecopy")}
    daemon = program(Settings(database=defaults(tmp_path).database, sites=off), tmp_path)

    async def beaten() -> None:
        while daemon._offset != ahead[-1]:
            await asyncio.sleep(0)

    async def scene() -> None:
        serving = asyncio.create_task(daemon.serve())
        await told(said, "running", 1)
        ahead.append(-30.0)  # within what is set right day by day
        await beaten()
        ahead.append(-90_030.0)
        await told(said, "running", 2)
        daemon._stop("SIGTERM")
        await serving

    asyncio.run(scene())
    assert [each["event"] for each in said] == ["running", "clock_set_back", "running", "stopping", "stopped"]
    assert said[1]["seconds"] == 90_000


def test_a_file_that_is_being_written_is_read_when_it_rests(
    tmp_path: Path, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([(1, 9, 1), (1, 9, 1), (2, 0, 1), (3, 9, 1), (3, 9, 1), (3, 9, 1)])
    read: list[object] = []
    monkeypatch.setattr(serving_program, "_BEAT", 0)
    monkeypatch.setattr(serving_program, "_stat", lambda _: next(looks, (3, 9, 1)))
    daemon = program(defaults(tmp_path), tmp_path)

    def reads() -> Settings:
        read.append(daemon._seen)
        return daemon.settings

    async def scene() -> None:
        daemon.read, daemon._seen = reads, next(looks)
        beating = asyncio.create_task(daemon._beat())
        while next(looks, None):
            await asyncio.sleep(0)
        await daemon.ended.wait()
        beating.cancel()

    asyncio.run(scene())
    assert read == [(3, 9, 1)]
    assert [each["event"] for each in said] == ["config_reloaded"]


def test_a_database_that_is_away_when_a_term_begins(
    tmp_path: Path, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_program, "_RETRY", 0.001)
    off = {name: SiteSettings(enabled=False) for name in ("inqilab", "wirecopy")}
    daemon = program(Settings(database=defaults(tmp_path).database, sites=off), tmp_path)
    (tmp_path / "config.yaml").touch()
    record, away = tmp_path / "monitor.db", tmp_path / "away.db"

    async def scene() -> None:
        serving = asyncio.create_task(daemon.serve())
        await told(said, "running", 1)
        record.rename(away)
        record.mkdir()
        daemon._reload()
        await told(said, "database_failing", 1)
        await asyncio.sleep(0.01)
        record.rmdir()
        away.rename(record)
        await told(said, "running", 2)
        daemon._stop("SIGTERM")
        await serving

    asyncio.run(scene())
    assert [each["event"] for each in said] == [
        "running",
        "config_reloaded",
        "database_failing",
        "running",
        "stopping",
        "stopped",
    ]


def test_settings_that_do_not_go_with_the_record_are_refused(tmp_path: Path, said: list[EventDict]) -> None:
    """A rule that was added by command names a receiver that the file does not name any more."""
    off = {name: SiteSettings(enabled=False) for name in ("inqilab", "wirecopy")}
    before = Settings(database=defaults(tmp_path).database, sites=off, receivers={"desk": DESK})
    daemon = program(before, tmp_path)
    (tmp_path / "config.yaml").touch()
    daemon.read = lambda: replace(before, receivers={})
    with open_rules(before) as saved:
        saved.add("putin", {"match": "পুতিন", "to": ["desk"]}, at=datetime(2026, 11, 25, tzinfo=UTC))

    async def scene() -> None:
        serving = asyncio.create_task(daemon.serve())
        await told(said, "running", 1)
        daemon._reload()
        await told(said, "running", 2)
        daemon._stop("SIGTERM")
        await serving

    asyncio.run(scene())
    told_of = [each["event"] for each in said]
    assert told_of == ["running", "config_reloaded", "config_refused", "running", "stopping", "stopped"]
    assert "monitor rules remove putin" in said[2]["error"]
    assert daemon.settings is before


def test_it_ends_where_another_daemon_leads_by_now(
    tmp_path: Path, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving_program, "_LEAD", 0.001)
    answers = iter([None, StoreError("away"), AlreadyLedError("pid 7 leads")])

    def keep() -> None:
        if (error := next(answers)) is not None:
            raise error

    off = {name: SiteSettings(enabled=False) for name in ("inqilab", "wirecopy")}
    daemon = program(Settings(database=defaults(tmp_path).database, sites=off), tmp_path)
    daemon.keep_lead = keep
    with pytest.raises(AlreadyLedError, match="pid 7 leads"):
        asyncio.run(daemon.serve())
    assert [(each["event"], each.get("why")) for each in said] == [
        ("running", None),
        ("stopping", "pid 7 leads"),
        ("stopped", None),
    ]
