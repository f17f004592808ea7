"""Making the tables, and bringing them up to date."""

import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from monitor.core.errors import SchemaError, StoreError
from monitor.store.database import Database, connect
from monitor.store.schema import HEAD, REVISIONS, current, migrations, prepare, upgrade
from monitor.store.tables import with_postgres

_POSTGRES_SCHEMA = """
    SELECT table_name, concat_ws(' ', column_name, data_type, character_maximum_length, is_nullable,
           regexp_replace(column_default, 'nextval.*', 'next')), ''
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'observations\\_%'
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE 'observations\\_%'
    UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
      AND tablename NOT LIKE 'observations\\_%'
    UNION ALL SELECT relname, pg_get_partkeydef(oid), '' FROM pg_class WHERE relkind = 'p'
"""
_SQLITE_SCHEMA = "SELECT tbl_name, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"


def schema_of(url: str) -> list[list[str]]:
    """Everything the database knows of its tables, constraints and indexes, in its own words but in our order."""
    with closing(connect(url)) as database, database.reading() as connection:
        rows = connection.execute(text(_SQLITE_SCHEMA if database.is_sqlite else _POSTGRES_SCHEMA))
        return sorted([*map(str, row[:-1]), *_parts(str(row[-1]))] for row in rows)


def _parts(definition: str) -> list[str]:
    """The columns and constraints of a definition, in our order: a column that is added later comes last."""
    parts = re.split(r", (?![^(]*\))", " ".join(definition.replace("(", " ( ", 1).split()))
    head, _, first = parts[0].replace('"', "").partition(" ( ")
    return [head, *sorted(part.strip(" )") for part in (first, *parts[1:]))]


def _is_of_the_tables(name: str | None, kind: str, _: object) -> bool:
    """Leave out the parts of the log, and what is of another kind in each database: the tables of the search."""
    return kind != "table" or not str(name).startswith(("search_", "observations_"))


def rewrite_revision(url: str, statement: str) -> None:
    with closing(connect(url)) as database, database.writing() as connection:
        connection.execute(text(statement))


def prepare_url(url: str) -> None:
    with closing(connect(url)) as database:
        prepare(database)


class TestEqual:
    """The tables as the code has them, as `prepare` makes them and as migrations build them are the same."""

    def test_migrations_build_what_prepare_makes(self, new_url: Callable[[], str]) -> None:
        built, made = new_url(), new_url()
        upgrade(built)
        prepare_url(made)
        assert schema_of(built) == schema_of(made)
        assert len(schema_of(made)) > 20

    def test_migrations_build_what_the_tables_say(self, empty_url: str) -> None:
        upgrade(empty_url)
        with closing(connect(empty_url)) as database, database.reading() as connection:
            options = {"compare_server_default": True, "include_name": _is_of_the_tables}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, with_postgres()) == []

    def test_the_revisions_are_the_files(self) -> None:
        files = sorted(path.name[:4] for path in (migrations() / "versions").glob("*.py"))
        assert files == list(REVISIONS)

    def test_migrations_are_frozen(self) -> None:
        for path in [migrations() / "env.py", *(migrations() / "versions").glob("*.py")]:
            assert not re.search(r"^\s*(from|import) monitor", path.read_text(), re.MULTILINE), path


class TestPrepare:
    """Every state that a database can be in at the start, on both databases; a refusal leaves it as it was."""

    def test_an_empty_database_gets_the_tables(self, empty_url: str) -> None:
        prepare_url(empty_url)
        assert current(empty_url) == (HEAD, HEAD)
        prepare_url(empty_url)
        assert current(empty_url) == (HEAD, HEAD)

    def test_one_made_by_migrations_is_good(self, empty_url: str) -> None:
        upgrade(empty_url)
        upgrade(empty_url)
        prepare_url(empty_url)
        assert current(empty_url) == (HEAD, HEAD)

    def test_a_newer_one_is_refused(self, database_url: str) -> None:
        rewrite_revision(database_url, "UPDATE alembic_version SET version_num = '9999'")
        for use in (prepare_url, upgrade):
            with pytest.raises(SchemaError, match=r"made by a newer version .*9999.* upgrade the program"):
                use(database_url)
        assert current(database_url) == ("9999", HEAD)

    def test_an_older_one_is_refused(self, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("monitor.store.schema.REVISIONS", ("0000", *REVISIONS))
        rewrite_revision(database_url, "UPDATE alembic_version SET version_num = '0000'")
        with pytest.raises(SchemaError, match=r"older version.*0000.*monitor db upgrade --database "):
            prepare_url(database_url)

    def test_one_of_another_program_is_refused(self, empty_url: str) -> None:
        rewrite_revision(empty_url, "CREATE TABLE recipes (id INTEGER)")
        before = schema_of(empty_url)
        for use in (prepare_url, upgrade):
            with pytest.raises(SchemaError, match="tables that are not of this program"):
                use(empty_url)
        assert schema_of(empty_url) == before
        assert current(empty_url) == (None, HEAD)

    @pytest.mark.parametrize("use", [prepare_url, upgrade], ids=["prepare", "upgrade"])
    def test_one_that_holds_the_queue_of_a_cluster_alone_is_as_good_as_empty(
        self, empty_url: str, use: Callable[[str], None]
    ) -> None:
        rewrite_revision(empty_url, "CREATE TABLE procrastinate_jobs (id INTEGER)")
        use(empty_url)
        assert current(empty_url) == (HEAD, HEAD)

    def test_threads_may_do_it_at_once(self, empty_url: str) -> None:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(prepare_url, [empty_url] * 8))
        assert current(empty_url) == (HEAD, HEAD)

    def test_processes_may_do_it_at_once(self, empty_url: str) -> None:
        script = """
import sys
from monitor.store.database import connect
from monitor.store.schema import prepare, upgrade
upgrade(sys.argv[1]) if sys.argv[2] == "1" else prepare(connect(sys.argv[1]))
"""
        processes = [
            subprocess.Popen([sys.executable, "-c", script, empty_url, str(number % 2)]) for number in range(4)
        ]
        assert [process.wait(timeout=60) for process in processes] == [0] * 4
        assert current(empty_url) == (HEAD, HEAD)

    def test_it_does_not_import_alembic(self, empty_url: str) -> None:
        script = """
import sys
from contextlib import closing
from monitor.store.database import connect
from monitor.store.schema import prepare
with closing(connect(sys.argv[1])) as database:
    prepare(database)
slow = {"alembic", *(["sqlalchemy.dialects.postgresql", "psycopg"] if "sqlite" in sys.argv[1] else [])}
sys.exit(", ".join(slow & set(sys.modules)) or None)
"""
        subprocess.run([sys.executable, "-c", script, empty_url], check=True, timeout=60)


class TestUpgrade:
    """What an upgrade promises beyond the schema: all or nothing, and references that hold."""

    def test_a_step_that_fails_leaves_everything_as_it_was(
        self, empty_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_connection: object) -> None:
            raise RuntimeError("the step failed")

        monkeypatch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", lambda *_: fail(None))
        with pytest.raises(RuntimeError, match="the step failed"):
            upgrade(empty_url)
        assert current(empty_url) == (None, HEAD)
        assert schema_of(empty_url) == []

    def test_sqlite_tables_can_be_rebuilt_though_others_refer_to_them(self, sqlite_url: str) -> None:
        with closing(connect(sqlite_url)) as database:
            with database.writing() as connection:
                connection.execute(
                    text("INSERT INTO sites (id, name, language, timezone) VALUES (1, 'daily', 'bn', 'Asia/Dhaka')")
                )
                connection.execute(
                    text(
                        "INSERT INTO sources (id, site_id, kind, url, added_at)"
                        " VALUES (1, 1, 'feed', 'https://daily.example', '2026-11-22')"
                    )
                )
            rebuild(database, "INSERT INTO other SELECT id, name, language, timezone FROM sites")
            with pytest.raises(StoreError, match="would not fit together"):
                rebuild(database, "SELECT 1")
            with database.writing() as connection:
                assert connection.execute(text("SELECT name FROM sites")).scalars().all() == ["daily"]
                assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def rebuild(database: Database, copy: str) -> None:
    with database.rebuilding() as connection:
        for statement in (
            "CREATE TABLE other (id INTEGER PRIMARY KEY, name TEXT, language TEXT, timezone TEXT)",
            copy,
            "DROP TABLE sites",
            "ALTER TABLE other RENAME TO sites",
        ):
            connection.execute(text(statement))
