"""The tables of the search, which are of another kind in each database, and so stand apart from `tables.py`.

    search_index     which marks (monitor.core.query.preselection) the readings of versions have
    search_queue     the readings that the index does not have yet
    search_analyser  the revision of the analyser whose lemmas are in the index

On SQLite the index is a full-text table without its texts, on Postgres a tsvector with a GIN index. Its rows are known
by their *place*: the version, then which reading of it. So they can be read in the order of versions, latest first.
Postgres keeps marks in the table itself: put aside, as large values are, they would cost nothing in the eyes of its
planner, which would then read all of them to find a rare word.

Whatever puts a reading on record puts it into the queue, too: a trigger does, so that it holds for an older program
that runs beside this one, and for a copy of the whole record, which comes without the index. `search_marks` takes it
out when it indexes the reading.
"""

from typing import Final

from sqlalchemy import Connection

from monitor.language.revision import ANALYSER_REVISION

_BOTH: Final = (
    "CREATE TABLE search_analyser (revision INTEGER NOT NULL)",
    f"INSERT INTO search_analyser VALUES ({ANALYSER_REVISION})",  # noqa: S608 - a number of ours
)
_SQLITE: Final = (
    "CREATE VIRTUAL TABLE search_index USING fts5(marks, content='', detail=none, columnsize=0, tokenize=ascii)",
    "CREATE TABLE search_queue (reading_id INTEGER PRIMARY KEY)",
    """CREATE TRIGGER search_queue_reading AFTER INSERT ON readings
       BEGIN INSERT INTO search_queue (reading_id) VALUES (new.id); END""",
)
_POSTGRES: Final = (
    "CREATE TABLE search_index (place BIGINT PRIMARY KEY, marks TSVECTOR NOT NULL)",
    "ALTER TABLE search_index ALTER COLUMN marks SET STORAGE MAIN",
    "CREATE INDEX ix_search_index_marks ON search_index USING gin (marks)",
    "CREATE TABLE search_queue (reading_id BIGINT PRIMARY KEY)",
    """CREATE FUNCTION search_queue_reading() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN INSERT INTO search_queue (reading_id) VALUES (NEW.id); RETURN NULL; END'""",
    "CREATE TRIGGER search_queue_reading AFTER INSERT ON readings FOR EACH ROW EXECUTE FUNCTION search_queue_reading()",
)


def create(connection: Connection) -> None:
    """Make the tables; there must be no readings yet."""
    for statement in (*_BOTH, *(_SQLITE if connection.dialect.name == "sqlite" else _POSTGRES)):
        connection.exec_driver_sql(statement)
