"""How the record stands at a moment. Quick on a million stories: every count is along an index, and has a limit."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Integer, ScalarSelect, bindparam, func, select

from monitor.core.politeness import Host, Wait
from monitor.core.status import MOST, FailingSource, SiteStatus, Status, WaitingHost
from monitor.store import health
from monitor.store.receivers import statuses
from monitor.store.rows import AnyRow
from monitor.store.tables import UtcDateTime, articles, events, hosts, sites, sources

_LONG: Final = timedelta(minutes=1)
_NOW: Final = bindparam("now", type_=UtcDateTime)
_MOST: Final = bindparam("most", type_=Integer)


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Count stories of a site, no further than anybody wants to know."""
    some = select(articles.c.id).where(articles.c.site_id == sites.c.id, *conditions).limit(_MOST)
    return select(func.count()).select_from(some.correlate(sites).subquery()).scalar_subquery()


_HELD: Final = (
    select(events.c.id)
    .where(events.c.site_id == sites.c.id, events.c.held, events.c.at >= sites.c.changed_since)
    .limit(_MOST)
    .correlate(sites)
    .subquery()
)
_SITES: Final = select(
    sites.c.id,
    sites.c.name,
    sites.c.changed_since,
    sites.c.changed_ways,
    select(func.count()).select_from(_HELD).scalar_subquery().label("held"),
    sites.c.health,
    _count(articles.c.next_check_at <= _NOW).label("due"),
    select(func.min(articles.c.next_check_at))
    .where(articles.c.site_id == sites.c.id, articles.c.next_check_at > _NOW)
    .scalar_subquery()
    .label("next_check_at"),
    _count(articles.c.gone_since.is_not(None), articles.c.unpublished_at.is_(None)).label("suspected"),
    _count(articles.c.gone_since.is_not(None), articles.c.unpublished_at.is_not(None)).label("unpublished"),
).order_by(sites.c.name)
_SOURCES: Final = select(sources, sites.c.name).join_from(sources, sites).order_by(sources.c.url)
_HOSTS: Final = select(*(hosts.c[each.name] for each in fields(Host))).order_by(hosts.c.name)


def status(connection: Connection, now: datetime, polled: Collection[tuple[str, str]]) -> Status:
    """Return how all that is on record stands. `polled` are the sources that count, by site and URL."""
    of_site: dict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_SOURCES):
        if (row.name, row.url) in polled:
            of_site[row.site_id].append(row)
    rows = connection.execute(_SITES, {"now": now, "most": MOST})
    known = tuple(_site(row, of_site[row.id], now) for row in rows)
    waiting = (_waiting(Host(**row._mapping), now) for row in connection.execute(_HOSTS))
    longest = sorted((host for host in waiting if host), key=lambda host: host.until, reverse=True)
    return Status(now, known, tuple(longest), tuple(statuses(connection)))


def _site(row: AnyRow, its: Sequence[AnyRow], now: datetime) -> SiteStatus:
    state = health.of_json(row.health)
    seen = [state.fine_at, *(each.read_at if each.failures else each.checked_at for each in its)]
    asked_at = [_asked_at(each) for each in its]
    return SiteStatus(
        name=row.name,
        fine_at=max(filter(None, seen), default=None),
        problems=state.problems,
        held_since=row.changed_since,
        held_ways=tuple(row.changed_ways or ()),
        held=row.held,
        sources=len(its),
        failing_sources=tuple(
            FailingSource(each.url, each.failing_since, each.failures) for each in its if each.failing_since
        ),
        due_sources=sum(at is None or at <= now for at in asked_at),
        next_poll_at=min((at for at in asked_at if at is not None and at > now), default=None),
        due=row.due,
        next_check_at=row.next_check_at,
        suspected=row.suspected,
        unpublished=row.unpublished,
    )


def _asked_at(source: AnyRow) -> datetime | None:
    """Return when a source is to be asked again, by our plan and by its own wish; None: it never was."""
    wishes: list[Any] = [source.next_poll_at, source.not_before]
    return max(filter(None, wishes), default=None)


def _waiting(host: Host, now: datetime) -> WaitingHost | None:
    _, answer = host.take("", now=now, hold=0)
    if isinstance(answer, Wait) and answer.until - now > _LONG:
        return WaitingHost(host.name, answer.until, answer.why)
    return None
