"""The jobs of a cluster, kept by procrastinate in the same Postgres.

A job is a shift at one site, `{"site": NAME}`, with `"early": true` where its own schedule begins it. What is due there
stands in the record and not in the job, so a job that gets lost loses nothing: the next look finds the site due again.

    one job waits for a site at most      queueing_lock
    one job is done for a host at most    lock; no worker stands in front of a host that is taken
    a new kind of job                     gets a queue of its own: older workers leave it alone
    a site that a worker does not have    is left to those who have it: the job ends, and the site is enqueued again

The tables are made by whoever comes first. A job that is done is deleted.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from procrastinate import App, BaseConnector, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.core.urls import host_of
from monitor.sitekit.site import Site

SHIFTS: Final = "shifts-1"
"""The queue: its number grows when jobs come to mean something else."""

SHIFT: Final = "shift"

_CONNECTIONS: Final = 4
_CONNECT_SECONDS: Final = 10
_TRIES: Final = 30
_PAUSE: Final = 1.0


@dataclass(slots=True)
class Jobs:
    """The queue, opened. Failures of the database are StoreError."""

    app: App

    async def waiting(self) -> set[str]:
        """Return the names of the sites for which a job waits."""
        async with explaining():
            jobs = await self.app.job_manager.list_jobs_async(queue=SHIFTS, status=Status.TODO.value)
        return {str(job.task_kwargs.get("site")) for job in jobs}

    async def put(self, sites: Sequence[Site], *, early: bool = False) -> None:
        """Enqueue a job for each of these sites; none of them if one has a job that waits."""
        async with explaining():
            if sites:
                try:
                    await self.app.job_manager.batch_defer_jobs_async([_job(site, early=early) for site in sites])
                except AlreadyEnqueued:
                    return  # somebody else believes to lead too

    async def stalled(self, silence: float) -> Iterable[Job]:
        """Return the jobs of workers of whom nothing was heard for so many seconds."""
        async with explaining():
            return await self.app.job_manager.get_stalled_jobs(queue=SHIFTS, seconds_since_heartbeat=silence)

    async def drop(self, job: Job) -> None:
        """Take a job off the record, if it still is on it."""
        async with explaining():
            await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    async def beat(self, workers: Iterable[int], silence: float) -> None:
        """Let it be known that these workers are alive, and forget those who are not."""
        async with explaining():
            for worker in workers:
                await self.app.job_manager.update_heartbeat(worker)
            await self.app.job_manager.prune_stalled_workers(silence)

    async def close(self) -> None:
        """Let go of the connections."""
        await self.app.close_async()


async def open_jobs(url: str, log: FilteringBoundLogger) -> Jobs:
    """Open the queue of a database, and make its tables if there are none."""
    connector = PsycopgConnector(
        conninfo=url, min_size=1, max_size=_CONNECTIONS, kwargs={"connect_timeout": _CONNECT_SECONDS}
    )
    return await open_with(connector, log)


async def open_with(connector: BaseConnector, log: FilteringBoundLogger) -> Jobs:
    """Open the queue behind a connector."""
    app = App(connector=connector)
    app.job_manager = _Manager(connector, log)
    try:
        async with explaining():
            await app.open_async()
            await _make_tables(app)
    except BaseException:
        await app.close_async()
        raise
    return Jobs(app)


async def _make_tables(app: App) -> None:
    if await app.check_connection_async():
        return
    try:
        await app.schema_manager.apply_schema_async()
    except ConnectorException:
        if not await app.check_connection_async():  # else somebody else was quicker
            raise


def _job(site: Site, *, early: bool) -> Job:
    return Job(
        queue=SHIFTS,
        task_name=SHIFT,
        lock=f"host {host_of(site.sources[0].url) if site.sources else site.name}",
        queueing_lock=f"site {site.name}",
        task_kwargs={"site": site.name, **({"early": True} if early else {})},
    )


class _Manager(JobManager):
    """Ends jobs for certain: one that stayed under way by a living worker would close its host to all others."""

    def __init__(self, connector: Any, log: FilteringBoundLogger) -> None:
        super().__init__(connector)
        self._log = log

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        """End a job, once the database serves; one that was taken from its worker has ended already."""
        for left in reversed(range(_TRIES)):
            try:
                return await super().finish_job(job, status, delete_job)
            except ConnectorException as error:
                if isinstance(error.__cause__, psycopg.errors.RaiseException):
                    self._log.warning("job_lost", site=job.task_kwargs.get("site"), job=job.id)
                    return None
                if not left:
                    raise
                await asyncio.sleep(_PAUSE)
        return None


@asynccontextmanager
async def explaining() -> AsyncIterator[None]:
    """Turn what procrastinate and its driver raise in this block into StoreError."""
    try:
        yield
    except (ConnectorException, psycopg.Error) as error:
        why = error.__cause__ if isinstance(error, ConnectorException) else error
        raise StoreError(f"the queue cannot be reached: {' '.join(str(why or error).split())}") from error
