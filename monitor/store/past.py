"""The events of stories on record, each with the text before and after: see `monitor.core.past`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, bindparam, func, select

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.core.past import PastEvent
from monitor.store.database import Database
from monitor.store.rows import ARTICLE, REF, AnyRow, latest_reading, to_article, to_ref
from monitor.store.tables import UtcDateTime, articles, events, readings, sites, versions

_SHOWN: Final = versions.c.id == events.c.version_id
_PORTION: Final = 200
_CHANGES: Final = frozenset({EventKind.EDITED})

_EVENTS: Final = (
    select(
        *REF,
        sites.c.timezone,
        events.c.id.label("event_id"),
        events.c.at,
        events.c.kind,
        events.c.announced,
        events.c.why,
        events.c.way,
        events.c.held,
        versions.c.seq,
        versions.c.change,
        versions.c.changed_after,
        versions.c.first_seen_at,
        *ARTICLE,
    )
    .join_from(events, articles)
    .join(sites)
    .join(versions, _SHOWN)
    .join(readings, readings.c.id == latest_reading())
    .where(events.c.id > bindparam("after"), events.c.at >= bindparam("since", type_=UtcDateTime))
    .order_by(events.c.id)
    .limit(_PORTION)
)
_TEXT: Final = (
    select(sites.c.timezone, *ARTICLE)
    .join_from(versions, articles)
    .join(sites)
    .join(readings, readings.c.id == latest_reading())
    .where(versions.c.article_id == bindparam("id"), versions.c.seq == bindparam("seq"))
)


def count(database: Database, since: datetime, site: str | None) -> int:
    """Return how many events `each` yields."""
    found = _of_site(_EVENTS, site).order_by(None).limit(None).subquery()
    with database.reading() as connection:
        number: int = connection.execute(
            select(func.count()).select_from(found), {"after": 0, "since": since}
        ).scalar_one()
    return number


def each(database: Database, since: datetime, site: str | None) -> Iterator[PastEvent]:
    """Yield the events of stories from a moment on, as they were put on record, a portion in a unit of work."""
    query, after = _of_site(_EVENTS, site), 0
    while True:
        with database.reading() as connection:
            rows = connection.execute(query, {"after": after, "since": since}).all()
            portion = [_past(connection, row) for row in rows]
        yield from portion
        if len(portion) < _PORTION:
            return
        after = portion[-1].id


def _of_site(query: Select[*tuple[Any, ...]], site: str | None) -> Select[*tuple[Any, ...]]:
    return query if site is None else query.where(sites.c.name == site)


def _past(connection: Connection, row: AnyRow) -> PastEvent:
    zone, kind = ZoneInfo(row.timezone), EventKind(row.kind)
    before = text_at(connection, row.id, row.seq - 1) if kind in _CHANGES else None
    return PastEvent(
        id=row.event_id,
        at=row.at,
        event=Event(kind, row.announced, row.why, row.way, row.held),
        ref=to_ref(row),
        seq=row.seq,
        first_seen_at=row.first_seen_at,
        article=to_article(row, zone),
        change=Change(row.change),
        before=before,
        changed_after=None if before is None else row.changed_after,
    )


def text_at(connection: Connection, article_id: int, seq: int) -> Article | None:
    """Return what a version of a story says, None if there is no such version."""
    row = connection.execute(_TEXT, {"id": article_id, "seq": seq}).one_or_none()
    return None if row is None else to_article(row, ZoneInfo(row.timezone))
