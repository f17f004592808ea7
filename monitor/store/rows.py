"""Rows of the tables, to and from the values of the program."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, ColumnElement, Row, ScalarSelect, case, func, select

from monitor.core.absence import Absence
from monitor.core.articles import Article, ParserId, PlaceLine
from monitor.core.records import ArticleRef, Capture, NewReading, Observation, VersionMark
from monitor.core.stamps import from_text, moment, to_text
from monitor.core.validators import Validators
from monitor.store.tables import articles, readings, sites, versions

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

REF: Final = (articles.c.id, sites.c.name, articles.c.key, articles.c.url)
"""The columns of an ArticleRef, in its order."""

MARK: Final = (
    versions.c.id.label("version_id"),
    versions.c.seq,
    readings.c.content_hash,
    readings.c.parser,
    readings.c.parser_revision,
    versions.c.capture_id,
    versions.c.changed_after,
    versions.c.first_seen_at,
)

ARTICLE: Final = (
    readings.c.title,
    readings.c.paragraphs,
    readings.c.title_derived,
    readings.c.subheading,
    readings.c.captions,
    readings.c.image,
    readings.c.byline,
    readings.c.section,
    readings.c.credit,
    readings.c.dateline,
    readings.c.published,
    readings.c.updated,
)


_AT_ONCE: Final = 500  # values in one IN (...): some SQLites take no more than 999 parameters


def portions(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield values in lists short enough for one statement."""
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some


def latest_reading() -> ScalarSelect[int]:
    """Return the id of the latest reading of the version in the query around it."""
    each = readings.alias()
    return select(func.max(each.c.id)).where(each.c.version_id == versions.c.id).scalar_subquery()


def last_version() -> ScalarSelect[int]:
    """Return the number of the last version of the article in the query around it."""
    each = versions.alias()
    return select(func.max(each.c.seq)).where(each.c.article_id == articles.c.id).scalar_subquery()


def not_before(known: ColumnElement[Any], at: datetime | BindParameter[datetime]) -> ColumnElement[Any]:
    """Return the later of a moment on record, if there is one, and another: what may not go back."""
    return case((known > at, known), else_=at)


def to_ref(row: Sequence[Any]) -> ArticleRef:
    """Read the columns REF, with which the row begins."""
    return ArticleRef(*row[: len(REF)])


def to_mark(row: AnyRow) -> VersionMark:
    """Read the columns MARK."""
    parser = ParserId(row.parser, row.parser_revision)
    return VersionMark(
        row.version_id, row.seq, row.content_hash, parser, row.capture_id, row.changed_after, row.first_seen_at
    )


def to_validators(row: AnyRow) -> Validators | None:
    """Read the columns etag, last_modified and full_at."""
    return None if row.full_at is None else Validators(row.etag, row.last_modified, row.full_at)


def of_validators(validators: Validators | None) -> dict[str, Any]:
    """Write the columns etag, last_modified and full_at."""
    if validators is None:
        return {"etag": None, "last_modified": None, "full_at": None}
    return {
        "etag": validators.etag,
        "last_modified": validators.last_modified,
        "full_at": validators.full_at,
    }


def to_absence(row: AnyRow) -> Absence | None:
    """Read the columns gone_since, gone_confirmed and unpublished_at."""
    return None if row.gone_since is None else Absence(row.gone_since, row.gone_confirmed, row.unpublished_at)


def to_article(row: AnyRow, zone: ZoneInfo) -> Article:
    """Read the columns ARTICLE, with the stated times in the zone of the site."""
    return Article(
        title=row.title,
        paragraphs=tuple(row.paragraphs),
        title_derived=row.title_derived,
        subheading=row.subheading,
        captions=tuple(row.captions),
        image=row.image,
        byline=row.byline,
        section=row.section,
        credit=row.credit,
        dateline=None if row.dateline is None else PlaceLine(*row.dateline),
        published=from_text(row.published, zone),
        updated=from_text(row.updated, zone),
    )


def of_reading(reading: NewReading, version_id: int, read_at: datetime) -> dict[str, Any]:
    """Write a row of `readings`."""
    article = reading.article
    dateline = article.dateline
    return {
        "version_id": version_id,
        "read_at": read_at,
        "parser": reading.parser.name,
        "parser_revision": reading.parser.revision,
        "content_hash": reading.content_hash,
        "title": article.title,
        "title_derived": article.title_derived,
        "subheading": article.subheading,
        "paragraphs": article.paragraphs,
        "captions": article.captions,
        "image": article.image,
        "byline": article.byline,
        "section": article.section,
        "credit": article.credit,
        "dateline": dateline and (dateline.place, dateline.month, dateline.day, dateline.year),
        "published": to_text(article.published),
        "published_at": moment(article.published),
        "updated": to_text(article.updated),
        "updated_at": moment(article.updated),
    }


def of_observation(observation: Observation) -> dict[str, Any]:
    """Write a row of `observations`, but for what it is of and what it showed."""
    return {
        "observed_at": observation.at,
        "outcome": observation.outcome,
        "url": observation.url,
        "final_url": observation.final_url,
        "hops": [astuple(hop) for hop in observation.hops] if len(observation.hops) > 1 else None,
        "status": observation.status,
        "size": observation.size,
        "sha256": observation.sha256,
        "elapsed": observation.elapsed,
        "why": observation.why,
        "etag": observation.etag,
        "last_modified": observation.last_modified,
        "stamp": to_text(observation.stamp),
        "ref": observation.ref,
    }


def of_capture(capture: Capture, blob_id: int) -> dict[str, Any]:
    """Write a row of `captures`."""
    return {
        "blob_id": blob_id,
        "url": capture.url,
        "final_url": capture.final_url,
        "status": capture.status,
        "headers": capture.headers,
        "captured_at": capture.captured_at,
    }
