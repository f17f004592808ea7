"""The command that proves how well a story is covered."""

from datetime import timedelta
from typing import Annotated

import typer

from monitor.cli.options import ArticleArgument, ConfigOption, DatabaseOption, FormatOption, settings_of
from monitor.cli.output import Format, print_json, print_line
from monitor.core.errors import UsageError

_TABLE_ROWS = 40


def history(
    article: ArticleArgument,
    gaps: Annotated[
        str | None,
        typer.Option(
            "--gaps",
            metavar="DURATION",
            help="All gaps at least so wide: 90m, 6h, 2d. [default: the five widest]",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            max=1_000_000,
            help="Only the last so many fetches. [default: 40 in a table, else all]",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show how well a story is covered: every fetch on record, when each version was seen, and when nobody looked.

    [dim]$ monitor history 1
    $ monitor history inqilab:news/601234 --gaps 6h --format json[/dim]
    """
    from monitor.bootstrap import open_archive
    from monitor.cli.shapes import fetch_shape, history_shape
    from monitor.cli.timeline import print_history
    from monitor.core import coverage
    from monitor.pipeline.lookup import find
    from monitor.sites import load

    sites, at_least = load(), _duration(gaps)
    with open_archive(settings_of(config, database)) as archive:
        story = find(archive, sites, article)
        log, versions = archive.log(story.ref.id), archive.versions(story.ref.id)
    covered = coverage.cover(log, versions)
    widest = coverage.gaps(covered, at_least)
    most = limit or (_TABLE_ROWS if format_ is Format.TABLE else len(log.fetches))
    fetches = log.fetches[-most:]
    match format_:
        case Format.TABLE:
            print_history(story, log, covered, widest, fetches, sites.zone_of(story.ref.site))
        case Format.JSON:
            print_json(history_shape(story, log, covered, widest, fetches))
        case Format.JSONL:
            for each in fetches:
                print_line(fetch_shape(each))


def _duration(text: str | None) -> timedelta | None:
    from monitor.yamlfile.readers import duration
    from monitor.yamlfile.tree import Refused, Value

    if text is None:
        return None
    try:
        return timedelta(seconds=duration(0, 10**10)(Value(text, line=0)))
    except Refused:
        raise UsageError(f"--gaps {text!r}: expected a duration such as 90m, 6h or 2d") from None
