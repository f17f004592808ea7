"""Alembic's way into a database: the connection that monitor.store.schema gives it, within its transaction.

It imports nothing from the program: the steps in versions/ are frozen, whatever becomes of the code.
"""

from typing import Any, Literal

from alembic import context
from sqlalchemy import TypeDecorator


def plain(kind: str, thing: Any, _: object) -> str | Literal[False]:
    """Write a type of the program in a draft as the type of the database that is behind it."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def whole(name: str | None, kind: str, _: object) -> bool:
    """Leave out the parts of the log, which come and go, and the search, which each database has in its own way."""
    return kind != "table" or name is None or not name.startswith(("observations_", "search_"))


given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=given.get("metadata"),  # only where a migration is drafted
    include_name=whole,
    render_item=plain,
    render_as_batch=True,
)
context.run_migrations()
