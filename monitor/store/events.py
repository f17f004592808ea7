"""Writing events, each with the alerts of the rules that it met and the messages by which their receivers are told."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select

from monitor.core.alerts import MessageState, NewAlert
from monitor.core.events import Event
from monitor.store.database import add
from monitor.store.tables import alerts, events, messages

# When the last message but so many of a rule was made for a receiver: those that are held do not count.
_EARLIER: Final = (
    select(messages.c.created_at)
    .where(
        messages.c.rule == bindparam("rule"),
        messages.c.receiver == bindparam("receiver"),
        messages.c.state.not_in((MessageState.HELD, MessageState.DIGESTED)),
    )
    .order_by(messages.c.created_at.desc())
    .limit(1)
    .offset(bindparam("number"))
)


def write_events(connection: Connection, told: Sequence[Event], at: datetime, about: Mapping[str, int | None]) -> None:
    """Put events on record. `about` names the columns that say what they are about."""
    for event in told:
        row = {
            "kind": event.kind,
            "announced": event.announced,
            "why": event.why,
            "way": event.way,
            "held": event.held,
        }
        event_id = add(connection, events, {**row, **about, "at": at})
        for alert in event.alerts:
            _write_alert(connection, alert, at, {"event_id": event_id, "article_id": about.get("article_id")})


def _write_alert(connection: Connection, alert: NewAlert, at: datetime, about: dict[str, int | None]) -> None:
    row = {"rule": alert.rule, "at": at, "payload": alert.payload}
    alert_id = add(connection, alerts, {**row, **about})
    for receiver, key in alert.to.items():
        held_until = alert.held_until or _limited_until(connection, alert, receiver)
        message: dict[str, Any] = {
            "key": key,
            "receiver": receiver,
            "alert_id": alert_id,
            "rule": alert.rule,
            "article_id": about["article_id"],
            "state": MessageState.HELD if held_until else MessageState.WAITING,
            "created_at": alert.made_at,
            "due_at": held_until or alert.made_at,
        }
        connection.execute(insert(messages), message)


def _limited_until(connection: Connection, alert: NewAlert, receiver: str) -> datetime | None:
    """Return until when a message has to be held, as there were as many as the rule's limit allows; None if not."""
    if alert.limit is None:
        return None
    now = alert.made_at
    asked = {"rule": alert.rule, "receiver": receiver, "number": alert.limit.number - 1}
    earlier: datetime | None = connection.execute(_EARLIER, asked).scalar()
    if earlier is None:
        return None
    until = min(earlier, now) + alert.limit.within  # later than now by a clock that has been set back since
    return until if until > now else None
