"""What a receiver is told that is no alert itself: a digest of alerts that were held, and a test."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from monitor.core.alerts import Json
from monitor.core.payloads import VERSION, Payload

MOST: Final = 100
"""How many alerts a digest tells of, at most; it counts all of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """An alert that a digest tells of: the key of the message that was held, and what it would have said."""

    key: str
    payload: Json


def digest(alerts: Sequence[Told], at: datetime, *, count: int, since: datetime, until: datetime) -> Payload:
    """Return what is told of the alerts of a rule that were held, of which at least one is given, at most MOST.

    There are `count` of them, from `since` until `until`.
    """
    rule = _data(alerts[0])["rule"]
    data = {"count": count, "since": _time(since), "until": _time(until), "alerts": [_line(each) for each in alerts]}
    return _payload("digest", at, {"rule": rule, **data})


def test_note(at: datetime) -> Payload:
    """Return what is told to find out whether somebody is there."""
    return _payload("test", at, {"note": "This is a test: nothing has happened."})


def _line(told: Told) -> Payload:
    data = _data(told)
    event, site, story = data["event"], data["site"], data["story"]
    return {
        "id": told.key,
        "type": told.payload["type"],
        "timestamp": told.payload["timestamp"],
        "story": story and {name: story[name] for name in ("name", "url", "title", "version")},
        "site": site and site["name"],
        "announced": event["announced"],
        "why": event["why"],
    }


def _data(told: Told) -> dict[str, Any]:
    data: Any = told.payload["data"]
    return dict(data)


def _payload(type_: str, at: datetime, data: Payload) -> Payload:
    return {"type": type_, "version": VERSION, "timestamp": _time(at), "data": data}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
