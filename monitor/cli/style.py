"""How results look on a terminal: one colour for one meaning."""

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Final

from rich.text import Text

from monitor.core.changes import Change, Decision
from monitor.core.messages import ReceiverStatus
from monitor.core.records import Result

_RESULTS: Final = {
    Result.PUBLISHED: "green",
    Result.EDITED: "yellow",
    Result.REVERTED: "yellow",
    Result.RESTAMPED: "cyan",
    Result.UNCHANGED: "dim",
    Result.GONE: "magenta",
    Result.BLOCKED: "red",
    Result.FAILED: "red",
}
_SHORT: Final = 12


def result_text(result: Result) -> Text:
    """A result, padded to a column."""
    return Text(f"{result:<10}", _RESULTS[result])


def announced_text(decision: Decision) -> Text:
    """Whether an edit was announced, padded to a column; empty where nothing was edited."""
    if decision.change not in {Change.EDITED, Change.REVERTED}:
        return Text(" " * 9)
    return verdict_text(decision.announced)


def verdict_text(announced: bool | None) -> Text:
    """The verdict on an edit: announced, silent, or not known."""
    match announced:
        case True:
            return Text("announced", "green")
        case False:
            return Text("SILENT   ", "bold red")
        case None:
            return Text("not known", "dim")


def short_key(name: str) -> str:
    """Shorten the digest in the name of a capture without address; other names stay."""
    head, slash, digest = name.partition(":sha256/")
    return f"{head}{slash}{digest[:_SHORT]}…" if slash else name


def time_text(at: datetime | None, zone: tzinfo) -> str:
    """A moment to the second, in the zone of its site."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


def troubles(receiver: ReceiverStatus) -> Iterator[str]:
    """Say what is wrong with a receiver, if anything is, and what to do."""
    name = receiver.name
    if receiver.disabled_at is not None:
        since = time_text(receiver.disabled_at, UTC)
        yield f"{name}: wants nothing since {since} UTC ({receiver.why}): `monitor alerts enable {name}`"
    elif receiver.failing_since is not None:
        since, then = time_text(receiver.failing_since, UTC), time_text(receiver.next_try_at, UTC)
        told = f"failing since {since} UTC, {receiver.failures} times in a row: {receiver.why}; next try at {then}"
        yield f"{name}: {told}"
    if receiver.dead:
        yield f"{name}: {receiver.dead} given up: `monitor alerts retry --dead --receiver {name}` sends them again"
