"""Lanes: a slow or dead site delays no other, a failing database is told once, and an end leaves nothing behind."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from monitor.core.errors import StoreError
from monitor.sitekit.site import Site
from monitor.store.database import Database
from tests.daemon.house import HOUR, PAPERS, House, settle


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
def said() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


def test_a_dead_site_delays_no_other(house: House) -> None:
    async def scene() -> None:
        rounds = house.rounds()
        house.hanging = {"noon"}
        for _ in range(3):
            await rounds.tick()
            await settle(rounds, "noon")
        assert set(rounds.lanes) == {"noon"}
        assert house.published() == ["evening", "morning"]
        await rounds.drain(0)

    asyncio.run(scene())
    assert [row.lease for row in house.rows("sources")] == [None] * 3


@pytest.mark.parametrize(("slots", "most"), [(1, 1), (2, 2), (9, 3)])
def test_no_more_at_once_than_there_are_slots(house: House, slots: int, most: int) -> None:
    async def scene() -> None:
        rounds = house.rounds(slots=slots)
        house.hanging = {"morning", "noon", "evening"}
        await rounds.tick()
        while house.now < most:
            await asyncio.sleep(0)
        await rounds.drain(0)

    asyncio.run(scene())
    assert house.most == most


def test_a_site_with_a_schedule_waits_for_it(house: House) -> None:
    async def scene() -> None:
        rounds = house.rounds(scheduled=["noon"])
        await rounds.tick()
        await settle(rounds)
        assert house.published() == ["evening", "morning"]
        rounds.begin(PAPERS[1], early=True)
        await settle(rounds)
        assert house.published() == ["evening", "morning", "noon"]

    asyncio.run(scene())


class TestTheEnd:
    """What is under way is waited for, then handed back; nothing is begun any more."""

    def test_it_waits_for_what_is_under_way(self, house: House) -> None:
        async def scene() -> None:
            rounds = house.rounds(PAPERS[:1])
            await rounds.tick()
            await rounds.drain(60)
            assert rounds.lanes == {}
            rounds.begin(PAPERS[0])
            assert rounds.lanes == {}

        asyncio.run(scene())
        assert [row.outcome for row in house.rows("observations")] in ([], ["fetched"])
        assert [row.lease for row in house.rows("sources")] == [None]

    def test_what_takes_longer_is_handed_back(self, house: House, said: list[EventDict]) -> None:
        async def scene() -> None:
            rounds = house.rounds()
            house.hanging = {"noon", "evening"}
            await rounds.tick()
            while house.now < 2 or len(rounds.lanes) > 2:
                await asyncio.sleep(0)
            await rounds.drain(0)

        asyncio.run(scene())
        assert [each for each in said if each["event"] == "handing_back"] == [
            {"event": "handing_back", "log_level": "warning", "sites": ["evening", "noon"]}
        ]
        assert [row.lease for row in house.rows("sources")] == [None] * 3


class TestFailingDatabase:
    """It is told once, tried again after a while, and its recovery is told."""

    def test_told_once(self, house: House, said: list[EventDict], monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        async def scene() -> None:
            rounds = house.rounds(PAPERS[:1])
            with monkeypatch.context() as broken:
                broken.setattr(house.leases, "claim", fail)
                for _ in range(5):
                    await rounds.tick()
                    await settle(rounds)
                    assert rounds.rests
                    house.clock.at += HOUR
            for _ in range(5):
                await rounds.tick()
                await settle(rounds)

        asyncio.run(scene())
        assert [each["event"] for each in said] == ["database_failing", "database_recovered"]
        assert house.published() == ["morning"]

    def test_no_page_is_fetched_that_could_not_be_kept(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise StoreError("the disk is full")

        async def scene() -> None:
            rounds = house.rounds(PAPERS[:1])
            monkeypatch.setattr(house.store, "polled", fail)
            for _ in range(100):
                await rounds.tick()
                await settle(rounds)
                house.clock.at += timedelta(seconds=1)

        asyncio.run(scene())
        assert len(house.web.asked) <= 4

    def test_at_the_start(self, house: House, said: list[EventDict], monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object, **__: object) -> None:
            raise StoreError("locked")

        async def scene() -> None:
            rounds = house.rounds()
            with monkeypatch.context() as broken:
                broken.setattr(house.leases, "enrol", fail)
                await rounds.tick()
            house.clock.at += HOUR
            for _ in range(2):
                await rounds.tick()
                await settle(rounds)

        asyncio.run(scene())
        assert house.published() == ["evening", "morning", "noon"]


def test_a_bug_of_ours_ends_one_lane_and_no_more(
    house: House, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = house.leases.claim

    def claim(site: Site, *given: object, **named: object) -> object:
        if site.name == "noon":
            raise ZeroDivisionError
        return plain(site, *given, **named)  # type: ignore[arg-type]

    async def scene() -> None:
        rounds = house.rounds()
        await rounds.tick()
        await settle(rounds)
        await rounds.tick()
        await settle(rounds)

    monkeypatch.setattr(house.leases, "claim", claim)
    asyncio.run(scene())
    assert house.published() == ["evening", "morning"]
    assert {each["event"] for each in said} == {"lane_broke"}


def test_a_laptop_that_slept_has_one_catch_up_and_no_storm(house: House) -> None:
    async def scene() -> None:
        rounds = house.rounds(PAPERS[:1])
        for _ in range(3):
            await rounds.tick()
            await settle(rounds)
        house.clock.at += timedelta(days=3)
        house.web.asked.clear()
        for _ in range(50):
            await rounds.tick()
            await settle(rounds)

    asyncio.run(scene())
    assert sorted(house.web.asked) == ["https://morning.example/feed", "https://morning.example/news/1"]
