"""The search: an index of the marks of versions, and the queue of readings that it does not have yet.

Which those are is found out by the first who uses the index: it is of no analyser yet.
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE search_analyser (revision INTEGER NOT NULL)")
    op.execute("INSERT INTO search_analyser (revision) VALUES (0)")
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRES:
        op.execute(statement)


_SQLITE = (
    "CREATE VIRTUAL TABLE search_index USING fts5(marks, content='', detail=none, columnsize=0, tokenize=ascii)",
    "CREATE TABLE search_queue (reading_id INTEGER PRIMARY KEY)",
    """CREATE TRIGGER search_queue_reading AFTER INSERT ON readings
       BEGIN INSERT INTO search_queue (reading_id) VALUES (new.id); END""",
)
_POSTGRES = (
    "CREATE TABLE search_index (place BIGINT PRIMARY KEY, marks TSVECTOR NOT NULL)",
    "ALTER TABLE search_index ALTER COLUMN marks SET STORAGE MAIN",
    "CREATE INDEX ix_search_index_marks ON search_index USING gin (marks)",
    "CREATE TABLE search_queue (reading_id BIGINT PRIMARY KEY)",
    """CREATE FUNCTION search_queue_reading() RETURNS trigger LANGUAGE plpgsql AS
       'BEGIN INSERT INTO search_queue (reading_id) VALUES (NEW.id); RETURN NULL; END'""",
    "CREATE TRIGGER search_queue_reading AFTER INSERT ON readings FOR EACH ROW EXECUTE FUNCTION search_queue_reading()",
)
