"""Only one program leads a database: it holds a lock that the system takes back when it ends, however it ends.

SQLite     a lock on the file FILE.lock beside the database, in which the holder's process id stands
Postgres   an advisory lock on a connection that is kept open, under whose application name the process id stands

The daemon is refused where another one leads (`leading`). Of the programs that enqueue for a cluster any number may
run, and wait for the lead (`Lead`). For a moment two may believe that they have it, where a connection is lost and its
end has not noticed yet: what they do must be right even then, and the lead only spares them doing it twice.
"""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.core.errors import StoreError
from monitor.store.database import Database, connect

_LOCK: Final = 7_236_508_154_914  # any number, but the same in every version of this program
_HOLDER: Final = """
    SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = :key
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def leading(url: str) -> Iterator[None]:
    """Be the only daemon of a database for the time of the block; StoreError, with nothing changed, if there is one."""
    with closing(connect(url)) as database, (_by_file if database.is_sqlite else _by_connection)(database):
        yield


@contextmanager
def _by_file(database: Database) -> Iterator[None]:
    path = Path(f"{Path(database.url.database or '').resolve()}.lock")  # a link to the database is the same database
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise _refused(database, f"pid {file.read().strip() or 'unknown'}") from None
        # The file stays when its holder ends: taken away, it could be locked by two, each under the same name.
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _by_connection(database: Database) -> Iterator[None]:
    with database.engine.connect() as connection:
        if not _take(connection):
            raise _refused(database, connection.execute(text(_HOLDER), {"key": _LOCK}).scalar() or "just ended")
        try:
            yield
        finally:
            connection.invalidate()  # the lock ends with the connection, which must not go back into the pool


class Lead:
    """The lead of a Postgres database, for a program that wants it and can wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._holding = ExitStack()
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether this program leads: it does if nobody else does. StoreError where the database cannot say."""
        if self._connection is None:
            with ExitStack() as stack:
                connection = stack.enter_context(stack.enter_context(closing(connect(self._url))).engine.connect())
                stack.callback(connection.invalidate)
                if _take(connection):
                    self._connection, self._holding = connection, stack.pop_all()
            return self._connection is not None
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.give_up()
            return self.held()
        return True

    def give_up(self) -> None:
        """Let somebody else have it."""
        self._connection = None
        self._holding.close()


def _take(connection: Connection) -> bool:
    """Take the lock if it is free, under the name of this process; it is held until the connection ends."""
    connection.execution_options(isolation_level="AUTOCOMMIT")
    name = f"pid {os.getpid()} on {platform.node()}"[:63]
    connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name})
    return bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar())


def _refused(database: Database, holder: str) -> StoreError:
    return StoreError(
        f"database {database.name}: another `monitor run` leads it already ({holder}); stop that one first, "
        "or give this one a database of its own"
    )
