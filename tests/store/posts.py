"""Messages for tests of the outbox: alerts are put on record with events, as the pipeline does it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.core.alerts import Limit, NewAlert
from monitor.core.answers import Answer, Delivered
from monitor.core.delivery import Attempt, Verdict
from monitor.core.events import Event, EventKind
from monitor.core.leases import Lease
from monitor.core.messages import Message
from monitor.store.database import Database
from monitor.store.events import write_events
from monitor.store.outbox import SqlOutbox
from monitor.store.rows import AnyRow
from monitor.store.tables import metadata
from tests.store.builders import START, minute, untold

DESK = "desk"


def payload(text: str = "পুতিন", rule: str = "putin", story: int | None = 1) -> dict[str, Any]:
    about = {"name": f"daily:news/{story}", "url": f"https://daily.example/news/{story}", "title": text, "version": 2}
    return {
        "type": "story.edited",
        "version": 1,
        "timestamp": "2026-11-22T06:00:00Z",
        "data": {
            "rule": {"name": rule, "query": "পুতিন"},
            "event": {"kind": "edited", "change": "edited", "announced": False, "silent": True, "why": f"of {text}"},
            "site": {"name": "daily", "title": "Daily", "language": "bn"},
            "story": about if story else None,
            "change": None,
            "matched": [],
        },
    }


def alert(
    key: str,
    *receivers: str,
    rule: str = "putin",
    story: int | None = 1,
    held_until: datetime | None = None,
    limit: Limit | None = None,
) -> NewAlert:
    """An alert whose messages have the key, or the key and the name of their receiver where there are several."""
    to = {name: key if len(receivers) == 1 else f"{key}-{name}" for name in receivers} or {DESK: key}
    return NewAlert(rule, to, payload(key, rule, story), START, held_until, limit)


def write(database: Database, *given: NewAlert, story: int | None = None, at: datetime = START, **about: int) -> None:
    """Put alerts on record, of an event each, made then; `story` is the database id of the one they are about."""
    with database.writing() as connection:
        for each in given:
            event = Event(
                EventKind.EDITED, announced=False, why="as the test has it", alerts=(replace(each, made_at=at),)
            )
            write_events(connection, (event,), at, {"article_id": story, **about})


def lease(by: str = "a", at: datetime = START) -> Lease:
    return Lease(by, at, at + (minute(2) - START))


def claim(outbox: SqlOutbox, at: datetime = START, by: str = "a", limit: int = 10) -> list[Message]:
    return outbox.claim(DESK, lease(by, at), limit=limit)


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages]


def settle(outbox: SqlOutbox, message: Message, answer: Answer | None = None, at: datetime = START) -> Verdict:
    return outbox.settle(message, Attempt(answer or Delivered(200), at, 0.0, 0.0), untold)


def rows(database: Database, table: str) -> list[AnyRow]:
    columns = metadata.tables[table]
    with database.reading() as connection:
        return list(connection.execute(select(columns).order_by(*columns.primary_key)))


def states(database: Database) -> Mapping[str, str]:
    return {row.key: row.state for row in rows(database, "messages")}
