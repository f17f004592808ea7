"""Giving up what may be given up: old observations, and responses that are behind no version.

Versions and the captures behind them stay, whatever the settings, and so do events. An observation that has a `ref`
stays, too: by it a replay knows that a capture is on record (`monitor.store.record`). Nothing else reads the log to
decide, so no pruning changes a decision.

Work is done in portions, each a short transaction of its own: a running program is not kept waiting, and whoever is
killed in between leaves a sound database, of which the next pruning takes the rest. A body goes in the transaction
that takes its last capture.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, exists, false, func, select, update

from monitor.store import partitions
from monitor.store.database import Database
from monitor.store.tables import blobs, captures, observations, versions

_AT_ONCE: Final = 500  # rows in a portion: some SQLites take no more than 999 parameters


@dataclass(frozen=True, slots=True)
class Limits:
    """The moments before which observations, and captures behind no version, are given up; None gives up none."""

    observations: datetime | None = None
    captures: datetime | None = None

    @classmethod
    def at(cls, now: datetime, *, observations: float | None, captures: float | None) -> "Limits":
        """Return the limits that follow from ages in seconds; None keeps all."""
        return cls(*(None if age is None else now - timedelta(seconds=age) for age in (observations, captures)))


@dataclass(frozen=True, slots=True)
class Freed:
    """How many rows were given up, and how many bytes the bodies among them took in the database."""

    observations: int = 0
    captures: int = 0
    bodies: int = 0
    bytes: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        """Return the sum."""
        return Freed(*(mine + its for mine, its in zip(astuple(self), astuple(other), strict=True)))


def prunable(database: Database, limits: Limits) -> Freed:
    """Return what `prune` would free now."""
    loose = _is_loose(limits)
    of_body = captures.c.blob_id == blobs.c.id
    bodies = select(func.count(), func.coalesce(func.sum(func.length(blobs.c.body)), 0)).where(
        exists().where(of_body, loose), ~exists().where(of_body, ~loose)
    )
    with database.reading() as connection:
        old = connection.execute(select(func.count()).select_from(observations).where(_is_old(limits))).scalar_one()
        gone = connection.execute(select(func.count()).select_from(captures).where(loose)).scalar_one()
        return Freed(old, gone, *connection.execute(bodies).one())


def prune(database: Database, limits: Limits) -> Iterator[Freed]:
    """Free what the limits allow and yield what each portion freed.

    Let others have their turn before asking for the next one: an SQLite file has one writer at a time, and whoever
    waits for it asks again only now and then.
    """
    yield from _months(database, limits)
    yield from _portions(database, observations.c.id, _is_old(limits), _drop_observations)
    yield from _portions(database, captures.c.id, _is_loose(limits), _drop_captures)


def tend(database: Database, limits: Limits) -> Iterator[int]:
    """Make the coming months of the log and prune, as is to be done every day; yield how many rows went at a time."""
    with database.writing() as connection:
        partitions.make(connection)
    for freed in prune(database, limits):
        yield freed.observations + freed.captures


def _is_old(limits: Limits) -> ColumnElement[bool]:
    """Whether an observation is to be given up."""
    if limits.observations is None:
        return false()
    return (observations.c.observed_at < limits.observations) & observations.c.ref.is_(None)


def _is_loose(limits: Limits) -> ColumnElement[bool]:
    """Whether a capture is to be given up."""
    if limits.captures is None:
        return false()
    return (captures.c.captured_at < limits.captures) & ~exists().where(versions.c.capture_id == captures.c.id)


def _months(database: Database, limits: Limits) -> Iterator[Freed]:
    """Drop the months of the log that may go whole."""
    if limits.observations is None:
        return
    with database.reading() as connection:
        names = partitions.before(connection, limits.observations)
    for name in names:
        with database.writing() as connection:
            freed = Freed(observations=partitions.drop(connection, name))
        yield freed


def _portions(
    database: Database,
    key: ColumnElement[int],
    chosen: ColumnElement[bool],
    drop: Callable[[Connection, Sequence[int]], Freed],
) -> Iterator[Freed]:
    """Drop the chosen rows in the order of their ids; they are looked up while nobody has to wait for it."""
    last = 0
    while True:
        with database.reading() as connection:
            ids = connection.scalars(select(key).where(key > last, chosen).order_by(key).limit(_AT_ONCE)).all()
        if not ids:
            return
        with database.writing() as connection:
            freed = drop(connection, ids)
        yield freed
        last = ids[-1]


def _drop_observations(connection: Connection, ids: Sequence[int]) -> Freed:
    return Freed(observations=connection.execute(delete(observations).where(observations.c.id.in_(ids))).rowcount)


def _drop_captures(connection: Connection, ids: Sequence[int]) -> Freed:
    """Drop captures, and the bodies that only they had; the observations stay, with the hash of what was received.

    Bodies are locked first: whoever keeps a new capture of such a body at the same time (`bodies.keep`) either waits
    and then finds none, or is done and seen here.
    """
    bodies = connection.scalars(select(captures.c.blob_id).where(captures.c.id.in_(ids)).distinct()).all()
    connection.execute(select(blobs.c.id).where(blobs.c.id.in_(bodies)).order_by(blobs.c.id).with_for_update())
    connection.execute(update(observations).where(observations.c.capture_id.in_(ids)).values(capture_id=None))
    gone = connection.execute(delete(captures).where(captures.c.id.in_(ids))).rowcount
    loose = blobs.c.id.in_(bodies) & ~exists().where(captures.c.blob_id == blobs.c.id)
    size = connection.execute(select(func.coalesce(func.sum(func.length(blobs.c.body)), 0)).where(loose)).scalar_one()
    return Freed(0, gone, connection.execute(delete(blobs).where(loose)).rowcount, size)
