"""Who is told: a lane for each receiver for whom something waits, so that a slow or dead one delays no other."""

import asyncio
from dataclasses import dataclass, field

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.pipeline.deliver import Errand, Witness
from monitor.pipeline.delivery import Delivery
from monitor.pipeline.monitor import Monitor
from monitor.service.lanes import Lanes
from monitor.service.work import Term, Work


@dataclass(slots=True)
class Deliveries(Work):
    """Begins a lane wherever something is due, and sees all of them to their end."""

    monitor: Monitor
    delivery: Delivery
    witness: Witness
    log: FilteringBoundLogger
    _lanes: Lanes = field(init=False)

    def __post_init__(self) -> None:
        """No lane has begun yet."""
        self._lanes = Lanes("receiver", self.monitor.clock, asyncio.Event(), self.log)

    @classmethod
    def of(cls, term: Term, witness: Witness, log: FilteringBoundLogger) -> "list[Deliveries]":
        """Make the deliveries of a term; none without receivers."""
        delivery = term.monitor.delivery
        return [] if delivery is None else [cls(term.monitor, delivery, witness, log)]

    @property
    def lanes(self) -> dict[str, asyncio.Task[None]]:
        """The lanes that there are, by the names of their receivers."""
        return self._lanes.tasks

    async def tick(self) -> None:
        """Begin a lane for each receiver that may be told something and has no lane yet."""
        if not self._lanes.may_begin:
            return
        idle = [name for name in self.delivery.routes if name not in self.lanes]
        try:
            ready = await self.monitor.call(self.delivery.outbox.ready, idle, now=self.monitor.clock.now())
        except StoreError as error:
            self._lanes.store_fails(error)
            return
        for name in ready:
            errand = Errand(self.monitor, self.delivery, name, self._lanes.stop, self.witness)
            self._lanes.begin(name, errand.work)

    async def drain(self, limit: float) -> None:
        """Begin nothing more, wait so many seconds for what is under way, and hand the rest back."""
        await self._lanes.drain(limit)

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        self._lanes.abandon()
