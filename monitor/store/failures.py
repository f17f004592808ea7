"""What the databases complain about, in words a user can act on.

`explained` turns a driver's error into a StoreError: which database, what happened, what to do next. A broken
constraint or a value that the schema has no room for is a bug, not a failure of the database, and stays as it
is.
"""

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from monitor.core.errors import StoreError

LOCK_SECONDS: Final = 30
"""How long a unit of work waits for another one before it gives up."""

_BUSY: Final = f"another program has kept it locked for more than {LOCK_SECONDS} s; run it again when that has ended"
_NO_ROOM: Final = "the disk is full; make room and run it again: the step that failed left nothing behind"
_TOO_MANY: Final = "close other programs or raise max_connections"
_AWAY: Final = "check that the server runs and that host and port are right"
_DAMAGED: Final = "restore a backup, or name another file with --database"

_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _NO_ROOM,
    sqlite3.SQLITE_NOTADB: f"this file is not an SQLite database; {_DAMAGED}",
    sqlite3.SQLITE_CORRUPT: f"the file is damaged; {_DAMAGED}",
    sqlite3.SQLITE_READONLY: "the file or its folder is read-only; change the permissions",
    sqlite3.SQLITE_PERM: "access is denied; change the permissions of the file and its folder",
}

# by SQLSTATE, the longer beginning first: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: Final = {
    "55P03": _BUSY,
    "40P01": "two programs waited for each other and this one gave way; run it again",
    "40001": "another program changed the same rows at the same time; run it again",
    "53100": _NO_ROOM,
    "53300": "the server has no connection left; close other programs or raise max_connections",
    "42501": "the user may not do this there; grant the rights, or connect as the owner of the database",
    "42P01": "a table is missing; name the right database with --database",
    "25006": "the server only allows reading; name the primary server with --database",
    "57P": "the server is shutting down or starting; run it again when it is up",
    "08": "the connection was lost; run it again when the server is up",
}

# What passes by itself: it may go well when the whole unit of work is done again.
_PASSING: Final = ("40P01", "40001", "53300", "25006", "57P", "08")

# Before a session there is no SQLSTATE, only words; in another language the server's own words must do.
_CONNECTING: Final = (
    ("password", "check the user and password in the URL, PGPASSWORD or ~/.pgpass"),
    ("authentication", "check the user and password in the URL, PGPASSWORD or ~/.pgpass"),
    ("pg_hba.conf", "allow this user and address in the server's pg_hba.conf"),
    ('database "', "create it with createdb, or name another one with --database"),
    ('role "', "create the user with createuser, or name another one with --database"),
    ("too many", _TOO_MANY),
    ("", _AWAY),
)


class PassingError(StoreError):
    """The database cannot serve just now: the same unit of work may succeed when it is done again."""


def name_of(url: URL) -> str:
    """Name a database for a message, without the password, which may also stand among the URL's options."""
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{url.database}"
    host = url.host or "".join(url.query.get("host", ""))
    user = f"{url.username}@" if url.username else ""
    port = f":{url.port}" if url.port else ""
    return f"{url.get_backend_name()}://{user}{host}{port}/{url.database or ''}"


def explained(error: DBAPIError, url: URL) -> StoreError | None:
    """Return what to tell the user about a driver's error; None if it is a bug of this program."""
    if isinstance(error, IntegrityError | DataError):
        return None
    why = _sqlite(error, url) if isinstance(error.orig, sqlite3.Error) else _postgres(error)
    kind = PassingError if _passes(error, why) else StoreError
    return kind(f"database {name_of(url)}: {why}")


def busy(url: URL) -> StoreError:
    """Return what to tell the user when this very process keeps a database locked too long."""
    return StoreError(f"database {name_of(url)}: {_BUSY}")


def _sqlite(error: DBAPIError, url: URL) -> str:
    code = getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(Path(url.database or ""))
    return _SQLITE.get(code) or f"{error.orig}; check the disk and the file"


def _cannot_open(file: Path) -> str:
    folder = file.absolute().parent
    try:
        if file.is_dir():
            return "this is a folder; name a file in it with --database"
        folder.stat()
    except FileNotFoundError:
        return f"the folder {folder} does not exist; create it, or name another file with --database"
    except OSError:
        pass
    return f"it cannot be opened; check the permissions of the file and of the folder {folder}"


def _postgres(error: DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None) or ""
    message = " ".join(str(error.orig).split())
    if advice := next((words for start, words in _POSTGRES.items() if state.startswith(start)), None):
        return advice
    if state:
        return f"{message} (SQLSTATE {state})"
    if error.connection_invalidated:
        return f"the connection was lost ({message}); run it again when the server is up"
    return f"{message}; {next(advice for words, advice in _CONNECTING if words in message)}"


def _passes(error: DBAPIError, why: str) -> bool:
    if isinstance(error.orig, sqlite3.Error):  # which has waited for others already
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return (
        error.connection_invalidated or state.startswith(_PASSING) or (not state and why.endswith((_AWAY, _TOO_MANY)))
    )
