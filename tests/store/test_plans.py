"""The questions of the hot path are answered along indexes on both databases, however many rows there are.

What each call asks is asked again with EXPLAIN. Postgres is told not to read a table from end to end where it can do
otherwise, since on these few rows it would.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event

from monitor.core.leases import Lease
from monitor.core.records import ArticleRef
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.leases import SqlLeases
from monitor.store.record import SqlStore
from tests.store.builders import SITE, found, known, minute, poll, publish, see_again

GROWING = (
    r"articles|observations\w*|versions|readings|captures|blobs|headlines|article_urls|events|alerts|messages|tries"
)


class Doors(NamedTuple):
    """The ways into one database, and a story with two versions."""

    store: SqlStore
    archive: SqlArchive
    leases: SqlLeases
    ref: ArticleRef


CALLS: dict[str, Callable[[Doors], object]] = {
    "what is ready": lambda doors: doors.leases.ready([SITE], now=minute(9)),
    "a claim": lambda doors: doors.leases.claim(
        SITE, Lease("a", minute(9), minute(9) + timedelta(minutes=5)), limit=12
    ),
    "a state": lambda doors: doors.store.state(doors.ref.id),
    "a state in a replay": lambda doors: doors.store.state(doors.ref.id, ref="a"),
    "a commit": lambda doors: see_again(doors.store, doors.ref, minute(9)),
    "a commit of a version": lambda doors: publish(doors.store, doors.ref, "c", minute(9)),
    "a discovery": lambda doors: doors.store.discovered(SITE, [found(1), found(7)], at=minute(9)),
    "a poll": lambda doors: poll(doors.store, found(1), found(8), at=minute(9)),
    "what is known": lambda doors: doors.store.known(SITE, [found(1)]),
    "what is due": lambda doors: doors.store.due(SITE, minute(9)),
    "the ways of a site": lambda doors: doors.store.last_ways(doors.ref.id, minute(9)),
    "the log of a story": lambda doors: doors.archive.log(doors.ref.id),
    "the plan of a story": lambda doors: doors.archive.planned(doors.ref.id),
    "the versions of a story": lambda doors: doors.archive.versions(doors.ref.id),
    "a story by its address": lambda doors: doors.archive.find("https://daily.example/news/1"),
    "a story by its key": lambda doors: doors.archive.find("daily:news/1"),
}


# On a few rows all ways cost Postgres the same, and which one it takes hangs on what it last counted.
MANY = """
    INSERT INTO articles (site_id, key, url, added_at, next_check_at, checked_at)
        SELECT site_id, key || '-' || n, url || '-' || n, added_at, next_check_at, checked_at - n * interval '1 day'
        FROM articles, generate_series(1, 1000) n WHERE id = {id};
    INSERT INTO article_urls (url, article_id, added_at) SELECT url, id, added_at FROM articles WHERE id <> {id};
    INSERT INTO versions (article_id, seq, change, why, first_seen_at, capture_id)
        SELECT a.id, v.seq, v.change, v.why, v.first_seen_at, v.capture_id
        FROM versions v, articles a WHERE v.article_id = {id} AND a.id <> {id};
    INSERT INTO readings (version_id, read_at, parser, parser_revision, content_hash, title, title_derived, paragraphs, captions)
        SELECT v.id, v.first_seen_at, 'v', 1, '1:ab', 't', false, '[]', '[]' FROM versions v WHERE v.article_id <> {id};
    INSERT INTO observations (observed_at, article_id, outcome, url, size, elapsed, version_id)
        SELECT first_seen_at, article_id, 'fetched', 'u', 1, 0.1, id FROM versions WHERE article_id <> {id};
    INSERT INTO events (at, kind, site_id, article_id, version_id, why)
        SELECT v.first_seen_at, 'edited', a.site_id, a.id, v.id, ''
        FROM versions v JOIN articles a ON a.id = v.article_id WHERE a.id <> {id};
    INSERT INTO headlines (article_id, place, text, first_seen_at, last_seen_at)
        SELECT id, 'og', 't', added_at, added_at FROM articles WHERE id <> {id};
    ANALYZE articles, article_urls, versions, readings, observations, events, headlines, captures, blobs
"""


@pytest.fixture
def doors(database: Database) -> Doors:
    store = SqlStore(database)
    ref = known(store)
    publish(store, ref, "a", minute(1))
    publish(store, ref, "b", minute(2))
    if not database.is_sqlite:
        with database.writing() as connection:
            for statement in MANY.format(id=ref.id).split(";"):
                connection.exec_driver_sql(statement)
    return Doors(store, SqlArchive(database), SqlLeases(database), ref)


def asked(database: Database, call: Callable[[], object]) -> list[tuple[str, Any]]:
    """Return the statements of a call, each with its values."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if re.match("SELECT|UPDATE|DELETE|INSERT", statement) and "pg_current_xact" not in statement:
            statements.append((statement, values[0] if many else values))

    event.listen(database.engine, "before_cursor_execute", note)
    call()
    event.remove(database.engine, "before_cursor_execute", note)
    return statements


def read_through(database: Database, statement: str, values: Any) -> set[str]:
    """Return which of the growing tables a statement reads from end to end."""
    with database.reading() as connection:
        if database.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
            scans = (re.fullmatch(rf"SCAN ({GROWING})(?: USING .*)?", str(row[3])) for row in plan)
            return {scan[1] for scan in scans if scan}
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
        (tree,) = told if isinstance(told, list) else json.loads(told)
        return {
            node["Relation Name"]
            for node in nodes(tree["Plan"])
            if re.fullmatch(GROWING, node.get("Relation Name", "")) and is_whole(node)
        }


def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from nodes(child)


def is_whole(node: dict[str, Any]) -> bool:
    is_scan = node["Node Type"] in {"Seq Scan", "Index Scan", "Index Only Scan"}
    return is_scan and "Index Cond" not in node


@pytest.mark.parametrize("name", CALLS)
def test_no_table_that_grows_is_read_through(database: Database, doors: Doors, name: str) -> None:
    statements = asked(database, lambda: CALLS[name](doors))
    assert statements
    for statement, values in statements:
        assert read_through(database, statement, values) == set(), statement


def test_a_table_that_is_read_through_is_seen(database: Database) -> None:
    for statement in ("SELECT * FROM articles WHERE etag = 'a'", "SELECT * FROM observations WHERE why = 'a'"):
        assert read_through(database, statement, ())
