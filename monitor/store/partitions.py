"""The log of fetches in parts, a month each, on Postgres: a month that may be given up goes whole, in no time.

    observations_2026_11    what was fetched in November 2026, by UTC
    observations_default    what was fetched in a month that had no part then; it stays there

Every program that opens the database makes the parts of this month and the next ones, and the daemon does so daily.
On SQLite the log is one table, and there is nothing to do here.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, text

_AHEAD: Final = 3  # months
_LOG: Final = "observations"
_TODAY: Final = text("SELECT (now() AT TIME ZONE 'UTC')::date")
_PARTS: Final = text(
    "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
    "WHERE inhparent = 'observations'::regclass AND relname <> 'observations_default' ORDER BY relname"
)


def are_made(connection: Connection) -> bool:
    """Whether there are the parts that are to be there today."""
    return connection.dialect.name == "sqlite" or not _missing(connection, None)


def make(connection: Connection, since: date | None = None) -> None:
    """Make the parts from a day on, today if none is named; a month of which the default part has rows stays there."""
    if connection.dialect.name == "sqlite":
        return
    if not connection.execute(text(f"SELECT to_regclass('{_LOG}_default')")).scalar():
        connection.execute(text(f"CREATE TABLE {_LOG}_default PARTITION OF {_LOG} DEFAULT"))
    for month in _missing(connection, since):
        bounds = f"'{month}T00:00:00Z'", f"'{_after(month)}T00:00:00Z'"
        strays = f"SELECT 1 FROM {_LOG}_default WHERE observed_at >= {bounds[0]} AND observed_at < {bounds[1]} LIMIT 1"  # noqa: S608
        if connection.execute(text(strays)).first() is None:
            part = f"CREATE TABLE {_name(month)} PARTITION OF {_LOG} FOR VALUES FROM ({bounds[0]}) TO ({bounds[1]})"
            connection.execute(text(part))


def before(connection: Connection, moment: datetime) -> list[str]:
    """Return the parts of which every row is from before a moment, and none is to be kept for a replay."""
    if connection.dialect.name == "sqlite":
        return []
    old = [name for name in connection.scalars(_PARTS) if _after(_month_of(name)) <= moment.date()]
    kept = "SELECT 1 FROM {} WHERE ref IS NOT NULL LIMIT 1"
    return [name for name in old if connection.execute(text(kept.format(name))).first() is None]


def drop(connection: Connection, name: str) -> int:
    """Drop a part, and return how many rows it had."""
    rows: int = connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608 - a name of ours
    connection.execute(text(f"DROP TABLE {name}"))
    return rows


def _missing(connection: Connection, since: date | None) -> list[date]:
    today = connection.execute(_TODAY).scalar_one()
    made = set(connection.scalars(_PARTS))
    return [month for month in _months(min(since or today, today), today) if _name(month) not in made]


def _months(first: date, today: date) -> Iterator[date]:
    """Yield the months from one day on, up to those ahead of today."""
    month, last = first.replace(day=1), today.replace(day=1)
    for _ in range(_AHEAD):
        last = _after(last)
    while month <= last:
        yield month
        month = _after(month)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _name(month: date) -> str:
    return f"{_LOG}_{month:%Y_%m}"


def _month_of(name: str) -> date:
    year, month = name.removeprefix(f"{_LOG}_").split("_")
    return date(int(year), int(month), 1)
