"""The index of the search: `monitor.pipeline.ports.SearchIndex` in a database; see `search_schema`.

A reading is indexed in the transaction that puts it on record (`search_marks`). What could not be, because an older
program wrote it or the analyser has changed since, waits in the queue, and `fill` takes it from there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, TextClause, bindparam, select, text

from monitor.core.articles import Article
from monitor.core.errors import StoreError
from monitor.core.query.preselection import ALL, EVERY, AllOf, Mark, Marks, Preselection
from monitor.core.search import SearchedVersion
from monitor.language.revision import ANALYSER_REVISION
from monitor.pipeline.ports import SearchIndex
from monitor.store.database import Database
from monitor.store.past import text_at
from monitor.store.patience import patient
from monitor.store.rows import ARTICLE, REF, AnyRow, last_version, latest_reading, to_article, to_ref
from monitor.store.search_marks import PLACES, Marker, keep_marks
from monitor.store.tables import UtcDateTime, articles, readings, sites, versions

_PORTION: Final = 200  # readings indexed in one transaction
_END: Final = (1 << 63) - 1  # no place is as high

_WAITING: Final = text("SELECT reading_id FROM search_queue ORDER BY reading_id DESC LIMIT :limit")
_READINGS_BY_ID: Final = (
    select(readings.c.id, sites.c.name, sites.c.language, sites.c.timezone, *ARTICLE)
    .join_from(readings, versions)
    .join(articles)
    .join(sites)
    .where(readings.c.id.in_(bindparam("ids", expanding=True)))
)
_VERSIONS: Final = (
    select(
        *REF,
        sites.c.language,
        sites.c.timezone,
        versions.c.id.label("version_id"),
        versions.c.seq,
        versions.c.first_seen_at,
        articles.c.unpublished_at,
        last_version().label("last"),
        *ARTICLE,
    )
    .join_from(versions, articles)
    .join(sites)
    .join(readings, readings.c.id == latest_reading())
    .where(versions.c.id.in_(bindparam("ids", expanding=True)))
)


@patient
class SqlSearchIndex(SearchIndex):
    """The index in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database: Final = database
        self._marker: Final = Marker()

    def sites(self) -> Mapping[str, str]:
        """Return the languages of all sites on record, by name."""
        with self._database.reading() as connection:
            return {row.name: row.language for row in connection.execute(select(sites.c.name, sites.c.language))}

    def waiting(self) -> int:
        """Return how many readings the index does not have yet; all, where another analyser made it."""
        with self._database.reading() as connection:
            if _revision(connection) == ANALYSER_REVISION:
                return _count_waiting(connection)
        with self._database.writing() as connection:
            _renew(connection)
            return _count_waiting(connection)

    def fill(self) -> Iterator[int]:
        """Index what waits, a portion in a transaction; yield how many readings each of them had."""
        while count := self.take_some():
            yield count

    def take_some(self) -> int:
        """Index a portion of what waits, the latest first; return how many readings it had."""
        with self._database.reading() as connection:
            ids = connection.execute(_WAITING, {"limit": _PORTION}).scalars().all()
            rows = connection.execute(_READINGS_BY_ID, {"ids": ids}).all() if ids else ()
        marked = {row.id: self._marker.marks(_article(row), row.name, row.language) for row in rows}
        with self._database.writing() as connection:
            for reading_id in ids:
                keep_marks(connection, reading_id, marked[reading_id])
        return len(ids)

    def candidates(
        self, wanted: Preselection, *, below: int | None, limit: int, since: datetime | None, gone: bool
    ) -> list[int]:
        """Return the ids of versions that may match, the latest first, and only those below an id."""
        is_sqlite, with_before = self._database.is_sqlite, wanted.before != ALL
        written = _fts5 if is_sqlite else _tsquery
        asked: dict[str, object] = {
            "after": written(wanted.after),
            "below": _END if below is None else below * PLACES,
            "limit": limit,
        }
        if with_before:
            asked["before"] = written(wanted.before)
        if since is not None:
            asked["since"] = since
        statement = _candidates(is_sqlite=is_sqlite, with_before=with_before, with_since=since is not None, gone=gone)
        with self._database.reading() as connection:
            return list(dict.fromkeys(connection.execute(statement, asked).scalars()))

    def versions(self, ids: Sequence[int], *, with_before: bool) -> list[SearchedVersion]:
        """Return versions by id, in the order given; those before them only if asked for."""
        with self._database.reading() as connection:
            rows = {row.version_id: row for row in connection.execute(_VERSIONS, {"ids": ids})}
            return [_searched(connection, rows[each], with_before=with_before) for each in ids]

    def text(self, version: SearchedVersion, seq: int) -> Article:
        """Return what another version of the same story says."""
        with self._database.reading() as connection:
            found = text_at(connection, version.ref.id, seq)
        if found is None:
            raise LookupError(f"{version.ref.name} has no version {seq}")
        return found


def _renew(connection: Connection) -> None:
    """Begin the index anew, for the lemmas of today's analyser; whoever writes a reading waits meanwhile."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql("LOCK TABLE search_queue IN EXCLUSIVE MODE")
    known = _revision(connection)
    if known > ANALYSER_REVISION:
        raise StoreError("the index of the search was made by a newer version of this program; upgrade the program")
    if known == ANALYSER_REVISION:
        return
    empty = "INSERT INTO search_index (search_index) VALUES ('delete-all')" if is_sqlite else "TRUNCATE search_index"
    connection.exec_driver_sql(empty)
    connection.exec_driver_sql("DELETE FROM search_queue")
    connection.exec_driver_sql("INSERT INTO search_queue (reading_id) SELECT id FROM readings")
    connection.execute(text("UPDATE search_analyser SET revision = :revision"), {"revision": ANALYSER_REVISION})


def _revision(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT revision FROM search_analyser").scalar_one())


def _count_waiting(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM search_queue").scalar_one())


@dataclass(frozen=True, slots=True)
class _Dialect:
    place: str
    has: str


_DIALECTS: Final = {
    True: _Dialect("search_index.rowid", "search_index MATCH :{}"),
    False: _Dialect("search_index.place", "search_index.marks @@ CAST(:{} AS tsquery)"),
}


_AFTER_ONE_OF: Final = """
    SELECT next.id FROM versions AS one
      JOIN versions AS next ON next.article_id = one.article_id AND next.seq = one.seq + 1
     WHERE one.id IN ({})
"""
_SEEN_SINCE: Final = "SELECT 1 FROM versions WHERE id = {} AND first_seen_at >= :since"
_MAY_BE_GONE: Final = """
    SELECT 1 FROM versions AS one JOIN articles ON articles.id = one.article_id
     WHERE one.id = {} AND (articles.unpublished_at IS NOT NULL OR EXISTS (
           SELECT 1 FROM versions AS next WHERE next.article_id = one.article_id AND next.seq > one.seq))
"""


@cache
def _candidates(*, is_sqlite: bool, with_before: bool, with_since: bool, gone: bool) -> TextClause:
    """Return the statement that asks the index. Both databases read it backwards, and stop when there are enough."""
    dialect = _DIALECTS[is_sqlite]
    version = f"{dialect.place} / {PLACES}"
    conditions = [dialect.has.format("after"), f"{dialect.place} < :below"]
    if with_before:
        before = f"SELECT {version} FROM search_index WHERE {dialect.has.format('before')}"  # noqa: S608 - names of ours
        conditions.append(f"{version} IN ({_AFTER_ONE_OF.format(before)})")
    if with_since:
        conditions.append(f"EXISTS ({_SEEN_SINCE.format(version)})")
    if gone:
        conditions.append(f"EXISTS ({_MAY_BE_GONE.format(version)})")
    where = " AND ".join(conditions)
    statement = text(
        f"SELECT {version} FROM search_index WHERE {where} ORDER BY {dialect.place} DESC LIMIT :limit"  # noqa: S608 - ditto
    )
    return statement.bindparams(bindparam("since", type_=UtcDateTime)) if with_since else statement


def _fts5(marks: Marks) -> str:
    """Write marks in the language of SQLite's full-text tables."""
    if isinstance(marks, Mark):
        return f'"{marks.text}"{"*" if marks.is_prefix else ""}'
    joint = " AND " if isinstance(marks, AllOf) else " OR "
    return f"({joint.join(map(_fts5, marks.parts))})" if marks.parts else _fts5(Mark(EVERY))


def _tsquery(marks: Marks) -> str:
    """Write marks in the language of Postgres's text search."""
    if isinstance(marks, Mark):
        return f"'{marks.text}'{':*' if marks.is_prefix else ''}"
    joint = " & " if isinstance(marks, AllOf) else " | "
    return f"({joint.join(map(_tsquery, marks.parts))})" if marks.parts else _tsquery(Mark(EVERY))


def _article(row: AnyRow) -> Article:
    return to_article(row, ZoneInfo(row.timezone))


def _searched(connection: Connection, row: AnyRow, *, with_before: bool) -> SearchedVersion:
    has_before = with_before and row.seq > 1
    return SearchedVersion(
        id=row.version_id,
        ref=to_ref(row),
        language=row.language,
        seq=row.seq,
        first_seen_at=row.first_seen_at,
        article=_article(row),
        before=text_at(connection, row.id, row.seq - 1) if has_before else None,
        last=row.last,
        unpublished_at=row.unpublished_at,
    )
