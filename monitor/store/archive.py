"""The record as it is looked at: `monitor.pipeline.ports.Archive` in a database."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, false, func, literal, null, select

from monitor.core.articles import ParserId
from monitor.core.changes import Change
from monitor.core.kept import CaptureQuery, KeptCapture
from monitor.core.past import PastEvent
from monitor.core.records import ArticleQuery, ArticleSummary, Headline, Planned, StoryLog, VersionRecord
from monitor.core.sources import SourceSummary
from monitor.core.stamps import from_text
from monitor.core.status import Status
from monitor.core.urls import tidy
from monitor.pipeline.ports import Archive
from monitor.store import exports, log, past, sources, status, watched
from monitor.store.database import Database
from monitor.store.headlines import headlines_of
from monitor.store.patience import patient
from monitor.store.rows import ARTICLE, REF, AnyRow, latest_reading, portions, to_article, to_ref
from monitor.store.tables import article_urls, articles, readings, sites, versions

_LARGEST_ID: Final = 2**63 - 1

_any = versions.alias()
_LAST: Final = ~exists().where(_any.c.article_id == versions.c.article_id, _any.c.seq > versions.c.seq)
_SILENT: Final = articles.c.id.in_(select(_any.c.article_id).where(_any.c.announced == false()))
_SILENT_EDITS: Final = (
    select(func.count())
    .select_from(_any)
    .where(_any.c.article_id == articles.c.id, _any.c.announced == false())
    .scalar_subquery()
)
_STORY: Final = (*REF, sites.c.timezone, articles.c.added_at, articles.c.checked_at)

# Stories with a version, and those without: apart, because so each can be read along an index, newest first.
_READ: Final = (
    select(
        *_STORY,
        readings.c.title,
        readings.c.published,
        readings.c.updated,
        versions.c.seq,
        _SILENT_EDITS.label("silent_edits"),
        versions.c.change,
        versions.c.announced,
        versions.c.first_seen_at,
    )
    .join_from(articles, sites)
    .join(versions, versions.c.article_id == articles.c.id)
    .join(readings, readings.c.id == latest_reading())
    .where(_LAST)
    .order_by(versions.c.first_seen_at.desc(), articles.c.id.desc())
)
_UNREAD: Final = (
    select(
        *_STORY,
        null().label("title"),
        null().label("published"),
        null().label("updated"),
        literal(0).label("seq"),
        literal(0).label("silent_edits"),
        null().label("change"),
        null().label("announced"),
        null().label("first_seen_at"),
    )
    .join_from(articles, sites)
    .where(~exists().where(_any.c.article_id == articles.c.id))
    .order_by(articles.c.added_at.desc(), articles.c.id.desc())
)
_URLS: Final = (
    select(article_urls.c.article_id, article_urls.c.url)
    .where(article_urls.c.article_id.in_(bindparam("ids", expanding=True)))
    .order_by(article_urls.c.added_at, article_urls.c.url)
)
_VERSIONS: Final = (
    select(
        versions.c.id.label("version_id"),
        versions.c.seq,
        versions.c.change,
        versions.c.announced,
        versions.c.why,
        versions.c.first_seen_at,
        versions.c.changed_after,
        articles.c.shown_at,
        articles.c.flips,
        readings.c.parser,
        readings.c.parser_revision,
        readings.c.content_hash,
        sites.c.timezone,
        *ARTICLE,
    )
    .join_from(versions, articles)
    .join(sites)
    .join(readings, readings.c.version_id == versions.c.id)
    .where(versions.c.article_id == bindparam("id"))
    .order_by(versions.c.seq, readings.c.id)
)


@patient
class SqlArchive(Archive):
    """The archive in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def articles(self, query: ArticleQuery) -> list[ArticleSummary]:
        """List stories, the one whose last version was seen first most recently on top; never-read ones last.

        `since` asks for stories whose last version was first seen then or later; for a never-read one, that were
        put on record then or later.
        """
        with self._database.reading() as connection:
            rows = list(connection.execute(_chosen(_READ, query, versions.c.first_seen_at).limit(query.limit)))
            if query.change is None and not query.silent and (query.limit is None or len(rows) < query.limit):
                left = None if query.limit is None else query.limit - len(rows)
                rows += connection.execute(_chosen(_UNREAD, query, articles.c.added_at).limit(left))
            return _summaries(connection, rows)

    def find(self, reference: str) -> ArticleSummary | None:
        """Return a story by database id (`12`), name (`inqilab:news/601234`) or URL, current or former."""
        with self._database.reading() as connection:
            article_id = _id_of(connection, reference)
            if article_id is None:
                return None
            mine = articles.c.id == article_id
            rows = list(connection.execute(_READ.where(mine))) or list(connection.execute(_UNREAD.where(mine)))
            return next(iter(_summaries(connection, rows)), None)

    def versions(self, article_id: int) -> list[VersionRecord]:
        """Return all versions of a story, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_VERSIONS, {"id": article_id}).all()
        read = Counter(row.seq for row in rows)
        latest = list({row.seq: row for row in rows}.values())
        seen = zip(latest, _last_seen(latest), strict=True)
        return [_version(row, last_seen_at, corrected=read[row.seq] > 1) for row, last_seen_at in seen]

    def headlines(self, article_id: int) -> list[Headline]:
        """Return what a story was called elsewhere than on its own page, by place, oldest first."""
        with self._database.reading() as connection:
            return headlines_of(connection, article_id)

    def sources(self) -> list[SourceSummary]:
        """Return all sources on record, by site and URL."""
        with self._database.reading() as connection:
            return sources.summaries(connection)

    def watched(self, now: datetime) -> Mapping[str, Sequence[int]]:
        """Return how many stories of each site are under watch, by how long they have been quiet."""
        with self._database.reading() as connection:
            return watched.watched(connection, now)

    def planned(self, article_id: int) -> Planned:
        """Return when a story is looked at again, and why; LookupError if there is no such story."""
        with self._database.reading() as connection:
            return log.planned(connection, article_id)

    def log(self, article_id: int) -> StoryLog:
        """Return every fetch of a story that is on record; LookupError if there is no such story."""
        with self._database.reading() as connection:
            return log.of_story(connection, article_id)

    def status(self, now: datetime, polled: Collection[tuple[str, str]]) -> Status:
        """Return how all that is on record stands at this moment, with the sources that count."""
        with self._database.reading() as connection:
            return status.status(connection, now, polled)

    def count_events(self, since: datetime, site: str | None = None) -> int:
        """Return how many events of stories there are from a moment on."""
        return past.count(self._database, since, site)

    def events(self, since: datetime, site: str | None = None) -> Iterator[PastEvent]:
        """Yield the events of stories from a moment on, as they were put on record."""
        return past.each(self._database, since, site)

    def count_captures(self, query: CaptureQuery) -> int:
        """Return how many captures of stories a query asks for."""
        return exports.count(self._database, query)

    def captures(self, query: CaptureQuery) -> Iterator[KeptCapture]:
        """Yield captures of stories as they were put on record, never more than one at a time."""
        return exports.each(self._database, query)


def _chosen(
    stories: Select[*tuple[Any, ...]], query: ArticleQuery, moment: ColumnElement[datetime]
) -> Select[*tuple[Any, ...]]:
    if query.site is not None:
        stories = stories.where(sites.c.name == query.site)
    if query.since is not None:
        stories = stories.where(moment >= query.since)
    if query.change is not None:
        stories = stories.where(versions.c.change == query.change)
    if query.silent:
        stories = stories.where(_SILENT)
    return stories


def _id_of(connection: Connection, reference: str) -> int | None:
    """Return the id of the story that a reference names; an id may also be one that nothing has."""
    if reference.isascii() and reference.isdigit():
        number = int(reference)
        return number if number <= _LARGEST_ID else None
    site, _, key = reference.partition(":")
    named = select(articles.c.id).join_from(articles, sites).where(sites.c.name == site, articles.c.key == key)
    found: int | None = connection.execute(named).scalar()
    for url in (reference, tidy(reference)):
        if found is None:
            found = connection.execute(select(article_urls.c.article_id).where(article_urls.c.url == url)).scalar()
    return found


def _summaries(connection: Connection, rows: Collection[AnyRow]) -> list[ArticleSummary]:
    urls: dict[int, list[str]] = {row.id: [] for row in rows}
    for ids in portions(urls):
        for article_id, url in connection.execute(_URLS, {"ids": ids}):
            urls[article_id].append(url)
    return [_summary(row, tuple(url for url in urls[row.id] if url != row.url)) for row in rows]


def _summary(row: AnyRow, former_urls: tuple[str, ...]) -> ArticleSummary:
    zone = ZoneInfo(row.timezone)
    return ArticleSummary(
        ref=to_ref(row),
        former_urls=former_urls,
        title=row.title,
        published=from_text(row.published, zone),
        updated=from_text(row.updated, zone),
        added_at=row.added_at,
        checked_at=row.checked_at,
        versions=row.seq,
        silent_edits=row.silent_edits,
        change=None if row.change is None else Change(row.change),
        announced=row.announced,
        changed_at=row.first_seen_at,
    )


def _last_seen(rows: Sequence[AnyRow]) -> list[datetime]:
    """Return when each version of a story was last seen, which is on record with what came after it.

    Of two that take turns the one shown now was seen last (monitor.core.flips); for the other the log would have to be
    read, and what is said here is proved without it.
    """
    told = [*(row.changed_after for row in rows[1:]), *(row.shown_at for row in rows[-1:])]
    if rows and rows[-1].flips % 2:
        told[-2:] = rows[-1].shown_at, None
    return [moment or row.first_seen_at for row, moment in zip(rows, told, strict=True)]


def _version(row: AnyRow, last_seen_at: datetime, *, corrected: bool) -> VersionRecord:
    return VersionRecord(
        id=row.version_id,
        seq=row.seq,
        change=Change(row.change),
        announced=row.announced,
        why=row.why,
        article=to_article(row, ZoneInfo(row.timezone)),
        content_hash=row.content_hash,
        parser=ParserId(row.parser, row.parser_revision),
        first_seen_at=row.first_seen_at,
        last_seen_at=last_seen_at,
        changed_after=row.changed_after,
        corrected=corrected,
    )
