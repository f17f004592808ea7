"""Only one daemon a database: it holds a lock that the system takes back when it ends, however it ends.

SQLite     a lock on the file FILE.lock beside the database, in which the holder's process id stands
Postgres   an advisory lock on a connection that is kept open, under whose application name the process id stands
"""

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text

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
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = f"pid {os.getpid()} on {platform.node()}"[:63]
        connection.execute(text("SELECT set_config('application_name', :name, false)"), {"name": name})
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}).scalar():
            raise _refused(database, connection.execute(text(_HOLDER), {"key": _LOCK}).scalar() or "just ended")
        try:
            yield
        finally:
            connection.invalidate()  # the lock ends with the connection, which must not go back into the pool


def _refused(database: Database, holder: str) -> StoreError:
    return StoreError(
        f"database {database.name}: another `monitor run` works on it already ({holder}); stop that one first, "
        "or give this one a database of its own"
    )
