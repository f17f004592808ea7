"""Commands that look at the record: articles, show, diff, sites, sources."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from monitor.cli.options import ArticleArgument, ConfigOption, DatabaseOption, FormatOption, moment_of, settings_of
from monitor.cli.output import Format, print_json, print_line
from monitor.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from monitor.core.records import ArticleSummary, Headline, VersionRecord


class _Story(NamedTuple):
    """A story, with all that there is to show of it, and the zone of its site."""

    summary: "ArticleSummary"
    versions: "list[VersionRecord]"
    headlines: "list[Headline]"
    zone: "tzinfo"


ChangeOption = Annotated[
    str | None,
    typer.Option("--change", metavar="new|edited|reverted", help="Only stories whose last version is this."),
]


def articles(
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="Only this site.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="Only what changed since: 2023-09-14, or 2023-09-14T13:15+06:00."),
    ] = None,
    change: ChangeOption = None,
    silent: Annotated[bool, typer.Option("--silent", help="Only stories with a silent edit.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, max=1_000_000, help="At most so many.")] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the stories on record, the latest change first.

    [dim]$ monitor articles --silent --since 2026-11-01
    $ monitor articles --site inqilab --format jsonl[/dim]
    """
    from monitor.bootstrap import open_archive
    from monitor.cli.shapes import article_shape
    from monitor.cli.tables import print_articles
    from monitor.core.changes import Change
    from monitor.core.records import ArticleQuery
    from monitor.sites import load

    sites = load()
    if change not in {None, Change.NEW, Change.EDITED, Change.REVERTED}:
        raise UsageError(f"--change {change!r}: expected new, edited or reverted")
    name = sites.get(site).name if site is not None else None
    moment = None if since is None else moment_of(since)
    query = ArticleQuery(name, moment, Change(change) if change else None, silent, limit)
    with open_archive(settings_of(config, database)) as archive:
        stories = archive.articles(query)
    if not _print_list([article_shape(story) for story in stories], format_):
        print_articles(stories, sites)


def show(
    article: ArticleArgument,
    version: Annotated[
        int | None,
        typer.Option(
            "--version",
            min=1,
            metavar="N",
            help="The text of this version. [default: the last]",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show a story: every version with its times, and the text.

    [dim]$ monitor show 1
    $ monitor show inqilab:news/601234 --format json[/dim]
    """
    from monitor.cli.shapes import show_shape
    from monitor.cli.tables import print_headlines, print_story

    story, versions, headlines, zone = _story(article, database, config)
    shown = _pick(versions, version) if version else versions[-1] if versions else None
    if format_ is Format.TABLE:
        print_story(story, versions, zone, shown)
        print_headlines(headlines, zone)
    else:
        (print_json if format_ is Format.JSON else print_line)(show_shape(story, versions, headlines))


def diff(
    article: ArticleArgument,
    from_: Annotated[
        int | None,
        typer.Option(
            "--from",
            min=1,
            metavar="N",
            help="The older version. [default: the one before]",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        int | None,
        typer.Option("--to", min=1, metavar="M", help="The newer version. [default: the last]", show_default=False),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what changed between two versions of a story, word by word.

    [dim]$ monitor diff 1
    $ monitor diff inqilab:news/601234 --from 1 --to 3[/dim]
    """
    from monitor.cli.shapes import diff_shape
    from monitor.cli.tables import print_diff
    from monitor.core.diff import diff_articles

    story, versions, _, zone = _story(article, database, config)
    new = _pick(versions, to or len(versions))
    old = _pick(versions, from_ or max(new.seq - 1, 1))
    if old.seq == new.seq:
        others = "another with --from" if len(versions) > 1 else "nothing yet: it has one version"
        raise UsageError(f"version {new.seq} of {story.ref.name} is the same as itself; there is to compare: {others}")
    diffs = diff_articles(old.article, new.article)
    if format_ is Format.TABLE:
        print_diff(story, old, new, diffs, zone)
    else:
        (print_json if format_ is Format.JSON else print_line)(diff_shape(story, old, new, diffs))


def sites(format_: FormatOption = Format.TABLE) -> None:
    """List the sites this program knows, with their parsers and sources."""
    from monitor.cli.shapes import site_shape
    from monitor.cli.tables import print_sites
    from monitor.sites import load

    known = load()
    if not _print_list([site_shape(site) for site in known], format_):
        print_sites(known)


def sources(database: DatabaseOption = None, config: ConfigOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List the sources on record: when each is read again, and which of them fail or lost stories.

    [dim]$ monitor sources
    $ monitor sources --format jsonl | jq 'select(.failing_since)'[/dim]
    """
    from monitor.bootstrap import open_archive
    from monitor.cli.shapes import source_shape
    from monitor.cli.tables import print_sources
    from monitor.sites import load

    with open_archive(settings_of(config, database)) as archive:
        known = archive.sources()
    if not _print_list([source_shape(source) for source in known], format_):
        print_sources(known, load())


def _story(article: str, database: str | None, config: Path | None) -> "_Story":
    from monitor.bootstrap import open_archive
    from monitor.pipeline.lookup import find
    from monitor.sites import load

    known = load()
    with open_archive(settings_of(config, database)) as archive:
        story = find(archive, known, article)
        zone = known.zone_of(story.ref.site)
        return _Story(story, archive.versions(story.ref.id), archive.headlines(story.ref.id), zone)


def _pick(versions: "Sequence[VersionRecord]", seq: int) -> "VersionRecord":
    for version in versions:
        if version.seq == seq:
            return version
    have = f"versions 1 to {len(versions)}" if versions else "no version yet"
    raise UsageError(f"no version {seq}: the story has {have}")


def _print_list(shapes: list[dict[str, object]], format_: Format) -> bool:
    """Print a list in a form for programs; False if a table is wanted instead."""
    if format_ is Format.JSON:
        print_json(shapes)
    elif format_ is Format.JSONL:
        for shape in shapes:
            print_line(shape)
    return format_ is not Format.TABLE
