"""The queue on a real Postgres: its tables are made once, and a job that was lost to another is let go."""

import asyncio

import structlog
from procrastinate.jobs import Status
from structlog.testing import capture_logs

from monitor.cluster.jobs import SHIFTS, Jobs, open_jobs
from tests.daemon.house import PAPERS
from tests.databases import Postgres


def opening(url: str) -> "asyncio.Future[Jobs]":
    return asyncio.ensure_future(open_jobs(url, structlog.get_logger()))


def test_programs_that_start_at_once_make_the_tables_once(postgres: Postgres) -> None:
    async def scene(url: str) -> None:
        some = await asyncio.gather(*(opening(url) for _ in range(4)))
        await some[0].put(PAPERS)
        assert await some[1].waiting() == {"morning", "noon", "evening"}
        await some[2].put(PAPERS[:1])
        assert len(list(await some[3].app.job_manager.list_jobs_async())) == 3
        for each in some:
            await each.close()

    with postgres.without_tables() as url:
        asyncio.run(scene(url))


def test_a_job_that_was_taken_back_meanwhile_is_let_go_by_its_worker(postgres: Postgres) -> None:
    async def scene(url: str) -> None:
        jobs = await opening(url)
        await jobs.put(PAPERS[:1])
        manager = jobs.app.job_manager
        job = await manager.fetch_job(queues=[SHIFTS], worker_id=await manager.register_worker())
        assert job is not None
        assert list(await jobs.stalled(60)) == []
        assert [each.id for each in await jobs.stalled(0)] == [job.id]
        await jobs.drop(job)
        await manager.finish_job(job, Status.SUCCEEDED, delete_job=True)
        await jobs.close()

    with postgres.without_tables() as url, capture_logs() as said:
        asyncio.run(scene(url))
    assert [(each["event"], each["site"]) for each in said] == [("job_lost", "morning")]
