"""Sending what is to be sent: `monitor.pipeline.ports.Outbox` in a database.

    held ── gather ── waiting ── claim ── settle ── waiting again | delivered | dead

Claims and settlements of one receiver are made one after the other, on its locked row (`monitor.store.receivers`), so
that all who send agree on how it stands. What is due is found along (receiver, state, due_at) among the messages that
have not ended, however many have.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, exists, func, insert, or_, select, update

from monitor.core.alerts import MessageState
from monitor.core.delivery import LONGEST_REST, Admission, Attempt, Verdict, judge
from monitor.core.digests import test_note
from monitor.core.events import Event, EventKind, Tell
from monitor.core.leases import LONGEST, Lease
from monitor.core.messages import Message
from monitor.pipeline.ports import Lost, Outbox
from monitor.store.database import Database, add
from monitor.store.events import write_events
from monitor.store.held import is_held, let_go, message_of
from monitor.store.leases import free
from monitor.store.patience import patient
from monitor.store.receivers import keep, locked, standing_of
from monitor.store.rows import AnyRow, portions
from monitor.store.tables import UtcDateTime, alerts, messages, tries

_NOW: Final = bindparam("now", type_=UtcDateTime)
_FREED: Final = {"lease": None, "leased_until": None}
_TOO_LONG: Final = "its receiver has been failing for three days"
_WAITING: Final = and_(
    messages.c.receiver == bindparam("whom"),
    messages.c.state == MessageState.WAITING,
    messages.c.ended_at.is_(None),
)
_EARLIER: Final = messages.alias("earlier")
# Held ones are told of later anyway, in a digest: only what waits goes before.
_IS_FIRST: Final = ~exists().where(
    _EARLIER.c.receiver == messages.c.receiver,
    _EARLIER.c.article_id == messages.c.article_id,
    _EARLIER.c.ended_at.is_(None),
    _EARLIER.c.state == MessageState.WAITING,
    _EARLIER.c.id < messages.c.id,
)
_CLAIMABLE: Final = (
    select(messages, alerts.c.payload.label("alert_payload"))
    .join_from(messages, alerts, isouter=True)
    .where(_WAITING, free(messages), _IS_FIRST)
    .limit(bindparam("limit"))
)
# What is due later than anything can be was made by a clock that has been set back since.
_IS_DUE: Final = or_(messages.c.due_at <= _NOW, messages.c.due_at > bindparam("never", type_=UtcDateTime))
_DUE: Final = _CLAIMABLE.where(_IS_DUE, messages.c.id != bindparam("but")).order_by(messages.c.due_at, messages.c.id)
_EARLY: Final = _CLAIMABLE.order_by(messages.c.tries, messages.c.id)
_UNDER_WAY: Final = select(messages.c.id).where(_WAITING, ~free(messages)).limit(1)
_SETTLED: Final = update(messages).where(
    messages.c.id == bindparam("message"),
    messages.c.lease == bindparam("token"),
    messages.c.state == MessageState.WAITING,
)
_OTHERS: Final = update(messages).where(_WAITING, free(messages), messages.c.id != bindparam("message"))
_ALL_DUE: Final = _OTHERS.where(messages.c.due_at > _NOW).values(due_at=_NOW)
_TOO_OLD: Final = _OTHERS.where(
    func.coalesce(messages.c.tried_since, messages.c.created_at) <= bindparam("before", type_=UtcDateTime)
).values(state=MessageState.DEAD, ended_at=_NOW, why=_TOO_LONG)


@patient
class SqlOutbox(Outbox):
    """The outbox in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ready(self, receivers: Collection[str], *, now: datetime) -> list[str]:
        """Return those of these receivers for whom there is something to gather or to claim."""
        with self._database.reading() as connection:
            return [name for name in receivers if _is_ready(connection, name, now)]

    def gather(self, receiver: str, *, now: datetime, key: Callable[[], str]) -> None:
        """Let go of the messages to a receiver that were held until now, those of a rule together."""
        with self._database.writing() as connection:
            locked(connection, receiver)
            let_go(connection, receiver, now, key)

    def claim(self, receiver: str, lease: Lease, *, limit: int) -> list[Message]:
        """Claim what may be sent to a receiver now, no more than `limit`, the longest due first."""
        with self._database.writing() as connection:
            admission = locked(connection, receiver).admits(lease.since)
            found = _claimable(connection, admission, _about(receiver, lease.since, limit=limit), lock=True)
            taken = {"lease": lease.token, "leased_until": lease.until}
            for ids in portions(row.id for row in found):
                connection.execute(update(messages).where(messages.c.id.in_(ids)), taken)
        return [_message(row, lease) for row in found]

    def settle(self, message: Message, attempt: Attempt, tell: Tell) -> Verdict:
        """Write what came of a try, for the message and for its receiver, and end the lease."""
        with self._database.writing() as connection:
            standing = locked(connection, message.receiver)
            verdict = judge(standing, message, attempt)
            _keep_message(connection, message, attempt, verdict)
            _keep_others(connection, message, attempt.ended_at, verdict)
            if verdict.standing != standing:
                keep(connection, message.receiver, verdict.standing)
            if verdict.standing.disabled_at != standing.disabled_at:
                event = Event(EventKind.RECEIVER_DISABLED, None, f"receiver {message.receiver}: {verdict.why}")
                write_events(connection, (tell(event),), attempt.ended_at, {})
        return verdict

    def give_back(self, messages_: Sequence[Message]) -> None:
        """End the leases of messages that were not tried."""
        with self._database.writing() as connection:
            for message in messages_:
                mine = (messages.c.id == message.id, messages.c.lease == message.lease.token)
                connection.execute(update(messages).where(*mine), _FREED)

    def test(self, receiver: str, lease: Lease, *, key: str) -> Message:
        """Put a message on record that is of no alert, claimed under a lease."""
        payload = test_note(lease.since)
        row = {**message_of(receiver, key, payload, lease.since), "lease": lease.token, "leased_until": lease.until}
        with self._database.writing() as connection:
            return Message(add(connection, messages, row), key, receiver, payload, lease, lease.since)


def _is_ready(connection: Connection, receiver: str, now: datetime) -> bool:
    standing = standing_of(connection, receiver)
    if standing.disabled_at is None and is_held(connection, receiver, now):
        return True
    return bool(_claimable(connection, standing.admits(now), _about(receiver, now, limit=1)))


def _about(receiver: str, now: datetime, **more: object) -> dict[str, object]:
    return {"whom": receiver, "now": now, "far": now + LONGEST, "never": now + LONGEST_REST, **more}


def _claimable(
    connection: Connection, admission: Admission | None, about: dict[str, object], *, lock: bool = False
) -> Sequence[AnyRow]:
    """Find what may be claimed, as its receiver admits it."""
    if admission is None or (admission.one and connection.execute(_UNDER_WAY, about).first()):
        return ()
    find = _EARLY if admission.early else _DUE
    if lock:
        find = find.with_for_update(of=messages, skip_locked=True)
    limited = {"limit": 1} if admission.one else {}
    return connection.execute(find, {**about, **limited, "but": admission.but or 0}).fetchall()


def _message(row: AnyRow, lease: Lease) -> Message:
    payload = row.alert_payload if row.payload is None else row.payload
    return Message(
        row.id, row.key, row.receiver, payload, lease, row.created_at, row.article_id, row.tries, row.tried_since
    )


def _keep_message(connection: Connection, message: Message, attempt: Attempt, verdict: Verdict) -> None:
    """Write a try, and how its message stands after it. Raises Lost if it is not ours any more."""
    done = connection.execute(
        _SETTLED.values(
            state=verdict.state,
            ended_at=attempt.ended_at if verdict.due_at is None else None,
            due_at=verdict.due_at or messages.c.due_at,
            tries=messages.c.tries + 1,
            tried_since=message.tried_since or attempt.at,
            why=verdict.why,
            **_FREED,
        ),
        {"message": message.id, "token": message.lease.token},
    )
    if done.rowcount != 1:
        raise Lost
    status = attempt.answer.status
    row = {"message_id": message.id, "at": attempt.at, "elapsed": attempt.elapsed, "status": status, "why": verdict.why}
    connection.execute(insert(tries), row)


def _keep_others(connection: Connection, message: Message, now: datetime, verdict: Verdict) -> None:
    about = _about(message.receiver, now, message=message.id)
    if verdict.all_due:
        connection.execute(_ALL_DUE, about)
    if verdict.dead_before is not None:
        connection.execute(_TOO_OLD, {**about, "before": verdict.dead_before})
