"""How receivers stand, in the database. What changes that is decided one after the other, on the receiver's locked row.

Whoever changes messages that somebody else may change, too, locks the rows of their receivers first, in order of their
names: so nobody waits for somebody who waits for him.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, select, update

from monitor.core.alerts import MessageState
from monitor.core.delivery import Standing
from monitor.core.messages import ReceiverStatus
from monitor.store.database import insert_new
from monitor.store.rows import AnyRow
from monitor.store.tables import messages, receivers

_STATE: Final = tuple(field.name for field in fields(Standing))
_THIS: Final = receivers.c.name == bindparam("receiver")
_FIND: Final = select(*(receivers.c[name] for name in _STATE)).where(_THIS)
_COUNTS: Final = (
    select(messages.c.receiver, messages.c.state, func.count(), func.min(messages.c.created_at))
    .where(messages.c.ended_at.is_(None))
    .group_by(messages.c.receiver, messages.c.state)
)
_DEAD: Final = (
    select(messages.c.receiver, func.count()).where(messages.c.state == MessageState.DEAD).group_by(messages.c.receiver)
)


def standing_of(connection: Connection, receiver: str) -> Standing:
    """Return how a receiver stands; one of whom nothing is on record stands well."""
    row = connection.execute(_FIND, {"receiver": receiver}).one_or_none()
    return Standing() if row is None else Standing(**row._mapping)


def locked(connection: Connection, receiver: str) -> Standing:
    """Return how a receiver stands, and let nobody else change that in this unit of work."""
    find = _FIND.with_for_update()
    row = connection.execute(find, {"receiver": receiver}).one_or_none()
    if row is None:
        connection.execute(insert_new(connection, receivers, "name"), {"name": receiver})
        row = connection.execute(find, {"receiver": receiver}).one()
    return Standing(**row._mapping)


def all_locked(connection: Connection, names: Iterable[str]) -> dict[str, Standing]:
    """Do the same for several."""
    return {name: locked(connection, name) for name in sorted(set(names))}


def keep(connection: Connection, receiver: str, standing: Standing) -> None:
    """Write how a receiver stands."""
    values = {name: getattr(standing, name) for name in _STATE}
    connection.execute(update(receivers).where(_THIS), {"receiver": receiver, **values})


def statuses(connection: Connection) -> list[ReceiverStatus]:
    """Return how the receivers on record stand, by name, and how many messages wait for them."""
    standings = {row.name: row for row in connection.execute(select(receivers))}
    open_ = {(row[0], row[1]): row for row in connection.execute(_COUNTS)}
    dead: dict[str, int] = dict(connection.execute(_DEAD).all())
    names = {*standings, *dead, *(name for name, _ in open_)}
    return [_status(name, standings.get(name), open_, dead.get(name, 0)) for name in sorted(names)]


def _status(name: str, standing: AnyRow | None, open_: dict[tuple[str, str], AnyRow], dead: int) -> ReceiverStatus:
    waiting, held = open_.get((name, MessageState.WAITING)), open_.get((name, MessageState.HELD))
    known: dict[str, Any] = {}
    if standing is not None:
        told = ("failures", "failing_since", "next_try_at", "disabled_at", "why")
        known = {each: getattr(standing, each) for each in told}
    return ReceiverStatus(
        name=name,
        waiting=waiting[2] if waiting else 0,
        held=held[2] if held else 0,
        dead=dead,
        oldest_at=waiting[3] if waiting else None,
        **known,
    )
