"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_TEXT = sa.Text()


def upgrade() -> None:
    _sites()
    _stories()
    _captures()
    _versions()
    _log()


def _sites() -> None:
    op.create_table(
        "sites",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("language", _TEXT, nullable=False),
        sa.Column("timezone", _TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
        sa.UniqueConstraint("name", name="uq_sites_name"),
    )
    op.create_table(
        "sources",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("kind", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("checked_at", _TIME),
        sa.Column("links", sa.Integer()),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_sources_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("site_id", "url", name="uq_sources_site_id_url"),
    )
    op.create_table(
        "hosts",
        sa.Column("name", _TEXT, nullable=False),
        sa.Column("next_request_at", _TIME),
        sa.Column("booked_at", _TIME),
        sa.Column("robots_status", sa.Integer()),
        sa.Column("robots_body", sa.LargeBinary()),
        sa.Column("robots_fetched_at", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_hosts"),
    )


def _stories() -> None:
    op.create_table(
        "articles",
        sa.Column("id", _ID, nullable=False),
        sa.Column("site_id", _ID, nullable=False),
        sa.Column("key", _TEXT, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.Column("source_id", _ID),
        sa.Column("followed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("checked_at", _TIME),
        sa.Column("shown_at", _TIME),
        sa.Column("stamp", sa.String(length=40)),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_articles_site_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_articles_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
        sa.UniqueConstraint("site_id", "key", name="uq_articles_site_id_key"),
    )
    op.create_index(
        "ix_articles_followed",
        "articles",
        ["site_id"],
        postgresql_where=sa.text("followed = true"),
        sqlite_where=sa.text("followed = 1"),
    )
    op.create_table(
        "article_urls",
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("added_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_article_urls_article_id"),
        sa.PrimaryKeyConstraint("url", name="pk_article_urls"),
    )
    op.create_index("ix_article_urls_article_id", "article_urls", ["article_id"])


def _captures() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("compression", sa.String(length=10), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
        sa.UniqueConstraint("sha256", name="uq_blobs_sha256"),
    )
    op.create_table(
        "captures",
        sa.Column("id", _ID, nullable=False),
        sa.Column("blob_id", _ID, nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("final_url", _TEXT, nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("captured_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["blob_id"], ["blobs.id"], name="fk_captures_blob_id"),
        sa.PrimaryKeyConstraint("id", name="pk_captures"),
    )
    op.create_index("ix_captures_blob_id", "captures", ["blob_id"])


def _versions() -> None:
    op.create_table(
        "versions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("announced", sa.Boolean()),
        sa.Column("why", _TEXT, nullable=False),
        sa.Column("changed_after", _TIME),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("capture_id", _ID, nullable=False),
        sa.CheckConstraint("change IN ('new', 'edited', 'reverted')", name="ck_versions_change"),
        sa.CheckConstraint("seq >= 1", name="ck_versions_seq"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_versions_article_id"),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_versions_capture_id"),
        sa.PrimaryKeyConstraint("id", name="pk_versions"),
        sa.UniqueConstraint("article_id", "seq", name="uq_versions_article_id_seq"),
    )
    op.create_index("ix_versions_capture_id", "versions", ["capture_id"])
    op.create_index("ix_versions_first_seen_at", "versions", ["first_seen_at"])
    op.create_index(
        "ix_versions_silent",
        "versions",
        ["article_id"],
        postgresql_where=sa.text("announced = false"),
        sqlite_where=sa.text("announced = 0"),
    )
    op.create_table(
        "readings",
        sa.Column("id", _ID, nullable=False),
        sa.Column("version_id", _ID, nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.Column("parser", _TEXT, nullable=False),
        sa.Column("parser_revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("title", _TEXT, nullable=False),
        sa.Column("title_derived", sa.Boolean(), nullable=False),
        sa.Column("subheading", _TEXT),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("captions", sa.JSON(), nullable=False),
        sa.Column("image", _TEXT),
        sa.Column("byline", _TEXT),
        sa.Column("section", _TEXT),
        sa.Column("credit", _TEXT),
        sa.Column("dateline", sa.JSON(none_as_null=True)),
        sa.Column("published", sa.String(length=40)),
        sa.Column("published_at", _TIME),
        sa.Column("updated", sa.String(length=40)),
        sa.Column("updated_at", _TIME),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_readings_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
    )
    op.create_index("ix_readings_version_id", "readings", ["version_id"])


def _log() -> None:
    op.create_table(
        "observations",
        sa.Column("id", _ID, nullable=False),
        sa.Column("observed_at", _TIME, nullable=False),
        sa.Column("article_id", _ID),
        sa.Column("source_id", _ID),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("url", _TEXT, nullable=False),
        sa.Column("final_url", _TEXT),
        sa.Column("status", sa.Integer()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("elapsed", sa.Float(), nullable=False),
        sa.Column("why", _TEXT),
        sa.Column("etag", _TEXT),
        sa.Column("last_modified", _TEXT),
        sa.Column("stamp", sa.String(length=40)),
        sa.Column("version_id", _ID),
        sa.Column("capture_id", _ID),
        sa.Column("ref", _TEXT),
        sa.CheckConstraint("(article_id IS NULL) <> (source_id IS NULL)", name="ck_observations_one_subject"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_observations_article_id"),
        sa.ForeignKeyConstraint(["capture_id"], ["captures.id"], name="fk_observations_capture_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_observations_source_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_observations_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_observations"),
    )
    op.create_index("ix_observations_article_id_observed_at", "observations", ["article_id", "observed_at"])
    op.create_index(
        "ix_observations_ref",
        "observations",
        ["ref"],
        postgresql_where=sa.text("ref IS NOT NULL"),
        sqlite_where=sa.text("ref IS NOT NULL"),
    )
    op.create_index("ix_observations_source_id_observed_at", "observations", ["source_id", "observed_at"])
    op.create_table(
        "events",
        sa.Column("id", _ID, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("site_id", _ID),
        sa.Column("article_id", _ID),
        sa.Column("version_id", _ID),
        sa.Column("announced", sa.Boolean()),
        sa.Column("why", _TEXT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_events_article_id"),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name="fk_events_site_id"),
        sa.ForeignKeyConstraint(["version_id"], ["versions.id"], name="fk_events_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_article_id", "events", ["article_id"])
