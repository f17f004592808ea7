"""The health of sites on record: read, judged and written again in one unit of work, so that an event comes once.

The verdicts are those of `monitor.core.health`; here they are made one after the other, on the site's locked row.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select, update

from monitor.core.events import Event
from monitor.core.health import Health, Problem, Tried
from monitor.store.tables import UtcDateTime, sites, sources

_RECENTLY: Final = timedelta(hours=1)
_LONG: Final = timedelta(days=1)
_ENOUGH: Final = 3

# What was asked elsewhere last, without what has been dead for long: that says nothing of our own network.
_ELSEWHERE: Final = (
    select(sources.c.failures)
    .where(
        sources.c.site_id != bindparam("site"),
        sources.c.checked_at > bindparam("recently", type_=UtcDateTime),
        or_(sources.c.failing_since.is_(None), sources.c.failing_since > bindparam("long", type_=UtcDateTime)),
    )
    .order_by(sources.c.checked_at.desc())
    .limit(_ENOUGH)
)


def examine(
    connection: Connection, site_id: int, tries: Sequence[Tried], *, at: datetime, today: date
) -> tuple[Event, ...]:
    """Judge a site, whose row is locked, after some more tries; return the events that are to be written with it."""
    before = of_json(connection.execute(select(sites.c.health).where(sites.c.id == site_id)).scalar_one())
    offline = any(each.unreachable for each in tries) and _is_offline(connection, site_id, at)
    after, told = before.after(tries, now=at, today=today, offline=offline)
    if after != before:
        row = {"health": to_json(after), "failing_since": after.failing_since}
        connection.execute(update(sites).where(sites.c.id == site_id), row)
    return told


def of_json(kept: Any) -> Health:
    """Return a health as it was kept; of a site without, the one to begin with."""
    if kept is None:
        return Health()
    return Health(
        tries=tuple((subject, fine) for subject, fine in kept["tries"]),
        pages=tuple((subject, frozenset(fields)) for subject, fields in kept["pages"]),
        usual=frozenset(kept["usual"]),
        days=tuple((date.fromisoformat(day), new) for day, new in kept["days"]),
        problems=tuple(Problem(name, datetime.fromisoformat(since), why) for name, since, why in kept["problems"]),
        fine_at=kept["fine_at"] and datetime.fromisoformat(kept["fine_at"]),
    )


def to_json(health: Health) -> dict[str, Any]:
    """Return what a health is kept as."""
    return {
        "tries": health.tries,
        "pages": [(subject, sorted(fields)) for subject, fields in health.pages],
        "usual": sorted(health.usual),
        "days": [(day.isoformat(), new) for day, new in health.days],
        "problems": [(each.name, each.since.isoformat(), each.why) for each in health.problems],
        "fine_at": health.fine_at and health.fine_at.isoformat(),
    }


def _is_offline(connection: Connection, site_id: int, at: datetime) -> bool:
    """Whether no other site answers either: then it is our own network that is down."""
    about = {"site": site_id, "recently": at - _RECENTLY, "long": at - _LONG}
    failures = connection.execute(_ELSEWHERE, about).scalars().all()
    return bool(failures) and all(failures)
