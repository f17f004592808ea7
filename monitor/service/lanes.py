"""Work side by side, a lane for each site or receiver, so that a slow one holds up no other."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError
from monitor.pipeline.ports import Clock
from monitor.service.trouble import Trouble

Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]]

_RETRY: Final = timedelta(seconds=30)
_LAST_MOMENT: Final = 5.0


@dataclass(slots=True)
class Lanes:
    """Begins lanes, and sees all of them to their end. `kind` says what each is for, `stop` that no more may begin."""

    kind: str
    clock: Clock
    stop: asyncio.Event
    log: FilteringBoundLogger
    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _failing_until: datetime | None = None
    trouble: Trouble = field(init=False)

    def __post_init__(self) -> None:
        """Tell of trouble in the same log."""
        self.trouble = Trouble(self.log)

    @property
    def may_begin(self) -> bool:
        """Whether the database serves, as far as is known: what cannot be kept must not be done."""
        return self._failing_until is None or self.clock.now() >= self._failing_until

    def begin(self, name: str, work: Work) -> None:
        """Begin a lane, unless there is one of this name or the program is to end."""
        if name in self.tasks or self.stop.is_set():
            return
        lane = asyncio.create_task(self._lane(name, work), name=name)
        self.tasks[name] = lane
        lane.add_done_callback(lambda _: self.tasks.pop(name, None))

    async def drain(self, limit: float) -> None:
        """Begin nothing more, wait so many seconds for what is under way, and hand the rest back."""
        self.stop.set()
        lanes = list(self.tasks.values())
        if not lanes:
            return
        _, late = await asyncio.wait(lanes, timeout=limit)
        if late:
            self.log.warning("handing_back", **{f"{self.kind}s": sorted(each.get_name() for each in late)})
            self.abandon()
            await asyncio.wait(late, timeout=_LAST_MOMENT)

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        self.stop.set()
        for lane in list(self.tasks.values()):
            lane.cancel()

    def store_fails(self, error: StoreError) -> None:
        """Say it once, and rest for a while."""
        self.trouble.fails(error)
        self._failing_until = self.clock.now() + _RETRY

    async def _lane(self, name: str, work: Work) -> None:
        try:
            await work()
        except StoreError as error:
            self.store_fails(error)
        except Exception:
            self.log.exception("lane_broke", **{self.kind: name})
        else:
            self._store_serves()

    def _store_serves(self) -> None:
        self.trouble.serves()
        self._failing_until = None
