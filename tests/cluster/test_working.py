"""Workers do the jobs they know, under leases that bear the job's name, and leave the others alone."""

import asyncio
from collections.abc import Iterator

import pytest
from procrastinate.exceptions import ConnectorException
from structlog.testing import capture_logs
from structlog.typing import EventDict

from monitor.cluster.jobs import SHIFTS
from monitor.core.errors import StoreError
from monitor.store.database import Database
from tests.cluster.house import Cluster, until
from tests.daemon.house import PAPERS


@pytest.fixture
def cluster(database: Database) -> Cluster:
    return Cluster(database)


@pytest.fixture
def said() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


async def enqueue(cluster: Cluster) -> None:
    """Let all that is due be enqueued once."""
    one = cluster.enqueuing()
    await one.tick()
    await one.drain(0)


def test_what_was_enqueued_is_done_and_no_job_is_left(cluster: Cluster) -> None:
    async def scene() -> None:
        await enqueue(cluster)
        one, other = cluster.working(), cluster.working()
        await asyncio.gather(one.tick(), other.tick())
        await until(lambda: not cluster.memory.jobs)
        assert one.last_tick is not None
        await asyncio.gather(one.drain(9), other.drain(9))

    asyncio.run(scene())
    assert cluster.published() == ["evening", "morning", "noon"]
    assert {row.lease for row in (*cluster.rows("sources"), *cluster.rows("articles"))} == {None}
    assert cluster.memory.workers == {}


def test_leases_bear_the_name_of_the_job(cluster: Cluster) -> None:
    async def scene() -> None:
        await enqueue(cluster)
        cluster.hanging = {"morning", "noon", "evening"}
        one = cluster.working()
        await one.tick()
        await until(lambda: cluster.now == 3)
        numbers = {job["args"]["site"]: job["id"] for job in cluster.memory.jobs.values()}
        leased = {row.id: row.lease for row in cluster.rows("sources")}
        sites = {row.id: row.name for row in cluster.rows("sites")}
        for row in cluster.rows("sources"):
            assert leased[row.id].startswith(f"{numbers[sites[row.site_id]]}-")
            assert len(leased[row.id]) <= 36
        await one.drain(0)

    asyncio.run(scene())


class TestLeftAlone:
    """While a cluster is brought up to date, old and new programs stand side by side."""

    def test_a_site_that_it_does_not_have_is_left_to_others(self, cluster: Cluster, said: list[EventDict]) -> None:
        async def scene() -> None:
            await enqueue(cluster)
            one = cluster.working(PAPERS[:1])
            await one.tick()
            await until(lambda: not cluster.memory.jobs)
            await one.drain(9)

        asyncio.run(scene())
        assert cluster.published() == ["morning"]
        assert sorted(each["site"] for each in said if each["event"] == "site_left_to_others") == ["evening", "noon"]

    def test_a_newer_kind_of_job(self, cluster: Cluster) -> None:
        async def scene() -> None:
            await enqueue(cluster)
            newer = next(job for job in cluster.memory.jobs.values() if job["args"]["site"] == "noon")
            newer |= {"queue_name": "shifts-2"}
            one = cluster.working()
            await one.tick()
            await until(lambda: len(cluster.memory.jobs) == 1)
            await one.drain(9)
            assert newer["status"] == "todo"

        asyncio.run(scene())
        assert cluster.published() == ["evening", "morning"]

    def test_what_a_newer_program_says_besides(self, cluster: Cluster) -> None:
        async def scene() -> None:
            await enqueue(cluster)
            for job in cluster.memory.jobs.values():
                job["args"] |= {"because": "it was asked for"}
            one = cluster.working()
            await one.tick()
            await until(lambda: not cluster.memory.jobs)
            await one.drain(9)

        asyncio.run(scene())
        assert cluster.published() == ["evening", "morning", "noon"]


class TestTheEnd:
    """What is under way is waited for, then handed back: its leases end, and its jobs."""

    @pytest.mark.parametrize("hurried", [False, True])
    def test_what_takes_longer_is_handed_back(self, cluster: Cluster, said: list[EventDict], *, hurried: bool) -> None:
        async def scene() -> None:
            await enqueue(cluster)
            cluster.hanging = {"noon", "evening"}
            one = cluster.working()
            await one.tick()
            await until(lambda: cluster.now == one.busy == 2)
            if hurried:
                one.abandon()
            await one.drain(9 if hurried else 0)

        asyncio.run(scene())
        assert {row.lease for row in cluster.rows("sources")} == {None}
        assert cluster.memory.jobs == {}
        handed = [each["sites"] for each in said if each["event"] == "handing_back"]
        assert handed == ([] if hurried else [["evening", "noon"]])

    def test_before_it_has_begun(self, cluster: Cluster) -> None:
        asyncio.run(cluster.working().drain(9))


class TestFailingDatabase:
    """It is told once; what had been claimed is given back when it serves again."""

    def test_in_the_midst_of_a_shift(
        self, cluster: Cluster, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise StoreError("gone")

        async def scene() -> None:
            await enqueue(cluster)
            one = cluster.working()
            with monkeypatch.context() as broken:
                broken.setattr(cluster.store, "polled", fail)
                broken.setattr(cluster.leases, "give_back", fail)
                await one.tick()
                await until(lambda: not cluster.memory.jobs)
            await enqueue(cluster)
            await until(lambda: not cluster.memory.jobs)
            await one.drain(9)

        asyncio.run(scene())
        assert [each["event"] for each in said if each["event"].startswith("database")] == [
            "database_failing",
            "database_recovered",
        ]
        assert cluster.published() == ["evening", "morning", "noon"]

    def test_the_queue_is_taken_up_again(
        self, cluster: Cluster, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(*_: object, **__: object) -> None:
            raise ConnectorException

        async def scene() -> None:
            await enqueue(cluster)
            one = cluster.working()
            with monkeypatch.context() as broken:
                broken.setattr(cluster.memory, "fetch_job_one", fail)
                await one.tick()
                await until(lambda: one._running is not None and one._running.done())
            for _ in range(2):
                await one.tick()
            await until(lambda: not cluster.memory.jobs)
            await one.drain(9)

        asyncio.run(scene())
        told = [each["event"] for each in said if each["event"].startswith("database")]
        assert told == ["database_failing", "database_recovered"]
        assert cluster.published() == ["evening", "morning", "noon"]


def test_a_bug_ends_one_job_and_no_more(
    cluster: Cluster, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = cluster.leases.claim

    def claim(site: object, *given: object, **named: object) -> object:
        if site is PAPERS[1]:
            raise ZeroDivisionError
        return plain(site, *given, **named)  # type: ignore[arg-type]

    async def scene() -> None:
        await enqueue(cluster)
        monkeypatch.setattr(cluster.leases, "claim", claim)
        one = cluster.working()
        await one.tick()
        await until(lambda: not cluster.memory.jobs)
        await one.drain(9)

    asyncio.run(scene())
    assert cluster.published() == ["evening", "morning"]
    assert [each["site"] for each in said if each["event"] == "lane_broke"] == ["noon"]
    assert SHIFTS not in {job["queue_name"] for job in cluster.memory.jobs.values()}
