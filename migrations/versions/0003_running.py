"""Leases, reported changes, flips, and the health of sites: what a program that runs for months has to remember."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("signals", "signals_true"):
        op.add_column("sites", _count(name))
    for name in ("failing_since", "changed_since"):
        op.add_column("sites", sa.Column(name, _TIME))
    op.add_column("sites", sa.Column("health", sa.JSON(none_as_null=True)))
    op.add_column("sites", sa.Column("changed_ways", sa.JSON(none_as_null=True)))
    for table in ("sources", "articles"):
        op.add_column(table, sa.Column("lease", sa.String(length=36)))
        op.add_column(table, sa.Column("leased_until", _TIME))
    op.add_column("sources", sa.Column("ttl", sa.Float))
    for name in ("quiet_since", "signalled_at"):
        op.add_column("articles", sa.Column(name, _TIME))
    op.add_column("articles", _count("flips"))
    op.create_index("ix_articles_site_id_checked_at", "articles", ["site_id", "checked_at"])
    op.add_column("events", sa.Column("way", sa.String(length=80)))
    op.add_column("events", sa.Column("held", sa.Boolean(), server_default=sa.false(), nullable=False))
    held = sa.column("held", sa.Boolean()) == sa.true()
    op.create_index("ix_events_held", "events", ["site_id", "at"], sqlite_where=held, postgresql_where=held)
    op.add_column("headlines", sa.Column("stated", sa.Text()))
    gone = sa.text("gone_since IS NOT NULL")
    op.create_index(
        "ix_articles_gone",
        "articles",
        ["site_id", "unpublished_at", "gone_since"],
        postgresql_where=gone,
        sqlite_where=gone,
    )


def _count(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)
