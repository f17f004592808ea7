"""Command: why."""

from monitor.cli.options import ArticleArgument, ConfigOption, DatabaseOption, FormatOption, settings_of
from monitor.cli.output import Format, print_json, print_line


def why(
    article: ArticleArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Say when a story is looked at again, and why then: its history, what its feeds report, and the budget.

    [dim]$ monitor why 1
    $ monitor why inqilab:news/601234 --format json[/dim]
    """
    from monitor.bootstrap import open_archive, recheck_policy
    from monitor.cli.reasons import print_reasons, reasons_shape
    from monitor.clock import SystemClock
    from monitor.pipeline.why import reasons
    from monitor.sites import load

    sites, settings, now = load(), settings_of(config, database), SystemClock().now()
    with open_archive(settings) as archive:
        found = reasons(archive, sites, recheck_policy(sites, settings), article, now=now)
    match format_:
        case Format.TABLE:
            print_reasons(found, sites.zone_of(found.story.ref.site), now)
        case Format.JSON:
            print_json(reasons_shape(found))
        case Format.JSONL:
            print_line(reasons_shape(found))
