"""Politeness that all programs share and that outlives them: `monitor.pipeline.ports.Hosts` in a database."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, select, update

from monitor.core.records import RobotsRecord
from monitor.pipeline.ports import Hosts
from monitor.store.database import Database, insert_new
from monitor.store.tables import hosts

_TRUSTED: Final = timedelta(minutes=1)
"""How far the clocks of two machines may be apart before one of them counts as set back."""


class SqlHosts(Hosts):
    """Hosts in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, host: str, *, now: datetime, delay: float) -> datetime:
        """Book the next request to a host: now, or when `delay` seconds have passed since the one booked before.

        Bookings may reach far ahead, as many as there are requests in wait. But they count by the clock that made
        them: if that showed more than a minute later than this one does now, it has been set back since, and only
        the wait that was left then is waited for. A clock that was once wrong thus closes no host.
        """
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, hosts, "name"), {"name": host})
            mine = hosts.c.name == host
            find = select(hosts.c.next_request_at, hosts.c.booked_at).where(mine).with_for_update()
            free, booked = connection.execute(find).one()
            if free is not None and booked - now > _TRUSTED:
                free = now + (free - booked)
            start = now if free is None else max(now, free)
            booking = {"next_request_at": start + timedelta(seconds=delay), "booked_at": now}
            connection.execute(update(hosts).where(mine), booking)
            return start

    def robots(self, host: str) -> RobotsRecord | None:
        """Return the host's robots.txt as last kept."""
        with self._database.reading() as connection:
            row = connection.execute(select(hosts).where(hosts.c.name == host)).one_or_none()
        if row is None or row.robots_fetched_at is None:
            return None
        return RobotsRecord(row.robots_status, row.robots_body, row.robots_fetched_at)

    def keep_robots(self, host: str, record: RobotsRecord) -> None:
        """Keep a host's robots.txt in place of the one before."""
        kept = {
            "robots_status": record.status,
            "robots_body": record.body,
            "robots_fetched_at": record.fetched_at,
        }
        with self._database.writing() as connection:
            connection.execute(insert_new(connection, hosts, "name"), {"name": host})
            connection.execute(update(hosts).where(hosts.c.name == host), kept)


def distrust(connection: Connection, host: str, at: datetime) -> None:
    """Note that a host repeated its validators for a page that had changed."""
    connection.execute(insert_new(connection, hosts, "name"), {"name": host})
    connection.execute(update(hosts).where(hosts.c.name == host), {"lied_at": at})
