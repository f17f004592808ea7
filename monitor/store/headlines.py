"""What stories are called elsewhere than on their own page, each wording with the time it was seen first and last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from monitor.core.records import Headline
from monitor.store.rows import AnyRow, portions
from monitor.store.tables import headlines, storable

SHARED: Final = "og"
"""The place of what a page tells those who share it."""

_each: Final = headlines.alias()
_LATEST: Final = select(headlines.c.id, headlines.c.article_id, headlines.c.text).where(
    headlines.c.id.in_(
        select(func.max(_each.c.id))
        .where(
            _each.c.article_id.in_(bindparam("articles", expanding=True)),
            _each.c.place == bindparam("place"),
            _each.c.source_id.is_not_distinct_from(bindparam("source")),
        )
        .group_by(_each.c.article_id)
    )
)
_SEEN: Final = update(headlines).where(headlines.c.id == bindparam("known")).values(last_seen_at=bindparam("at"))


def keep_headlines(
    connection: Connection, texts: Mapping[int, str | None], *, place: str, source_id: int | None, at: datetime
) -> None:
    """Note what stories, given by id, are called at a place now; None where it shows no headline."""
    storables = {article_id: None if text is None else storable(text) for article_id, text in texts.items()}
    known: dict[int, AnyRow] = {}
    for ids in portions(sorted(storables)):
        asked = {"articles": ids, "place": place, "source": source_id}
        known |= {row.article_id: row for row in connection.execute(_LATEST, asked)}
    same = [known[each].id for each, text in storables.items() if each in known and known[each].text == text]
    if same:
        connection.execute(_SEEN, [{"known": each, "at": at} for each in same])
    common: dict[str, Any] = {"place": place, "source_id": source_id, "first_seen_at": at, "last_seen_at": at}
    new = [
        {"article_id": each, "text": text, **common}
        for each, text in storables.items()
        if each not in known or known[each].text != text
    ]
    if new:
        connection.execute(insert(headlines), new)


def keep_share_title(connection: Connection, article_id: int, text: str, at: datetime) -> None:
    """Note what a story's page now tells those who share it."""
    keep_headlines(connection, {article_id: text}, place=SHARED, source_id=None, at=at)


def headlines_of(connection: Connection, article_id: int) -> list[Headline]:
    """Return what a story was called, by place, oldest first."""
    mine = (headlines.c.article_id == article_id, headlines.c.text.is_not(None))
    columns = (headlines.c.place, headlines.c.text, headlines.c.first_seen_at, headlines.c.last_seen_at)
    rows = connection.execute(select(*columns).where(*mine).order_by(headlines.c.place, headlines.c.id))
    return [Headline(*row) for row in rows]
