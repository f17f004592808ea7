"""Politeness that all programs share and that outlives them: `monitor.pipeline.ports.Hosts` in a database.

The decisions are made in `monitor.core.politeness`; here they are made one after the other, on the host's locked row.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select, update

from monitor.core.politeness import Host, Report, Turn, Wait
from monitor.core.records import RobotsRecord
from monitor.pipeline.ports import Hosts
from monitor.store.database import Database, insert_new
from monitor.store.tables import hosts

_COLUMNS: Final = tuple(hosts.c[field.name] for field in fields(Host))


class SqlHosts(Hosts):
    """Hosts in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, host: str, *, token: str, now: datetime, hold: float) -> Turn | Wait:
        """Ask for the turn at a host."""
        with self._locked(host) as (connection, before):
            after, answer = before.take(token, now=now, hold=hold)
            if after != before:
                _keep(connection, host, asdict(after))
            return answer

    def give_back(self, turn: Turn, report: Report, *, now: datetime, delay: float, jitter: float) -> None:
        """Give the turn back, and say what came of it."""
        with self._locked(turn.host) as (connection, before):
            after = before.give_back(turn, report, now=now, delay=delay, jitter=jitter)
            _keep(connection, turn.host, asdict(after))

    def robots(self, host: str) -> RobotsRecord | None:
        """Return the host's robots.txt as last kept."""
        with self._database.reading() as connection:
            row = connection.execute(select(hosts).where(hosts.c.name == host)).one_or_none()
        if row is None or row.robots_tried_at is None:
            return None
        return RobotsRecord(
            row.robots_status, row.robots_body, row.robots_fetched_at, row.robots_tried_at, row.robots_failing_since
        )

    def keep_robots(self, host: str, record: RobotsRecord) -> None:
        """Keep a host's robots.txt in place of the one before."""
        kept = {f"robots_{name}": value for name, value in asdict(record).items()}
        with self._locked(host) as (connection, _):
            _keep(connection, host, kept)

    @contextmanager
    def _locked(self, host: str) -> Iterator[tuple[Connection, Host]]:
        """Give a host as it is, new if it is, and let nobody else change it meanwhile."""
        with self._database.writing() as connection:
            find = select(*_COLUMNS).where(hosts.c.name == host).with_for_update()
            row = connection.execute(find).one_or_none()
            if row is None:
                connection.execute(insert_new(connection, hosts, "name"), {"name": host})
                row = connection.execute(find).one()
            yield connection, Host(**row._mapping)


def _keep(connection: Connection, host: str, values: dict[str, object]) -> None:
    connection.execute(update(hosts).where(hosts.c.name == host), values)


def distrust(connection: Connection, host: str, at: datetime) -> None:
    """Note that a host repeated its validators for a page that had changed."""
    connection.execute(insert_new(connection, hosts, "name"), {"name": host})
    connection.execute(update(hosts).where(hosts.c.name == host), {"lied_at": at})
