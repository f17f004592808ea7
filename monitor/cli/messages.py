"""Messages to receivers: as JSON, and drawn for a person."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC
from typing import Any, Final, TypeAlias

from rich.text import Text

from monitor.cli.output import console, print_rows, say
from monitor.cli.shapes import time_shape
from monitor.cli.style import time_text, troubles
from monitor.core.alerts import MessageState
from monitor.core.messages import MessageLog, MessageSummary, ReceiverStatus, Try
from monitor.notify.texts import told

Json: TypeAlias = dict[str, Any]

_STYLES: Final = {
    MessageState.WAITING: "yellow",
    MessageState.HELD: "cyan",
    MessageState.DIGESTED: "dim",
    MessageState.DELIVERED: "green",
    MessageState.DEAD: "bold red",
}
_OPEN: Final = (MessageState.WAITING, MessageState.HELD)


def message_shape(message: MessageSummary) -> Json:
    """A message as it stands."""
    return {
        "id": message.id,
        "key": message.key,
        "receiver": message.receiver,
        "rule": message.rule,
        "type": message.payload["type"],
        "state": message.state,
        "created_at": time_shape(message.created_at),
        "due_at": time_shape(message.due_at) if message.state in _OPEN else None,
        "ended_at": time_shape(message.ended_at),
        "tries": message.tries,
        "why": message.why,
        "digest": message.digest,
        "title": told(message.payload).title,
    }


def log_shape(log: MessageLog) -> Json:
    """A message with its payload and all tries to send it, the first one first."""
    tries = [{**asdict(each), "at": time_shape(each.at)} for each in log.tries]
    return {**message_shape(log.message), "payload": log.message.payload, "log": tries}


def print_messages(messages: Sequence[MessageSummary]) -> None:
    """Print messages, a line each."""
    print_rows(
        ("id", "made", "state", "tries", "next", "receiver", "rule", "title", "why"),
        (
            (
                Text(str(message.id)),
                Text(time_text(message.created_at, UTC)),
                Text(message.state, _STYLES[message.state]),
                Text(str(message.tries or "")),
                Text(time_text(message.due_at, UTC) if message.state in _OPEN else ""),
                Text(message.receiver, "bold"),
                Text(message.rule or ""),
                Text(told(message.payload).title),
                Text(message.why or "", "dim"),
            )
            for message in messages
        ),
    )


def print_message(log: MessageLog) -> None:
    """Print what a receiver is told, as a person would read it, and what came of each try."""
    out, message = console(), log.message
    shown = told(message.payload)
    out.print(Text(shown.title, "bold"))
    out.print(Text(shown.text))
    out.print(Text(f"\n{message.key} (id {message.id}) to {message.receiver}\nall times are of UTC", "dim"))
    out.print(Text.assemble((message.state, _STYLES[message.state]), _standing(message)))
    for each in log.tries:
        out.print(Text(f"  {time_text(each.at, UTC)}  {_outcome(each)}"))


def _standing(message: MessageSummary) -> str:
    match message.state:
        case MessageState.WAITING:
            return f": next try at {time_text(message.due_at, UTC)}"
        case MessageState.HELD:
            return f" until {time_text(message.due_at, UTC)}"
        case MessageState.DIGESTED:
            return f": told of in {message.digest}"
        case _:
            return f" at {time_text(message.ended_at, UTC)}"


def _outcome(tried: Try) -> str:
    status = f"HTTP {tried.status}, " if tried.status is not None and tried.why is None else ""
    return f"{tried.why or 'delivered'} ({status}{tried.elapsed:.1f} s)"


def say_troubles(receivers: Sequence[ReceiverStatus], configured: Collection[str]) -> None:
    """Remark which receivers fail, which want nothing any more, and which are not in the configuration any more."""
    for receiver in receivers:
        if receiver.name not in configured and (waiting := receiver.waiting + receiver.held):
            say(f"{receiver.name}: is not in the configuration any more, and {waiting} messages wait for it")
        for trouble in troubles(receiver):
            say(trouble)
