"""Looking at messages, and letting them be sent once more: `monitor.pipeline.ports.Mailroom` in a database."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from itertools import chain
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from monitor.core.alerts import MessageState
from monitor.core.delivery import Standing
from monitor.core.leases import LONGEST
from monitor.core.messages import MessageLog, MessageQuery, MessageSummary, ReceiverStatus, Try
from monitor.pipeline.ports import Mailroom
from monitor.store.database import Database
from monitor.store.leases import free
from monitor.store.patience import patient
from monitor.store.receivers import all_locked, keep, locked, statuses
from monitor.store.rows import AnyRow, portions
from monitor.store.tables import UtcDateTime, alerts, messages, tries

_NOW: Final = bindparam("now", type_=UtcDateTime)
_DIGESTS: Final = messages.alias("digests")
_LIST: Final = (
    select(messages, alerts.c.payload.label("alert_payload"), _DIGESTS.c.key.label("digest"))
    .join_from(messages, alerts, isouter=True)
    .join(_DIGESTS, messages.c.digest_id == _DIGESTS.c.id, isouter=True)
)
_TRIES: Final = (
    select(tries.c.at, tries.c.elapsed, tries.c.status, tries.c.why)
    .where(tries.c.message_id == bindparam("message"))
    .order_by(tries.c.id)
)
_SENT: Final = (MessageState.DELIVERED, MessageState.DEAD)
# Its three days begin anew.
_AGAIN: Final = (
    update(messages)
    .where(or_(messages.c.ended_at.is_not(None), free(messages)))
    .values(state=MessageState.WAITING, ended_at=None, due_at=_NOW, tries=0, tried_since=_NOW, why=None)
)


@patient
class SqlMailroom(Mailroom):
    """The messages in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def messages(self, query: MessageQuery) -> list[MessageSummary]:
        """List messages, the latest first."""
        find = _LIST.where(*_conditions(query)).order_by(messages.c.id.desc()).limit(query.limit)
        with self._database.reading() as connection:
            return [_summary(row) for row in connection.execute(find)]

    def message(self, reference: str) -> MessageLog | None:
        """Return a message by its database id or its key, with all tries to send it."""
        is_id = reference.isascii() and reference.isdigit() and len(reference) < 19
        this = messages.c.id == int(reference) if is_id else messages.c.key == reference
        with self._database.reading() as connection:
            row = connection.execute(_LIST.where(this)).one_or_none()
            if row is None:
                return None
            return MessageLog(_summary(row), [Try(*each) for each in connection.execute(_TRIES, {"message": row.id})])

    def receivers(self) -> list[ReceiverStatus]:
        """Return how the receivers on record stand, by name."""
        with self._database.reading() as connection:
            return statuses(connection)

    def retry(self, ids: Sequence[int], *, now: datetime) -> int:
        """Let messages be sent now, and be tried for three days, under the keys they have; return how many."""
        states = (MessageState.WAITING, *_SENT)
        parts = [(messages.c.id.in_(some), messages.c.state.in_(states)) for some in portions(sorted(set(ids)))]
        with self._database.writing() as connection:
            return _send_again(connection, parts, now)

    def replay(self, since: datetime, *, now: datetime, receiver: str | None = None) -> int:
        """Let all messages that were made since a moment and have ended be sent once more; return how many."""
        which = [messages.c.created_at >= since, messages.c.state.in_(_SENT), messages.c.rule.is_not(None)]
        if receiver is not None:
            which.append(messages.c.receiver == receiver)
        with self._database.writing() as connection:
            return _send_again(connection, [which], now)

    def enable(self, receiver: str, *, now: datetime) -> bool:
        """Send to a receiver again that wanted nothing more; return whether it was disabled."""
        with self._database.writing() as connection:
            if locked(connection, receiver).disabled_at is None:
                return False
            waits = (messages.c.receiver == receiver, messages.c.state == MessageState.WAITING)
            connection.execute(_AGAIN.where(*waits), {"now": now, "far": now + LONGEST})
            keep(connection, receiver, Standing())
            return True


def _conditions(query: MessageQuery) -> list[ColumnElement[bool]]:
    equal = {messages.c.state: query.state, messages.c.receiver: query.receiver, messages.c.rule: query.rule}
    conditions = [column == wanted for column, wanted in equal.items() if wanted is not None]
    return conditions if query.since is None else [*conditions, messages.c.created_at >= query.since]


def _summary(row: AnyRow) -> MessageSummary:
    own = {field.name: getattr(row, field.name) for field in fields(MessageSummary)}
    payload = row.alert_payload if row.payload is None else row.payload
    return MessageSummary(**{**own, "state": MessageState(row.state), "payload": payload})


def _send_again(connection: Connection, parts: Sequence[Sequence[ColumnElement[bool]]], now: datetime) -> int:
    """Let messages wait anew; a receiver that fails is not waited for any longer."""
    found = (connection.execute(select(messages.c.receiver).where(*part).distinct()).scalars() for part in parts)
    for name, standing in all_locked(connection, chain.from_iterable(found)).items():
        if standing.failures:
            keep(connection, name, replace(standing, next_try_at=now))
    about = {"now": now, "far": now + LONGEST}
    return sum(connection.execute(_AGAIN.where(*part), about).rowcount for part in parts)
