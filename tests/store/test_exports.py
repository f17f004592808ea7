"""Captures leave the record in order, each once and with its story; on SQLite and on Postgres alike."""

import pytest
from sqlalchemy import update

from monitor.core.errors import StoreError
from monitor.core.kept import CaptureQuery
from monitor.core.records import Discovery
from monitor.store import exports
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import blobs
from tests.store.builders import OTHER_SITE, START, capture, known, minute, observation, publish, see_again


@pytest.fixture
def _kept(store: SqlStore) -> None:
    """Of daily: two versions of 1, an unreadable page of 2, seen again; of weekly: one version, a body of daily's."""
    one, two = known(store, 1), known(store, 2)
    weekly = store.discovered(OTHER_SITE, [Discovery("1", "https://weekly.example/1")], at=START)[0]
    publish(store, one, "a", minute(1))
    unread = {"read": False, "observation": observation(minute(2), outcome="unreadable")}
    see_again(store, two, minute(2), capture=capture(b"wall", minute(2)), **unread)
    publish(store, one, "b", minute(3))
    see_again(store, one, minute(4))
    publish(store, weekly, "a", minute(5))


def told(archive: SqlArchive, query: CaptureQuery) -> list[tuple[str, str, bytes, bool]]:
    return [(each.site, each.key, each.capture.body, each.shared) for each in archive.captures(query)]


ALL = [
    ("daily", "news/1", b"a", True),
    ("daily", "news/2", b"wall", False),
    ("daily", "news/1", b"b", False),
    ("weekly", "1", b"a", True),
]


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize("portion", [1, 2, 5_000])
def test_all_captures_in_their_order(archive: SqlArchive, portion: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "_PORTION", portion)
    assert told(archive, CaptureQuery()) == ALL
    assert archive.count_captures(CaptureQuery()) == 4


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize(
    ("query", "chosen"),
    [
        (CaptureQuery(site="daily"), [0, 1, 2]),
        (CaptureQuery(site="monthly"), []),
        (CaptureQuery(since=minute(3)), [2, 3]),
        (CaptureQuery(article_id=1), [0, 2]),
        (CaptureQuery(article_id=2), [1]),
        (CaptureQuery("daily", 1, minute(2)), [2]),
    ],
)
def test_captures_that_are_asked_for(archive: SqlArchive, query: CaptureQuery, chosen: list[int]) -> None:
    assert told(archive, query) == [ALL[number] for number in chosen]
    assert archive.count_captures(query) == len(chosen)


@pytest.mark.usefixtures("_kept")
def test_a_capture_comes_as_it_was_received(archive: SqlArchive) -> None:
    first = next(archive.captures(CaptureQuery()))
    assert first.capture == capture(b"a", minute(1))


@pytest.mark.usefixtures("_kept")
def test_a_damaged_body_is_told(archive: SqlArchive, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(update(blobs).values(body=b"altered"))
    with pytest.raises(StoreError, match="is damaged"):
        list(archive.captures(CaptureQuery()))


@pytest.mark.usefixtures("_kept")
def test_whoever_writes_meanwhile_does_not_wait(archive: SqlArchive, store: SqlStore) -> None:
    leaving = archive.captures(CaptureQuery())
    next(leaving)
    publish(store, known(store, 3), "c", minute(6))
    assert len(list(leaving)) in {3, 4}
