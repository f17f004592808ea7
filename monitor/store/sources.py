"""Sources as the record knows them: what they listed, when to read them again, how far a backfill has come."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from monitor.core.polling import Plan
from monitor.core.records import ArticleRef
from monitor.core.signals import REPORTING, Shown, is_restamp
from monitor.core.sources import SourceCheck, SourceState, SourceSummary
from monitor.pipeline.ports import Lost
from monitor.store.database import insert_new
from monitor.store.events import write_events
from monitor.store.headlines import Place, keep_headlines
from monitor.store.hosts import distrust
from monitor.store.rows import AnyRow, not_before, of_observation, of_validators, to_validators
from monitor.store.signals import keep_signals
from monitor.store.stories import Origin, keep_stories, refs_where
from monitor.store.tables import archive_days, articles, headlines, observations, sites, sources

_SOURCE: Final = (
    select(sources)
    .join_from(sources, sites)
    .where(sites.c.name == bindparam("site"), sources.c.url == bindparam("url"))
)
_ALL: Final = select(sources, sites.c.name).join_from(sources, sites).order_by(sites.c.name, sources.c.url)
_DAYS: Final = (
    select(archive_days.c.day)
    .join_from(archive_days, sources)
    .join(sites)
    .where(sites.c.name == bindparam("site"), sources.c.url == bindparam("url"))
)


def state_of(connection: Connection, site: str, url: str) -> SourceState:
    """Return what the next reading of a source stands on."""
    row = connection.execute(_SOURCE, {"site": site, "url": url}).one_or_none()
    return SourceState(Plan(), None, None) if row is None else _state(row)


def write(connection: Connection, site_id: int, check: SourceCheck) -> list[ArticleRef]:
    """Write a reading, and return its stories in order."""
    source_id = keep_source(connection, site_id, check.kind, check.url, at=check.at)
    for observation in check.observations:
        same = exists().where(observations.c.source_id == source_id, observations.c.ref == observation.ref)
        if observation.ref is None or not connection.execute(select(same)).scalar():
            connection.execute(insert(observations), {**of_observation(observation), "source_id": source_id})
    _plan(connection, source_id, check)
    origin = Origin(site_id, check.at, source_id, check.history, check.due)
    refs = keep_stories(connection, check.found, origin)
    shown = {ref.id: Shown(each.headline, each.stated) for ref, each in zip(refs, check.found, strict=True)}
    moved = keep_headlines(connection, Place(check.kind, source_id), shown, at=check.at, latest=check.read)
    if check.read and check.kind in REPORTING and not is_restamp(len(moved), len(check.found)):
        keep_signals(connection, site_id, moved, check.at)
    write_events(connection, check.events, check.at, {"site_id": site_id, "source_id": source_id})
    if check.caught is not None:
        distrust(connection, check.caught, check.at)
    return refs


def listed(connection: Connection, site: str, url: str) -> list[ArticleRef]:
    """Return the stories that a source listed when it was last read."""
    seen = (
        select(headlines.c.article_id)
        .join_from(headlines, sources)
        .where(sources.c.url == url, headlines.c.last_seen_at == sources.c.read_at)
    )
    return refs_where(connection, sites.c.name == site, articles.c.id.in_(seen))


def days_of(connection: Connection, site: str, url: str) -> frozenset[date]:
    """Return the days of an archive that have been read to the end."""
    return frozenset(connection.execute(_DAYS, {"site": site, "url": url}).scalars())


def keep_day(connection: Connection, source_id: int, day: date, at: datetime) -> None:
    """Note that a day of an archive has been read to the end."""
    row = {"source_id": source_id, "day": day, "read_at": at}
    connection.execute(insert_new(connection, archive_days, "source_id", "day"), row)


def summaries(connection: Connection) -> list[SourceSummary]:
    """Return all sources, by site and URL."""
    return [
        SourceSummary(row.name, row.kind, row.url, row.checked_at, row.links, _state(row))
        for row in connection.execute(_ALL)
    ]


def keep_source(connection: Connection, site_id: int, kind: str, url: str, *, at: datetime) -> int:
    """Put a source on record, or bring it up to date; return its id."""
    find = select(sources.c.id, sources.c.kind).where(sources.c.site_id == site_id, sources.c.url == url)
    row = connection.execute(find).one_or_none()
    if row is None:
        new = {"site_id": site_id, "kind": kind, "url": url, "added_at": at}
        connection.execute(insert_new(connection, sources, "site_id", "url"), new)
        row = connection.execute(find).one()
    if row.kind != kind:
        connection.execute(update(sources).where(sources.c.id == row.id), {"kind": kind})
    return int(row.id)


def _plan(connection: Connection, source_id: int, check: SourceCheck) -> None:
    told = {} if check.plan is None else _of_plan(check.plan)
    if check.read:
        told |= {"read_at": check.at, "links": len(check.found), "ttl": check.ttl, **of_validators(check.validators)}
    row = update(sources).where(sources.c.id == source_id)
    if check.lease is not None:
        row = row.where(sources.c.lease == check.lease)
        told |= {} if check.plan is None else {"lease": None, "leased_until": None}
    written = connection.execute(row.values(checked_at=not_before(sources.c.checked_at, check.at), **told))
    if check.lease is not None and written.rowcount != 1:
        raise Lost(f"{check.url} was read under a lease that has ended")


def _of_plan(plan: Plan) -> dict[str, Any]:
    return {
        "next_poll_at": plan.at,
        "not_before": plan.not_before,
        "interval": plan.interval.total_seconds(),
        "failures": plan.failures,
        "failing_since": plan.failing_since,
        "lost_since": plan.lost_since,
    }


def _state(row: AnyRow) -> SourceState:
    plan = Plan(
        at=row.next_poll_at,
        not_before=row.not_before,
        failures=row.failures,
        failing_since=row.failing_since,
        lost_since=row.lost_since,
        **({} if row.interval is None else {"interval": timedelta(seconds=row.interval)}),
    )
    return SourceState(plan, to_validators(row), row.read_at, row.ttl)
