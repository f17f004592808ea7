"""Everything that a user's database can do to us, as a message that says what, which database, and what next."""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from monitor.core.errors import StoreError, UsageError
from monitor.store.database import Database, connect
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from tests.databases import Postgres
from tests.store.builders import SITE, START, found, known

ORDINARY_USER = 65_534


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be an ordinary user for a while: root may read and write everything."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(ORDINARY_USER)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can reach."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


def run(database: Database, statements: Iterable[str]) -> None:
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def number_of_hosts(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM hosts")).scalar_one())


def use(url: str) -> None:
    with closing(connect(url)) as database:
        prepare(database)
        known(SqlStore(database))


class TestUrls:
    """A URL that is none is the user's slip, and no message shows what may be a password."""

    @pytest.mark.parametrize("url", ["", "monitor.db", "postgresql:user:geheim@host", "postgresql://u:geheim@h:port/x"])
    def test_no_url(self, url: str) -> None:
        with pytest.raises(
            UsageError, match="the database URL cannot be read; write sqlite:///FILE or postgresql"
        ) as caught:
            connect(url)
        assert "geheim" not in str(caught.value)

    @pytest.mark.parametrize(
        "url",
        [
            "mysql://u:geheim@h/x",
            "geheim://h/x",
            "postgres://u:geheim@h/x",
            "postgresql+asyncpg://u:geheim@h/x",
            "sqlite+aiosqlite:///geheim",
        ],
    )
    def test_another_kind(self, url: str) -> None:
        with pytest.raises(UsageError, match=r"^not a database that this program can open; write sqlite:") as caught:
            connect(url)
        assert "geheim" not in str(caught.value)

    def test_both_spellings_of_postgres(self, postgres_url: str) -> None:
        for scheme in ("postgresql", "postgresql+psycopg"):
            with closing(connect(postgres_url.replace("postgresql", scheme, 1))) as database:
                assert database.name.startswith("postgresql://postgres@/")
                assert database.name.endswith("/with_tables")


class TestSqlite:
    """Each way a file can fail."""

    def test_the_folder_is_missing(self, folder: Path) -> None:
        with pytest.raises(
            StoreError, match=rf"database sqlite:///{folder}/no/x.db: the folder {folder}/no does not exist; create it"
        ):
            use(f"sqlite:///{folder}/no/x.db")

    def test_a_relative_path_is_explained(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        with pytest.raises(StoreError, match=rf"database sqlite:///no/x.db: the folder {folder}/no does not exist"):
            use("sqlite:///no/x.db")

    def test_it_is_a_folder(self, folder: Path) -> None:
        with pytest.raises(StoreError, match="this is a folder; name a file in it"):
            use(f"sqlite:///{folder}")

    def test_the_file_may_not_be_read(self, folder: Path) -> None:
        use(f"sqlite:///{folder}/x.db")
        (folder / "x.db").chmod(0)
        with unprivileged(), pytest.raises(StoreError, match=rf"cannot be opened; check the permissions .* {folder}"):
            use(f"sqlite:///{folder}/x.db")

    def test_the_folder_may_not_be_entered(self, folder: Path) -> None:
        use(f"sqlite:///{folder}/x.db")
        folder.chmod(0)
        with unprivileged(), pytest.raises(StoreError, match="cannot be opened; check the permissions"):
            use(f"sqlite:///{folder}/x.db")
        folder.chmod(0o700)

    def test_the_folder_is_read_only(self, folder: Path) -> None:
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(StoreError, match="cannot be opened; check the permissions"):
            use(f"sqlite:///{folder}/x.db")
        folder.chmod(0o700)

    def test_the_file_is_read_only(self, folder: Path) -> None:
        use(f"sqlite:///{folder}/x.db")
        (folder / "x.db").chmod(0o444)
        folder.chmod(0o555)
        with unprivileged(), pytest.raises(StoreError, match="read-only; change the permissions"):
            use(f"sqlite:///{folder}/x.db")
        folder.chmod(0o700)

    def test_it_is_no_database(self, folder: Path) -> None:
        (folder / "x.db").write_text("dear diary, " * 100)
        with pytest.raises(StoreError, match=r"x\.db: this file is not an SQLite database; restore a backup, or name"):
            use(f"sqlite:///{folder}/x.db")
        assert (folder / "x.db").read_text() == "dear diary, " * 100

    def test_it_is_damaged(self, folder: Path) -> None:
        use(f"sqlite:///{folder}/x.db")
        content = bytearray((folder / "x.db").read_bytes())
        content[5000:] = b"\xff" * (len(content) - 5000)
        (folder / "x.db").write_bytes(content)
        with pytest.raises(StoreError, match=r"x\.db: the file is damaged; restore a backup"):
            use(f"sqlite:///{folder}/x.db")

    def test_the_disk_is_full(self, sqlite_url: str) -> None:
        insert = "INSERT INTO hosts (name, robots_body) VALUES ('x', zeroblob(1000000))"
        with closing(connect(sqlite_url)) as database:
            with pytest.raises(StoreError, match="the disk is full; make room and run it again"):
                run(database, ["PRAGMA max_page_count = 1", insert])
            assert number_of_hosts(database) == 0

    def test_another_program_keeps_it_locked(self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("monitor.store.database.LOCK_SECONDS", 0.05)
        path = sqlite_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as other, closing(connect(sqlite_url)) as database:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program has kept it locked for more than 30 s; run it again"):
                known(SqlStore(database))
            assert SqlStore(database).followed(SITE) == []
            other.execute("ROLLBACK")
            known(SqlStore(database))

    def test_a_thread_of_ours_keeps_it_locked(self, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("monitor.store.database.LOCK_SECONDS", 0.05)
        failures: list[StoreError] = []

        def wait(database: Database) -> None:
            with pytest.raises(StoreError, match="locked") as caught:
                known(SqlStore(database))
            failures.append(caught.value)

        with closing(connect(sqlite_url)) as database, database.writing():
            thread = Thread(target=wait, args=[database])
            thread.start()
            thread.join()
        assert len(failures) == 1


class TestPostgres:
    """Each way a server can fail."""

    def refused(self, url: str) -> str:
        with pytest.raises(StoreError) as caught:
            use(url)
        cause: BaseException | None = caught.value
        while cause is not None:
            assert "geheim" not in str(cause)
            cause = cause.__cause__
        return str(caught.value)

    def test_nobody_listens(self) -> None:
        message = self.refused("postgresql://me:geheim@127.0.0.1:1/news?password=geheim")
        assert message.startswith("database postgresql://me@127.0.0.1:1/news: connection failed: ")
        assert message.endswith("; check that the server runs and that host and port are right")

    def test_no_such_host(self) -> None:
        assert "check that the server runs and that host" in self.refused("postgresql://me:geheim@nowhere.invalid/news")

    def test_no_such_database(self, postgres: Postgres) -> None:
        message = self.refused(postgres.url("nowhere"))
        assert 'database "nowhere" does not exist; create it with createdb, or name another one' in message

    def test_no_such_user(self, postgres: Postgres) -> None:
        message = self.refused(postgres.uri.replace("postgres:", "stranger:geheim", 1))
        assert 'role "stranger" does not exist; create the user' in message

    def test_a_wrong_password(self, postgres: Postgres) -> None:
        with psycopg.connect(postgres.uri, autocommit=True) as connection:
            connection.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
            ((hba_file,),) = connection.execute("SHOW hba_file").fetchall()
            rules = Path(hba_file)
            rules.write_text("local all guarded scram-sha-256\n" + rules.read_text())
            connection.execute("SELECT pg_reload_conf()")
        message = self.refused(postgres.uri.replace("postgres:", "guarded:geheim", 1))
        assert 'password authentication failed for user "guarded"; check the user and password in the URL' in message

    def test_an_unknown_option(self, postgres: Postgres) -> None:
        assert "invalid connection option" in self.refused(f"{postgres.uri}&colour=blue&password=geheim")

    def test_a_unit_of_work_whose_connection_breaks(self, postgres_url: str) -> None:
        suicide = "SELECT pg_terminate_backend(pg_backend_pid())"
        with closing(connect(postgres_url)) as database:
            with pytest.raises(StoreError, match="the server is shutting down or starting; run it again"):
                run(database, ["INSERT INTO hosts (name) VALUES ('x')", suicide, "SELECT 1"])
            assert number_of_hosts(database) == 0

    def test_a_connection_that_broke_while_nobody_used_it(self, postgres_url: str) -> None:
        with closing(connect(postgres_url)) as database:
            known(SqlStore(database))
            self.end_all(postgres_url)
            known(SqlStore(database))

    def end_all(self, url: str) -> None:
        with psycopg.connect(url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def test_somebody_keeps_a_row_locked(self, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("monitor.store.database.LOCK_SECONDS", 0.05)
        with closing(connect(postgres_url)) as database:
            store = SqlStore(database)
            known(store)
            with psycopg.connect(postgres_url) as other:
                other.execute("UPDATE articles SET key = key")
                with pytest.raises(StoreError, match="another program has kept it locked"):
                    store.discovered(SITE, [found(1)], at=START, followed=True)

    @pytest.mark.parametrize(
        ("state", "advice"),
        [
            ("53100", "the disk is full; make room"),
            ("53300", "no connection left"),
            ("40P01", "two programs waited for each other and this one gave way; run it again$"),
            ("40001", "another program changed the same rows at the same time; run it again$"),
            ("25006", "only allows reading"),
            ("42501", "the user may not do this"),
            ("XX001", r"^database postgresql://.*: told so CONTEXT: .* \(SQLSTATE XX001\)$"),
        ],
    )
    def test_what_the_server_says(self, postgres_url: str, state: str, advice: str) -> None:
        raising = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'told so'; END $$"
        with closing(connect(postgres_url)) as database, pytest.raises(StoreError, match=advice):
            run(database, [raising])

    def test_a_table_is_missing(self, empty_url: str) -> None:
        with (
            closing(connect(empty_url)) as database,
            pytest.raises(StoreError, match=r"no such table|a table is missing"),
        ):
            known(SqlStore(database))


class TestBugs:
    """What we did wrong is not blamed on the database, and leaves nothing behind."""

    def test_a_broken_constraint(self, database: Database) -> None:
        article = "INSERT INTO articles (site_id, key, url, added_at) VALUES (7, 'k', 'u', '2026-01-01')"
        with pytest.raises(IntegrityError):
            run(database, ["INSERT INTO hosts (name) VALUES ('x')", article])
        assert number_of_hosts(database) == 0

    def test_any_other_exception(self, database: Database) -> None:
        def statements() -> Iterator[str]:
            yield "INSERT INTO hosts (name) VALUES ('x')"
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            run(database, statements())
        assert number_of_hosts(database) == 0
