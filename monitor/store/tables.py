"""The tables. migrations/ builds the same schema step by step; a test holds the two against each other.

    sites ─┬─ sources ─┬─ observations   every fetch of a source or an article: a log, only ever added to
           │           └─ archive_days   the days of an archive that a backfill has read to the end
           ├─ articles ─┬─ observations
           │            ├─ headlines     what feeds, listings and og:title call it, each with its times
           │            ├─ article_urls  current and former addresses; one address, one article
           │            ├─ versions ──── readings: what the article said; one more when a later parser reads it
           │            └─ events        what somebody may want to be told
           └─ events        (one about no site has none)
    events ── alerts ── messages ── tries  who is to be told of it, by which rule, and how that went
    receivers ── messages                how those who are told answered last; a message that may be to blame
    rules                                those that were added or disabled by command
    captures ── blobs                    responses as received; equal bodies are kept once
    hosts                                politeness, shared by every process

What the next decision needs stands in `articles` and `versions`, so that the hot path hardly reads
observations (only to see whether a replayed capture is on record): they may be partitioned or pruned without
changing a decision. Nothing refers to an observation.

A version is never changed. When it was last seen is told by what comes after it: the next version's `changed_after`,
or for the last one the story's `shown_at`.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    column,
    false,
    text,
    true,
)

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """Put U+FFFD in place of what no database can hold as text: NUL, and halves of surrogate pairs.

    Pages do send them: a headline in JSON that was cut in the middle of an emoji ends in such a half.
    """
    return _UNSTORABLE.sub("\ufffd", text)


class Words(TypeDecorator[str]):
    """Text of any length, made storable."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Make a text storable."""
        return None if value is None else storable(value)


class StorableJson(TypeDecorator[Mapping[str, Any]]):
    """JSON whose texts are made storable: else what receivers are told could not be sent."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, Any] | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Make all texts storable."""
        return _storable_json(value)


def _storable_json(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case Mapping():
            return {key: _storable_json(each) for key, each in value.items()}
        case list() | tuple():
            return [_storable_json(each) for each in value]
        case _:
            return value


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, kept in UTC and given back aware; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn a moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the moment back in UTC; SQLite returns it without its zone."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata: Final = MetaData(naming_convention=NAMING)

_Id: Final = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Id, primary_key=True)


def _ref(name: str, target: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, _Id, ForeignKey(f"{target}.id"), nullable=nullable)


def _validators() -> tuple[Column[Any], ...]:
    """What the page was last known by (monitor.core.validators)."""
    return Column("etag", Words), Column("last_modified", Words), Column("full_at", UtcDateTime)


def _lease() -> tuple[Column[Any], ...]:
    """Who works on it, and until when at most: a lease ends by itself."""
    return Column("lease", String(36)), Column("leased_until", UtcDateTime)


sites: Final = Table(
    "sites",
    metadata,
    _id(),
    Column("name", Words, nullable=False, unique=True),
    Column("language", Words, nullable=False),
    Column("timezone", Words, nullable=False),
    # of the changes that its feeds and sitemaps reported, how many were looked for, and how many were true
    Column("signals", Integer, nullable=False, server_default=text("0")),
    Column("signals_true", Integer, nullable=False, server_default=text("0")),
    # since when hardly anything of it can be read, and since when so much of it changes at once that it is held back
    Column("failing_since", UtcDateTime),
    Column("changed_since", UtcDateTime),
    # what its health is told by (monitor.core.health)
    Column("health", JSON(none_as_null=True)),
    # in which ways (monitor.core.masses)
    Column("changed_ways", JSON(none_as_null=True)),
)

sources: Final = Table(
    "sources",
    metadata,
    _id(),
    _ref("site_id", "sites"),
    Column("kind", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime),
    Column("links", Integer),
    # when it was last read; what it lists is what has a headline seen then
    Column("read_at", UtcDateTime),
    # when to look again (monitor.core.polling): by our own plan, and the moment before which its site wants no request
    Column("next_poll_at", UtcDateTime),
    Column("not_before", UtcDateTime),
    # for how many seconds its last list asked not to be read again: "not modified" does not say so
    Column("ttl", Float),
    Column("interval", Float),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("failing_since", UtcDateTime),
    Column("lost_since", UtcDateTime),
    *_validators(),
    *_lease(),
    UniqueConstraint("site_id", "url"),
)

archive_days: Final = Table(
    "archive_days",
    metadata,
    Column("source_id", _Id, ForeignKey("sources.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("read_at", UtcDateTime, nullable=False),
)

hosts: Final = Table(
    "hosts",
    metadata,
    Column("name", Words, primary_key=True),
    # the next free moment, what the clock said when that was written, and why it is so far away if it is
    Column("next_request_at", UtcDateTime),
    Column("booked_at", UtcDateTime),
    Column("why", Words),
    # who has the turn, and until when at most
    Column("lease", String(36)),
    Column("leased_until", UtcDateTime),
    # failures in a row, and by what the host's delay is multiplied since it last asked for less
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("pace", Float, nullable=False, server_default=text("1")),
    # when the host was last caught repeating an ETag or Last-Modified for a page that had changed
    Column("lied_at", UtcDateTime),
    # the last answer that says what the rules are, the last try, and since when tries fail
    Column("robots_status", Integer),
    Column("robots_body", LargeBinary),
    Column("robots_fetched_at", UtcDateTime),
    Column("robots_tried_at", UtcDateTime),
    Column("robots_failing_since", UtcDateTime),
)

articles: Final = Table(
    "articles",
    metadata,
    _id(),
    _ref("site_id", "sites"),
    Column("key", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("source_id", _Id, ForeignKey("sources.id")),
    Column("followed", Boolean, nullable=False, server_default=false()),
    # grows with every commit: whoever decided on an older one decides again
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("checked_at", UtcDateTime),
    # when an article was last read, and the update time it then stated, as monitor.core.stamps writes it
    Column("shown_at", UtcDateTime),
    Column("stamp", String(40)),
    *_validators(),
    # found by a site's first run or a backfill: history, not news
    Column("history", Boolean, nullable=False, server_default=false()),
    # when to look again, and why then (monitor.core.rechecks); None for one that is not looked at any more
    Column("next_check_at", UtcDateTime),
    Column("next_check_why", Words),
    # since when it is quiet, as far as that follows from a look at it (monitor.core.budget)
    Column("quiet_since", UtcDateTime),
    # since when it is not to be found, how often that was confirmed, and when it counted as unpublished
    Column("gone_since", UtcDateTime),
    Column("gone_confirmed", Integer, nullable=False, server_default=text("0")),
    Column("unpublished_at", UtcDateTime),
    *_lease(),
    # when a feed or sitemap first reported a change that no fetch has looked for yet
    Column("signalled_at", UtcDateTime),
    # how often two texts took turns since the last version, where it is known to do so (monitor.core.flips)
    Column("flips", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("site_id", "key"),
    Index("ix_articles_followed", "site_id", sqlite_where=column("followed", Boolean) == true()),
    Index("ix_articles_site_id_next_check_at", "site_id", "next_check_at"),
    Index(
        "ix_articles_gone", "site_id", "unpublished_at", "gone_since", sqlite_where=column("gone_since").is_not(None)
    ),
    Index("ix_articles_site_id_checked_at", "site_id", "checked_at"),
)

headlines: Final = Table(
    "headlines",
    metadata,
    _id(),
    _ref("article_id", "articles"),
    # feed, sitemap, listing, archive, or og (the page's og:title); the page's own title stands in readings
    Column("place", String(10), nullable=False),
    _ref("source_id", "sources", nullable=True),
    # None where the place lists the story without a headline
    Column("text", Words),
    # when the place says that the story was changed, in its own words (monitor.core.signals)
    Column("stated", Words),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Index("ix_headlines_article_id", "article_id"),
    Index("ix_headlines_source_id_last_seen_at", "source_id", "last_seen_at"),
)

article_urls: Final = Table(
    "article_urls",
    metadata,
    Column("url", Words, primary_key=True),
    _ref("article_id", "articles"),
    Column("added_at", UtcDateTime, nullable=False),
    Index("ix_article_urls_article_id", "article_id"),
)

blobs: Final = Table(
    "blobs",
    metadata,
    _id(),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("compression", String(10), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

captures: Final = Table(
    "captures",
    metadata,
    _id(),
    _ref("blob_id", "blobs"),
    # the address asked for, and where redirects led
    Column("url", Words, nullable=False),
    Column("final_url", Words, nullable=False),
    Column("status", Integer, nullable=False),
    # pairs, as sent: in order, with repetitions
    Column("headers", JSON, nullable=False),
    Column("captured_at", UtcDateTime, nullable=False),
    Index("ix_captures_blob_id", "blob_id"),
)

versions: Final = Table(
    "versions",
    metadata,
    _id(),
    _ref("article_id", "articles"),
    Column("seq", Integer, nullable=False),
    Column("change", String(10), nullable=False),
    Column("announced", Boolean),
    Column("why", Words, nullable=False),
    Column("changed_after", UtcDateTime),
    Column("first_seen_at", UtcDateTime, nullable=False),
    _ref("capture_id", "captures"),
    UniqueConstraint("article_id", "seq"),
    CheckConstraint("change IN ('new', 'edited', 'reverted')", name="change"),
    CheckConstraint("seq >= 1", name="seq"),
    Index("ix_versions_first_seen_at", "first_seen_at"),
    Index("ix_versions_silent", "article_id", sqlite_where=column("announced", Boolean) == false()),
    Index("ix_versions_capture_id", "capture_id"),
)

readings: Final = Table(
    "readings",
    metadata,
    _id(),
    _ref("version_id", "versions"),
    Column("read_at", UtcDateTime, nullable=False),
    Column("parser", Words, nullable=False),
    Column("parser_revision", Integer, nullable=False),
    Column("content_hash", String(80), nullable=False),
    Column("title", Words, nullable=False),
    Column("title_derived", Boolean, nullable=False),
    Column("subheading", Words),
    Column("paragraphs", JSON, nullable=False),
    Column("captions", JSON, nullable=False),
    Column("image", Words),
    Column("byline", Words),
    Column("section", Words),
    Column("credit", Words),
    Column("dateline", JSON(none_as_null=True)),
    # as stated, at the precision stated (monitor.core.stamps); the moments beside them are for queries
    Column("published", String(40)),
    Column("published_at", UtcDateTime),
    Column("updated", String(40)),
    Column("updated_at", UtcDateTime),
    Index("ix_readings_version_id", "version_id"),
)

observations: Final = Table(
    "observations",
    metadata,
    _id(),
    Column("observed_at", UtcDateTime, nullable=False),
    _ref("article_id", "articles", nullable=True),
    _ref("source_id", "sources", nullable=True),
    Column("outcome", String(20), nullable=False),
    Column("url", Words, nullable=False),
    Column("final_url", Words),
    # the addresses on the way, with their status, where there was more than one
    Column("hops", JSON(none_as_null=True)),
    Column("status", Integer),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64)),
    Column("elapsed", Float, nullable=False),
    Column("why", Words),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("stamp", String(40)),
    _ref("version_id", "versions", nullable=True),
    _ref("capture_id", "captures", nullable=True),
    Column("ref", Words),
    CheckConstraint("(article_id IS NULL) <> (source_id IS NULL)", name="one_subject"),
    Index("ix_observations_article_id_observed_at", "article_id", "observed_at"),
    Index("ix_observations_source_id_observed_at", "source_id", "observed_at"),
    Index("ix_observations_capture_id", "capture_id", sqlite_where=column("capture_id").is_not(None)),
    Index("ix_observations_ref", "ref", sqlite_where=column("ref").is_not(None)),
)

events: Final = Table(
    "events",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(30), nullable=False),
    _ref("site_id", "sites", nullable=True),
    _ref("source_id", "sources", nullable=True),
    _ref("article_id", "articles", nullable=True),
    _ref("version_id", "versions", nullable=True),
    Column("announced", Boolean),
    Column("why", Words, nullable=False),
    # in which way a story changed, and whether so much of its site did at once that nobody is told
    Column("way", String(80)),
    Column("held", Boolean, nullable=False, server_default=false()),
    Index("ix_events_article_id", "article_id"),
    Index("ix_events_held", "site_id", "at", sqlite_where=column("held", Boolean) == true()),
    # an id is never given twice: readers remember how far they are
    sqlite_autoincrement=True,
)

alerts: Final = Table(
    "alerts",
    metadata,
    _id(),
    _ref("event_id", "events"),
    _ref("article_id", "articles", nullable=True),
    Column("rule", Words, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("payload", StorableJson, nullable=False),
    Index("ix_alerts_article_id", "article_id"),
    Index("ix_alerts_event_id", "event_id"),
    Index("ix_alerts_rule_at", "rule", "at"),
    sqlite_autoincrement=True,
)

messages: Final = Table(
    "messages",
    metadata,
    _id(),
    # what the receiver knows it by
    Column("key", String(40), nullable=False, unique=True),
    Column("receiver", Words, nullable=False),
    # a digest has no alert of its own but a payload, a test has neither rule nor alert
    _ref("alert_id", "alerts", nullable=True),
    Column("rule", Words),
    Column("payload", StorableJson),
    # messages about one story are sent in the order of their ids
    _ref("article_id", "articles", nullable=True),
    # monitor.core.alerts.MessageState, and since when that is final
    Column("state", String(10), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    # when to send it, or until when it is held; then the digest that tells of it
    Column("due_at", UtcDateTime, nullable=False),
    _ref("digest_id", "messages", nullable=True),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("tried_since", UtcDateTime),
    Column("why", Words),
    *_lease(),
    Index("ix_messages_due", "receiver", "state", "due_at", sqlite_where=column("ended_at").is_(None)),
    Index("ix_messages_order", "receiver", "article_id", sqlite_where=column("ended_at").is_(None)),
    Index("ix_messages_rule_receiver_created_at", "rule", "receiver", "created_at"),
    Index("ix_messages_alert_id", "alert_id"),
    Index("ix_messages_digest_id", "digest_id", sqlite_where=column("digest_id").is_not(None)),
    Index("ix_messages_dead", "receiver", sqlite_where=column("state", String) == "dead"),
    sqlite_autoincrement=True,
)

tries: Final = Table(
    "tries",
    metadata,
    _id(),
    _ref("message_id", "messages"),
    Column("at", UtcDateTime, nullable=False),
    Column("elapsed", Float, nullable=False),
    Column("status", Integer),
    # None where it was delivered
    Column("why", Words),
    Index("ix_tries_message_id", "message_id"),
)

receivers: Final = Table(
    "receivers",
    metadata,
    Column("name", Words, primary_key=True),
    # failures in a row, since when, and when to try again
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("failing_since", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    # the message that alone has failed so far, which may be its own fault
    _ref("suspect", "messages", nullable=True),
    # when it said that it wants nothing more
    Column("disabled_at", UtcDateTime),
    Column("why", Words),
)

rules: Final = Table(
    "rules",
    metadata,
    Column("name", Words, primary_key=True),
    # as config.yaml would have it; None for a rule of the configuration
    Column("definition", JSON(none_as_null=True)),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)


def with_postgres() -> MetaData:
    """Return the tables with their partial indexes also told to Postgres, whose dialect takes 0.15 s to load."""
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]
    return metadata
