"""Alerts: the rules that met an event, the messages by which receivers are told, and how that went."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_JSON = sa.JSON(none_as_null=True)


def upgrade() -> None:
    _alerts()
    _messages()
    op.create_table(
        "tries",
        _id(),
        *_ref("tries", "message_id", "messages"),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("elapsed", sa.Float(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_tries"),
    )
    op.create_index("ix_tries_message_id", "tries", ["message_id"])
    op.create_table(
        "receivers",
        sa.Column("name", sa.Text(), nullable=False),
        _count("failures"),
        sa.Column("failing_since", _TIME),
        sa.Column("next_try_at", _TIME),
        *_ref("receivers", "suspect", "messages", nullable=True),
        sa.Column("disabled_at", _TIME),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("name", name="pk_receivers"),
    )
    op.create_table(
        "rules",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", _JSON),
        sa.Column("changed_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_rules"),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        _id(),
        *_ref("alerts", "event_id", "events"),
        *_ref("alerts", "article_id", "articles", nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("payload", _JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_article_id", "alerts", ["article_id"])
    op.create_index("ix_alerts_event_id", "alerts", ["event_id"])
    op.create_index("ix_alerts_rule_at", "alerts", ["rule", "at"])


def _messages() -> None:
    op.create_table(
        "messages",
        _id(),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        *_ref("messages", "alert_id", "alerts", nullable=True),
        sa.Column("rule", sa.Text()),
        sa.Column("payload", _JSON),
        *_ref("messages", "article_id", "articles", nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME),
        sa.Column("due_at", _TIME, nullable=False),
        *_ref("messages", "digest_id", "messages", nullable=True),
        _count("tries"),
        sa.Column("tried_since", _TIME),
        sa.Column("why", sa.Text()),
        sa.Column("lease", sa.String(length=36)),
        sa.Column("leased_until", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("key", name="uq_messages_key"),
        sqlite_autoincrement=True,
    )
    is_open, is_told = sa.text("ended_at IS NULL"), sa.text("digest_id IS NOT NULL")
    _index("due", ["receiver", "state", "due_at"], is_open)
    _index("order", ["receiver", "article_id"], is_open)
    _index("rule_receiver_created_at", ["rule", "receiver", "created_at"])
    _index("alert_id", ["alert_id"])
    _index("digest_id", ["digest_id"], is_told)
    _index("dead", ["receiver"], sa.text("state = 'dead'"))


def _id() -> "sa.Column[int]":
    return sa.Column("id", _ID, nullable=False)


def _ref(table: str, name: str, target: str, *, nullable: bool = False) -> "tuple[sa.schema.SchemaItem, ...]":
    key = sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_{table}_{name}")
    return sa.Column(name, _ID, nullable=nullable), key


def _count(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _index(name: str, columns: list[str], where: "sa.TextClause | None" = None) -> None:
    op.create_index(f"ix_messages_{name}", "messages", columns, sqlite_where=where, postgresql_where=where)
