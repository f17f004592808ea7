"""Letting go of messages that were held: one of a rule as it is, several in a digest (`monitor.core.digests`)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, or_, select, update

from monitor.core.alerts import MessageState
from monitor.core.digests import MOST, Told, digest
from monitor.core.payloads import Payload
from monitor.store.database import add
from monitor.store.rows import AnyRow, portions
from monitor.store.tables import UtcDateTime, alerts, messages

_NOW: Final = bindparam("now", type_=UtcDateTime)
_LONGEST: Final = timedelta(days=31)

_HELD: Final = (
    select(messages.c.id, messages.c.rule, alerts.c.at)
    .join_from(messages, alerts)
    .where(
        messages.c.receiver == bindparam("receiver"),
        messages.c.state == MessageState.HELD,
        messages.c.ended_at.is_(None),
        # the latter by a clock that has been set back since: no limit holds for longer
        or_(messages.c.due_at <= _NOW, messages.c.due_at > bindparam("never", type_=UtcDateTime)),
    )
    .order_by(messages.c.id)
)
_TOLD: Final = (
    select(messages.c.key, alerts.c.payload)
    .join_from(messages, alerts)
    .where(messages.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(messages.c.id)
)
_LET_GO: Final = update(messages).where(messages.c.id.in_(bindparam("ids", expanding=True)))


def is_held(connection: Connection, receiver: str, now: datetime) -> bool:
    """Whether there is something to let go of."""
    return connection.execute(_HELD.limit(1), _about(receiver, now)).first() is not None


def let_go(connection: Connection, receiver: str, now: datetime, key: Callable[[], str]) -> None:
    """Let go of what was held until now; `key` makes keys for digests. It counts as made now."""
    of_rule: dict[str, list[AnyRow]] = {}
    for row in connection.execute(_HELD, _about(receiver, now)):
        of_rule.setdefault(row.rule, []).append(row)
    for rule, held in of_rule.items():
        ids = [row.id for row in held]
        if len(ids) == 1:
            connection.execute(_LET_GO.values(state=MessageState.WAITING, created_at=now, due_at=now), {"ids": ids})
            continue
        together = message_of(receiver, key(), _digest(connection, held, now), now)
        digest_id = add(connection, messages, {**together, "rule": rule})
        ended = {"state": MessageState.DIGESTED, "ended_at": now, "digest_id": digest_id}
        for some in portions(ids):
            connection.execute(_LET_GO.values(ended), {"ids": some})


def _about(receiver: str, now: datetime) -> dict[str, object]:
    return {"receiver": receiver, "now": now, "never": now + _LONGEST}


def message_of(receiver: str, key: str, payload: Payload, now: datetime) -> dict[str, object]:
    """Return the row of a message that is of no alert of its own."""
    state = MessageState.WAITING
    return {"receiver": receiver, "key": key, "payload": payload, "state": state, "created_at": now, "due_at": now}


def _digest(connection: Connection, held: Sequence[AnyRow], now: datetime) -> Payload:
    told = [Told(*row) for row in connection.execute(_TOLD, {"ids": [row.id for row in held[:MOST]]})]
    times = [row.at for row in held]
    return digest(told, now, count=len(held), since=min(times), until=max(times))
