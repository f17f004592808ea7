"""Drafts a migration from what monitor/store/tables.py says now and migrations/versions/ do not yet build.

    python migrations/draft.py "what it changes"

Read the draft before you trust it: a renamed column looks like one dropped and one added, data is not moved, and
defaults and conditions are written as SQLite has them. Put the house format on it (make format), and add its number
to REVISIONS in monitor/store/schema.py. The tests then compare the tables with what the migrations build, on both
databases.
"""

import sys
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config

from monitor.store.database import connect
from monitor.store.schema import REVISIONS, upgrade
from monitor.store.tables import with_postgres

FOLDER = Path(__file__).parent


def draft(message: str) -> None:
    """Write the next file of versions/."""
    number = f"{len(REVISIONS) + 1:04}" if any((FOLDER / "versions").glob("*.py")) else REVISIONS[0]
    with TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/scratch.db"
        if number != REVISIONS[0]:
            upgrade(url)
        with closing(connect(url)) as database, database.rebuilding() as connection:
            config = Config(attributes={"connection": connection, "metadata": with_postgres()})
            config.set_main_option("script_location", str(FOLDER))
            config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
            command.revision(config, message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or "what it changes")
