"""One run over the sites: discover, then check each story, and say what came of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from monitor.core.records import ArticleRef, Result
from monitor.pipeline.check import Checked, check
from monitor.pipeline.discover import Due, Trouble, discover, hold
from monitor.pipeline.monitor import Monitor
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did. `left` counts stories that were found but cannot be fetched in this replay."""

    checked: tuple[Checked, ...]
    troubles: tuple[Trouble, ...]
    left: int

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


class Progress:
    """Told what a run does, as it does it. This one says nothing."""

    def found(self, count: int) -> None:
        """So many more checks are to be made."""

    def checked(self, checked: Checked) -> None:
        """One check is done and on record."""


async def run_once(monitor: Monitor, sites: Sequence[Site], progress: Progress) -> Run:
    """Run over sites: on the web all at once, so that a slow one holds up no other; a folder in its own order."""
    held = [await monitor.call(hold, monitor, site) for site in sites]
    starts = [partial(_run_site, monitor, progress, *each) for each in zip(sites, held, strict=True)]
    runs = [await start() for start in starts] if any(held) else await asyncio.gather(*(start() for start in starts))
    return Run(
        checked=tuple(each for run in runs for each in run.checked),
        troubles=tuple(each for run in runs for each in run.troubles),
        left=sum(run.left for run in runs),
    )


async def run_one(monitor: Monitor, ref: ArticleRef, progress: Progress) -> Run:
    """Check one story: once on the web, and in a replay once for each capture of it that waits."""
    held = await monitor.call(hold, monitor, monitor.sites.get(ref.site))
    due = [each for each in held if each.ref.id == ref.id] or [Due(ref, ref.url)]
    progress.found(len(due))
    return Run(tuple([await _checked(monitor, each, progress.checked) for each in due]), (), 0)


async def _run_site(monitor: Monitor, progress: Progress, site: Site, held: Sequence[Due]) -> Run:
    discovered = await discover(monitor, site, held)
    progress.found(len(discovered.due))
    checked = [await _checked(monitor, due, progress.checked) for due in discovered.due]
    return Run(tuple(checked), discovered.troubles, discovered.left)


async def _checked(monitor: Monitor, due: Due, tell: Callable[[Checked], None]) -> Checked:
    checked = await check(monitor, due.ref, due.url)
    tell(checked)
    return checked
