"""The command that says how the monitor stands: status."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, SiteOption, settings_of
from monitor.cli.output import Format, console, print_json, print_line
from monitor.core.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.core.status import Status

_EVERY = 2.0


def status(
    site: SiteOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and show it anew every two seconds.")] = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show how the sites stand: what was read last, what waits, what fails, what is looked at next.

    [dim]$ monitor status
    $ monitor status --format jsonl | jq 'select(.failing_since)'[/dim]
    """
    from monitor.bootstrap import open_archive, recheck_policy, sites_to_run
    from monitor.cli.screens import print_status
    from monitor.clock import SystemClock
    from monitor.pipeline.status import status_of
    from monitor.sites import load

    sites, settings, out = load(), settings_of(config, database), console()
    only = [sites.get(name).name for name in site or ()]
    enabled = [each.name for each in sites_to_run(sites, settings, None)]
    if watch and not (format_ is Format.TABLE and out.is_terminal):
        raise UsageError("--watch is for a terminal, and shows a table")
    with open_archive(settings) as archive:
        clock, rechecks = SystemClock(), recheck_policy(sites, settings)

        def look() -> "Status":
            all_sites = status_of(archive, clock.now(), sites, rechecks, enabled)
            return all_sites.of(only) if only else all_sites

        if watch:
            keep_showing(look, lambda: time.sleep(_EVERY), out)
        elif format_ is Format.TABLE:
            print_status(look())
        else:
            _print_shapes(look(), format_)


def keep_showing(look: "Callable[[], Status]", wait: Callable[[], None], out: "Console") -> None:
    """Draw the status again and again in the same place, until the user interrupts."""
    from rich.live import Live

    from monitor.cli.screens import screen

    try:
        with Live(screen(look()), console=out, auto_refresh=False, vertical_overflow="visible") as live:
            while True:
                wait()
                live.update(screen(look()), refresh=True)
    except KeyboardInterrupt:
        return


def _print_shapes(status: "Status", format_: Format) -> None:
    from monitor.cli.shapes import site_status_shape, status_shape

    if format_ is Format.JSON:
        print_json(status_shape(status))
        return
    for site in status.sites:
        print_line(site_status_shape(site))
