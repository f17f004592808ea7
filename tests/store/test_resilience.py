"""A server that goes away, gives way or gives over: units of work are done again as a whole, once and no more."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, event, func, select, text

from monitor.core.errors import StoreError
from monitor.store import patience
from monitor.store.database import Database, connect
from monitor.store.failures import PassingError
from monitor.store.patience import patient
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import events, hosts, observations, versions
from tests.databases import Server, own_server
from tests.store.builders import known, minute, publish

LOG = (versions, observations, events)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that may be restarted without others noticing."""
    with own_server() as server:
        with closing(connect(server.uri)) as database:
            prepare(database)
        yield server


@pytest.fixture
def record(postgres_url: str) -> Iterator[Database]:
    """A database on the server that all tests share."""
    with closing(connect(postgres_url)) as database:
        yield database


@patient
class Face:
    """Does as it is told, and counts how often."""

    def __init__(self, database: Database, *doings: Callable[[Connection], object]) -> None:
        self.database = database
        self.doings = list(doings)
        self.times = 0

    def work(self) -> None:
        """Add a host; then do the first thing at the first time, and so on."""
        self.times += 1
        with self.database.writing() as connection:
            connection.execute(hosts.insert(), {"name": f"h{self.times}"})
            if self.doings:
                self.doings.pop(0)(connection)


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(hosts.c.name).order_by(hosts.c.name)))


def raising(state: str) -> Callable[[Connection], object]:
    told = f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'told so'; END $$"
    return lambda connection: connection.execute(text(told))


def end_connection(connection: Connection) -> None:
    """Let the server end a connection while it is idle in its transaction."""
    driver: Any = connection.connection.driver_connection
    with psycopg.connect(
        connection.engine.url.set(drivername="postgresql").render_as_string(False), autocommit=True
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [driver.info.backend_pid])


@pytest.mark.parametrize("state", ["40P01", "40001", "53300", "25006", "57P01", "57P03", "08006"])
def test_what_passes_is_tried_again(record: Database, state: str) -> None:
    face = Face(record, raising(state), raising(state))
    face.work()
    assert face.times == 3
    assert names(record) == ["h3"]


@pytest.mark.parametrize("state", ["53100", "55P03", "42501", "57014", "XX001"])
def test_what_does_not_pass_is_told_at_once(record: Database, state: str) -> None:
    face = Face(record, raising(state))
    with pytest.raises(StoreError):
        face.work()
    assert face.times == 1
    assert names(record) == []


def test_patience_comes_to_an_end(record: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.append(clock.pop() + seconds))
    face = Face(record, *[raising("40001")] * 1000)
    with pytest.raises(StoreError, match="another program changed the same rows at the same time; run it again"):
        face.work()
    assert patience.PATIENCE / 2 < clock[0] <= patience.PATIENCE
    assert 10 < face.times < 40


def test_a_bug_is_not_repeated(record: Database) -> None:
    face = Face(record, lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        face.work()
    assert face.times == 1


def test_a_connection_that_ends_in_the_middle(record: Database) -> None:
    face = Face(record, end_connection)
    face.work()
    assert names(record) == ["h2"]


@pytest.mark.parametrize(("committed", "times"), [(True, 1), (False, 2)])
def test_a_connection_that_ends_at_the_commit(record: Database, *, committed: bool, times: int) -> None:
    """Nobody said whether it is on record: it is asked for, and done again only if it is not."""
    ends = iter((1,))

    @event.listens_for(record.engine, "commit")
    def cut(connection: Connection) -> None:
        if connection.get_execution_options().get("begin") and next(ends, None):
            driver: Any = connection.connection.driver_connection
            if committed:
                driver.execute("COMMIT")
            end_connection(connection)

    face = Face(record)
    face.work()
    assert face.times == times
    assert names(record) == [f"h{times}"]


def test_a_real_deadlock(record: Database) -> None:
    with record.writing() as connection:
        connection.execute(hosts.insert(), [{"name": "a"}, {"name": "b"}])
    both = threading.Barrier(2)

    def meet(_: Connection) -> None:
        both.wait(10)

    @patient
    class Crossing:
        def __init__(self, *order: str) -> None:
            self.order, self.meetings, self.times = order, [meet], 0

        def work(self) -> None:
            self.times += 1
            with record.writing() as connection:
                for name in self.order:
                    connection.execute(hosts.update().where(hosts.c.name == name).values(failures=hosts.c.failures + 1))
                    for each in self.meetings[:]:
                        self.meetings.remove(each)
                        each(connection)

    ways = [Crossing("a", "b"), Crossing("b", "a")]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda way: way.work(), ways))
    assert sorted(way.times for way in ways) == [1, 2]
    with record.reading() as connection:
        assert list(connection.scalars(select(hosts.c.failures))) == [2, 2]


def test_a_server_that_only_reads_for_a_while(record: Database) -> None:
    """As after a failover, when the old server comes back as a copy: connections are made anew, and find the new one."""
    with psycopg.connect(record.url.set(drivername="postgresql").render_as_string(False), autocommit=True) as other:
        other.execute("ALTER DATABASE with_tables SET default_transaction_read_only = on")
        record.engine.dispose()

        def recover(*_: object) -> None:
            other.execute("SET default_transaction_read_only = off")
            other.execute("ALTER DATABASE with_tables RESET default_transaction_read_only")

        threading.Timer(0.3, recover).start()
        face = Face(record)
        face.work()
    assert face.times > 1
    assert names(record) == [f"h{face.times}"]


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_server_that_restarts_while_stories_are_put_on_record(server: Server, mode: str) -> None:
    with closing(connect(server.uri)) as database:
        store, writers, each = SqlStore(database), 4, 25
        refs = [known(store, number) for number in range(writers)]
        with database.reading() as connection:
            before = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in LOG]
        done = threading.Semaphore(0)

        def write(number: int) -> None:
            for at in range(each):
                publish(store, refs[number], f"{mode} {number} {at}", minute(at))
                done.release()

        with ThreadPoolExecutor(writers) as threads:
            works = [threads.submit(write, number) for number in range(writers)]
            for _ in range(3):
                for _ in range(15):
                    assert done.acquire(timeout=60)
                server.restart(mode)
            for work in works:
                work.result()
        with database.reading() as connection:
            after = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in LOG]
    assert [late - early for early, late in zip(before, after, strict=True)] == [writers * each] * 3


def test_nobody_waits_for_a_server_that_was_never_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("it waited"))
    with pytest.raises(PassingError, match="check that the server runs"):
        connect("postgresql://me@127.0.0.1:1/news")
