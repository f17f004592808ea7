"""Politeness, validators, polling, headlines and absence: what months of fetching have to remember."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_TEXT = sa.Text()


def upgrade() -> None:
    _hosts()
    _sources()
    _articles()
    _log()


def _add(table: str, columns: Iterable["sa.Column[object]"]) -> None:
    """Add columns without copying the table, which may be large."""
    for column in columns:
        op.add_column(table, column)


def _count(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _validators() -> "tuple[sa.Column[object], ...]":
    return sa.Column("etag", _TEXT), sa.Column("last_modified", _TEXT), sa.Column("full_at", _TIME)


def _hosts() -> None:
    _add(
        "hosts",
        (
            sa.Column("why", _TEXT),
            sa.Column("lease", sa.String(length=36)),
            sa.Column("leased_until", _TIME),
            _count("failures"),
            sa.Column("pace", sa.Float(), server_default=sa.text("1"), nullable=False),
            sa.Column("lied_at", _TIME),
            sa.Column("robots_tried_at", _TIME),
            sa.Column("robots_failing_since", _TIME),
        ),
    )


def _sources() -> None:
    _add(
        "sources",
        (
            sa.Column("read_at", _TIME),
            sa.Column("next_poll_at", _TIME),
            sa.Column("not_before", _TIME),
            sa.Column("interval", sa.Float()),
            _count("failures"),
            sa.Column("failing_since", _TIME),
            sa.Column("lost_since", _TIME),
            *_validators(),
        ),
    )
    op.create_table(
        "archive_days",
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_archive_days_source_id"),
        sa.PrimaryKeyConstraint("source_id", "day", name="pk_archive_days"),
    )


def _articles() -> None:
    _add(
        "articles",
        (
            *_validators(),
            sa.Column("history", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("next_check_at", _TIME),
            sa.Column("next_check_why", _TEXT),
            sa.Column("gone_since", _TIME),
            _count("gone_confirmed"),
            sa.Column("unpublished_at", _TIME),
        ),
    )
    # checks were not planned before: all are due, and the plan of each is made at its next check
    op.execute(
        "UPDATE articles SET next_check_at = COALESCE(checked_at, added_at), next_check_why = 'never planned before'"
    )
    op.create_index("ix_articles_site_id_next_check_at", "articles", ["site_id", "next_check_at"])
    op.create_table(
        "headlines",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article_id", _ID, nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("source_id", _ID),
        sa.Column("text", _TEXT),
        sa.Column("first_seen_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="fk_headlines_article_id"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="fk_headlines_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_headlines"),
    )
    op.create_index("ix_headlines_article_id", "headlines", ["article_id"])
    op.create_index("ix_headlines_source_id_last_seen_at", "headlines", ["source_id", "last_seen_at"])


def _log() -> None:
    _add("observations", (sa.Column("hops", sa.JSON(none_as_null=True)),))
    kept = sa.column("capture_id").is_not(None)
    op.create_index(
        "ix_observations_capture_id", "observations", ["capture_id"], sqlite_where=kept, postgresql_where=kept
    )
    with op.batch_alter_table("events", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("source_id", _ID))
        table.create_foreign_key("fk_events_source_id", "sources", ["source_id"], ["id"])
