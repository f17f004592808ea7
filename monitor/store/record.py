"""The record of stories, as the pipeline reads and writes it: `monitor.pipeline.ports.Store` in a database."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from monitor.core.outcomes import Fetched
from monitor.core.records import ArticleRef, ArticleState, Capture, Check, Discovery, Observation, VersionMark
from monitor.core.stamps import from_text
from monitor.pipeline.ports import Store
from monitor.sitekit.site import Site
from monitor.store import bodies, checks, stories
from monitor.store.database import Database
from monitor.store.rows import (
    ARTICLE,
    MARK,
    REF,
    AnyRow,
    last_version,
    latest_reading,
    not_before,
    of_observation,
    to_article,
    to_mark,
    to_ref,
)
from monitor.store.tables import articles, observations, readings, sites, sources, versions

# Of several outcomes "fetched", else the last: a capture that could not be read at first may have been read later.
_RECORDED: Final = (
    select(observations.c.outcome)
    .where(observations.c.ref == bindparam("ref"), observations.c.article_id == bindparam("id"))
    .order_by((observations.c.outcome == Fetched.name).desc(), observations.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
# One row: the story, with its last version in the latest reading if there is one.
_STATE: Final = (
    select(
        *REF,
        sites.c.timezone,
        articles.c.revision,
        articles.c.stamp,
        articles.c.checked_at,
        articles.c.shown_at,
        _RECORDED.label("recorded"),
        *MARK,
        *ARTICLE,
    )
    .join_from(articles, sites)
    .outerjoin(versions, (versions.c.article_id == articles.c.id) & (versions.c.seq == last_version()))
    .outerjoin(readings, readings.c.id == latest_reading())
    .where(articles.c.id == bindparam("id"))
)
_EARLIER: Final = (
    select(*MARK)
    .join_from(versions, readings, readings.c.id == latest_reading())
    .where(versions.c.article_id == bindparam("id"), versions.c.seq < bindparam("last"))
    .order_by(versions.c.seq)
)


class SqlStore(Store):
    """The record in an SQLite file or a Postgres database; safe for many threads and programs at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def discovered(
        self,
        site: Site,
        found: Sequence[Discovery],
        *,
        at: datetime,
        source: str | None = None,
        followed: bool = False,
    ) -> list[ArticleRef]:
        """Put stories on record, each once by its URLs and its key, and return all of them in the order given."""
        with self._database.writing() as connection:
            site_id = stories.keep_site(connection, site)
            source_id = None
            if source is not None:
                kind = next((each.kind for each in site.sources if each.url == source), "unknown")
                source_id = stories.keep_source(connection, site_id, kind, source, at=at)
            refs = stories.keep_stories(connection, found, site_id=site_id, source_id=source_id, at=at)
            if followed:
                stories.follow(connection, {ref.id for ref in refs})
            return refs

    def observed_source(self, site: Site, kind: str, url: str, observation: Observation, *, links: int) -> None:
        """Put one fetch of a source on record, with the number of links read from it."""
        at = observation.at
        with self._database.writing() as connection:
            site_id = stories.keep_site(connection, site)
            source_id = stories.keep_source(connection, site_id, kind, url, at=at)
            same = exists().where(observations.c.source_id == source_id, observations.c.ref == observation.ref)
            if observation.ref is not None and connection.execute(select(same)).scalar():
                return
            connection.execute(insert(observations), {**of_observation(observation), "source_id": source_id})
            row = update(sources).where(sources.c.id == source_id)
            connection.execute(row.values(checked_at=not_before(sources.c.checked_at, at), links=links))

    def followed(self, site: Site) -> list[ArticleRef]:
        """Return the stories that users asked to follow at a site, oldest first."""
        with self._database.reading() as connection:
            return stories.followed_at(connection, site.name)

    def state(self, article_id: int, *, ref: str | None = None) -> ArticleState:
        """Return what the next decision on a story stands on; LookupError if there is no such story.

        Another program may commit between the statements: the revision is read first, so that whoever decides on
        such a mixture is refused by `commit`.
        """
        with self._database.reading() as connection:
            row = connection.execute(_STATE, {"id": article_id, "ref": ref}).one_or_none()
            if row is None:
                raise LookupError(f"no story with the id {article_id}")
            return _state(row, _marks(connection, article_id, row))

    def capture(self, capture_id: int) -> Capture:
        """Return a kept response, its body checked against its hash; StoreError if it does not match."""
        with self._database.reading() as connection:
            return bodies.load(connection, capture_id)

    def commit(self, check: Check) -> int | None:
        """Write all that one check found, in one transaction; return the new version's number if there is one."""
        packed = None if check.capture is None else bodies.pack(check.capture)
        with self._database.writing() as connection:
            return checks.write(connection, check, packed)


def _marks(connection: Connection, article_id: int, row: AnyRow) -> tuple[VersionMark, ...]:
    """Return the marks of all versions; nearly all stories have one, which is at hand already."""
    if row.seq is None:
        return ()
    earlier = connection.execute(_EARLIER, {"id": article_id, "last": row.seq}) if row.seq > 1 else ()
    return (*(to_mark(each) for each in earlier), to_mark(row))


def _state(row: AnyRow, marks: tuple[VersionMark, ...]) -> ArticleState:
    zone = ZoneInfo(row.timezone)
    return ArticleState(
        ref=to_ref(row),
        revision=row.revision,
        marks=marks,
        content=to_article(row, zone) if marks else None,
        stamp=from_text(row.stamp, zone),
        last_observed_at=row.checked_at,
        last_shown_at=row.shown_at,
        recorded=row.recorded,
    )
