"""Rules that were added or disabled by command: `monitor.pipeline.ports.SavedRules` in a database."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from monitor.core.saved_rules import RuleCount, SavedRule
from monitor.pipeline.ports import SavedRules
from monitor.store.database import Database, insert_new
from monitor.store.patience import patient
from monitor.store.tables import alerts, rules

_ALL: Final = select(rules.c.name, rules.c.definition, rules.c.changed_at, rules.c.disabled_at).order_by(rules.c.name)
_MARK: Final = select(func.count(), func.max(rules.c.changed_at))
_MET: Final = select(alerts.c.rule, func.count(), func.max(alerts.c.at)).group_by(alerts.c.rule)


@patient
class SqlSavedRules(SavedRules):
    """Rules in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[SavedRule]:
        """Return all of them, by name."""
        with self._database.reading() as connection:
            return [SavedRule(*row) for row in connection.execute(_ALL)]

    def mark(self) -> tuple[int, datetime | None]:
        """Return what is another one whenever a rule was added, removed or switched."""
        with self._database.reading() as connection:
            count, latest = connection.execute(_MARK).one()
            return count, latest

    def add(self, name: str, definition: Mapping[str, object], *, at: datetime) -> bool:
        """Keep a rule; False, with nothing written, if there is one of that name."""
        with self._database.writing() as connection:
            # that one of this name in an earlier configuration was disabled does not matter any more
            connection.execute(delete(rules).where(rules.c.name == name, rules.c.definition.is_(None)))
            known = connection.execute(select(rules.c.name).where(rules.c.name == name)).first()
            if known is None:
                row = {"name": name, "definition": definition, "changed_at": _later(connection, at)}
                connection.execute(insert(rules), row)
            return known is None

    def remove(self, name: str) -> bool:
        """Forget a rule, and that one of the configuration was disabled; False if there is none."""
        with self._database.writing() as connection:
            return connection.execute(delete(rules).where(rules.c.name == name)).rowcount == 1

    def disable(self, name: str, *, at: datetime) -> None:
        """Let a rule match nothing any more, whether it is on record or in the configuration."""
        with self._database.writing() as connection:
            changed_at = _later(connection, at)
            connection.execute(insert_new(connection, rules, "name"), {"name": name, "changed_at": changed_at})
            row = update(rules).where(rules.c.name == name, rules.c.disabled_at.is_(None))
            connection.execute(row, {"disabled_at": at, "changed_at": changed_at})

    def enable(self, name: str, *, at: datetime) -> None:
        """Let a rule match again."""
        with self._database.writing() as connection:
            mine = rules.c.name == name
            connection.execute(delete(rules).where(mine, rules.c.definition.is_(None)))
            row = {"disabled_at": None, "changed_at": _later(connection, at)}
            connection.execute(update(rules).where(mine), row)

    def met(self) -> dict[str, RuleCount]:
        """Return of each rule that was ever met how often, and when last."""
        with self._database.reading() as connection:
            return {name: RuleCount(*row) for name, *row in connection.execute(_MET)}


def _later(connection: Connection, at: datetime) -> datetime:
    """Return a moment after all others, though the clock may have been set back: by it `mark` is another one."""
    latest: datetime | None = connection.execute(select(func.max(rules.c.changed_at))).scalar()
    return at if latest is None or latest < at else latest + timedelta(microseconds=1)
