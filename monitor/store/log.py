"""The log of a story: every fetch of it that is on record, read for whoever wants to see how well it is covered."""

from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from monitor.core.outcomes import Hop
from monitor.core.rechecks import NextCheck
from monitor.core.records import Logged, Observation, Planned, StoryLog
from monitor.core.stamps import from_text
from monitor.store.rows import AnyRow
from monitor.store.signals import SIGNALS, to_signals
from monitor.store.tables import articles, observations, sites, versions

# Each commit to a story raises its revision and adds one observation: so the revision tells how many there were.
_STORY: Final = (
    select(
        articles.c.revision,
        articles.c.gone_since,
        articles.c.gone_confirmed,
        articles.c.unpublished_at,
        sites.c.timezone,
    )
    .join_from(articles, sites)
    .where(articles.c.id == bindparam("id"))
)
_PLANNED: Final = (
    select(
        articles.c.next_check_at,
        articles.c.next_check_why,
        articles.c.quiet_since,
        articles.c.signalled_at,
        *SIGNALS,
        sites.c.timezone,
    )
    .join_from(articles, sites)
    .where(articles.c.id == bindparam("id"))
)
_LAST: Final = (
    select(observations)
    .where(observations.c.article_id == bindparam("id"))
    .order_by(observations.c.observed_at.desc(), observations.c.id.desc())
    .limit(1)
)
_FETCHES: Final = (
    select(observations, versions.c.seq)
    .outerjoin_from(observations, versions, versions.c.id == observations.c.version_id)
    .where(observations.c.article_id == bindparam("id"))
    .order_by(observations.c.observed_at, observations.c.id)
)


def planned(connection: Connection, article_id: int) -> Planned:
    """Return when a story is looked at again, and why; LookupError if there is no such story."""
    story = connection.execute(_PLANNED, {"id": article_id}).one_or_none()
    if story is None:
        raise LookupError(f"no story with the id {article_id}")
    last = connection.execute(_LAST, {"id": article_id}).one_or_none()
    return Planned(
        NextCheck(story.next_check_at, story.next_check_why or "", story.quiet_since),
        story.signalled_at,
        to_signals(story),
        None if last is None else _fetch(last, ZoneInfo(story.timezone)),
    )


def of_story(connection: Connection, article_id: int) -> StoryLog:
    """Return the log of a story; LookupError if there is no such story."""
    story = connection.execute(_STORY, {"id": article_id}).one_or_none()
    if story is None:
        raise LookupError(f"no story with the id {article_id}")
    zone = ZoneInfo(story.timezone)
    fetches = tuple(Logged(_fetch(row, zone), row.seq) for row in connection.execute(_FETCHES, {"id": article_id}))
    return StoryLog(story.revision, fetches, story.gone_since, story.gone_confirmed, story.unpublished_at)


def _fetch(row: AnyRow, zone: ZoneInfo) -> Observation:
    return Observation(
        at=row.observed_at,
        outcome=row.outcome,
        url=row.url,
        final_url=row.final_url,
        status=row.status,
        size=row.size,
        sha256=row.sha256,
        elapsed=row.elapsed,
        why=row.why,
        ref=row.ref,
        etag=row.etag,
        last_modified=row.last_modified,
        stamp=from_text(row.stamp, zone),
        hops=tuple(Hop(*each) for each in row.hops or ()),
    )
