"""Writing to the index of the search; see `search_schema`.

The analyser is imported by the first text that has to be indexed: most runs find none.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, bindparam, func, select, text

from monitor.core.articles import Article
from monitor.language.revision import ANALYSER_REVISION
from monitor.store.tables import readings, versions

if TYPE_CHECKING:
    from monitor.language.analyse import Analyser

PLACES: Final = 1 << 16
"""How many places a version has: one for each reading of it."""

_TAKE: Final = text(
    "DELETE FROM search_queue WHERE reading_id = :id"
    " AND EXISTS (SELECT 1 FROM search_analyser WHERE revision = :revision)"
)
_each: Final = readings.alias()
_PLACE: Final = (
    select(
        versions.c.id,
        versions.c.seq,
        select(func.count())
        .select_from(_each)
        .where(_each.c.version_id == readings.c.version_id, _each.c.id < readings.c.id)
        .scalar_subquery()
        .label("earlier"),
    )
    .join_from(readings, versions)
    .where(readings.c.id == bindparam("id"))
)


class Marker:
    """Finds the marks of readings, with an analyser a language."""

    def __init__(self) -> None:
        self._analyser: Final = cache(_analyser)

    def marks(self, article: Article, site: str, language: str) -> tuple[str, ...]:
        """Return the marks of a reading."""
        from monitor.core.query.preselection import marks_of  # noqa: PLC0415

        return marks_of(article, site=site, analyser=self._analyser(language))


def keep_marks(connection: Connection, reading_id: int, marks: Sequence[str]) -> None:
    """Index a reading, unless that is done or has to wait: the marks of another analyser would find nothing."""
    if connection.execute(_TAKE, {"id": reading_id, "revision": ANALYSER_REVISION}).rowcount != 1:
        return
    from monitor.core.query.preselection import EDIT  # noqa: PLC0415

    version = connection.execute(_PLACE, {"id": reading_id}).one()
    place = version.id * PLACES + version.earlier
    marks = (*marks, EDIT) if version.seq > 1 else marks
    if connection.dialect.name == "sqlite":
        row: tuple[Any, ...] = (place, " ".join(marks))
        connection.exec_driver_sql("INSERT INTO search_index (rowid, marks) VALUES (?, ?)", row)
    else:
        row = (place, list(marks))
        connection.exec_driver_sql(
            "INSERT INTO search_index (place, marks) VALUES (%s, array_to_tsvector(CAST(%s AS text[])))", row
        )


def _analyser(language: str) -> "Analyser":
    from monitor.language.analyse import Analyser  # noqa: PLC0415

    return Analyser(language)
