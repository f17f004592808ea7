"""What a pruning takes and what it never takes, on SQLite and on Postgres alike; also killed, also among others."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event, exists, func, insert, select

from monitor.core.records import ArticleRef
from monitor.store import pruning
from monitor.store.archive import SqlArchive
from monitor.store.bodies import keep, pack
from monitor.store.database import Database, connect
from monitor.store.pruning import Freed, Limits, prunable, prune
from monitor.store.record import SqlStore
from monitor.store.tables import blobs, captures, events, observations, readings, versions
from tests.store.builders import capture, known, minute, observation, poll, publish, see_again

ALL = Limits(minute(1000), minute(1000))
LOOSE = b"<html>unreadable</html>"


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def fetch_unread(store: SqlStore, ref: ArticleRef, at: float, body: bytes = LOOSE, ref_of: str | None = None) -> None:
    """A page that could not be read: its response is kept, behind no version."""
    seen = observation(minute(at), outcome="unreadable", stamp=None, ref=ref_of)
    see_again(store, ref, minute(at), read=False, observation=seen, capture=capture(body, minute(at)))


def freed(database: Database, limits: Limits) -> Freed:
    """Prune, and hold what was freed against what was announced."""
    expected = prunable(database, limits)
    total = sum(prune(database, limits), Freed())
    assert total == expected
    assert prunable(database, limits) == Freed()
    return total


@pytest.fixture
def ref(store: SqlStore) -> ArticleRef:
    """A story with two versions, seen at 1, 2 (unreadable), 3, 4 (replayed), 5 and 6 (unreadable)."""
    ref = known(store)
    publish(store, ref, "a", minute(1))
    fetch_unread(store, ref, 2)
    publish(store, ref, "b", minute(3), announced=False)
    see_again(store, ref, minute(4), observation=observation(minute(4), ref="replayed"))
    see_again(store, ref, minute(5))
    fetch_unread(store, ref, 6, b"another")
    poll(store, at=minute(3))
    return ref


class Case(NamedTuple):
    """Limits in minutes; then times of the story's fetches left, fetches of sources left, captures left."""

    name: str
    observed: float | None
    captured: float | None
    times: list[int]
    sources: int
    captures: int


CASES = [
    Case("no limit", None, None, [1, 2, 3, 4, 5, 6], 1, 4),
    Case("before everything", 1, 1, [1, 2, 3, 4, 5, 6], 1, 4),
    Case("observations of a time are kept from it on", 3, None, [3, 4, 5, 6], 1, 4),
    Case("one with a ref stays", 5.5, None, [4, 6], 0, 4),
    Case("all observations that may go", 99, None, [4], 0, 4),
    Case("captures of a time are kept from it on", None, 6, [1, 2, 3, 4, 5, 6], 1, 3),
    Case("all captures that may go", None, 99, [1, 2, 3, 4, 5, 6], 1, 2),
    Case("all that may go", 99, 99, [4], 0, 2),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_goes(database: Database, archive: SqlArchive, ref: ArticleRef, case: Case) -> None:
    limits = Limits(*(None if each is None else minute(each) for each in (case.observed, case.captured)))
    done = freed(database, limits)
    assert [each.observation.at for each in archive.log(ref.id).fetches] == [minute(each) for each in case.times]
    assert count(database, observations) == len(case.times) + case.sources
    assert (done.observations, done.captures) == (7 - len(case.times) - case.sources, 4 - case.captures)
    assert count(database, captures) == count(database, blobs) == case.captures


def test_nothing_that_is_shown_or_decided_changes(
    database: Database, store: SqlStore, archive: SqlArchive, ref: ArticleRef
) -> None:
    def everything() -> list[Any]:
        with database.reading() as connection:
            kept = [list(connection.execute(select(table))) for table in (versions, readings, events)]
        state = store.state(ref.id, ref="replayed")
        bodies = [store.capture(mark.capture_id) for mark in state.marks]
        return [*kept, state, bodies, archive.versions(ref.id), archive.find(str(ref.id))]

    before = everything()
    assert freed(database, ALL).captures == 2
    assert everything() == before


def test_the_log_says_how_much_of_it_is_missing(database: Database, archive: SqlArchive, ref: ArticleRef) -> None:
    freed(database, Limits(observations=minute(4)))
    log = archive.log(ref.id)
    assert (log.checks, len(log.fetches)) == (6, 3)


def test_an_observation_outlives_its_capture(database: Database, archive: SqlArchive, ref: ArticleRef) -> None:
    before = archive.log(ref.id)
    freed(database, Limits(captures=minute(99)))
    assert archive.log(ref.id) == before


class TestBodies:
    """Equal bodies are kept once: one goes with its last capture, and its bytes count then."""

    def test_shared_with_a_version(self, database: Database, store: SqlStore) -> None:
        ref = known(store)
        fetch_unread(store, ref, 1, b"text of a version")
        publish(store, ref, "text of a version", minute(2))
        assert freed(database, ALL) == Freed(observations=2, captures=1)
        assert store.capture(store.state(ref.id).marks[0].capture_id).body == b"text of a version"

    def test_shared_with_a_younger_capture(self, database: Database, store: SqlStore) -> None:
        ref = known(store)
        for at in (1, 2, 3):
            fetch_unread(store, ref, at)
        assert freed(database, Limits(captures=minute(3))) == Freed(captures=2)
        assert freed(database, Limits(captures=minute(4))) == Freed(captures=1, bodies=1, bytes=len(LOOSE))

    def test_shared_by_captures_of_two_portions(
        self, database: Database, store: SqlStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pruning, "_AT_ONCE", 2)
        ref = known(store)
        for at in range(5):
            fetch_unread(store, ref, at)
        portions = list(prune(database, Limits(captures=minute(9))))
        assert portions == [Freed(captures=2), Freed(captures=2), Freed(captures=1, bodies=1, bytes=len(LOOSE))]


@pytest.fixture
def many(database: Database, ref: ArticleRef) -> int:
    """The story with 1200 more fetches and as many loose captures: three portions of each."""
    times = [minute(10 + number / 10) for number in range(1200)]
    common = {"article_id": ref.id, "outcome": "unreadable", "url": ref.url, "size": 1, "elapsed": 0.1}
    with database.writing() as connection:
        blob = connection.execute(
            insert(blobs).returning(blobs.c.id), {"sha256": "0" * 64, "size": 1, "compression": "none", "body": b"x"}
        )
        told = {"blob_id": blob.scalar_one(), "url": ref.url, "final_url": ref.url, "status": 200, "headers": []}
        ids = connection.scalars(
            insert(captures).returning(captures.c.id), [{**told, "captured_at": at} for at in times]
        ).all()
        rows = [{**common, "observed_at": at, "capture_id": number} for at, number in zip(times, ids, strict=True)]
        connection.execute(insert(observations), rows)
    return 1200


def test_portions_are_small_and_others_write_between_them(
    database: Database, store: SqlStore, ref: ArticleRef, many: int
) -> None:
    portions = []
    for portion in prune(database, ALL):
        portions.append(portion)
        see_again(store, ref, minute(2000 + len(portions)))
    assert max(each.observations + each.captures for each in portions) == 500
    assert sum(portions, Freed()).captures == many + 2
    assert count(database, observations) == 1 + len(portions)


def kill_at_commit(url: str, number: int) -> None:
    """Prune in a program that is killed just before it commits its `number`-th portion."""
    with closing(connect(url)) as database:
        left = iter(range(number - 1))

        @event.listens_for(database.engine, "before_cursor_execute")
        def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            _c.info["writes"] = _c.info.get("writes", False) or statement.startswith("DELETE")

        @event.listens_for(database.engine, "commit")
        def kill(connection: Connection) -> None:
            if connection.info.pop("writes", False) and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        list(prune(database, ALL))


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize(("number", "left"), [(1, (1206, 1202)), (3, (206, 1202)), (6, (0, 202))])
def test_killed_in_the_middle_it_leaves_the_rest_to_the_next_one(
    store: SqlStore, database: Database, database_url: str, *, ref: ArticleRef, number: int, left: tuple[int, int]
) -> None:
    before = SqlArchive(database).versions(ref.id)
    process = get_context("spawn").Process(target=kill_at_commit, args=(database_url, number))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    now = prunable(database, ALL)
    assert (now.observations, now.captures) == left
    assert is_sound(database)
    freed(database, ALL)
    assert is_sound(database)
    assert SqlArchive(database).versions(ref.id) == before
    assert [store.capture(mark.capture_id).body for mark in store.state(ref.id).marks] == [b"a", b"b"]


def is_sound(database: Database) -> bool:
    """No body without a capture; that references hold is seen to by the database."""
    with database.reading() as connection:
        lonely = select(func.count()).where(~exists().where(captures.c.blob_id == blobs.c.id)).select_from(blobs)
        return connection.execute(lonely).scalar_one() == 0


def test_bodies_that_come_again_while_they_are_pruned(database: Database, store: SqlStore) -> None:
    """Who keeps a capture of a body and who gives up its last other one do not get into each other's way."""
    refs = [known(store, number) for number in range(4)]

    def keep(number: int) -> None:
        for at in range(25):
            fetch_unread(store, refs[number], at, b"one of %d" % (at % 3))

    with ThreadPoolExecutor(6) as threads:
        done = [threads.submit(keep, number) for number in range(4)]
        while not all(each.done() for each in done):
            sum(prune(database, ALL), Freed())
        for each in done:
            each.result()
    assert is_sound(database)
    freed(database, ALL)
    assert count(database, captures) == count(database, blobs) == 0


def test_a_body_that_others_keep_and_give_up_in_between(postgres_url: str) -> None:
    """It is there when it is to be added, and gone when it is to be found: added again."""
    with closing(connect(postgres_url)) as database, closing(connect(postgres_url)) as other:
        store, packed = SqlStore(database), pack(capture(LOOSE))
        meddling = iter(("before", "after"))

        @event.listens_for(database.engine, "before_cursor_execute")
        def kept(*about: Any) -> None:
            if about[2].startswith("INSERT INTO blobs") and next(meddling, None) == "before":
                with other.writing() as connection:
                    keep(connection, packed)

        @event.listens_for(database.engine, "after_cursor_execute")
        def given_up(*about: Any) -> None:
            if about[2].startswith("INSERT INTO blobs") and next(meddling, None) == "after":
                sum(prune(other, ALL), Freed())

        fetch_unread(store, known(store), 1)
        assert next(meddling, None) is None
        assert count(database, captures) == count(database, blobs) == 1


def test_an_sqlite_file_gives_its_room_back(sqlite_url: str) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(connect(sqlite_url)) as database:
        store = SqlStore(database)
        fetch_unread(store, known(store), 1, os.urandom(1_000_000))
        sum(prune(database, ALL), Freed())
    before = file.stat().st_size
    with closing(connect(sqlite_url)) as database:
        database.compact()
    assert before > 1_000_000
    assert file.stat().st_size < 500_000
    with closing(connect(sqlite_url)) as database:
        known(SqlStore(database), 2)  # it is in order, and takes transactions as before
