"""`monitor run --enqueue`: the one that leads finds what is due, and enqueues a job at each site that has something.

tick    lead, or wait for the lead -> take back what dead workers had -> what is due, and has no job yet -> enqueue

A worker of whom nothing is heard for a while counts as dead. Its leases are ended before its jobs are given to others,
so if it only slept it is told so at its next commit, and ends its shift.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from procrastinate.jobs import Job
from structlog.typing import FilteringBoundLogger

from monitor.cluster.jobs import Jobs
from monitor.cluster.leases import owner_of
from monitor.service.trouble import Trouble
from monitor.service.work import SiteWork, Term
from monitor.sitekit.site import Site


class Lead(Protocol):
    """The lead of the database (monitor.store.leader)."""

    def held(self) -> bool:
        """Whether this program leads: it does if nobody else does. StoreError where the database cannot say."""
        ...

    def give_up(self) -> None:
        """Let somebody else have it."""
        ...


@dataclass(slots=True)
class Enqueuing(SiteWork):
    """Enqueues what is due as long as it leads. `open_jobs` opens the queue; `silence` is in seconds."""

    term: Term
    lead: Lead
    open_jobs: Callable[[], Awaitable[Jobs]]
    log: FilteringBoundLogger
    last_tick: datetime | None = None
    leads: bool = False
    _jobs: Jobs | None = None
    _trouble: Trouble = field(init=False)
    _begun: set[asyncio.Task[None]] = field(default_factory=set)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Tell of trouble in the same log."""
        self._trouble = Trouble(self.log)

    @property
    def busy(self) -> int:
        """None: others do the work."""
        return 0

    @property
    def rests(self) -> bool:
        """Whether the database failed just now."""
        return self._trouble.failing

    async def tick(self) -> None:
        """Lead, or wait for the lead."""
        async with self._turn:
            with self._trouble.told():
                await self._tick()
                self.last_tick = self.term.monitor.clock.now()

    async def _tick(self) -> None:
        self._jobs = jobs = self._jobs or await self.open_jobs()
        if not await self._led():
            return
        await self._take_back(jobs)
        waiting = await jobs.waiting()
        idle = [site for site in self.term.sites if site.name not in waiting | self.term.schedules.keys()]
        now = self.term.monitor.clock.now()
        await jobs.put(await self.term.monitor.call(self.term.leases.ready, idle, now=now))

    async def _led(self) -> bool:
        """Whether it leads; whoever comes to lead puts the sites on record first."""
        call, led = self.term.monitor.call, self.leads
        self.leads = False
        held = await call(self.lead.held)
        if held and not led:
            self.log.info("leading")
            await call(self.term.leases.enrol, self.term.sites, now=self.term.monitor.clock.now())
        elif led and not held:
            self.log.warning("lead_lost")
        self.leads = held
        return held

    async def _take_back(self, jobs: Jobs) -> None:
        """Give the jobs of workers that count as dead to others."""
        silence = self.term.settings.run.silence
        for job in await jobs.stalled(silence):
            self.log.warning("job_taken_back", site=job.task_kwargs.get("site"), job=job.id)
            site = next((each for each in self.term.sites if each.name == job.task_kwargs.get("site")), None)
            if site is not None:
                await self._end_leases(site, job)
            await jobs.drop(job)
            if site is not None:
                await jobs.put([site], early=bool(job.task_kwargs.get("early")))
        await jobs.beat((), silence)

    async def _end_leases(self, site: Site, job: Job) -> None:
        now = self.term.monitor.clock.now()
        await self.term.monitor.call(self.term.leases.take_back, site, owner_of(job), now=now)

    def begin(self, site: Site, *, early: bool = False) -> None:
        """Enqueue a job at a site now, if this program leads."""
        if self.leads and self._jobs is not None:
            task = asyncio.create_task(self._begin(self._jobs, site, early=early))
            self._begun.add(task)
            task.add_done_callback(self._begun.discard)

    async def _begin(self, jobs: Jobs, site: Site, *, early: bool) -> None:
        with self._trouble.told():
            await jobs.put([site], early=early)

    async def drain(self, limit: float) -> None:
        """Enqueue nothing more, and let another one lead."""
        if self._begun:
            await asyncio.wait(self._begun, timeout=limit)
        async with self._turn:
            self.leads = False
            await self.term.monitor.call(self.lead.give_up)
            if self._jobs is not None:
                await self._jobs.close()

    def abandon(self) -> None:
        """Nothing is under way here for long."""
