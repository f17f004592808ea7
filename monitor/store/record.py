"""The record of stories, as the pipeline reads and writes it: `monitor.pipeline.ports.Store` in a database."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from monitor.core.events import Event, Tell
from monitor.core.health import Tried
from monitor.core.outcomes import Fetched
from monitor.core.records import (
    ArticleRef,
    ArticleState,
    Capture,
    Check,
    Discovery,
    VersionMark,
)
from monitor.core.sources import SourceCheck, SourceState
from monitor.core.stamps import from_text
from monitor.pipeline.ports import Store
from monitor.sitekit.site import Site, Source
from monitor.store import bodies, checks, health, holds, sources, stories
from monitor.store.database import Database
from monitor.store.events import write_events
from monitor.store.patience import patient
from monitor.store.rows import (
    ARTICLE,
    MARK,
    REF,
    AnyRow,
    last_version,
    latest_reading,
    to_absence,
    to_article,
    to_mark,
    to_ref,
    to_validators,
)
from monitor.store.search_marks import Marker
from monitor.store.signals import SIGNALS, to_signals
from monitor.store.stories import Origin
from monitor.store.tables import alerts, articles, observations, readings, sites, versions

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
        articles.c.added_at,
        articles.c.checked_at,
        articles.c.shown_at,
        articles.c.etag,
        articles.c.last_modified,
        articles.c.full_at,
        articles.c.gone_since,
        articles.c.gone_confirmed,
        articles.c.unpublished_at,
        articles.c.flips,
        articles.c.history,
        sites.c.changed_since,
        sites.c.changed_ways,
        articles.c.signalled_at,
        *SIGNALS,
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
_SITE: Final = select(sites.c.name, sites.c.language).join_from(articles, sites).where(articles.c.id == bindparam("id"))
_ALERTED: Final = select(alerts.c.rule).where(alerts.c.article_id == bindparam("id")).distinct()


@patient
class SqlStore(Store):
    """The record in an SQLite file or a Postgres database; safe for many threads and programs at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._marker = Marker()

    def discovered(
        self, site: Site, found: Sequence[Discovery], *, at: datetime, followed: bool = False
    ) -> list[ArticleRef]:
        """Put stories on record, each once by its URLs and its key, and return all of them in the order given."""
        with self._database.writing() as connection:
            refs = stories.keep_stories(connection, found, Origin(stories.keep_site(connection, site), at))
            if followed:
                stories.follow(connection, {ref.id for ref in refs})
            return refs

    def source(self, site: Site, url: str) -> SourceState:
        """Return what the next reading of a source stands on: a plain state if it is not on record."""
        with self._database.reading() as connection:
            return sources.state_of(connection, site.name, url)

    def known(self, site: Site, found: Sequence[Discovery]) -> int:
        """Return how many of these stories are on record, by URL or key."""
        with self._database.reading() as connection:
            return stories.known(connection, found, site.name)

    def polled(self, site: Site, check: SourceCheck) -> list[ArticleRef]:
        """Write all that one reading of a source found, and return its stories in order."""
        with self._database.writing() as connection:
            return sources.write(connection, stories.keep_site(connection, site), check)

    def listed(self, site: Site, url: str) -> list[ArticleRef]:
        """Return the stories that a source listed when it was last read, in the order of their ids."""
        with self._database.reading() as connection:
            return sources.listed(connection, site.name, url)

    def followed(self, site: Site) -> list[ArticleRef]:
        """Return the stories that users asked to follow at a site, oldest first."""
        with self._database.reading() as connection:
            return stories.followed_at(connection, site.name)

    def due(self, site: Site, now: datetime) -> list[ArticleRef]:
        """Return the stories of a site whose next check has come, the longest overdue first."""
        with self._database.reading() as connection:
            return stories.due_at(connection, site.name, now)

    def unread(self, refs: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Return those of these stories of which no page could be read yet, in the order given."""
        with self._database.reading() as connection:
            return stories.unread(connection, refs)

    def archive_days(self, site: Site, url: str) -> frozenset[date]:
        """Return the days of an archive that a backfill has read to the end."""
        with self._database.reading() as connection:
            return sources.days_of(connection, site.name, url)

    def archive_read(self, site: Site, archive: Source, day: date, *, at: datetime) -> None:
        """Note that a day of an archive has been read, and every story of it been checked."""
        with self._database.writing() as connection:
            site_id = stories.keep_site(connection, site)
            source_id = sources.keep_source(connection, site_id, archive.kind, archive.url, at=at)
            sources.keep_day(connection, source_id, day, at)

    def answers(self, article_id: int, since: datetime) -> bool:
        """Whether another story of the same site was read after a moment: the site shows its stories."""
        with self._database.reading() as connection:
            return stories.answers(connection, article_id, since)

    def alerted(self, article_id: int) -> frozenset[str]:
        """Return the names of the rules that a story has met so far."""
        with self._database.reading() as connection:
            return frozenset(connection.execute(_ALERTED, {"id": article_id}).scalars())

    def last_ways(self, article_id: int, at: datetime) -> list[str | None]:
        """Return in which way the other stories of its site were found changed when last looked at."""
        with self._database.reading() as connection:
            return holds.last_ways(connection, article_id, at)

    def held_back(self, article_id: int, since: datetime) -> int:
        """Return how many changes were held back at a story's site from a moment on."""
        with self._database.reading() as connection:
            return holds.held_back(connection, article_id, since)

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

    def examined(self, site: Site, tries: Sequence[Tried], *, at: datetime, tell: Tell) -> tuple[Event, ...]:
        """Judge the health of a site after some more tries; return the events that were written."""
        today = at.astimezone(site.timezone).date()
        with self._database.writing() as connection:
            site_id = stories.keep_site(connection, site)
            told = health.examine(connection, site_id, tries, at=at, today=today)
            write_events(connection, tuple(map(tell, told)), at, {"site_id": site_id})
            return told

    def capture(self, capture_id: int) -> Capture:
        """Return a kept response, its body checked against its hash; StoreError if it does not match."""
        with self._database.reading() as connection:
            return bodies.load(connection, capture_id)

    def commit(self, check: Check) -> int | None:
        """Write all that one check found, in one transaction; return the new version's number if there is one."""
        packed = None if check.capture is None else bodies.pack(check.capture)
        marked = self._marked(check)
        with self._database.writing() as connection:
            return checks.write(connection, check, packed, marked)

    def _marked(self, check: Check) -> checks.Marked:
        """Return the marks of all readings of a check: found beforehand, as nobody else can write meanwhile."""
        read = [*([check.version.reading] if check.version else ()), *(each.reading for each in check.corrections)]
        if not read:
            return {}
        with self._database.reading() as connection:
            site = connection.execute(_SITE, {"id": check.article_id}).one()
        return {reading: self._marker.marks(reading.article, site.name, site.language) for reading in read}


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
        added_at=row.added_at,
        last_observed_at=row.checked_at,
        last_shown_at=row.shown_at,
        recorded=row.recorded,
        validators=to_validators(row),
        absence=to_absence(row),
        flips=row.flips,
        history=row.history,
        hold=holds.to_hold(row),
        signalled_at=row.signalled_at,
        signals=to_signals(row),
    )
