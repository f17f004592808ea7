"""Commands about rules: list, add, remove, enable, disable, test, words."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, ago_or_moment, settings_of
from monitor.cli.output import Format, print_json, print_line, say
from monitor.core.errors import Exit, UsageError

if TYPE_CHECKING:
    from monitor.config import Settings

rules = typer.Typer(no_args_is_help=True, help="Say what receivers are to be told of, and try it on what is on record.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The rule's name.")]
QueryArgument = Annotated[str, typer.Argument(metavar="QUERY", help="What to match: see docs/queries.md.")]
OnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--on",
        metavar="OCCASION",
        help="published, edited, silent, …; may be given again. [default: published and edited]",
        show_default=False,
    ),
]
MinChangeOption = Annotated[int, typer.Option("--min-change", metavar="WORDS", help="Pass over smaller edits.")]
EveryOption = Annotated[bool, typer.Option("--every", help="Each event of a story, not only the first.")]


@rules.command("list")
def list_(database: DatabaseOption = None, config: ConfigOption = None, format_: FormatOption = Format.TABLE) -> None:
    """List the rules of the configuration and those added by command, and how often each was met.

    [dim]$ monitor rules list
    $ monitor rules list --format jsonl | jq 'select(.alerts == 0)'[/dim]
    """
    from monitor.bootstrap import open_rules
    from monitor.cli.rule_tables import listed_rules, print_rules

    settings = settings_of(config, database)
    with open_rules(settings) as saved:
        listed = listed_rules(settings.rules, saved.all(), saved.met())
    if format_ is Format.TABLE:
        print_rules(listed)
    elif format_ is Format.JSON:
        print_json([each.shape() for each in listed])
    else:
        for each in listed:
            print_line(each.shape())


@rules.command()
def add(
    name: NameArgument,
    query: QueryArgument,
    to: Annotated[list[str], typer.Option("--to", metavar="RECEIVER", help="Whom to tell; may be given again.")],
    on: OnOption = None,
    min_change: MinChangeOption = 0,
    quiet: Annotated[
        str | None, typer.Option("--quiet", metavar="HOURS", help='Hold alerts: "23:00-07:00 Asia/Dhaka".')
    ] = None,
    limit: Annotated[
        str | None, typer.Option("--limit", metavar="LIMIT", help='Tell of more in a digest: "20 per 1h".')
    ] = None,
    every: EveryOption = False,
    database: DatabaseOption = None,
    config: ConfigOption = None,
) -> None:
    """Add a rule; `monitor run` goes by it at once.

    [dim]$ monitor rules add north-korea 'পুতিন AND কিম' --to desk
    $ monitor rules add toll 'gained:(নিহত) OR lost:(নিহত)' --on silent --to desk --every[/dim]
    """
    from monitor.bootstrap import open_rules
    from monitor.clock import SystemClock
    from monitor.config.rules import new_rule

    settings = settings_of(config, database)
    given = {
        "match": query,
        "on": on,
        "to": to,
        "min_change": min_change,
        "quiet": quiet,
        "limit": limit,
        "every": every,
    }
    definition = {key: value for key, value in given.items() if value not in (None, 0, False)}
    new_rule(name, definition, settings.receivers)
    with open_rules(settings) as saved:
        if name in settings.rules or not saved.add(name, definition, at=SystemClock().now()):
            raise UsageError(f"there is a rule {name!r} already; take another name, or remove that one first")
    say(f"added; `monitor rules test {_quoted(query)}` shows what it would have caught")


@rules.command()
def remove(name: NameArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Remove a rule that was added by command; what it has told stays on record.

    [dim]$ monitor rules remove north-korea[/dim]
    """
    from monitor.bootstrap import open_rules

    settings = settings_of(config, database)
    if name in settings.rules:
        raise UsageError(f"{name!r} is in the configuration: take it out there, or run `monitor rules disable {name}`")
    with open_rules(settings) as saved:
        if not saved.remove(name):
            raise _unknown(name, settings, [each.name for each in saved.all()])
    say("removed")


@rules.command()
def disable(name: NameArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Let a rule match nothing until it is enabled again, whether it was added or is in the configuration.

    [dim]$ monitor rules disable north-korea[/dim]
    """
    _switch(name, database, config, on=False)


@rules.command()
def enable(name: NameArgument, database: DatabaseOption = None, config: ConfigOption = None) -> None:
    """Let a rule that was disabled match again.

    [dim]$ monitor rules enable north-korea[/dim]
    """
    _switch(name, database, config, on=True)


@rules.command("test")
def test_(
    query: QueryArgument,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="How far back: 30d, 12h, or a date such as 2023-09-14.")
    ] = "30d",
    on: OnOption = None,
    min_change: MinChangeOption = 0,
    every: EveryOption = False,
    site: Annotated[str | None, typer.Option("--site", metavar="NAME", help="Only this site.")] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what a rule would have caught of what is on record, history included, with the words that match.

    [dim]$ monitor rules test 'পুতিন AND কিম'
    $ monitor rules test 'gained:(নিহত)' --on silent --since 90d --format jsonl[/dim]
    """
    from monitor.bootstrap import open_archive
    from monitor.cli.progress import counter
    from monitor.cli.rule_tables import CaughtPrinter
    from monitor.clock import SystemClock
    from monitor.config.rules import new_rule
    from monitor.core.query import Synonyms
    from monitor.pipeline.backtest import Backtest
    from monitor.sites import load

    settings, sites = settings_of(config, database), load()
    terms = {"on": on} if on else {}
    definition = {"match": query, "to": ["test"], "min_change": min_change, "every": every, **terms}
    rule, moment = new_rule("test", definition, ["test"]), ago_or_moment(since, SystemClock().now())
    name = None if site is None else sites.get(site).name
    printer = CaughtPrinter(format_, sites)
    with open_archive(settings) as archive:
        count = archive.count_events(moment, name)
        with counter("trying the rule", count, printer.out) as tried:
            backtest = Backtest(rule, Synonyms(settings.synonyms), moment, name)
            for caught in backtest.run(archive, sites, tried):
                printer.take(caught)
    printer.end()
    stories = "1 story" if printer.stories == 1 else f"{printer.stories:,} stories"
    say(f"{printer.caught:,} of {count:,} events since {moment:%Y-%m-%d %H:%M} UTC, in {stories}")


@rules.command()
def words(
    given: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words to hold against each other.")],
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="The language of the text.")] = "bn",
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show which words count as one, and as forms of what; exit code 1 if they are not all one.

    [dim]$ monitor rules words পুতিনের পুতিনকে
    $ monitor rules words কিম কিমা[/dim]
    """
    from monitor.cli.rule_tables import print_words
    from monitor.language.analyse import Analyser

    found = [word for text in given for word in Analyser(language).words(text)]
    if not found:
        raise UsageError("there is no word in this")
    shared = frozenset.intersection(*(word.lemmas for word in found))
    shape = {
        "words": [{"form": word.form, "lemmas": sorted(word.lemmas)} for word in found],
        "shared": sorted(shared),
        "one": bool(shared),
    }
    if format_ is Format.TABLE:
        print_words(found, shared)
    else:
        (print_json if format_ is Format.JSON else print_line)(shape)
    raise typer.Exit(Exit.OK if shared else Exit.SOME_FAILED)


def _switch(name: str, database: str | None, config: Any, *, on: bool) -> None:
    from monitor.bootstrap import open_rules
    from monitor.clock import SystemClock

    settings = settings_of(config, database)
    with open_rules(settings) as saved:
        known = {each.name for each in saved.all()}
        if name not in known and name not in settings.rules:
            raise _unknown(name, settings, known)
        (saved.enable if on else saved.disable)(name, at=SystemClock().now())
    say("enabled" if on else "disabled")
    if on and name in settings.rules and not settings.rules[name].enabled:
        say("but the configuration says `enabled: false`: change it there")


def _unknown(name: str, settings: "Settings", saved: "Any") -> UsageError:
    known = ", ".join(sorted({*settings.rules, *saved})) or "none"
    return UsageError(f"no rule {name!r} (known: {known})")


def _quoted(query: str) -> str:
    from shlex import quote

    return quote(query)
