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
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.core.errors import AlreadyLedError
from monitor.store.database import Database, connect

_LOCK: Final = 7_236_508_154_914  # any number, but the same in every version of this program
_HOLDER: Final = """
    SELECT application_name FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = :key
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def leading(url: str) -> Iterator[Callable[[], None]]:
    """Be the only daemon of a database for the time of the block.

    AlreadyLedError, with nothing changed, if there is one. Gives a function to make sure of it now and then, for a
    connection may break: it takes the lock anew, and raises AlreadyLedError if another daemon was quicker, StoreError
    if the database cannot be reached.
    """
    with closing(connect(url)) as database, (_by_file if database.is_sqlite else _by_connection)(database) as keep:
        yield keep


@contextmanager
def _by_file(database: Database) -> Iterator[Callable[[], None]]:
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
        yield lambda: None  # while the file is open, the lock is ours


@contextmanager
def _by_connection(database: Database) -> Iterator[Callable[[], None]]:
    lock = _Lock(database)
    lock.take()
    try:
        yield lock.keep
    finally:
        lock.leave()


class _Lock:
    """The lock of Postgres, which lasts as long as its connection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take it on a new connection."""
        try:
            with self._database.explaining():
                self._take(self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
        except BaseException:
            self.leave()
            raise

    def _take(self, connection: Connection) -> None:
        self._connection = connection
        name = f"pid {os.getpid()} on {platform.node()}"[:63]
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name})
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar():
            raise _refused(self._database, connection.execute(text(_HOLDER), {"key": _LOCK}).scalar() or "just ended")

    def keep(self) -> None:
        """Take it anew if its connection has broken."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.execute(text("SELECT 1"))
                return
            self.leave()
        self.take()

    def leave(self) -> None:
        """End the connection, which must not go back into the pool, and the lock with it."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
        self._connection = None


class Lead:
    """The lead of a Postgres database, for a program that wants it and can wait."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._database: Database | None = None
        self._lock: _Lock | None = None

    def held(self) -> bool:
        """Whether this program leads: it does if nobody else does. StoreError where the database cannot say."""
        if self._lock is None:
            self._database = connect(self._url)
            self._lock = _Lock(self._database)
        try:
            self._lock.keep()
        except AlreadyLedError:
            return False
        return True

    def give_up(self) -> None:
        """Let somebody else have it."""
        if self._lock is not None and self._database is not None:
            self._lock.leave()
            self._database.close()
        self._lock = self._database = None


def _refused(database: Database, holder: str) -> AlreadyLedError:
    return AlreadyLedError(
        f"database {database.name}: another `monitor run` leads it already ({holder}); stop that one first, "
        "or give this one a database of its own"
    )
