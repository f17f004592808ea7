"""Making the tables, and bringing those of an older program up to date.

`prepare` is what every command does first, and quick: an empty database gets today's tables at once, without
alembic (whose import costs a second). `upgrade` is what `monitor db upgrade` does: alembic walks through the
files in migrations/. Both lead to the same schema, which tests hold against each other. A database into which a
record is being copied says so in place of its revision, until `received`: nobody is to work with half a record.

All is one transaction. Several programs may do it at the same time: one does it, the others wait and find it
done.
"""

from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final, NoReturn

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
    update,
)

from monitor.core.errors import SchemaError, StoreError
from monitor.store import partitions, search_schema
from monitor.store.database import Database, connect
from monitor.store.tables import metadata, with_postgres

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006")
"""The schemas there have been, oldest first: the files in migrations/versions."""

HEAD: Final = REVISIONS[-1]

_QUEUE: Final = "procrastinate_"  # the tables of the queue of a cluster, which looks after them itself

_PACKAGE: Final = Path(__file__).parent.parent
_RECEIVING: Final = "receiving"
_LOCK: Final = 7_236_508_154_913  # any number, but the same in every version of this program

# alembic's own table, as alembic makes it
_alembic: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def prepare(database: Database) -> None:
    """Make the tables in an empty database; SchemaError unless the database then has today's schema."""
    with database.reading() as connection:
        if _revision(connection) == HEAD and partitions.are_made(connection):
            return
    with database.writing() as connection:
        _lock(connection)
        revision = _revision(connection)
        if revision is None and not _foreign_tables(connection):
            _create(connection)
        elif revision != HEAD:
            _refuse(database, revision)
        partitions.make(connection)


def receive(database: Database, source: str) -> None:
    """Make an empty database ready to receive the record of another one; nothing, if it is receiving that one already.

    Raises SchemaError for one of another schema or copy, StoreError for one that holds a record.
    """
    mark = f"{_RECEIVING} {HEAD} {sha256(source.encode()).hexdigest()[:12]}"
    with database.writing() as connection:
        _lock(connection)
        revision = _revision(connection)
        if revision == mark:
            return
        if revision is None and not _foreign_tables(connection):
            _create(connection)
        elif revision != HEAD:
            _refuse(database, revision)
        elif any(connection.execute(select(table).limit(1)).first() for table in metadata.sorted_tables):
            raise StoreError(f"database {database.name}: it holds a record already; a copy needs an empty database")
        connection.execute(update(_alembic).values(version_num=mark))


def received(database: Database) -> None:
    """Let a database be worked with, now that it has all of another one."""
    with database.writing() as connection:
        connection.execute(update(_alembic).values(version_num=HEAD))


def demand(database: Database) -> None:
    """Raise SchemaError unless a database has today's schema; nothing is made."""
    with database.reading() as connection:
        revision = _revision(connection)
        if revision is None and not _foreign_tables(connection):
            raise SchemaError(f"database {database.name}: there is no record in it; name another one")
    if revision != HEAD:
        _refuse(database, revision)


def current(url: str) -> tuple[str | None, str]:
    """Return the revision of a database, None if it has none, and today's."""
    with closing(connect(url)) as database, database.reading() as connection:
        return _revision(connection), HEAD


def upgrade(url: str) -> None:
    """Bring the tables of a database up to date, or make them; the data stays. SchemaError if that cannot be."""
    with closing(connect(url)) as database, database.rebuilding() as connection:
        _lock(connection)
        revision = _revision(connection)
        if revision == HEAD:
            return
        if revision not in (None, *REVISIONS) or (revision is None and _foreign_tables(connection)):
            _refuse(database, revision)
        _migrate(connection)


def migrations() -> Path:
    """Return the folder of migrations: within the package once installed, beside it in a checkout."""
    inside = _PACKAGE / "migrations"
    return inside if inside.is_dir() else _PACKAGE.parent / "migrations"


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a second that only this needs
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations()).replace("%", "%%"))
    command.upgrade(config, "head")


def _create(connection: Connection) -> None:
    tables = metadata if connection.dialect.name == "sqlite" else with_postgres()
    tables.create_all(connection, checkfirst=False)
    search_schema.create(connection)
    _alembic.create(connection, checkfirst=True)
    connection.execute(insert(_alembic), {"version_num": HEAD})


def _refuse(database: Database, revision: str | None) -> NoReturn:
    if revision is None:
        raise SchemaError(
            f"database {database.name}: it has tables that are not of this program; give it a database of its own"
        )
    if revision in REVISIONS:
        raise SchemaError(
            f"database {database.name}: its tables are from an older version of this program "
            f"(revision {revision}, today's is {HEAD}); make a copy of it, then run: "
            f"monitor db upgrade --database {database.name}"
        )
    if revision.startswith(_RECEIVING):
        raise SchemaError(
            f"database {database.name}: a copy into it was broken off; run the same `monitor db copy` again, or give "
            "this database up and begin with an empty one"
        )
    raise SchemaError(
        f"database {database.name}: made by a newer version of this program (revision {revision}, "
        f"this one knows up to {HEAD}); upgrade the program"
    )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_alembic.name):
        return None
    return connection.execute(select(_alembic.c.version_num)).scalar()


def _foreign_tables(connection: Connection) -> bool:
    names = set(inspect(connection).get_table_names()) - {_alembic.name}
    return any(not name.startswith(_QUEUE) for name in names)


def _lock(connection: Connection) -> None:
    """Wait until no other program changes the schema; on SQLite the unit of work has the file to itself already."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
