"""`monitor worker`: takes jobs, and does a shift at the site of each, as the daemon does in its lanes.

tick    procrastinate's worker runs, or is begun anew if the database had failed it
job     a shift (monitor.pipeline.tick) under leases that bear the job's name; after a while others have their turn
end     finish or hand back as the daemon does; a job that was broken off ends, and its site is enqueued again
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from procrastinate import JobContext
from procrastinate.jobs import DeleteJobCondition, Job
from structlog.typing import FilteringBoundLogger

from monitor.cluster.jobs import SHIFT, SHIFTS, Jobs, explaining
from monitor.cluster.leases import owner_of, tokens_of
from monitor.core.errors import StoreError
from monitor.pipeline.tick import Shift, Witness
from monitor.service.lanes import Lanes
from monitor.service.work import SiteWork, Term
from monitor.sitekit.site import Site

_LONGEST: Final = timedelta(minutes=1)
_BEATS: Final = 4
_TRIES: Final = 30
_PAUSE: Final = 1.0
_LAST_MOMENT: Final = 5.0


@dataclass(slots=True)
class Working(SiteWork):
    """Does `concurrency` jobs at once, each in a lane. `open_jobs` opens the queue."""

    term: Term
    open_jobs: Callable[[], Awaitable[Jobs]]
    witness: Witness
    log: FilteringBoundLogger
    concurrency: int
    last_tick: datetime | None = None
    workers: set[int] = field(default_factory=set)
    _lanes: Lanes = field(init=False)
    _jobs: Jobs | None = None
    _running: asyncio.Task[None] | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """No lane has begun yet."""
        self._lanes = Lanes("site", self.term.monitor.clock, self.term.terms.stop, self.log)

    @property
    def busy(self) -> int:
        """How many sites are being worked on."""
        return len(self._lanes.tasks)

    @property
    def rests(self) -> bool:
        """Whether the queue failed just now."""
        return self._lanes.trouble.failing

    async def tick(self) -> None:
        """See to it that jobs are taken."""
        async with self._turn:
            with self._lanes.trouble.told():
                await self._tick()
                self.last_tick = self.term.monitor.clock.now()

    async def _tick(self) -> None:
        if self._jobs is None:
            self._jobs = await self.open_jobs()
            self._jobs.app.task(name=SHIFT, queue=SHIFTS, pass_context=True)(self.shift)
        await self._beat(self._jobs)
        if self._running is None or self._running.done():
            failed, self._running = self._running, asyncio.create_task(self._run(self._jobs), name="worker")
            if failed is not None and (error := failed.exception()):
                raise error

    async def _beat(self, jobs: Jobs) -> None:
        """Be heard of as long as there are jobs under way: while procrastinate's worker ends, it says nothing."""
        if not self._lanes.tasks:
            self.workers.clear()
        await jobs.beat(self.workers, self.term.settings.run.silence)

    async def _run(self, jobs: Jobs) -> None:
        run = self.term.settings.run
        async with explaining():
            await jobs.app.run_worker_async(
                queues=[SHIFTS],
                concurrency=self.concurrency,
                fetch_job_polling_interval=run.tick,
                shutdown_graceful_timeout=run.stop_limit + _LAST_MOMENT,
                delete_jobs=DeleteJobCondition.ALWAYS,
                install_signal_handlers=False,
                update_heartbeat_interval=run.silence / _BEATS,
                stalled_worker_timeout=run.silence,
            )

    async def shift(self, context: JobContext, /, *, site: str, early: bool = False, **_: object) -> None:
        """Do a job. What a newer program says of it besides can be passed over, or it would be another kind of job."""
        known = next((each for each in self.term.sites if each.name == site), None)
        if known is None:
            self.log.info("site_left_to_others", site=site)
            return
        if context.job.worker_id is not None:
            self.workers.add(context.job.worker_id)
        self._lanes.begin(site, partial(self._shift, known, context.job, early=early))
        if lane := self._lanes.tasks.get(site):
            try:
                await asyncio.wait([lane])
            finally:
                lane.cancel()

    async def _shift(self, site: Site, job: Job, *, early: bool) -> None:
        terms = replace(self.term.terms, token=tokens_of(job))
        shift = Shift(self.term.monitor, self.term.leases, terms, self.witness, site)
        try:
            await shift.work(early=early, longest=_LONGEST)
        except StoreError as error:
            self._lanes.store_fails(error)
            await self._give_back(site, job)
            raise

    async def _give_back(self, site: Site, job: Job) -> None:
        """Give back what was claimed for a job as soon as the database serves again, or leave it behind."""
        monitor = self.term.monitor
        for _ in range(_TRIES):
            await monitor.clock.sleep(_PAUSE)
            with suppress(StoreError):
                await monitor.call(self.term.leases.take_back, site, owner_of(job), now=monitor.clock.now())
                return

    def begin(self, site: Site, *, early: bool = False) -> None:
        """Nothing: work is begun by those who enqueue."""

    async def drain(self, limit: float) -> None:
        """Take no more jobs, wait so many seconds for what is under way, and hand the rest back."""
        self.term.terms.stop.set()
        async with self._turn:
            if self._jobs is None:
                return
            if self._running is not None:
                self._running.cancel()
                await self._finish(self._jobs, limit)
                await asyncio.wait([self._running], timeout=_LAST_MOMENT)
            await self._jobs.close()

    async def _finish(self, jobs: Jobs, limit: float) -> None:
        beating = asyncio.create_task(self._keep_beating(jobs))
        try:
            await self._lanes.drain(limit)
        finally:
            beating.cancel()

    async def _keep_beating(self, jobs: Jobs) -> None:
        while True:
            with self._lanes.trouble.told():
                await self._beat(jobs)
            await asyncio.sleep(self.term.settings.run.silence / _BEATS)

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        self._lanes.abandon()
