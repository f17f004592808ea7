"""The past of a site, day by day, from its archive: what it finds is history, not news.

    day        all pages of the archive's day       -> stories, put on record as history
    check      those that were never read           -> versions
    day done   if every story of it was read, or is gone: the next backfill passes over it

Days are taken from the latest back to the first one asked for. Whatever interrupts it, the next run goes on from there:
a day that was not finished is listed again, and of its stories only those are fetched that were never read.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta

from monitor.core.errors import UsageError
from monitor.core.outcomes import Deferred
from monitor.core.records import Result
from monitor.pipeline.discover import Due
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Deferral, Progress, Run, check_all
from monitor.pipeline.poll import read_day
from monitor.sitekit.site import Site, Source


async def backfill(monitor: Monitor, site: Site, since: date, progress: Progress) -> Run:
    """Read the archive of a site back to a day; stop early where its host is to be left alone.

    Raises UsageError for a site that has no archive by days, and for a first day that is still to come.
    """
    archive, today = _archive(site), monitor.clock.now().astimezone(site.timezone).date()
    if since > today:
        raise UsageError(f"--since {since}: that day is still to come (it is {today} at {site.name})")
    done = await monitor.call(monitor.store.archive_days, site, archive.url)
    days = [today - timedelta(days=back) for back in range((today - since).days + 1)]
    progress.days(len(days))
    runs: list[Run] = []
    for day in days:
        if day not in done:
            runs.append(await _day(monitor, site, archive, day, progress))
        progress.read_day()
        if runs and runs[-1].deferrals:
            break
    return Run.of(runs)


async def backfill_all(monitor: Monitor, sites: Sequence[Site], since: date, progress: Progress) -> Run:
    """Read the archives of sites side by side, so that a slow one holds up no other."""
    for site in sites:
        _archive(site)
    return Run.of(await asyncio.gather(*(backfill(monitor, site, since, progress) for site in sites)))


def _archive(site: Site) -> Source:
    if site.archive is None:
        raise UsageError(f"{site.name} has no archive by days, so there is nothing to backfill from; leave out --since")
    return site.archive


async def _day(monitor: Monitor, site: Site, archive: Source, day: date, progress: Progress) -> Run:
    started = monitor.clock.now()
    listed = await read_day(monitor, site, archive, day)
    unread = await monitor.call(monitor.store.unread, listed.refs)
    run = await check_all(monitor, [Due(ref, ref.url) for ref in unread], progress)
    deferrals = run.deferrals or _deferral(listed.deferred)
    is_over = day < started.astimezone(site.timezone).date()
    unseen = run.counts.get(Result.FAILED) or run.counts.get(Result.BLOCKED)
    if is_over and not deferrals and listed.trouble is None and not unseen:
        await monitor.call(monitor.store.archive_read, site, archive, day, at=monitor.clock.now())
    troubles = () if listed.trouble is None else (listed.trouble,)
    return Run(run.checked, troubles, deferrals=deferrals)


def _deferral(deferred: Deferred | None) -> tuple[Deferral, ...]:
    return () if deferred is None else (Deferral(deferred, 0),)
