"""Who works where: a lane for each site with work to do, so that a slow site holds up no other."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Leases
from monitor.pipeline.tick import Shift, Terms, Witness
from monitor.service.lanes import Lanes
from monitor.service.work import SiteWork, Term
from monitor.sitekit.site import Site


@dataclass(slots=True)
class Rounds(SiteWork):
    """Begins a lane wherever something is due, and sees all of them to their end.

    Those of the `sites` that are `scheduled` are begun by their own schedule. `last_tick` is when the database last
    said what is due.
    """

    monitor: Monitor
    leases: Leases
    terms: Terms
    witness: Witness
    log: FilteringBoundLogger
    sites: Sequence[Site]
    scheduled: Collection[str] = ()
    last_tick: datetime | None = None
    _lanes: Lanes = field(init=False)
    _enrolled: bool = False

    def __post_init__(self) -> None:
        """No lane has begun yet."""
        self._lanes = Lanes("site", self.monitor.clock, self.terms.stop, self.log)

    @classmethod
    def of(cls, term: Term, witness: Witness, log: FilteringBoundLogger) -> "Rounds":
        """Make the rounds of a term."""
        return cls(term.monitor, term.leases, term.terms, witness, log, term.sites, term.schedules)

    @property
    def busy(self) -> int:
        """How many sites are being worked on."""
        return len(self.lanes)

    @property
    def lanes(self) -> dict[str, asyncio.Task[None]]:
        """The lanes that there are, by the names of their sites."""
        return self._lanes.tasks

    @property
    def rests(self) -> bool:
        """Whether nothing is begun, since the database failed just now."""
        return not self._lanes.may_begin

    async def tick(self) -> None:
        """Begin a lane at each site that has something due and no lane yet."""
        if self.rests:
            return
        now = self.monitor.clock.now()
        idle = [site for site in self.sites if site.name not in self.lanes and site.name not in self.scheduled]
        try:
            if not self._enrolled:
                await self.monitor.call(self.leases.enrol, self.sites, now=now)
            self._enrolled = True
            ready = await self.monitor.call(self.leases.ready, idle, now=now)
        except StoreError as error:
            self._lanes.store_fails(error)
            return
        self.last_tick = now
        for site in ready:
            self.begin(site)

    def begin(self, site: Site, *, early: bool = False) -> None:
        """Begin a lane at a site, unless there is one or the program is to end."""
        shift = Shift(self.monitor, self.leases, self.terms, self.witness, site)
        self._lanes.begin(site.name, partial(shift.work, early=early))

    async def drain(self, limit: float) -> None:
        """Begin nothing more, wait so many seconds for what is under way, and hand the rest back."""
        await self._lanes.drain(limit)

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        self._lanes.abandon()
