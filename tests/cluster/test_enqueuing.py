"""Who leads enqueues a job at each site with work to do, and gives the jobs of dead workers to others."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from monitor.core.errors import StoreError
from monitor.core.leases import Lease
from monitor.store.database import Database
from tests.cluster.house import SILENCE, Cluster, Given
from tests.daemon.house import HOUR, PAPERS

ALL = [("morning", False), ("noon", False), ("evening", False)]


@pytest.fixture
def cluster(database: Database) -> Cluster:
    return Cluster(database)


@pytest.fixture
def said() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


class TestWhatIsEnqueued:
    """A job at each site that has something due and no job that waits, by the one that leads."""

    def test_each_site_once_however_often_it_looks(self, cluster: Cluster) -> None:
        async def scene() -> None:
            one = cluster.enqueuing()
            for _ in range(3):
                await one.tick()
            await one.drain(0)

        asyncio.run(scene())
        assert cluster.queued() == ALL

    def test_nothing_by_those_who_wait_for_the_lead_until_they_have_it(
        self, cluster: Cluster, said: list[EventDict]
    ) -> None:
        async def scene() -> None:
            lead = Given(mine=False)
            one = cluster.enqueuing(lead)
            await one.tick()
            one.begin(PAPERS[0], early=True)
            assert (cluster.queued(), one.last_tick is not None) == ([], True)
            lead.mine = True
            await one.tick()
            assert cluster.queued() == ALL
            lead.mine = False
            await one.tick()
            await one.drain(0)

        asyncio.run(scene())
        assert [each["event"] for each in said] == ["leading", "lead_lost"]

    def test_two_who_believe_to_lead_make_no_job_twice(self, cluster: Cluster) -> None:
        async def scene() -> None:
            one, other = cluster.enqueuing(), cluster.enqueuing()
            await asyncio.gather(one.tick(), other.tick())
            await asyncio.gather(one.drain(0), other.drain(0))

        asyncio.run(scene())
        assert cluster.queued() == ALL

    def test_a_site_with_a_schedule_when_it_is_time(self, cluster: Cluster) -> None:
        async def scene() -> None:
            one = cluster.enqueuing(scheduled="noon")
            await one.tick()
            assert cluster.queued() == [ALL[0], ALL[2]]
            one.begin(PAPERS[1], early=True)
            await one.drain(9)

        asyncio.run(scene())
        assert cluster.queued() == [ALL[0], ALL[2], ("noon", True)]

    def test_sites_at_one_host_share_a_lock(self, cluster: Cluster) -> None:
        async def scene() -> None:
            one = cluster.enqueuing()
            await one.tick()
            await one.drain(0)

        asyncio.run(scene())
        locks = [job["lock"] for job in cluster.memory.jobs.values()]
        assert locks == [f"host {name}.example" for name, _ in ALL]


class TestDeadWorkers:
    """Of whom nothing was heard for a while, has lost leases and jobs."""

    def die(self, cluster: Cluster, site: str) -> None:
        """Let the job of a site be taken by a worker who is never heard of again."""
        long_ago = datetime.now(UTC) - timedelta(seconds=SILENCE + 1)
        cluster.memory.workers[7] = long_ago
        job = next(job for job in cluster.memory.jobs.values() if job["args"]["site"] == site)
        job |= {"status": "doing", "worker_id": 7}
        now = cluster.clock.now()
        paper = next(each for each in PAPERS if each.name == site)
        assert cluster.leases.claim(paper, Lease(f"{job['id']}-dead", now, now + HOUR), limit=9)

    @pytest.mark.parametrize("early", [False, True])
    def test_what_he_had_is_given_to_others(self, cluster: Cluster, said: list[EventDict], *, early: bool) -> None:
        async def scene() -> None:
            one = cluster.enqueuing(scheduled="noon" if early else None)
            await one.tick()
            one.begin(PAPERS[1], early=True)
            await asyncio.sleep(0)
            self.die(cluster, "noon")
            await one.tick()
            await one.drain(0)

        asyncio.run(scene())
        assert sorted(cluster.queued()) == sorted([ALL[0], ("noon", early), ALL[2]])
        assert cluster.queued("doing") == []
        assert [row.lease for row in cluster.rows("sources")] == [None] * 3
        assert cluster.memory.workers == {}
        assert ("job_taken_back", "noon") in [(each["event"], each.get("site")) for each in said]

    def test_a_site_that_is_not_known_here_is_dropped_only(self, cluster: Cluster) -> None:
        async def scene() -> None:
            one = cluster.enqueuing()
            await one.tick()
            self.die(cluster, "noon")
            next(job for job in cluster.memory.jobs.values() if job["status"] == "doing")["args"]["site"] = "midnight"
            await one.tick()
            await one.drain(0)

        asyncio.run(scene())
        assert cluster.queued("doing") == []
        assert sorted(cluster.queued()) == sorted([ALL[0], ALL[2]])


def test_a_failing_database_is_told_once_and_got_over(
    cluster: Cluster, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreError("gone")

    async def scene() -> None:
        one = cluster.enqueuing()
        with monkeypatch.context() as broken:
            broken.setattr(cluster.leases, "ready", fail)
            for _ in range(3):
                await one.tick()
            assert one.last_tick is None
        for _ in range(3):
            await one.tick()
        await one.drain(0)

    asyncio.run(scene())
    assert [each["event"] for each in said] == ["leading", "database_failing", "database_recovered"]
    assert cluster.queued() == ALL
