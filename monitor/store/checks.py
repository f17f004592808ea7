"""Writing what one check of a story found: see `monitor.core.records.Check`.

The story's row is written first. That refuses a check that was decided on an older revision, and on Postgres it
keeps out everybody else who would write to the same story until this unit of work is done. Only a check of a story
that moves, that says whether a signal was true, or that shows that its site changes, waits for its site before that, as
everybody does who gives addresses to stories (`monitor.store.stories`) or notes signals (`monitor.store.signals`). A
signal that came since the state was read refuses the check, too.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, select, update

from monitor.core.records import Check, NewReading, NewVersion
from monitor.core.stamps import to_text
from monitor.pipeline.ports import Conflict, Lost
from monitor.store import bodies, holds
from monitor.store.bodies import Packed
from monitor.store.database import add
from monitor.store.events import write_events
from monitor.store.headlines import keep_share_title
from monitor.store.hosts import distrust
from monitor.store.rows import last_version, not_before, of_observation, of_reading, of_validators
from monitor.store.search_marks import keep_marks
from monitor.store.signals import keep_proof
from monitor.store.stories import keep_url, wait_for_site
from monitor.store.tables import UtcDateTime, articles, observations, readings, versions

Marked: TypeAlias = Mapping[NewReading, tuple[str, ...]]
"""What readings have for the index of the search: see `search_marks`."""

_AT: Final = bindparam("at", type_=UtcDateTime)


def _given(*columns: str) -> dict[str, BindParameter[Any]]:
    """Parameters for columns, named otherwise than these: SQLAlchemy keeps the columns' own names for itself."""
    return {name: bindparam(f"new_{name}", type_=articles.c[name].type) for name in columns}


_CLAIM: Final = (
    update(articles)
    .where(
        articles.c.id == bindparam("article"),
        articles.c.revision == bindparam("expected"),
        articles.c.signalled_at.is_not_distinct_from(bindparam("signalled", type_=UtcDateTime)),
    )
    .values(
        revision=articles.c.revision + 1,
        quiet_since=func.coalesce(bindparam("since", type_=UtcDateTime), articles.c.quiet_since),
        **_given("next_check_at", "next_check_why", "gone_since", "gone_confirmed", "unpublished_at", "signalled_at"),
    )
)
_CLAIM_UNREAD: Final = _CLAIM.values(checked_at=not_before(articles.c.checked_at, _AT))
# Whatever time was on record: after a wrong clock was put right, what is read now is still the latest.
_CLAIM_AS_READ: Final = _CLAIM.values(
    checked_at=_AT, shown_at=_AT, **_given("stamp", "etag", "last_modified", "full_at", "flips")
)
# A check made under a lease counts only while the lease holds, and ends it.
_HELD: Final = articles.c.lease == bindparam("held")
_ENDED: Final = {"lease": None, "leased_until": None}
_CLAIMS: Final = {
    (read, leased): claim.where(_HELD).values(_ENDED) if leased else claim
    for read, claim in ((True, _CLAIM_AS_READ), (False, _CLAIM_UNREAD))
    for leased in (True, False)
}
_LEASE: Final = select(articles.c.lease).where(articles.c.id == bindparam("article"))
_LAST: Final = (
    select(articles.c.site_id, versions.c.id.label("version_id"), versions.c.seq)
    .outerjoin_from(articles, versions, (versions.c.article_id == articles.c.id) & (versions.c.seq == last_version()))
    .where(articles.c.id == bindparam("article"))
)
_OBSERVE: Final = insert(observations)


def write(connection: Connection, check: Check, packed: Packed | None, marked: Marked) -> int | None:
    """Write a check; return the new version's number if there is one. Conflict if it must be decided again."""
    if check.moved_to is not None or check.proved is not None or check.shift is not None:
        wait_for_site(connection, check.article_id)
    _claim(connection, check)
    if check.moved_to is not None:
        _move(connection, check, check.moved_to)
    capture_id = None if packed is None else bodies.keep(connection, packed)
    last = connection.execute(_LAST, {"article": check.article_id}).one()
    version_id, seq = check.shown or last.version_id, None
    if check.version is not None:
        seq = (last.seq or 0) + 1
        version_id = _add_version(connection, check, check.version, seq, capture_id)
        _add_reading(connection, check.version.reading, version_id, check.observation.at, marked)
    for each in check.corrections:
        _add_reading(connection, each.reading, each.version_id, check.observation.at, marked)
    showed = version_id if check.read or check.version is not None else None
    about = {"article_id": check.article_id, "version_id": showed, "capture_id": capture_id}
    connection.execute(_OBSERVE, {**of_observation(check.observation), **about})
    _add_events(connection, check, last.site_id, version_id)
    if check.shift is not None:
        holds.take(connection, last.site_id, check.shift, check.observation.at)
    if check.share_title is not None:
        keep_share_title(connection, check.article_id, check.share_title, check.observation.at)
    if check.caught is not None:
        distrust(connection, check.caught, check.observation.at)
    if check.proved is not None:
        keep_proof(connection, last.site_id, proved=check.proved)
    return seq


def _claim(connection: Connection, check: Check) -> None:
    absence = check.absence
    told = {
        "next_check_at": check.next_check.at,
        "next_check_why": check.next_check.why,
        "gone_since": absence and absence.since,
        "gone_confirmed": absence.confirmed if absence else 0,
        "unpublished_at": absence and absence.unpublished_at,
        "signalled_at": check.signalled_at if check.proved is None else None,
    }
    if check.read:
        told |= {
            "stamp": to_text(check.observation.stamp),
            "flips": check.flips,
            **of_validators(check.validators),
        }
    named = {f"new_{name}": value for name, value in told.items()}
    about = {
        "article": check.article_id,
        "expected": check.revision,
        "signalled": check.signalled_at,
        "since": check.next_check.since,
        "at": check.observation.at,
    }
    leased = {} if check.lease is None else {"held": check.lease}
    claimed = connection.execute(_CLAIMS[check.read, bool(leased)], {**about, **named, **leased})
    if claimed.rowcount != 1:
        if leased and connection.execute(_LEASE, {"article": check.article_id}).scalar() != check.lease:
            raise Lost(f"story {check.article_id} was checked under a lease that has ended")
        why = f"is not at revision {check.revision} any more, or was reported as changed since"
        raise Conflict(f"story {check.article_id} {why}")


def _move(connection: Connection, check: Check, url: str) -> None:
    """Give the story another address beside those it had, unless that is the address of another story."""
    if keep_url(connection, check.article_id, url, check.observation.at) == check.article_id:
        connection.execute(update(articles).where(articles.c.id == check.article_id), {"url": url})


def _add_version(connection: Connection, check: Check, version: NewVersion, seq: int, capture_id: int | None) -> int:
    row = {
        "article_id": check.article_id,
        "seq": seq,
        "change": version.change,
        "announced": version.announced,
        "why": version.why,
        "changed_after": version.changed_after,
        "first_seen_at": check.observation.at,
        "capture_id": capture_id,
    }
    return add(connection, versions, row)


def _add_reading(connection: Connection, reading: NewReading, version_id: int, at: datetime, marked: Marked) -> None:
    reading_id = add(connection, readings, of_reading(reading, version_id, at))
    keep_marks(connection, reading_id, marked[reading])


def _add_events(connection: Connection, check: Check, site_id: int, version_id: int | None) -> None:
    about = {"site_id": site_id, "article_id": check.article_id, "version_id": version_id}
    write_events(connection, check.events, check.observation.at, about)
