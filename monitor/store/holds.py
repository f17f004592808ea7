"""What is held back at a site while all of it changes: see `monitor.core.masses`."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, ScalarSelect, bindparam, func, select, update

from monitor.core.masses import LAST, WITHIN, Hold, Shift
from monitor.pipeline.ports import Conflict
from monitor.store.events import write_events
from monitor.store.rows import AnyRow
from monitor.store.tables import UtcDateTime, articles, events, sites


def _site_of() -> ScalarSelect[int]:
    one = articles.alias()
    return select(one.c.site_id).where(one.c.id == bindparam("article")).scalar_subquery()


# A story that was looked at only once cannot have changed.
_LAST_WAYS: Final = (
    select(events.c.way)
    .select_from(articles)
    .outerjoin(
        events,
        (events.c.article_id == articles.c.id) & (events.c.at == articles.c.checked_at) & events.c.way.is_not(None),
    )
    .where(
        articles.c.site_id == _site_of(),
        articles.c.id != bindparam("article"),
        articles.c.checked_at > bindparam("since", type_=UtcDateTime),
        articles.c.checked_at <= bindparam("at", type_=UtcDateTime),
        articles.c.revision > 1,
    )
    .order_by(articles.c.checked_at.desc())
    .limit(LAST)
)
_HELD: Final = (
    select(func.count())
    .select_from(events)
    .where(events.c.site_id == _site_of(), events.c.held, events.c.at >= bindparam("since", type_=UtcDateTime))
)


def last_ways(connection: Connection, article_id: int, at: datetime) -> list[str | None]:
    """Return in which way each of the other stories of a site was found changed when it was last looked at."""
    asked = {"article": article_id, "since": at - WITHIN, "at": at}
    return list(connection.execute(_LAST_WAYS, asked).scalars())


def held_back(connection: Connection, article_id: int, since: datetime) -> int:
    """Return how many changes were held back at a story's site from a moment on."""
    number: int = connection.execute(_HELD, {"article": article_id, "since": since}).scalar_one()
    return number


def to_hold(row: AnyRow) -> Hold | None:
    """Read the columns changed_since and changed_ways."""
    return None if row.changed_since is None else Hold(row.changed_since, tuple(row.changed_ways or ()))


def take(connection: Connection, site_id: int, shift: Shift, at: datetime) -> None:
    """Take a step of a site's hold, and tell it; Conflict if it was decided on another one. We have the site's turn."""
    mine = sites.c.id == site_id
    row = connection.execute(select(sites.c.changed_since, sites.c.changed_ways).where(mine)).one()
    if to_hold(row) != shift.before:
        raise Conflict(f"what is held back at site {site_id} is not what it was any more")
    after = shift.after
    told = {"changed_since": after and after.since, "changed_ways": after and list(after.ways)}
    connection.execute(update(sites).where(mine), told)
    write_events(connection, (shift.event,), at, {"site_id": site_id})
