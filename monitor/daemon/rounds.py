"""Who works where: a lane for each site with work to do, so that a slow site holds up no other."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Leases
from monitor.pipeline.tick import Shift, Terms, Witness
from monitor.service.trouble import Trouble
from monitor.service.work import Term, Work
from monitor.sitekit.site import Site

_RETRY: Final = timedelta(seconds=30)
_LAST_MOMENT: Final = 5.0


@dataclass(slots=True)
class Rounds(Work):
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
    lanes: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _enrolled: bool = False
    _failing_until: datetime | None = None
    _trouble: Trouble = field(init=False)

    def __post_init__(self) -> None:
        """Tell of trouble in the same log."""
        self._trouble = Trouble(self.log)

    @classmethod
    def of(cls, term: Term, witness: Witness, log: FilteringBoundLogger) -> "Rounds":
        """Make the rounds of a term."""
        return cls(term.monitor, term.leases, term.terms, witness, log, term.sites, term.schedules)

    @property
    def busy(self) -> int:
        """How many sites are being worked on."""
        return len(self.lanes)

    async def tick(self) -> None:
        """Begin a lane at each site that has something due and no lane yet."""
        now = self.monitor.clock.now()
        if self._failing_until is not None and now < self._failing_until:
            return
        idle = [site for site in self.sites if site.name not in self.lanes and site.name not in self.scheduled]
        try:
            if not self._enrolled:
                await self.monitor.call(self.leases.enrol, self.sites, now=now)
            self._enrolled = True
            ready = await self.monitor.call(self.leases.ready, idle, now=now)
        except StoreError as error:
            self._store_fails(error)
            return
        self.last_tick = now
        for site in ready:
            self.begin(site)

    def begin(self, site: Site, *, early: bool = False) -> None:
        """Begin a lane at a site, unless there is one or the program is to end."""
        if site.name in self.lanes or self.terms.stop.is_set():
            return
        lane = asyncio.create_task(self._lane(site, early=early), name=f"lane {site.name}")
        self.lanes[site.name] = lane
        lane.add_done_callback(lambda _: self.lanes.pop(site.name, None))

    async def drain(self, limit: float) -> None:
        """Begin nothing more, wait so many seconds for what is under way, and hand the rest back."""
        self.terms.stop.set()
        lanes = list(self.lanes.values())
        if not lanes:
            return
        _, late = await asyncio.wait(lanes, timeout=limit)
        if late:
            self.log.warning("handing_back", sites=sorted(each.get_name().removeprefix("lane ") for each in late))
            self.abandon()
            await asyncio.wait(late, timeout=_LAST_MOMENT)

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        self.terms.stop.set()
        for lane in list(self.lanes.values()):
            lane.cancel()

    async def _lane(self, site: Site, *, early: bool) -> None:
        shift = Shift(self.monitor, self.leases, self.terms, self.witness, site)
        try:
            await shift.work(early=early)
        except StoreError as error:
            self._store_fails(error)
        except Exception:
            self.log.exception("lane_broke", site=site.name)
        else:
            self._store_serves()

    def _store_fails(self, error: StoreError) -> None:
        """Say it once, and do not fetch pages that cannot be kept."""
        self._trouble.fails(error)
        self._failing_until = self.monitor.clock.now() + _RETRY

    def _store_serves(self) -> None:
        self._trouble.serves()
        self._failing_until = None
