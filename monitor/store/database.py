"""Opening the database, and working in it one unit of work at a time.

    with closing(connect("sqlite:///monitor.db")) as database:
        with database.writing() as connection:    # one transaction: all of the block, or nothing
            connection.execute(...)

A unit of work is a block: it commits at its end and rolls back if it raises. Failures of the database leave
it as StoreError. A `Database` may be used by many threads at once; each unit of work has its own connection.

What is promised: a unit of work that has ended survives the end of the program, however it comes (kill -9),
and so does the database itself. After a power cut Postgres has it all; SQLite has a sound database without
the very last units of work (`synchronous = NORMAL`: the log is flushed to disk at checkpoints, not at every
commit, which would be many times slower). Those checks are then simply made again.

On Postgres a connection may be lost just as a unit of work commits, and nobody says whether it did. Then the server is
asked, when it is back: a unit of work that has failed left nothing behind, always, and may be done again
(`monitor.store.patience`).

SQLite knows one writer at a time. Units of work that write say so at their start (BEGIN IMMEDIATE): one that
began reading and wants to write later is refused at once if somebody else has written meanwhile. Threads of
one process queue for their turn; for other processes SQLite waits and asks again. Readers never wait (WAL).
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, insert, make_url, text
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from sqlalchemy.sql.dml import Insert

from monitor.core.errors import StoreError, UsageError
from monitor.store.failures import LOCK_SECONDS, PassingError, busy, explained, name_of
from monitor.store.patience import patiently
from monitor.store.tables import storable

_FORMS: Final = "write sqlite:///FILE or postgresql://USER@HOST/NAME"
_DRIVERS: Final = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_CONNECT_SECONDS: Final = 10
_IDLE: Final = 10  # connections kept open; more are opened while more threads need one at once
_NUMBER: Final = text("SELECT pg_current_xact_id_if_assigned()::text")
_STATUS: Final = text("SELECT pg_xact_status(CAST(:number AS xid8))")
_READ_ONLY: Final = "25006"


class Database:
    """An open database. `name` is for messages and never has a password."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.name = name_of(url)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        self._writer = self.engine.execution_options(begin=("BEGIN IMMEDIATE",))
        self._turn = Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for a unit of work that only reads."""
        with self.explaining(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def standing_still(self) -> Iterator[Connection]:
        """Give a connection that reads everything as it was at one moment, however long it takes and whoever writes."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        with self.explaining(), engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection for a unit of work that writes."""
        writer = self._writer.connect
        with self._own_turn(), self.explaining(), writer() as connection, connection.begin() as transaction:
            yield connection
            number = None if self.is_sqlite else connection.execute(_NUMBER).scalar()
            try:
                transaction.commit()
            except DBAPIError as error:
                if not (error.connection_invalidated and number and self._has_committed(number)):
                    raise

    @contextmanager
    def rebuilding(self) -> Iterator[Connection]:
        """Give a connection for a unit of work that changes tables; references are checked at its end.

        SQLite changes a table by copying and dropping it, which must not count as deleting its rows.
        """
        begin = ("PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE")
        with self._own_turn(), self.explaining(), self.engine.connect() as connection:
            try:
                with connection.execution_options(begin=begin).begin():
                    yield connection
                    if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise StoreError(f"database {self.name}: the new tables would not fit together")
            finally:
                connection.invalidate()

    def compact(self) -> None:
        """Give the room that deleted rows left in an SQLite file back to the disk; needs as much again meanwhile."""
        with self._own_turn(), self.explaining(), self.engine.connect() as connection:
            connection.execution_options(begin=()).exec_driver_sql("VACUUM")

    def _has_committed(self, number: str) -> bool:
        """Ask what came of a transaction when the connection was lost in its very end."""
        try:
            return patiently(self._status)(number) == "committed"
        except DataError:  # a server that took over without having heard of it
            return False
        except PassingError as error:
            raise StoreError(f"{error}; the last step may be on record or not") from error

    def _status(self, number: str) -> str | None:
        with self.reading() as connection:
            status: str | None = connection.execute(_STATUS, {"number": number}).scalar()
        if status == "in progress":
            raise PassingError(f"database {self.name}: it is still busy with what was interrupted; run it again")
        return status

    def close(self) -> None:
        """Close all connections; there must be no unit of work under way."""
        self.engine.dispose()

    @contextmanager
    def explaining(self) -> Iterator[None]:
        """Turn what the driver raises into a StoreError that says what to do."""
        try:
            yield
        except DBAPIError as error:
            failure = explained(error, self.url)
            if failure is None:
                raise
            raise failure from error

    @contextmanager
    def _own_turn(self) -> Iterator[None]:
        """Wait for the other threads that write to an SQLite file: asking again, some are overtaken for seconds."""
        if not self.is_sqlite:
            yield
            return
        if not self._turn.acquire(timeout=LOCK_SECONDS):
            raise busy(self.url)
        try:
            yield
        finally:
            self._turn.release()


def connect(url: str) -> Database:
    """Open a database; UsageError if the URL is none we know, StoreError if it cannot be opened.

    An SQLite file is made if there is none. Its tables are made by `schema.prepare`.
    """
    database = Database(_known(url))
    try:
        with database.reading():
            return database
    except BaseException:
        database.close()
        raise


def insert_new(connection: Connection, table: Table, *unique: str) -> Insert:
    """Return an INSERT that passes over rows whose `unique` columns are on record already."""
    if connection.dialect.name == "sqlite":
        return sqlite_insert(table).on_conflict_do_nothing(index_elements=unique)
    from sqlalchemy.dialects.postgresql import insert as postgres_insert  # noqa: PLC0415 - 0.15 s SQLite need not wait

    return postgres_insert(table).on_conflict_do_nothing(index_elements=unique)


def add(connection: Connection, table: Table, row: Mapping[str, object]) -> int:
    """Insert a row and return its id."""
    key = connection.execute(insert(table), row).inserted_primary_key
    return int(key[0])  # type: ignore[index]  # no table here lacks a key


def _known(url: str) -> URL:
    """Choose the driver for a URL that `monitor.config` has let through; no message shows it or its password."""
    try:
        parts = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(f"the database URL cannot be read; {_FORMS}") from None
    if parts.drivername not in _DRIVERS:
        raise UsageError(f"not a database that this program can open; {_FORMS}")
    return parts.set(drivername=_DRIVERS[parts.drivername])


def _dumps(value: object) -> str:
    return storable(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def _engine(url: URL, **options: Any) -> Engine:
    return create_engine(url, json_serializer=_dumps, poolclass=QueuePool, pool_size=_IDLE, max_overflow=-1, **options)


def _sqlite_engine(url: URL) -> Engine:
    engine = _engine(url, connect_args={"timeout": LOCK_SECONDS})

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: `begin` does
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "cache_size = -4096",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        for statement in connection.get_execution_options().get("begin", ("BEGIN",)):
            connection.exec_driver_sql(statement)

    return engine


def _postgres_engine(url: URL) -> Engine:
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    engine = _engine(url, connect_args=timeout, pool_pre_ping=True)

    @event.listens_for(engine, "connect")
    def settle(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.execute(f"SET TIME ZONE 'UTC'; SET lock_timeout = '{LOCK_SECONDS}s'")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def look_for_another(context: ExceptionContext) -> None:
        """Connect anew where the server only allows reading: another one may have taken over."""
        if getattr(context.original_exception, "sqlstate", None) == _READ_ONLY:
            context.is_disconnect = True

    return engine
