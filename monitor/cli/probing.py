"""Commands that show what the program sees at an address: fetch, record."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, settings_of
from monitor.cli.output import Format, print_json, print_line, say
from monitor.core.errors import Exit, NetworkError, UsageError

if TYPE_CHECKING:
    from monitor.pipeline.inspect import Inspection

UrlArgument = Annotated[str, typer.Argument(metavar="URL", help="An http(s) address.")]


def fetch(
    url: UrlArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what the program sees at an address: the way there, robots.txt, the outcome, and what is read or why not.

    Nothing is kept but the host's turn: it is as polite as any other request.

    [dim]$ monitor fetch https://dailyinqilab.com/international/news/601234
    $ monitor fetch https://dailyinqilab.com/rss/rss.xml --format json[/dim]
    """
    from monitor.cli.inspections import inspection_shape, print_inspection

    seen = _inspected(url, database, config)
    if format_ is Format.TABLE:
        print_inspection(seen)
    else:
        (print_json if format_ is Format.JSON else print_line)(inspection_shape(seen))
    raise typer.Exit(Exit.OK if seen.is_fine else Exit.SOME_FAILED)


def record(
    url: UrlArgument,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Where to. [default: the site's own cases/]", show_default=False),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="The file's name, without its ending.")
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Write a case for a site's tests from a live page: the page, and what is read from it, for you to review.

    [dim]$ monitor record https://dailyinqilab.com/international/news/601234 --to cases[/dim]
    """
    from monitor.sitekit.cases import case_of

    seen = _inspected(url, database, config)
    if seen.site is None or seen.key is None or seen.page is None:
        why = "no site claims it" if seen.site is None else "it is no story" if seen.key is None else seen.why_not
        raise UsageError(f"no case can be made of {url}: {why}; `monitor fetch` shows what is there")
    folder = to or _cases_of(seen.site.name)
    page = folder / f"{name or seen.key.replace('/', '-')}{'.html' if seen.page.is_html else '.txt'}"
    notes = page.with_suffix(".json")
    case = case_of(seen.site, seen.page, f"real page, recorded {seen.at:%Y-%m-%d}")
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in (
        (page, seen.page.body),
        (notes, (json.dumps(case, ensure_ascii=False, indent=2) + "\n").encode()),
    ):
        _write_new(path, content)
    typer.echo(f"wrote {page} and {notes}")
    say(f"please review {notes}: is this what a reader sees? Name under `furniture` what is no part of the story")


def _inspected(url: str, database: str | None, config: Path | None) -> "Inspection":
    from monitor.bootstrap import open_monitor
    from monitor.cli.loops import in_loop
    from monitor.core.outcomes import Failed
    from monitor.core.urls import is_web
    from monitor.pipeline.inspect import inspect

    if not is_web(url):
        raise UsageError(f"{url!r} is no http(s) URL")
    with open_monitor(settings_of(config, database)) as monitor:
        seen = in_loop(monitor, inspect(monitor, url))
    if isinstance(seen.outcome, Failed) and seen.outcome.unreachable:
        raise NetworkError(f"{url}: {seen.outcome.why}")
    return seen


def _cases_of(site: str) -> Path:
    """The site's own folder of cases, where this is a checkout that can be written to."""
    from importlib.util import find_spec

    found = find_spec(f"monitor.sites.{site}")
    folder = Path(found.origin).parent / "cases" if found and found.origin else None
    if folder is None or not folder.is_dir():
        raise UsageError(f"{site} has no folder of cases here; name one with --to DIR")
    return folder


def _write_new(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise UsageError(f"{path} is there already; it was left as it is. Choose another --name") from None
