"""Commands that look at what receivers are told, and see that they are: list, show, retry, replay, test, enable."""

from typing import TYPE_CHECKING, Annotated, Any, assert_never

import typer

from monitor.cli.options import ConfigOption, DatabaseOption, FormatOption, moment_of, settings_of
from monitor.cli.output import Format, print_json, print_line
from monitor.core.alerts import MessageState
from monitor.core.errors import Exit, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from monitor.core.answers import Answer
    from monitor.core.messages import MessageLog
    from monitor.pipeline.ports import Mailroom

_TABLE_ROWS = 40
_SOON = "the next `monitor once`, or `monitor run` where it runs, sends {}"

alerts = typer.Typer(no_args_is_help=True, help="Look at what receivers are told, and see that they are.")

ReceiverArgument = Annotated[str, typer.Argument(metavar="RECEIVER", help="A name under `receivers`.")]
ReceiverOption = Annotated[
    str | None, typer.Option("--receiver", metavar="NAME", help="Only what is for this receiver.")
]
_DATES = "2026-11-25, or 2026-11-25T13:15+06:00."


@alerts.command("list")
def list_(
    state: Annotated[MessageState | None, typer.Option("--state", help="Only messages that stand so.")] = None,
    receiver: ReceiverOption = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="NAME", help="Only alerts of this rule.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help=f"Only what was made since: {_DATES}")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            max=1_000_000,
            help="At most so many. [default: 40 in a table, else all]",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """List the messages to receivers, the latest first: an alert to each, digests and tests.

    [dim]$ monitor alerts list --state dead
    $ monitor alerts list --receiver desk --since 2026-11-25 --format jsonl[/dim]
    """
    from monitor.bootstrap import open_mailroom
    from monitor.cli.messages import message_shape, print_messages, say_troubles
    from monitor.core.messages import MessageQuery

    most = limit or (_TABLE_ROWS if format_ is Format.TABLE else None)
    moment = None if since is None else moment_of(since)
    query = MessageQuery(state=state, receiver=receiver, rule=rule, since=moment, limit=most)
    settings = settings_of(config, database)
    with open_mailroom(settings) as mailroom:
        found = mailroom.messages(query)
        standing = mailroom.receivers() if format_ is Format.TABLE else []
    match format_:
        case Format.TABLE:
            print_messages(found)
            say_troubles(standing, settings.receivers)
        case Format.JSON:
            print_json([message_shape(each) for each in found])
        case Format.JSONL:
            for each in found:
                print_line(message_shape(each))


@alerts.command()
def show(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id, such as 12, or its key.")],
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what a receiver is told, and what came of every try to tell it.

    [dim]$ monitor alerts show 12
    $ monitor alerts show 12 --format json | jq .payload[/dim]
    """
    from monitor.bootstrap import open_mailroom
    from monitor.cli.messages import log_shape, print_message

    with open_mailroom(settings_of(config, database)) as mailroom:
        log = _message(mailroom, message)
    if format_ is Format.TABLE:
        print_message(log)
    else:
        (print_json if format_ is Format.JSON else print_line)(log_shape(log))


@alerts.command()
def retry(
    messages: Annotated[
        list[str] | None, typer.Argument(metavar="MESSAGE", help="Ids or keys.", show_default=False)
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All that were given up.")] = False,
    receiver: ReceiverOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Send messages again, under the keys they have, and try for three days; what is held or on its way is left.

    [dim]$ monitor alerts retry 12 13
    $ monitor alerts retry --dead --receiver desk[/dim]
    """
    from monitor.bootstrap import open_mailroom
    from monitor.clock import SystemClock
    from monitor.core.messages import MessageQuery

    if bool(messages) == dead:
        raise UsageError("which messages? Name them by id or key, or give --dead for all that were given up")
    if receiver and not dead:
        raise UsageError("--receiver goes with --dead: messages that are named have theirs")
    with open_mailroom(settings_of(config, database)) as mailroom:
        if dead:
            ids = [each.id for each in mailroom.messages(MessageQuery(state=MessageState.DEAD, receiver=receiver))]
        else:
            ids = [_message(mailroom, each).message.id for each in messages or ()]
        count = mailroom.retry(ids, now=SystemClock().now())
    left = len(set(ids)) - count
    _tell_of(count, left, format_)


@alerts.command()
def replay(
    since: Annotated[str, typer.Option("--since", metavar="DATE", help=f"What was made since: {_DATES}")],
    receiver: ReceiverOption = None,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Send everything since a moment once more, delivered or not, under the keys it has.

    A receiver that keeps keys handles only what it never got.

    [dim]$ monitor alerts replay --since 2026-11-25 --receiver desk[/dim]
    """
    from monitor.bootstrap import open_mailroom
    from monitor.clock import SystemClock

    moment = moment_of(since)
    with open_mailroom(settings_of(config, database)) as mailroom:
        count = mailroom.replay(moment, now=SystemClock().now(), receiver=receiver)
    _tell_of(count, 0, format_)


@alerts.command("test")
def try_out(
    receiver: ReceiverArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Send a receiver a message of type `test`, and say what it answers. Exit code 1 if it has not taken it.

    [dim]$ monitor alerts test desk[/dim]
    """
    from monitor.bootstrap import open_monitor
    from monitor.cli.loops import in_loop
    from monitor.core.answers import Delivered
    from monitor.pipeline.deliver import send_test

    settings = settings_of(config, database)
    with open_monitor(settings) as monitor:
        if monitor.delivery is None or receiver not in settings.receivers:
            raise _no(receiver, settings.receivers)
        answer = in_loop(monitor, send_test(monitor, monitor.delivery, receiver))
    shape = {"receiver": receiver, **_answer_shape(answer)}
    if format_ is Format.TABLE:
        typer.echo(f"{receiver}: {shape['answer']}{'' if shape['why'] is None else ': ' + shape['why']}")
    else:
        (print_json if format_ is Format.JSON else print_line)(shape)
    raise typer.Exit(Exit.OK if isinstance(answer, Delivered) else Exit.SOME_FAILED)


@alerts.command()
def enable(
    receiver: ReceiverArgument,
    database: DatabaseOption = None,
    config: ConfigOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Tell a receiver again that wanted nothing any more (HTTP 410); what waited for it is sent.

    [dim]$ monitor alerts enable desk[/dim]
    """
    from monitor.bootstrap import open_mailroom
    from monitor.clock import SystemClock

    settings = settings_of(config, database)
    with open_mailroom(settings) as mailroom:
        if receiver not in (known := {*settings.receivers, *(each.name for each in mailroom.receivers())}):
            raise _no(receiver, known)
        enabled = mailroom.enable(receiver, now=SystemClock().now())
    if format_ is Format.TABLE:
        typer.echo(f"{receiver}: {'enabled; ' + _SOON.format('what waits') if enabled else 'was not disabled'}")
    else:
        (print_json if format_ is Format.JSON else print_line)({"receiver": receiver, "enabled": enabled})


def _message(mailroom: "Mailroom", reference: str) -> "MessageLog":
    found = mailroom.message(reference)
    if found is None:
        raise UsageError(f"no message {reference}: `monitor alerts list` shows their ids")
    return found


def _no(receiver: str, names: "Collection[str]") -> UsageError:
    have = f"there are {', '.join(sorted(names))}" if names else "the configuration has none under `receivers`"
    return UsageError(f"no receiver {receiver}: {have}")


def _tell_of(count: int, left: int, format_: Format) -> None:
    if format_ is not Format.TABLE:
        (print_json if format_ is Format.JSON else print_line)({"messages": count, "left": left})
        return
    typer.echo(_SOON.format("1 message" if count == 1 else f"{count} messages") if count else "nothing to send again")
    if left:
        typer.echo(f"{left} left as they are: held, told of in a digest, or on their way just now")


def _answer_shape(answer: "Answer") -> dict[str, Any]:
    from monitor.core.answers import Delivered, Failed, Refused, Stop

    match answer:
        case Delivered(status):
            return {"answer": "delivered", "status": status, "why": None}
        case Refused(why, status):
            return {"answer": "refused", "status": status, "why": why}
        case Failed(why, status):
            return {"answer": "failed", "status": status, "why": why}
        case Stop(why, status):
            return {"answer": "wants nothing any more", "status": status, "why": why}
        case _:
            assert_never(answer)
