"""How a monitor stands at a moment: its sites, what waits, what fails. What `monitor status` shows."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from monitor.core.health import Problem
from monitor.core.messages import ReceiverStatus

MOST: Final = 10_000
"""As far as stories are counted, for a site: a status must be quick, however many there are."""


@dataclass(frozen=True, slots=True)
class FailingSource:
    """A source that could not be read when it was last asked, and how often in a row that was so."""

    url: str
    since: datetime
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteStatus:
    """How a site stands.

    `fine_at` is when anything of it was read last. `due` stories and `due_sources` wait to be looked at; the others
    do so from `next_check_at` and `next_poll_at`. `held_since`: so much of it changes at once that edits are held back;
    `held_ways` are in which ways (monitor.core.masses), and `held` is how many were held back since. `suspected`
    stories may be gone, `unpublished` ones are. All these are counted up to MOST. `outgrown` says, with the figures,
    that its stories take more requests than its host allows (monitor.core.budget).
    """

    name: str
    enabled: bool = True
    fine_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    held_since: datetime | None = None
    held_ways: tuple[str, ...] = ()
    held: int = 0
    sources: int = 0
    failing_sources: tuple[FailingSource, ...] = ()
    due_sources: int = 0
    next_poll_at: datetime | None = None
    due: int = 0
    next_check_at: datetime | None = None
    suspected: int = 0
    unpublished: int = 0
    outgrown: str | None = None

    @property
    def failing_since(self) -> datetime | None:
        """Since when it counts as failing (monitor.core.health), None if it does not."""
        return min((problem.since for problem in self.problems), default=None)

    @property
    def next_at(self) -> datetime | None:
        """When something of it is to be looked at next, None if nothing is."""
        return min((at for at in (self.next_poll_at, self.next_check_at) if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class WaitingHost:
    """A host that is to be left alone for longer than its usual pace, until when and why."""

    name: str
    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Status:
    """How all stands at a moment: sites and receivers by name, and the hosts that have to wait, the longest first."""

    at: datetime
    sites: tuple[SiteStatus, ...]
    hosts: tuple[WaitingHost, ...]
    receivers: tuple[ReceiverStatus, ...] = ()

    def of(self, names: Collection[str]) -> "Status":
        """Return the same with these sites alone."""
        return replace(self, sites=tuple(site for site in self.sites if site.name in names))

    @property
    def due(self) -> int:
        """How many stories wait to be looked at, over all sites that are on."""
        return sum(site.due for site in self.sites if site.enabled)

    @property
    def failing(self) -> int:
        """How many sites that are on count as failing."""
        return sum(site.failing_since is not None for site in self.sites if site.enabled)
