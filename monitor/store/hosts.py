"""Politeness that all programs share and that outlives them: `monitor.pipeline.ports.Hosts` in a database.

The decisions are made in `monitor.core.politeness`; here they are made one after the other, on the host's locked row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from monitor.core.politeness import Host, Report, Turn, Wait
from monitor.core.records import RobotsRecord
from monitor.pipeline.ports import Hosts
from monitor.store.database import Database, insert_new
from monitor.store.patience import patient
from monitor.store.tables import hosts

_STATE: Final = tuple(field.name for field in fields(Host) if field.name != "name")
_ROBOTS: Final = tuple(field.name for field in fields(RobotsRecord))

_THIS: Final = hosts.c.name == bindparam("host")
_FIND: Final = select(hosts.c.name, *(hosts.c[name] for name in _STATE)).where(_THIS).with_for_update()
_FIND_ROBOTS: Final = select(*(hosts.c[f"robots_{name}"] for name in _ROBOTS)).where(_THIS)
_KEEP: Final = update(hosts).where(_THIS)


@patient
class SqlHosts(Hosts):
    """Hosts in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, host: str, *, token: str, now: datetime, hold: float) -> Turn | Wait:
        """Ask for the turn at a host."""
        with self._locked(host) as (connection, before):
            after, answer = before.take(token, now=now, hold=hold)
            if after != before:
                _keep(connection, host, _row(after))
            return answer

    def give_back(self, turn: Turn, report: Report, *, now: datetime, delay: float, jitter: float) -> None:
        """Give the turn back, and say what came of it."""
        with self._locked(turn.host) as (connection, before):
            after = before.give_back(turn, report, now=now, delay=delay, jitter=jitter)
            _keep(connection, turn.host, _row(after))

    def robots(self, host: str) -> RobotsRecord | None:
        """Return the host's robots.txt as last kept."""
        with self._database.reading() as connection:
            row = connection.execute(_FIND_ROBOTS, {"host": host}).one_or_none()
        return None if row is None or row.robots_tried_at is None else RobotsRecord(*row)

    def keep_robots(self, host: str, record: RobotsRecord) -> None:
        """Keep a host's robots.txt in place of the one before."""
        kept = {f"robots_{name}": getattr(record, name) for name in _ROBOTS}
        with self._locked(host) as (connection, _):
            _keep(connection, host, kept)

    @contextmanager
    def _locked(self, host: str) -> Iterator[tuple[Connection, Host]]:
        """Give a host as it is, new if it is, and let nobody else change it meanwhile."""
        with self._database.writing() as connection:
            row = connection.execute(_FIND, {"host": host}).one_or_none()
            if row is None:
                connection.execute(insert_new(connection, hosts, "name"), {"name": host})
                row = connection.execute(_FIND, {"host": host}).one()
            yield connection, Host(**row._mapping)


def _row(host: Host) -> dict[str, object]:
    return {name: getattr(host, name) for name in _STATE}


def _keep(connection: Connection, host: str, values: dict[str, object]) -> None:
    connection.execute(_KEEP, {"host": host, **values})


def distrust(connection: Connection, host: str, at: datetime) -> None:
    """Note that a host repeated its validators for a page that had changed."""
    connection.execute(insert_new(connection, hosts, "name"), {"name": host})
    _keep(connection, host, {"lied_at": at})
