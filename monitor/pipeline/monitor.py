"""The parts that use cases work with, as `bootstrap` joins them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ParamSpec, Protocol, TypeVar

from monitor.pipeline.alerting import Alerting
from monitor.pipeline.delivery import Delivery
from monitor.pipeline.ports import Archive, Clock, Fetcher, Store, Upkeep
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue

P = ParamSpec("P")
T = TypeVar("T")


class Caller(Protocol):
    """How the synchronous store is called from asynchronous code."""

    async def __call__(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a unit of work and return what it returns."""
        ...


async def directly(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do a unit of work here and now: a third faster than in a thread, where nothing else waits for the loop."""
    result = work(*args, **kwargs)
    await asyncio.sleep(0)  # an interruption is noticed here
    return result


@dataclass(frozen=True, slots=True)
class Remark:
    """What a user must know of the files that are replayed; `damage` says that captures are lost by it."""

    text: str
    damage: bool = False


@dataclass(frozen=True, slots=True)
class Monitor:
    """One running monitor: the sites it knows, its record, its way to pages, and its clock.

    `call` does the store's work: in a thread on the web, where other sites must not wait for it. `remarks` were made
    when what is replayed was opened. `rechecks` says what may be spent on looking again, and
    `alerting` whom events are told. `delivery` tells them; None where nobody is to be told. `upkeep` is
    what the record needs every day.
    """

    sites: Catalogue
    store: Store
    archive: Archive
    fetcher: Fetcher
    clock: Clock
    call: Caller = asyncio.to_thread
    remarks: tuple[Remark, ...] = ()
    rechecks: RecheckPolicy = field(default_factory=RecheckPolicy)
    alerting: Alerting = field(default_factory=Alerting)
    delivery: Delivery | None = None
    upkeep: Upkeep = lambda _now: iter(())

    async def close(self) -> None:
        """Let go of connections, in the loop that used them."""
        await self.fetcher.close()
        if self.delivery is not None:
            await self.delivery.poster.close()
