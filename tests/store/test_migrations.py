"""Every migration, up from the schema before it with data in every table; the data comes through."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from monitor.core.query import Query, Synonyms
from monitor.core.search import SearchQuery
from monitor.pipeline.search import Search
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.record import SqlStore
from monitor.store.schema import HEAD, REVISIONS, current, migrations, prepare, upgrade
from monitor.store.search import SqlSearchIndex

AT = "2026-11-22 06:00:00+00:00"
BODY = b"<html>...</html>"
# A row in every table of 0001, as that release wrote it.
ROWS_0001: dict[str, dict[str, Any]] = {
    "sites": {"id": 1, "name": "inqilab", "language": "bn", "timezone": "Asia/Dhaka"},
    "sources": {"id": 1, "site_id": 1, "kind": "feed", "url": "https://x.example/rss", "added_at": AT, "checked_at": AT, "links": 3},
    "hosts": {"name": "x.example", "next_request_at": AT, "booked_at": AT, "robots_status": 404, "robots_body": b"", "robots_fetched_at": AT},
    "articles": {"id": 1, "site_id": 1, "key": "news/1", "url": "https://x.example/news/1", "added_at": AT, "source_id": 1, "followed": True, "revision": 2, "checked_at": AT, "shown_at": AT, "stamp": "2026-11-22T11:30:00+06:00"},
    "article_urls": {"url": "https://x.example/news/1", "article_id": 1, "added_at": AT},
    "blobs": {"id": 1, "sha256": "f20d546561ddb11414b4c6266b75d79b392bab457e4f842db453bc5114efdf92", "size": len(BODY), "compression": "none", "body": BODY},
    "captures": {"id": 1, "blob_id": 1, "url": "https://x.example/news/1", "final_url": "https://x.example/news/1", "status": 200, "headers": '[["ETag","a"]]', "captured_at": AT},
    "versions": {"id": 1, "article_id": 1, "seq": 1, "change": "new", "announced": None, "why": "first seen", "changed_after": None, "first_seen_at": AT, "capture_id": 1},
    "readings": {"id": 1, "version_id": 1, "read_at": AT, "parser": "v2023", "parser_revision": 1, "content_hash": "1:ab", "title": "শিরোনাম", "title_derived": False, "paragraphs": '["এক"]', "captions": "[]"},
    "observations": {"id": 1, "observed_at": AT, "article_id": 1, "outcome": "fetched", "url": "https://x.example/news/1", "status": 200, "size": 16, "elapsed": 0.5, "version_id": 1, "capture_id": 1},
    "events": {"id": 7, "at": AT, "kind": "published", "site_id": 1, "article_id": 1, "version_id": 1, "announced": None, "why": "first seen"},
}  # fmt: skip
# The same, and what 0002 added to it.
ROWS_0002: dict[str, dict[str, Any]] = {
    **ROWS_0001,
    "sources": {**ROWS_0001["sources"], "read_at": AT, "next_poll_at": AT, "not_before": AT, "interval": 900.0, "failures": 0, "etag": '"a"', "full_at": AT},
    "hosts": {**ROWS_0001["hosts"], "why": "one request every 5 s", "failures": 1, "pace": 2.0, "lied_at": AT, "robots_tried_at": AT},
    "articles": {**ROWS_0001["articles"], "history": True, "next_check_at": AT, "next_check_why": "quiet", "gone_since": AT, "gone_confirmed": 2},
    "archive_days": {"source_id": 1, "day": "2023-09-14", "read_at": AT},
    "headlines": {"id": 1, "article_id": 1, "place": "feed", "source_id": 1, "text": "শিরোনাম", "first_seen_at": AT, "last_seen_at": AT},
}  # fmt: skip
# The same, and what 0003 added to it.
ROWS_0003: dict[str, dict[str, Any]] = {
    **ROWS_0002,
    "sites": {**ROWS_0002["sites"], "signals": 5, "signals_true": 4, "failing_since": AT, "changed_since": AT, "health": "{}", "changed_ways": '["restamped"]'},
    "sources": {**ROWS_0002["sources"], "ttl": 900.0, "lease": "a", "leased_until": AT},
    "articles": {**ROWS_0002["articles"], "quiet_since": AT, "signalled_at": AT, "flips": 2, "lease": "b", "leased_until": AT},
    "events": {**ROWS_0002["events"], "way": "body", "held": True},
    "headlines": {**ROWS_0002["headlines"], "stated": "2026-11-22"},
}  # fmt: skip
# The same, and what 0004 added to it.
ROWS_0004: dict[str, dict[str, Any]] = {
    **ROWS_0003,
    "alerts": {"id": 1, "event_id": 7, "article_id": 1, "rule": "putin", "at": AT, "payload": "{}"},
    "messages": {"id": 1, "key": "msg_1", "receiver": "desk", "alert_id": 1, "rule": "putin", "article_id": 1, "state": "waiting", "created_at": AT, "due_at": AT, "tries": 1, "tried_since": AT},
    "tries": {"id": 1, "message_id": 1, "at": AT, "elapsed": 0.5, "status": 500, "why": "server error"},
    "receivers": {"name": "desk", "failures": 1, "failing_since": AT, "next_try_at": AT},
    "rules": {"name": "putin", "definition": '{"match":"পুতিন"}', "changed_at": AT},
}  # fmt: skip
ROWS = {
    "0001": ROWS_0001,
    "0002": ROWS_0002,
    "0003": ROWS_0003,
    "0004": ROWS_0004,
    "0005": ROWS_0004,
}


def migrate(url: str, revision: str) -> None:
    with closing(connect(url)) as database, database.rebuilding() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(migrations()))
        command.upgrade(config, revision)


def fill(database: Database, tables: dict[str, dict[str, Any]]) -> None:
    with database.writing() as connection:
        for name, row in tables.items():
            columns = ", ".join(row)
            values = ", ".join(f":{column}" for column in row)
            connection.execute(text(f"INSERT INTO {name} ({columns}) VALUES ({values})"), row)


def rows(database: Database, name: str) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {name}"))]


@pytest.fixture(params=list(ROWS))
def revision(request: pytest.FixtureRequest) -> str:
    """The schema that a database comes from."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def upgraded(new_url: Callable[[], str], revision: str) -> Database:
    """A database of an older schema with a row in each table, brought up to date."""
    url = new_url()
    migrate(url, revision)
    with closing(connect(url)) as database:
        fill(database, ROWS[revision])
    upgrade(url)
    assert current(url) == (HEAD, HEAD)
    return connect(url)


def test_every_release_but_the_last_has_rows_to_start_from() -> None:
    assert tuple(ROWS) == REVISIONS[:-1]


def test_every_row_comes_through(upgraded: Database, revision: str) -> None:
    with closing(upgraded) as database:
        prepare(database)
        for name, before in ROWS[revision].items():
            (after,) = rows(database, name)
            for column, value in before.items():
                if column.endswith(("_at", "_since", "_before")) or column in {
                    "at",
                    "day",
                    "headers",
                    "payload",
                    "definition",
                    "leased_until",
                    "health",
                    "changed_ways",
                    "paragraphs",
                    "captions",
                    "tried_since",
                }:
                    assert after[column] is not None, (name, column)
                else:
                    assert after[column] == value, (name, column)


def test_what_came_through_can_be_worked_with(upgraded: Database, revision: str) -> None:
    with closing(upgraded) as database:
        store, archive = SqlStore(database), SqlArchive(database)
        state = store.state(1)
        assert (state.revision, state.validators) == (2, None)
        assert (state.absence is None) is (revision == "0001")
        assert store.capture(state.marks[0].capture_id).body == BODY
        assert [version.article.title for version in archive.versions(1)] == ["শিরোনাম"]
        (source,) = archive.sources()
        assert (source.url, source.state.plan.failures) == ("https://x.example/rss", 0)
        assert (source.state.read_at is None) is (revision == "0001")


def test_what_came_through_is_found(upgraded: Database) -> None:
    with closing(upgraded) as database:
        index = SqlSearchIndex(database)
        assert index.waiting() == 1
        assert list(index.fill()) == [1]
        assert index.waiting() == 0
        query = SearchQuery(Query.parse("শিরোনাম এক"))
        assert [hit.version.id for hit in Search(index, query, Synonyms()).page().hits] == [1]


def test_stories_are_due(upgraded: Database) -> None:
    from monitor.sites import load  # noqa: PLC0415

    with closing(upgraded) as database:
        due = SqlStore(database).due(load().get("inqilab"), datetime(2026, 11, 23, tzinfo=UTC))
        assert [ref.key for ref in due] == ["news/1"]


def test_event_numbers_go_on_where_they_were(upgraded: Database) -> None:
    with closing(upgraded) as database:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT setval('events_id_seq', 7)"))
            for table in ("tries", "messages", "alerts", "events"):
                connection.execute(text(f"DELETE FROM {table}"))
            connection.execute(text(f"INSERT INTO events (at, kind, why) VALUES ('{AT}', 'edited', '')"))
        assert [row["id"] for row in rows(database, "events")] == [8]
