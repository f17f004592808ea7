"""Claim, commit, log and status as the log grows, on both databases; and what a fetch and a version weigh on record.

The log is filled in bulk, twenty fetches a story over a year, the stories on 200 sites; then each step is measured in
turn, many times, on stories all over it. The goal is that times stay what they are from one size to the next.
"""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import insert, text

from bench.pages import page
from bench.postgres import serving_postgres
from bench.ticks import made_up_papers
from bench.timing import medians
from monitor.core.articles import Article, ParserId
from monitor.core.changes import Change
from monitor.core.leases import Lease
from monitor.core.rechecks import NextCheck
from monitor.core.records import Capture, Check, NewReading, NewVersion, Observation
from monitor.store import partitions
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.leases import SqlLeases
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import articles, observations, sites

SIZES: Final = (100_000, 1_000_000)
HUGE: Final = (10_000_000,)
VERSIONS, ROUNDS, FETCHES, PORTION = 500, 51, 20, 20_000
NOW: Final = datetime.now(UTC)
YEAR: Final = timedelta(days=365)
HASH: Final = "ab" * 32


def run(sizes: tuple[int, ...] = SIZES) -> Iterator[str]:
    """Measure each size on both databases, and yield a line each."""
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as name:
            yield _measure(f"sqlite:///{name}/monitor.db", "SQLite", size)
        with serving_postgres() as create:
            yield _measure(create("news"), "Postgres", size)


def run_huge() -> Iterator[str]:
    """Measure ten million."""
    return run(HUGE)


def _measure(url: str, kind: str, size: int) -> str:
    with closing(connect(url)) as database:
        prepare(database)
        empty = _bytes(database)
        _fill(database, size)
        filled = _bytes(database)
        seconds = medians(_steps(database, size), ROUNDS)
        before = _bytes(database)
        _publish(database)
        weight = (_bytes(database) - before) / VERSIONS
    times = ", ".join(f"{name} {each * 1000:.2f} ms" for name, each in seconds.items())
    return f"{kind:<8} {size:>10,}: {times}; a fetch {(filled - empty) / size:.0f} bytes, a version {weight:,.0f}"


def _bytes(database: Database) -> int:
    with database.reading() as connection:
        if not database.is_sqlite:
            return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages, size = (connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
        return int(pages) * int(size)


def _fill(database: Database, size: int) -> None:
    """Put stories and their fetches on record; the stories are part of what a fetch weighs."""
    names, stories = made_up_papers(), size // FETCHES
    SqlLeases(database).enrol(names, now=NOW)
    with database.writing() as connection:
        partitions.make(connection, (NOW - YEAR).date())
        ids = [row.id for row in connection.execute(sites.select().with_only_columns(sites.c.id).order_by(sites.c.id))]
    for table, rows in ((articles, _stories(ids, stories)), (observations, _fetches(size, stories))):
        while some := list(itertools.islice(rows, PORTION)):
            with database.writing() as connection:
                connection.execute(insert(table), some)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))


def _stories(site_ids: list[int], count: int) -> Iterator[dict[str, Any]]:
    for number in range(1, count + 1):
        yield {
            "id": number,
            "site_id": site_ids[number % len(site_ids)],
            "key": f"news/{number}",
            "url": f"https://paper.example/news/{number}",
            "added_at": NOW - YEAR,
            "checked_at": NOW - timedelta(hours=1),
            "next_check_at": NOW + timedelta(seconds=number - count // 2),
            "next_check_why": "made to measure: quiet 10 h -> 2026-11-23 06:00",
            "revision": FETCHES,
        }


def _fetches(count: int, stories: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "observed_at": NOW - YEAR + YEAR * (number / count),
            "article_id": number % stories + 1,
            "outcome": "not-modified" if number % 2 else "fetched",
            "url": f"https://paper.example/news/{number % stories + 1}",
            "status": 304 if number % 2 else 200,
            "size": 60_000,
            "sha256": HASH,
            "elapsed": 0.31,
            "etag": '"5f2c-61a9"',
        }


def _steps(database: Database, size: int) -> dict[str, Callable[[], object]]:
    store, archive, leases = SqlStore(database), SqlArchive(database), SqlLeases(database)
    chance, tokens, names = Random(6), itertools.count(), itertools.cycle(made_up_papers())

    def anywhere() -> int:
        return chance.randrange(size // FETCHES) + 1

    def claim() -> None:
        leases.claim(next(names), Lease(f"{next(tokens)}", NOW, NOW + timedelta(minutes=6)), limit=12)

    def commit() -> None:
        _commit(store, anywhere())

    polled = [(site.name, source.url) for site in made_up_papers() for source in site.sources]
    return {
        "claim": claim,
        "commit": commit,
        "log": lambda: archive.log(anywhere()),
        "ready": lambda: leases.ready(made_up_papers(), now=NOW),
        "status": lambda: archive.status(NOW, polled),
    }


def _commit(store: SqlStore, article_id: int, **changes: Any) -> None:
    state = store.state(article_id)
    seen = Observation(datetime.now(UTC), "fetched", state.ref.url, None, 200, 60_000, HASH, 0.31)
    check = Check(article_id, state.revision, seen, NextCheck(NOW + timedelta(days=1), "measured"), read=True)
    store.commit(replace(check, **changes))


def _publish(database: Database) -> None:
    """Put first versions on record, with pages of 60 kB as they were received."""
    store = SqlStore(database)
    for number in range(1, VERSIONS + 1):
        body = page(number)
        kept = Capture("https://paper.example/", "https://paper.example/", 200, (("etag", '"a"'),), body, NOW)
        text_ = Article(f"শিরোনাম {number}", tuple(f"অনুচ্ছেদ {number} {each} " + "কথা " * 60 for each in range(12)))
        reading = NewReading(text_, ParserId("v2023", 1), f"1:{number:064}")
        _commit(store, number, capture=kept, version=NewVersion(Change.NEW, None, "first seen", None, reading))
