"""A record copied from SQLite to Postgres and back: all of it, from where it was broken off, and never on top of another."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
)

from monitor.core.errors import SchemaError, StoreError, UsageError
from monitor.store import copying
from monitor.store.copying import copy
from monitor.store.database import add, connect
from monitor.store.leader import leading
from monitor.store.record import SqlStore
from monitor.store.schema import HEAD, current, prepare
from monitor.store.tables import articles, events, messages, metadata
from tests.store.builders import known, minute, publish

WAYS = [("sqlite", "postgres"), ("postgres", "sqlite")]
Pair = tuple[str, str]


def quietly(_what: str, _total: int) -> AbstractContextManager[Callable[[int], None]]:
    return nullcontext(lambda _: None)


@pytest.fixture(params=WAYS, ids="-".join)
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Pair]:
    """The URLs of a record and of an empty database."""
    source, target = request.param
    with request.getfixturevalue("postgres").without_tables() as url:
        urls = (
            url if source == "postgres" else f"sqlite:///{tmp_path}/old.db",
            url if target == "postgres" else f"sqlite:///{tmp_path}/new.db",
        )
        with closing(connect(urls[0])) as database:
            prepare(database)
        yield urls


def rows(url: str) -> dict[str, list[Any]]:
    with closing(connect(url)) as database, database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


VALUES: dict[type, Callable[[int], Any]] = {
    DateTime: lambda number: datetime(2026, 11, 22, 6, tzinfo=UTC) + timedelta(microseconds=number),
    Date: lambda number: date(2026, 1, 1) + timedelta(days=number),
    JSON: lambda number: {"b": [number, "শেষ ‘\\x'\t\n"], "a": None, "à": 0.1},
    Boolean: lambda number: number % 2 == 0,
    Float: lambda number: number / 3,
    Integer: lambda number: number,
    LargeBinary: lambda number: bytes(range(256)) * 40 + b"%d" % number,
    Text: lambda number: f"Ž-শেষ-{'z' if number % 2 else 'Z'}\\N\t{number:04}'",
    String: str,
}
"""Values that are different in every row, and awkward."""


def value(column: Any, number: int) -> Any:
    plain = getattr(column.type, "impl_instance", column.type)
    return next(make(number) for kind, make in VALUES.items() if isinstance(plain, kind))


def row_of(table: Table, number: int) -> dict[str, Any]:
    row = {column.name: value(column, number) for column in table.columns}
    if table.name == "observations":
        row["source_id" if number % 2 else "article_id"] = None
    if table.name == "versions":
        row["change"] = "edited"
    return row


def fill(url: str, count: int) -> None:
    """So many rows in each table, each of which refers to those with its own number."""
    with closing(connect(url)) as database, database.writing() as connection:
        for table in metadata.sorted_tables:
            for number in range(count, 0, -1):
                row = row_of(table, number)
                if table is messages:
                    row["digest_id"] = None
                connection.execute(insert(table), row)
        connection.execute(messages.update().values(digest_id=count))  # a digest comes after what it tells of


@pytest.mark.parametrize("at_once", [1, 2, 7])
def test_all_of_it_comes_over(pair: Pair, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copying, "_AT_ONCE", at_once)
    source, target = pair
    fill(source, 7)
    told: list[tuple[str, int]] = []

    @contextmanager
    def counter(what: str, total: int) -> Iterator[Callable[[int], None]]:
        done: list[int] = []
        yield done.append
        assert sum(done) == total
        told.append((what, total))

    assert copy(source, target, counter) == dict.fromkeys(metadata.tables, 7)
    assert rows(target) == rows(source)
    assert told == [(what, 7 * len(metadata.tables)) for what in ("copying", "comparing")]
    assert current(target) == (HEAD, HEAD)


def test_there_and_back_every_byte_is_the_same(postgres_url: str, sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url, 3)
    back = f"sqlite:///{tmp_path}/back.db"
    copy(sqlite_url, postgres_url, quietly)
    copy(postgres_url, back, quietly)
    for table in metadata.sorted_tables:
        query = text(f"SELECT * FROM {table.name}")
        one, two = (all_of(url, query) for url in (sqlite_url, back))
        assert one == two


def all_of(url: str, query: Any) -> list[Any]:
    with closing(connect(url)) as database, database.reading() as connection:
        return sorted(map(tuple, connection.execute(query)), key=repr)


def test_the_copy_can_be_worked_with_and_gives_no_id_again(pair: Pair) -> None:
    source, target = pair
    with closing(connect(source)) as database:
        publish(SqlStore(database), known(SqlStore(database)), "a", minute(1))
        with database.writing() as connection:
            row = {"at": minute(1), "kind": "edited", "why": ""}
            last = [add(connection, events, row) for _ in range(5)][-1]
            connection.execute(delete(events).where(events.c.id > 1))
    copy(source, target, quietly)
    with closing(connect(target)) as database:
        ref = known(SqlStore(database), 2)
        publish(SqlStore(database), ref, "b", minute(2))
        assert ref.id == 2
        with database.reading() as connection:
            assert connection.execute(select(func.max(events.c.id))).scalar_one() == last + 1


def kill_after(source: str, target: str, portions: int, what: str) -> None:
    """Copy in a program that is killed after so many portions."""
    setattr(copying, "_AT_ONCE", 2)  # noqa: B010 - a constant elsewhere

    @contextmanager
    def counter(doing: str, _total: int) -> Iterator[Callable[[int], None]]:
        left = iter(range(portions))

        def tell(_rows: int) -> None:
            if doing == what and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        yield tell

    copy(source, target, counter)


def test_killed_again_and_again_it_goes_on_where_it_was(pair: Pair) -> None:
    source, target = pair
    fill(source, 7)
    for what, portions in [("copying", 0), ("copying", 9), ("copying", 30), ("copying", 30), ("comparing", 5)]:
        process = get_context("spawn").Process(target=kill_after, args=(source, target, portions, what))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL
        with closing(connect(target)) as database, pytest.raises(SchemaError, match="a copy into it was broken off"):
            prepare(database)
    copy(source, target, quietly)
    assert rows(target) == rows(source)
    with closing(connect(target)) as database:
        prepare(database)


def break_off(source: str, target: str) -> None:
    @contextmanager
    def counter(what: str, _total: int) -> Iterator[Callable[[int], None]]:
        yield lambda _: None
        if what == "copying":
            raise InterruptedError

    with pytest.raises(InterruptedError):
        copy(source, target, counter)


def test_a_source_that_was_changed_since_is_noticed(pair: Pair) -> None:
    source, target = pair
    fill(source, 3)
    break_off(source, target)
    with closing(connect(source)) as database, database.writing() as connection:
        connection.execute(articles.update().where(articles.c.id == 2).values(revision=99))
    with pytest.raises(StoreError, match="differs from its source in the table articles: the source was changed"):
        copy(source, target, quietly)
    with closing(connect(target)) as database, pytest.raises(SchemaError, match="broken off"):
        prepare(database)


def test_another_source_than_before_is_refused(pair: Pair, tmp_path: Path) -> None:
    source, target = pair
    break_off(source, target)
    other = f"sqlite:///{tmp_path}/other.db"
    with closing(connect(other)) as database:
        prepare(database)
    with pytest.raises(SchemaError, match="run the same `monitor db copy` again"):
        copy(other, target, quietly)


class TestRefused:
    """What is not begun, and changes nothing."""

    def test_a_target_with_a_record(self, pair: Pair) -> None:
        source, target = pair
        with closing(connect(target)) as database:
            prepare(database)
            known(SqlStore(database))
        before = rows(target)
        with pytest.raises(StoreError, match="it holds a record already; a copy needs an empty database"):
            copy(source, target, quietly)
        assert rows(target) == before

    def test_an_empty_target_with_tables_is_good(self, pair: Pair) -> None:
        source, target = pair
        fill(source, 1)
        with closing(connect(target)) as database:
            prepare(database)
        copy(source, target, quietly)
        assert rows(target) == rows(source)

    def test_itself(self, database_url: str) -> None:
        with pytest.raises(UsageError, match="it cannot be copied into itself"):
            copy(database_url, database_url, quietly)

    def test_no_such_file(self, tmp_path: Path, sqlite_url: str) -> None:
        with pytest.raises(StoreError, match="there is no such file"):
            copy(f"sqlite:///{tmp_path}/no.db", sqlite_url, quietly)
        assert not (tmp_path / "no.db").exists()

    def test_no_record(self, empty_url: str, sqlite_url: str) -> None:
        with closing(connect(empty_url)), pytest.raises(SchemaError, match="there is no record in it"):
            copy(empty_url, sqlite_url, quietly)

    @pytest.mark.parametrize("which", [0, 1])
    @pytest.mark.parametrize(("revision", "why"), [("0001", "older version"), ("9999", "newer version")])
    def test_another_schema(self, pair: Pair, which: int, revision: str, why: str) -> None:
        for url in pair:
            with closing(connect(url)) as database:
                prepare(database)
        with closing(connect(pair[which])) as database, database.writing() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{revision}'"))
        with pytest.raises(SchemaError, match=why):
            copy(*pair, quietly)

    @pytest.mark.parametrize("which", [0, 1])
    def test_a_daemon_at_work(self, pair: Pair, which: int) -> None:
        with leading(pair[which]), pytest.raises(StoreError, match="another `monitor run` leads it already"):
            copy(*pair, quietly)
