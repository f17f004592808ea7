"""What stories are called elsewhere than on their own page, each wording with the time it was seen first and last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, update

from monitor.core.records import Headline
from monitor.core.signals import Shown, is_signal
from monitor.store.rows import AnyRow, not_before, portions
from monitor.store.tables import UtcDateTime, headlines, storable

SHARED: Final = "og"
"""The place of what a page tells those who share it."""


class Place(NamedTuple):
    """Where a headline stands: feed, sitemap, …, with the source; or `SHARED`, which is of no source."""

    name: str
    source_id: int | None = None


_AT: Final = bindparam("at", type_=UtcDateTime)
# What was the latest wording then: a capture that is replayed, or a clock set right, may be older than what is known.
_ranked: Final = (
    select(
        headlines.c.id,
        headlines.c.article_id,
        headlines.c.text,
        headlines.c.stated,
        func.row_number()
        .over(
            partition_by=headlines.c.article_id,
            order_by=(headlines.c.first_seen_at.desc(), headlines.c.id.desc()),
        )
        .label("rank"),
    )
    .where(
        headlines.c.article_id.in_(bindparam("articles", expanding=True)),
        headlines.c.place == bindparam("place"),
        headlines.c.source_id.is_not_distinct_from(bindparam("source")),
        headlines.c.first_seen_at <= _AT,
    )
    .subquery()
)
_LATEST: Final = select(_ranked).where(_ranked.c.rank == 1)
_KNOWN: Final = update(headlines).where(headlines.c.id == bindparam("known"))
_SEEN: Final = _KNOWN.values(last_seen_at=_AT, stated=bindparam("new_stated"))
_SEEN_BEFORE: Final = _KNOWN.values(last_seen_at=not_before(headlines.c.last_seen_at, _AT))


def keep_headlines(
    connection: Connection, place: Place, shown: Mapping[int, Shown], *, at: datetime, latest: bool = True
) -> list[int]:
    """Note how stories, given by id, are shown at a place at a moment; return those that were shown otherwise before.

    `latest` says that this is the last reading of the place, whatever time was on record.
    """
    known: dict[int, AnyRow] = {}
    for ids in portions(sorted(shown)):
        asked = {"articles": ids, "place": place.name, "source": place.source_id, "at": at}
        known |= {row.article_id: row for row in connection.execute(_LATEST, asked)}
    stored = {article_id: _stored(each, known.get(article_id)) for article_id, each in shown.items()}
    same = [each for each, row in known.items() if row.text == stored[each].headline]
    if same:
        seen = [{"known": known[each].id, "at": at, "new_stated": stored[each].stated} for each in same]
        connection.execute(_SEEN if latest else _SEEN_BEFORE, seen)
    common: dict[str, Any] = {
        "place": place.name,
        "source_id": place.source_id,
        "first_seen_at": at,
        "last_seen_at": at,
    }
    new = [
        {"article_id": article_id, "text": each.headline, "stated": each.stated, **common}
        for article_id, each in stored.items()
        if article_id not in known or known[article_id].text != each.headline
    ]
    if new:
        connection.execute(insert(headlines), new)
    return [each for each, row in known.items() if is_signal(Shown(row.text, row.stated), stored[each])]


def _stored(shown: Shown, known: AnyRow | None) -> Shown:
    """Return what is kept: a time that is left out for once must not come back as another one."""
    stated = shown.stated or (known.stated if known else None)
    return Shown(*(None if text is None else storable(text) for text in (shown.headline, stated)))


def keep_share_title(connection: Connection, article_id: int, text: str, at: datetime) -> None:
    """Note what a story's page now tells those who share it."""
    keep_headlines(connection, Place(SHARED), {article_id: Shown(text)}, at=at)


def headlines_of(connection: Connection, article_id: int) -> list[Headline]:
    """Return what a story was called, by place, oldest first."""
    mine = (headlines.c.article_id == article_id, headlines.c.text.is_not(None))
    columns = (headlines.c.place, headlines.c.text, headlines.c.first_seen_at, headlines.c.last_seen_at)
    rows = connection.execute(
        select(*columns).where(*mine).order_by(headlines.c.place, headlines.c.first_seen_at, headlines.c.id)
    )
    return [Headline(*row) for row in rows]
