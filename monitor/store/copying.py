"""Copying a whole record into another database: from SQLite to Postgres, and back, with nothing lost.

The source is read as it was at one moment, table by table along the references and within a table in the order of its
key, and written in portions, each a transaction of its own. Where a copy was broken off is told by the target itself:
whatever has a key up to the last one is there. So the next one goes on from there. At the end both are read once more
and compared row by row, and only if they are equal the target may be worked with.

Ids stay what they are, and no id that the source gave once is given again by the target. Rows go over in the form in
which SQLite keeps them, so that nothing is read and written anew by us: times and JSON as texts, truth as 0 or 1.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Row,
    Table,
    TextClause,
    TypeDecorator,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from monitor.core.errors import StoreError, UsageError
from monitor.store import partitions
from monitor.store.database import Database, connect
from monitor.store.leader import leading
from monitor.store.schema import demand, receive, received
from monitor.store.tables import metadata, observations

Counter = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Told what is done and how many rows it takes; gives what is to be told of every portion of them."""

AnyRow = Row[*tuple[Any, ...]]

_AT_ONCE: Final = 2000
_BODIES_AT_ONCE: Final = 20  # rows of tables with bodies, which may be megabytes each


def copy(source_url: str, target_url: str, counter: Counter) -> dict[str, int]:
    """Copy a record into an empty database, or go on with a copy that was broken off; return the rows of each table.

    No daemon may work on either meanwhile. Raises UsageError where both are one, SchemaError where the source is not of
    today's schema or the target is of another, StoreError where the target is not empty or, in the end, not equal.
    """
    _must_be_there(source_url)
    with ExitStack() as opened:
        source, target = (opened.enter_context(closing(connect(url))) for url in (source_url, target_url))
        if source.name == target.name:
            raise UsageError(f"database {source.name}: it cannot be copied into itself")
        demand(source)
        for url in (source_url, target_url):
            opened.enter_context(leading(url))
        receive(target, source.name)
        old = opened.enter_context(source.standing_still())
        with target.writing() as new:
            partitions.make(new, _first_day(old))
        rows = {table.name: _count(old, table) for table in metadata.sorted_tables}
        with counter("copying", sum(rows.values())) as tell:
            for table in metadata.sorted_tables:
                _copy(old, target, table, tell)
        _go_on_counting(old, target)
        with counter("comparing", sum(rows.values())) as tell, target.standing_still() as new:
            for table in metadata.sorted_tables:
                _compare(old, new, table, tell)
        received(target)
    return rows


def _must_be_there(url: str) -> None:
    """Refuse an SQLite file that is not there: opening it would make one."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite" and not Path(parts.database or "").is_file():
        raise StoreError(f"database {url}: there is no such file")


def _first_day(old: Connection) -> date | None:
    """Return the day with which the log begins."""
    first = old.execute(select(func.min(observations.c.observed_at))).scalar()
    return None if first is None else first.date()


def _copy(old: Connection, target: Database, table: Table, tell: Callable[[int], None]) -> None:
    """Copy the rows of a table that the target does not have yet."""
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    columns = [column for column in table.columns if column not in own]
    with target.reading() as new:
        tell(_count(new, table))
        last = _last(new, table)
    with _portions(old, table, columns, after=last) as portions:
        for portion in portions:
            with target.writing() as new:
                _insert(new, table, columns, portion)
            tell(len(portion))
    for column in own:
        _refer_to_itself(old, target, table, column)


def _refer_to_itself(old: Connection, target: Database, table: Table, column: Column[Any]) -> None:
    """Let rows refer to other rows of their table, which may have come later than they."""
    change = text(f'UPDATE "{table.name}" SET "{column.name}" = :to WHERE id = :id')  # noqa: S608 - names of ours
    with _portions(old, table, [table.c.id, column]) as portions:
        for portion in portions:
            if rows := [{"id": row[0], "to": row[1]} for row in portion if row[1] is not None]:
                with target.writing() as new:
                    new.execute(change, rows)


def _insert(new: Connection, table: Table, columns: Sequence[Column[Any]], rows: Sequence[AnyRow]) -> None:
    into = f'"{table.name}" ({", ".join(map(_name, columns))})'
    if new.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        new.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", [tuple(row) for row in rows])  # noqa: S608 - ditto
        return
    import psycopg  # noqa: PLC0415 - 0.1 s SQLite need not wait

    try:
        driver: Any = new.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as stream:
            for row in rows:
                stream.write_row(tuple(row))
    except psycopg.Error as error:
        raise DBAPIError("COPY", None, error) from error


@contextmanager
def _portions(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], *, after: AnyRow | None = None
) -> Iterator[Iterator[Sequence[AnyRow]]]:
    """Give rows in the order of their key, so many at once as memory can always hold."""
    bodies = any(isinstance(_kind(column), LargeBinary) for column in columns)
    size = _BODIES_AT_ONCE if bodies else _AT_ONCE
    query = _query(connection, table, columns, after)
    with connection.execute(*query, execution_options={"yield_per": size}) as found:
        yield found.partitions(size)


def _query(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], after: AnyRow | None = None
) -> tuple[TextClause, dict[str, object]]:
    """Ask for rows in the order of their key; with the values of a key, for those after it."""
    keys = _keys(connection, table)
    query = f'SELECT {", ".join(_forms(connection, columns))} FROM "{table.name}"'  # noqa: S608 - ditto
    given: dict[str, object] = {f"key{number}": value for number, value in enumerate(after or ())}
    if given:
        query += f" WHERE ({', '.join(keys)}) > ({', '.join(f':{name}' for name in given)})"
    return text(f"{query} ORDER BY {', '.join(keys)}"), given


def _last(new: Connection, table: Table) -> AnyRow | None:
    """Return the last key of a table."""
    order = ", ".join(f"{key} DESC" for key in _keys(new, table))
    keys = ", ".join(_forms(new, list(table.primary_key)))
    return new.execute(text(f'SELECT {keys} FROM "{table.name}" ORDER BY {order} LIMIT 1')).first()  # noqa: S608 - ditto


def _keys(connection: Connection, table: Table) -> list[str]:
    """Return the key, ordered by the bytes of texts as in SQLite: Postgres would go by a language."""
    forms = _forms(connection, list(table.primary_key))
    if connection.dialect.name == "sqlite":
        return forms
    numbers = [isinstance(column.type, Integer) for column in table.primary_key]
    return [form if number else f'{form} COLLATE "C"' for form, number in zip(forms, numbers, strict=True)]


def _forms(connection: Connection, columns: Sequence[Column[Any]]) -> list[str]:
    return [_name(each) if connection.dialect.name == "sqlite" else _as_in_sqlite(each) for each in columns]


def _as_in_sqlite(column: Column[Any]) -> str:
    """Write how to ask Postgres for a value in the form in which SQLite keeps it."""
    name = _name(column)
    match _kind(column):
        case DateTime():
            return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        case Date():
            return f"to_char({name}, 'YYYY-MM-DD')"
        case JSON():
            return f"{name}::text"
        case Boolean():
            return f"{name}::int"
    return name


def _kind(column: Column[Any]) -> TypeEngine[Any]:
    """Return what a column is in the database, whatever the program makes of it."""
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def _name(column: Column[Any]) -> str:
    return f'"{column.name}"'


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _go_on_counting(old: Connection, target: Database) -> None:
    """Let the target give ids from where the source was, though the last rows may be gone from there."""
    with target.writing() as new:
        for table in metadata.sorted_tables:
            told = {"name": table.name, "last": _last_id(old, table)}
            if told["last"] is None:
                continue
            if not target.is_sqlite:
                new.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), told)
            elif table.dialect_options["sqlite"]["autoincrement"]:
                new.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), told)
                new.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), told)


def _last_id(old: Connection, table: Table) -> int | None:
    """Return the last id that was given in a table; None where none was, or ids are not given by number."""
    if table.autoincrement_column is None:
        return None
    seen = old.execute(select(func.max(table.autoincrement_column))).scalar()
    given = None
    if old.dialect.name != "sqlite":
        counter = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id'))"
        given = old.execute(text(counter), {"name": table.name}).scalar()
    elif table.dialect_options["sqlite"]["autoincrement"]:
        counter = "SELECT seq FROM sqlite_sequence WHERE name = :name"
        given = old.execute(text(counter), {"name": table.name}).scalar()
    return max(seen or 0, given or 0) or None


def _compare(old: Connection, new: Connection, table: Table, tell: Callable[[int], None]) -> None:
    """Raise StoreError unless a table has the same rows in both."""
    columns = list(table.columns)
    with _portions(old, table, columns) as one, _portions(new, table, columns) as other:
        for mine, its in zip_longest(one, other, fillvalue=()):
            if mine != its:
                raise StoreError(
                    f"the copy differs from its source in the table {table.name}: the source was changed after a copy "
                    "of it had been broken off; copy it again into an empty database"
                )
            tell(len(mine))
