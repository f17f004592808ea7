"""What a program that stays tells of itself when it is asked over HTTP (monitor.service.health)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from monitor.core.errors import StoreError
from monitor.core.status import Status
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.status import status_of
from monitor.service.health import why_not_ready
from monitor.service.metrics import Metrics
from monitor.service.work import SiteWork

_TICKS: Final = 6
_AT_LEAST: Final = timedelta(minutes=1)
_NO_STORY: Final = "0"


@dataclass(frozen=True, slots=True)
class Figures:
    """A program in one term, as it can be asked. `tick` is how often it looks for what is due, in seconds."""

    monitor: Monitor
    work: SiteWork
    metrics: Metrics
    names: Sequence[str]
    tick: float

    async def ready(self) -> str | None:
        """Say why it cannot work, None if it can."""
        longest = max(timedelta(seconds=self.tick) * _TICKS, _AT_LEAST)
        now = self.monitor.clock.now()
        if self.work.rests:
            return "the database fails, so nothing is fetched"
        return await why_not_ready(self._reach, self.work.last_tick, now=now, longest=longest)

    async def text(self) -> bytes:
        """Say what it counts, and how the record stands; where that is out of reach, how it stood last."""
        monitor, metrics = self.monitor, self.metrics
        metrics.under_way(self.work.busy)
        if self.work.last_tick is not None:
            metrics.ticked(self.work.last_tick)
        with suppress(StoreError):
            status = await monitor.call(self._status)
            due = {site.name: site.due + site.due_sources for site in status.sites}
            metrics.stands(due, failing=status.failing)
            if monitor.delivery is not None:
                receivers = await monitor.call(monitor.delivery.mailroom.receivers)
                metrics.waits({each.name: each.waiting for each in receivers})
        return metrics.text()

    def _status(self) -> Status:
        monitor = self.monitor
        now = monitor.clock.now()
        return status_of(monitor.archive, now, monitor.sites, monitor.rechecks, self.names).of(self.names)

    async def _reach(self) -> None:
        await self.monitor.call(self.monitor.archive.find, _NO_STORY)
