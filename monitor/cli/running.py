"""Commands that fetch: once, check, watch."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from monitor.cli.options import (
    ArticleArgument,
    ConfigOption,
    DatabaseOption,
    FormatOption,
    ReplayOption,
    SiteOption,
    settings_of,
)
from monitor.cli.output import Format, print_json, say
from monitor.core.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import date

    from monitor.pipeline.deliver import Tally
    from monitor.pipeline.monitor import Monitor
    from monitor.pipeline.once import Run


_TELLING: Final = 60.0

NoAlertsOption = Annotated[
    bool, typer.Option("--no-alerts", help="Put alerts on record, and leave it to a later run to send them.")
]
AlertHistoryOption = Annotated[
    bool,
    typer.Option("--alert-history", help="Make alerts of history too: first readings, backfills, replays."),
]


def once(
    site: SiteOption = None,
    replay: ReplayOption = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is due: sources and stories whose next look has come. For cron.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Backfill: read the site's archive back to this day instead."),
    ] = None,
    no_alerts: NoAlertsOption = False,
    alert_history: AlertHistoryOption = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Run over the sites once: discover, fetch, parse, decide, store; report each story, and tell receivers.

    Asks every source that may be asked, and checks every story that is listed, followed or due.

    [dim]$ monitor once --site inqilab
    $ monitor once --replay seeds
    $ monitor once --due
    $ monitor once --site inqilab --since 2023-09-01
    $ monitor once --format jsonl | jq 'select(.announced == false)'[/dim]
    """
    from monitor.bootstrap import open_monitor, sites_to_run
    from monitor.cli.loops import in_loop
    from monitor.cli.progress import reporter
    from monitor.pipeline.backfill import backfill_all
    from monitor.pipeline.once import run_once

    if since is not None and (due or replay):
        raise UsageError("--since asks the live archive of a site: leave out --due and --replay")
    first_day = None if since is None else _day(since)
    settings = settings_of(config, database)
    with open_monitor(settings, replay=replay, alert_history=alert_history) as monitor:
        sites = sites_to_run(monitor.sites, settings, site)
        with reporter(format_) as progress:
            if first_day is not None:
                # without --site: of all sites, those that have an archive
                sites = sites if site else [each for each in sites if each.archive]
                work = backfill_all(monitor, sites, first_day, progress)
            else:
                work = run_once(monitor, sites, progress, only_due=due)
            run, told = in_loop(monitor, _and_tell(monitor, work, hold=no_alerts))
    _report(run, monitor, format_)
    _tell_of_deliveries(told)
    raise typer.Exit(_exit_code(run, monitor))


def check(
    article: ArticleArgument,
    replay: ReplayOption = None,
    no_alerts: NoAlertsOption = False,
    alert_history: AlertHistoryOption = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Check one story now; a URL that a site claims is put on record first.

    [dim]$ monitor check 12
    $ monitor check https://dailyinqilab.com/international/news/601234[/dim]
    """
    from monitor.bootstrap import open_monitor
    from monitor.cli.loops import in_loop
    from monitor.cli.progress import reporter
    from monitor.pipeline.lookup import find_or_add
    from monitor.pipeline.once import run_one

    with open_monitor(settings_of(config, database), replay=replay, alert_history=alert_history) as monitor:
        ref = find_or_add(monitor, article, followed=False)
        with reporter(format_) as progress:
            run, told = in_loop(monitor, _and_tell(monitor, run_one(monitor, ref, progress), hold=no_alerts))
    _report(run, monitor, format_)
    _tell_of_deliveries(told)
    raise typer.Exit(_exit_code(run, monitor))


def watch(
    url: Annotated[str, typer.Argument(metavar="URL", help="The story's address.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Follow a story although no source lists it: every `monitor once` checks it from now on.

    [dim]$ monitor watch https://dailyinqilab.com/international/news/601234[/dim]
    """
    from monitor.bootstrap import open_monitor
    from monitor.cli.output import print_line
    from monitor.pipeline.lookup import find_or_add

    with open_monitor(settings_of(config, database)) as monitor:
        try:
            ref = find_or_add(monitor, url, followed=True)
        finally:
            asyncio.run(monitor.close())
    shape = {"id": ref.id, "key": ref.name, "url": ref.url, "site": ref.site, "followed": True}
    if format_ is Format.TABLE:
        typer.echo(f"following {ref.name} (id {ref.id}): {ref.url}")
    elif format_ is Format.JSON:
        print_json(shape)
    else:
        print_line(shape)


async def _and_tell(monitor: "Monitor", work: "Coroutine[Any, Any, Run]", *, hold: bool) -> "tuple[Run, Tally]":
    """Do the work of a command, and then send what waits for receivers, for a minute at most."""
    from monitor.pipeline.deliver import Tally, deliver_due

    run = await work
    return run, Tally() if hold else await deliver_due(monitor, _TELLING)


def _day(text: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since {text!r}: expected a day such as 2023-09-01") from None


def _report(run: "Run", monitor: "Monitor", format_: Format) -> None:
    from monitor.cli.shapes import run_shape
    from monitor.core.records import Result

    if format_ is Format.JSON:
        print_json(run_shape(run))
    for remark in monitor.remarks:
        say(remark.text)
    _tell_of_sources(run)
    if monitor.fetcher.conditional:
        for warning in monitor.rechecks.warnings(monitor.archive, monitor.clock.now()):
            say(warning)
    if format_ is not Format.TABLE:
        for each in run.checked:
            if each.result in {Result.FAILED, Result.BLOCKED}:
                say(f"{each.ref.name}: {each.result}: {each.why}")
    if run.left:
        say(f"{run.left} more stories are listed or followed, but there is no page of them here")
    if not (run.checked or run.troubles or run.deferrals or run.early):
        say("nothing to check: no source of these sites lists a story, and none is followed (`monitor watch URL`)")
    counts = ", ".join(f"{count} {result}" for result in Result if (count := run.counts.get(result, 0)))
    silent = f"; {run.silent} silent {'edit' if run.silent == 1 else 'edits'}" if run.silent else ""
    say(f"{len(run.checked)} checked{': ' if counts else ''}{counts}{silent}")


def _tell_of_deliveries(told: "Tally") -> None:
    """Say how many messages came to what, and what is wrong with receivers."""
    counts = ", ".join(f"{count} {state}" for state, count in sorted(told.states.items()))
    if counts:
        say(f"alerts: {counts}")
    for receiver, why in told.problems.items():
        say(f"receiver {receiver}: {why}")


def _tell_of_sources(run: "Run") -> None:
    """Say what is wrong with sources and hosts; what was told before is only counted."""
    for trouble in run.troubles:
        if not trouble.known:
            say(f"{trouble.site}: {trouble.url}: {trouble.why}")
    for url, event in run.events:
        say(f"{url}: {event.kind}: {event.why}")
    for each in run.deferrals:
        until, stories = f"{each.deferred.until:%Y-%m-%d %H:%M} UTC", f"; {each.stories} stories wait"
        say(f"{each.deferred.host}: not before {until}: {each.deferred.why}{stories if each.stories else ''}")
    if known := sum(trouble.known for trouble in run.troubles):
        say(f"{known} more still failing, as told before (`monitor sources` shows them)")
    if run.early:
        say(f"{run.early} sources were not asked again so soon: what they listed last still counts")


def _exit_code(run: "Run", monitor: "Monitor") -> Exit:
    from monitor.core.records import Result

    if run.all_unreachable:
        return Exit.NETWORK
    damaged = any(remark.damage for remark in monitor.remarks)
    failed = damaged or run.troubles or run.counts.get(Result.FAILED) or run.counts.get(Result.BLOCKED)
    return Exit.SOME_FAILED if failed else Exit.OK
