"""One run over the sites: discover, then check each story, and say what came of it."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from monitor.core.events import Event
from monitor.core.outcomes import Deferred
from monitor.core.records import ArticleRef, Result
from monitor.core.urls import host_of
from monitor.pipeline.check import check
from monitor.pipeline.discover import Due, discover, hold
from monitor.pipeline.health import examine, tried_story
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.poll import Trouble
from monitor.pipeline.weigh import Checked
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Deferral:
    """A host that is to be left alone, and how many stories have to wait for it."""

    deferred: Deferred
    stories: int


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did.

    `left` counts stories that were found but cannot be fetched in this replay, `early` sources that were not asked
    because it is not their time yet. `events` are what befell sources and sites, with the URL of each or its name.
    """

    checked: tuple[Checked, ...]
    troubles: tuple[Trouble, ...] = ()
    left: int = 0
    deferrals: tuple[Deferral, ...] = ()
    events: tuple[tuple[str, Event], ...] = ()
    early: int = 0

    @property
    def counts(self) -> Mapping[Result, int]:
        """How many checks came to each result."""
        return Counter(each.result for each in self.checked)

    @property
    def silent(self) -> int:
        """How many edits were silent."""
        return sum(each.decision.announced is False for each in self.checked)

    @property
    def all_unreachable(self) -> bool:
        """Whether something was asked for and no connection came about at all."""
        attempts = [each.unreachable for each in self.checked] + [each.unreachable for each in self.troubles]
        return bool(attempts) and all(attempts)

    @classmethod
    def of(cls, runs: Sequence["Run"]) -> "Run":
        """Join the runs of several sites into one."""
        return cls(
            checked=tuple(each for run in runs for each in run.checked),
            troubles=tuple(each for run in runs for each in run.troubles),
            left=sum(run.left for run in runs),
            deferrals=tuple(each for run in runs for each in run.deferrals),
            events=tuple(each for run in runs for each in run.events),
            early=sum(run.early for run in runs),
        )


class Progress:
    """Told what a run does, as it does it. This one says nothing."""

    def found(self, count: int) -> None:
        """So many more checks are to be made."""

    def checked(self, checked: Checked) -> None:
        """One check is done and on record."""

    def days(self, count: int) -> None:
        """So many more days of an archive are to be read."""

    def read_day(self) -> None:
        """A day of an archive is behind us, read now or before."""


async def run_once(monitor: Monitor, sites: Sequence[Site], progress: Progress, *, only_due: bool = False) -> Run:
    """Run over sites: on the web all at once, so that a slow one holds up no other; a folder in its own order."""
    held = [await monitor.call(hold, monitor, site) for site in sites]
    starts = [
        partial(_run_site, monitor, progress, site, stories, only_due=only_due)
        for site, stories in zip(sites, held, strict=True)
    ]
    if any(held):
        return Run.of([await start() for start in starts])
    return Run.of(await asyncio.gather(*(start() for start in starts)))


async def run_one(monitor: Monitor, ref: ArticleRef, progress: Progress) -> Run:
    """Check one story: once on the web, and in a replay once for each capture of it that waits."""
    held = await monitor.call(hold, monitor, monitor.sites.get(ref.site))
    return await check_all(monitor, [each for each in held if each.ref.id == ref.id] or [Due(ref, ref.url)], progress)


async def _run_site(monitor: Monitor, progress: Progress, site: Site, held: Sequence[Due], *, only_due: bool) -> Run:
    discovered = await discover(monitor, site, held, only_due=only_due)
    run = await check_all(monitor, discovered.due, progress)
    told = await examine(monitor, site, [*discovered.tries, *map(tried_story, run.checked)])
    hosts = {each.deferred.host for each in run.deferrals}
    sources = Run(
        checked=(),
        troubles=discovered.troubles,
        left=discovered.left,
        deferrals=tuple(Deferral(each, 0) for each in discovered.deferred if each.host not in hosts),
        events=(*discovered.events, *((site.name, event) for event in told)),
        early=discovered.early,
    )
    return Run.of([run, sources])


async def check_all(monitor: Monitor, due: Sequence[Due], progress: Progress) -> Run:
    """Check stories one after the other; those of a host that is to be left alone have to wait for another run."""
    progress.found(len(due))
    checked: list[Checked] = []
    waiting = _Waiting()
    for each in due:
        if waiting.adds(each):
            continue
        came = await check(monitor, each.ref, each.url)
        if isinstance(came, Deferred):
            waiting.begins(came)
            continue
        checked.append(came)
        progress.checked(came)
    events = tuple((each.ref.site, each.site_event) for each in checked if each.site_event)
    return Run(tuple(checked), deferrals=waiting.deferrals, events=events)


@dataclass(slots=True)
class _Waiting:
    """The stories that have to wait, by host."""

    hosts: dict[str, Deferred] = field(default_factory=dict)
    stories: Counter[str] = field(default_factory=Counter)

    def adds(self, due: Due) -> bool:
        host = host_of(due.url)
        self.stories[host] += host in self.hosts
        return host in self.hosts

    def begins(self, deferred: Deferred) -> None:
        self.hosts.setdefault(deferred.host, deferred)
        self.stories[deferred.host] += 1

    @property
    def deferrals(self) -> tuple[Deferral, ...]:
        return tuple(Deferral(deferred, self.stories[host]) for host, deferred in self.hosts.items())
