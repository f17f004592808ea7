"""What a program that stays does, whatever it is: the door between its signals and settings and its work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from monitor.config import Settings
from monitor.core.schedules import Schedule
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Leases
from monitor.pipeline.tick import Terms
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Term:
    """The time between two changes of the settings, and what there is to work with in it."""

    monitor: Monitor
    leases: Leases
    terms: Terms
    settings: Settings
    sites: Sequence[Site]

    @property
    def schedules(self) -> Mapping[str, Schedule]:
        """The schedules of the sites that are begun by their own, by name."""
        return {name: each.schedule for name, each in self.settings.sites.items() if each.schedule}


class Work(Protocol):
    """Some work of one term."""

    async def tick(self) -> None:
        """Do what is to be done every few seconds. A database that fails is told of, and no error."""
        ...

    async def drain(self, limit: float) -> None:
        """Begin nothing more, wait so many seconds for what is under way, and hand the rest back."""
        ...

    def abandon(self) -> None:
        """Break off what is under way; its leases are given back."""
        ...


class SiteWork(Work, Protocol):
    """The work at sites. `last_tick` is when the database last served it."""

    last_tick: datetime | None

    @property
    def busy(self) -> int:
        """How many sites are being worked on."""
        ...

    @property
    def rests(self) -> bool:
        """Whether nothing is begun, since the database failed just now."""
        ...

    def begin(self, site: Site, *, early: bool = False) -> None:
        """Begin the work at a site; `early` asks sources before their time too."""
        ...


Engage: TypeAlias = Callable[[Term], tuple[SiteWork, Sequence[Work]]]
"""Makes the work of a term: what is done at sites, and what is done beside it."""
