"""Captures leaving the record one by one, oldest first.

A capture belongs to the story of its version; that of an unreadable page to the story in the log. Their ids are read
a portion at a time and each body alone, so that it is the same for a hundred captures and a million, and no unit of
work is open while the caller is at work.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Select, exists, func, select, union

from monitor.core.kept import CaptureQuery, KeptCapture
from monitor.store import bodies
from monitor.store.database import Database
from monitor.store.tables import articles, captures, observations, sites, versions

# Who owns a capture is asked anew for each portion, of all captures behind it.
_PORTION: Final = 5_000

_other = captures.alias()
_SHARED: Final = exists().where(_other.c.blob_id == captures.c.blob_id, _other.c.id != captures.c.id)


def count(database: Database, query: CaptureQuery) -> int:
    """Return how many captures a query asks for."""
    with database.reading() as connection:
        number: int = connection.execute(_chosen(query, 0, func.count())).scalar_one()
        return number


def each(database: Database, query: CaptureQuery) -> Iterator[KeptCapture]:
    """Yield the captures a query asks for, as they were put on record; StoreError for a damaged one."""
    columns = (captures.c.id, sites.c.name, articles.c.key, _SHARED.label("shared"))
    after: int | None = 0
    while after is not None:
        with database.reading() as connection:
            portion = _chosen(query, after, *columns).order_by(captures.c.id).limit(_PORTION)
            rows = connection.execute(portion).all()
        for row in rows:
            with database.reading() as connection:
                capture = bodies.load(connection, row.id)
            yield KeptCapture(row.name, row.key, capture, row.shared)
        after = rows[-1].id if rows else None


def _chosen(query: CaptureQuery, after: int, *columns: Any) -> Select[*tuple[Any, ...]]:
    owners = union(*(_owners(table, query, after) for table in (versions, observations))).subquery()
    chosen = (
        select(*columns)
        .select_from(owners)
        .join(captures, captures.c.id == owners.c.capture_id)
        .join(articles, articles.c.id == owners.c.article_id)
        .join(sites)
    )
    if query.site is not None:
        chosen = chosen.where(sites.c.name == query.site)
    if query.since is not None:
        chosen = chosen.where(captures.c.captured_at >= query.since)
    return chosen


def _owners(table: Any, query: CaptureQuery, after: int) -> Select[int, int]:
    """Ask which capture is whose; a capture that has a version stands in the log too, and comes once."""
    pairs = select(table.c.capture_id, table.c.article_id).where(table.c.capture_id > after)
    return pairs if query.article_id is None else pairs.where(table.c.article_id == query.article_id)
