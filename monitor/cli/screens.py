"""The status drawn for a person: a line a site, and below what needs attention."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.output import console, harmless_text, print_fields, say
from monitor.cli.shapes import time_shape
from monitor.cli.style import troubles
from monitor.core.status import MOST, SiteStatus, Status

_HEAD: Final = ("site", "state", "last read", "due", "next", "sources", "failing", "suspected", "unpublished")
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def print_status(status: Status) -> None:
    """Print the status: drawn on a terminal; in a pipe a line a site, the rest as remarks."""
    out = console()
    if out.is_terminal:
        out.print(screen(status))
        return
    print_fields(_HEAD)
    for site in status.sites:
        times = (time_shape(site.fine_at) or "", time_shape(site.next_at) or "")
        print_fields([cell.plain for cell in _row(site, *map(Text, times))])
    for remark in _remarks(status):
        say(remark.plain)


def screen(status: Status) -> RenderableType:
    """Draw the status, with times as they are from now."""
    table = Table(*_HEAD, box=None, pad_edge=False, header_style="bold")
    for site in status.sites:
        row = _row(site, _ago(site.fine_at, status.at), _ahead(site.next_at, status.at))
        table.add_row(*map(harmless_text, row))
    return Group(table, *map(harmless_text, _remarks(status)))


def _row(site: SiteStatus, read: Text, following: Text) -> list[Text]:
    return [
        Text(site.name, "bold"),
        _state(site),
        read,
        Text(f"{_counted(site.due)} + {site.due_sources}" if site.due_sources else _counted(site.due)),
        following,
        Text(str(site.sources)),
        Text(str(len(site.failing_sources)) if site.failing_sources else "", "red"),
        Text(_counted(site.suspected) if site.suspected else ""),
        Text(_counted(site.unpublished) if site.unpublished else ""),
    ]


def _state(site: SiteStatus) -> Text:
    if not site.enabled:
        return Text("off", "dim")
    if site.problems:
        return Text("failing", "bold red")
    if site.held_since is not None:
        return Text("held", "yellow")
    return Text("fine", "green") if site.fine_at else Text("never read", "dim")


def _remarks(status: Status) -> Iterator[Text]:
    """What needs attention, then how all stands."""
    for site in status.sites:
        for problem in site.problems:
            yield Text(f"{site.name}: failing since {_clock(problem.since)}: {problem.why}", "red")
        if site.outgrown is not None:
            yield Text(f"{site.name}: {site.outgrown}", "yellow")
        if site.held_since is not None:
            changes = f"{_counted(site.held)} {'change' if site.held == 1 else 'changes'} held back"
            ways = "; ".join(site.held_ways)
            yield Text(f"{site.name}: all of it changes ({ways}): {changes} since {_clock(site.held_since)}", "yellow")
        for source in site.failing_sources:
            told = f"not to be read since {_clock(source.since)}, {source.failures} times in a row"
            yield Text(f"{site.name}: {source.url}: {told}", "yellow")
    for host in status.hosts:
        yield Text(f"{host.name}: left alone until {_clock(host.until)}: {host.why}", "yellow")
    for receiver in status.receivers:
        yield from (Text(trouble, "yellow") for trouble in troubles(receiver))
    on = sum(site.enabled for site in status.sites)
    failing = f", {status.failing} failing" if status.failing else ""
    waiting = sum(receiver.waiting for receiver in status.receivers)
    alerts = f"{waiting} alerts to be sent; " if waiting else ""
    yield Text(f"{on} sites{failing}; {status.due} stories due; {alerts}{_clock(status.at)}", "dim")


def _counted(count: int) -> str:
    return f"{count}+" if count >= MOST else str(count)


def _clock(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _ago(at: datetime | None, now: datetime) -> Text:
    return Text("never", "dim") if at is None else Text(f"{_length(now - at)} ago")


def _ahead(at: datetime | None, now: datetime) -> Text:
    return Text("") if at is None else Text(f"in {_length(at - now)}")


def _length(time: timedelta) -> str:
    seconds = max(time.total_seconds(), 0)
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), _UNITS[-1])
    return f"{seconds / size:.0f} {unit}"
