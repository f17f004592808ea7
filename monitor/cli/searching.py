"""The command that searches all versions: search."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, ago_or_moment, settings_of
from monitor.cli.output import Format

if TYPE_CHECKING:
    from monitor.pipeline.ports import SearchIndex


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for, as in rules: see docs/search.md.")],
    gone: Annotated[
        bool, typer.Option("--gone", help="Only what is not said any more: edited away, or the story was taken away.")
    ] = False,
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="Only this site.")] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TIME", help="Only versions first seen since: 30d, 12h, or 2023-09-14."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="So many a page.")] = 20,
    page: Annotated[int, typer.Option("--page", min=1, max=1_000_000, help="Which page.")] = 1,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Find versions of stories by what they say, or said once, in the language of rules: the best first.

    [dim]$ monitor search 'পুতিন AND কিম'
    $ monitor search '"শান্তি চুক্তি" NOT title:ইউক্রেন' --site inqilab --since 30d
    $ monitor search 'নিহত' --gone
    $ monitor search 'lost:(মন্ত্রী)' --format jsonl | jq .url[/dim]
    """
    from monitor.bootstrap import open_search
    from monitor.cli.progress import counter
    from monitor.cli.search_results import print_page
    from monitor.clock import SystemClock
    from monitor.core.query import Query, Synonyms
    from monitor.core.search import SearchQuery
    from monitor.pipeline.search import Search
    from monitor.sites import load

    settings, sites = settings_of(config, database), load()
    moment = None if since is None else ago_or_moment(since, SystemClock().now())
    name = None if site is None else sites.get(site).name
    wanted = SearchQuery(Query.parse(query), name, moment, gone, limit, page)
    with open_search(settings) as index:
        fill(index)
        with counter("looking", None) as looked:
            found = Search(index, wanted, Synonyms(settings.synonyms), looked).page()
    print_page(found, wanted, sites, format_)


def fill(index: "SearchIndex") -> None:
    """Let the index have what it lacks, with a bar."""
    from monitor.cli.progress import counter

    waiting = index.waiting()
    if waiting:
        with counter("indexing versions", waiting) as indexed:
            for count in index.fill():
                indexed(count)
