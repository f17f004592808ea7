"""How receivers stand, in the database. What changes that is decided one after the other, on the receiver's locked row.

Whoever changes messages that somebody else may change, too, locks the rows of their receivers first, in order of their
names: so nobody waits for somebody who waits for him.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from monitor.core.delivery import Standing
from monitor.store.database import insert_new
from monitor.store.tables import receivers

_STATE: Final = tuple(field.name for field in fields(Standing))
_THIS: Final = receivers.c.name == bindparam("receiver")
_FIND: Final = select(*(receivers.c[name] for name in _STATE)).where(_THIS)


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
