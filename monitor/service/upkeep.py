"""What the record needs every day, done beside the work: portion by portion, with pauses in which others write."""

import asyncio
from contextlib import suppress
from typing import Final

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.pipeline.monitor import Monitor

_DAY: Final = 86_400.0
_PAUSE: Final = 0.05  # seconds


async def look_after(monitor: Monitor, ended: asyncio.Event, log: FilteringBoundLogger) -> None:
    """Do it at once and then every day, until the program is to end; what fails is told, and tried the next day."""
    while not ended.is_set():
        try:
            await _tend(monitor, ended, log)
        except StoreError as error:
            log.warning("upkeep_failed", error=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), _DAY)


async def _tend(monitor: Monitor, ended: asyncio.Event, log: FilteringBoundLogger) -> None:
    portions, rows = monitor.upkeep(monitor.clock.now()), 0
    while not ended.is_set() and (portion := await monitor.call(next, portions, None)) is not None:
        rows += portion
        await monitor.clock.sleep(_PAUSE)
    if rows:
        log.info("pruned", rows=rows)
