"""The log of fetches in parts on Postgres, a month each: the biggest table, of which old months are given up whole."""

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_REFERENCES = {"article_id": "articles", "capture_id": "captures", "source_id": "sources", "version_id": "versions"}
_INDEXES = {
    "ix_observations_article_id_observed_at": "(article_id, observed_at)",
    "ix_observations_source_id_observed_at": "(source_id, observed_at)",
    "ix_observations_capture_id": "(capture_id) WHERE capture_id IS NOT NULL",
    "ix_observations_ref": "(ref) WHERE ref IS NOT NULL",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    _set_aside()
    _make()
    _move()


def _set_aside() -> None:
    op.execute("ALTER TABLE observations RENAME TO observations_before")
    op.execute("ALTER TABLE observations_before DROP CONSTRAINT pk_observations")
    for name in _INDEXES:
        op.drop_index(name, "observations_before")
    op.execute("ALTER SEQUENCE observations_id_seq OWNED BY NONE")


def _make() -> None:
    op.execute(
        "CREATE TABLE observations (LIKE observations_before INCLUDING DEFAULTS INCLUDING CONSTRAINTS) "
        "PARTITION BY RANGE (observed_at)"
    )
    op.execute("ALTER SEQUENCE observations_id_seq OWNED BY observations.id")
    op.execute("ALTER TABLE observations ADD CONSTRAINT pk_observations PRIMARY KEY (id, observed_at)")
    for column, table in _REFERENCES.items():
        op.create_foreign_key(f"fk_observations_{column}", "observations", table, [column], ["id"])
    for name, what in _INDEXES.items():
        op.execute(f"CREATE INDEX {name} ON observations {what}")
    op.execute("CREATE TABLE observations_default PARTITION OF observations DEFAULT")


def _move() -> None:
    """Move the rows, each to its month; the program itself makes the months to come."""
    seen = op.get_bind().execute(sa.text("SELECT min(observed_at), max(observed_at) FROM observations_before")).one()
    if seen[0] is not None:
        first, last = (_month(moment) for moment in seen)
        while first <= last:
            following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
            op.execute(
                f"CREATE TABLE observations_{first:%Y_%m} PARTITION OF observations "
                f"FOR VALUES FROM ('{first}T00:00:00Z') TO ('{following}T00:00:00Z')"
            )
            first = following
    op.execute("INSERT INTO observations SELECT * FROM observations_before")
    op.drop_table("observations_before")


def _month(moment: datetime) -> date:
    return moment.date().replace(day=1)
