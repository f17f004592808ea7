"""What is under watch, counted: how many stories of each site have been quiet for how long."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, case, func, literal, select

from monitor.core.budget import BANDS
from monitor.store.tables import UtcDateTime, articles, sites

# A story that was never read is new as far as anybody knows.
_SINCE: Final = func.coalesce(articles.c.quiet_since, articles.c.added_at, type_=UtcDateTime)
_BAND: Final = case(
    *((bindparam(f"before_{band}", type_=UtcDateTime) < _SINCE, literal(band - 1)) for band in range(1, len(BANDS))),
    else_=literal(len(BANDS) - 1, Integer),
)
# Not the column itself: along its index SQLite would look up one row after the other, which takes three times as long.
_SITE: Final = articles.c.site_id + 0
_COUNTS: Final = (
    select(_SITE.label("site_id"), _BAND.label("band"), func.count().label("stories"))
    .where(articles.c.next_check_at.is_not(None))
    .group_by(_SITE, _BAND)
    .subquery()
)
_WATCHED: Final = select(sites.c.name, _COUNTS.c.band, _COUNTS.c.stories).join_from(
    sites, _COUNTS, _COUNTS.c.site_id == sites.c.id
)


def watched(connection: Connection, now: datetime) -> dict[str, Sequence[int]]:
    """Return how many stories of each site are under watch, in each band of `monitor.core.budget`."""
    counts: dict[str, list[int]] = {}
    moments = {f"before_{band}": now - begin for band, begin in enumerate(BANDS) if band}
    for site, band, stories in connection.execute(_WATCHED, moments):
        counts.setdefault(site, [0] * len(BANDS))[band] = stories
    return dict(counts)
