"""Claiming what is due: `monitor.pipeline.ports.Leases` in a database.

What is due is found along (site_id, next_check_at), one seek a site, however many stories there are. A lease is a
token and the moment of its end, in the row itself, so a check commits and ends its lease in one statement
(`monitor.store.checks`, `monitor.store.sources`).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Table, bindparam, func, or_, select, true, update

from monitor.core.leases import LONGEST, Claimed, ClaimedSource, Lease
from monitor.pipeline.ports import Leases
from monitor.sitekit.site import Site
from monitor.store.database import Database
from monitor.store.patience import patient
from monitor.store.rows import REF, portions, to_ref
from monitor.store.sources import keep_source
from monitor.store.stories import keep_site
from monitor.store.tables import UtcDateTime, articles, sites, sources

_NOW: Final = bindparam("now", type_=UtcDateTime)
_FAR: Final = bindparam("far", type_=UtcDateTime)
_SET_BACK: Final = "the clock was set back since the last check"


def free(table: Table) -> ColumnElement[bool]:
    """Nobody has it, or its lease has ended, or it was given by a clock that has been set back since."""
    until = table.c.leased_until
    return or_(until.is_(None), until <= _NOW, until > _FAR)


_DUE_SOURCE: Final = or_(sources.c.next_poll_at.is_(None), sources.c.next_poll_at <= _NOW)
# As monitor.core.polling.Plan.may_be_asked has it.
_ASKABLE: Final = or_(sources.c.not_before.is_(None), sources.c.not_before <= _NOW) & or_(
    sources.c.failures == 0, _DUE_SOURCE
)
_POLLED: Final = sources.c.url.in_(bindparam("urls", expanding=True))

_FIRST_ARTICLE: Final = (
    select(articles.c.next_check_at)
    .where(articles.c.site_id == sites.c.id, articles.c.next_check_at <= _NOW, free(articles))
    .order_by(articles.c.next_check_at)
    .limit(1)
    .correlate(sites)
    .scalar_subquery()
)
_FIRST_ARTICLES: Final = select(sites.c.name, _FIRST_ARTICLE).where(
    sites.c.name.in_(bindparam("names", expanding=True))
)
_FIRST_SOURCES: Final = (
    select(sites.c.name, sources.c.url, func.coalesce(sources.c.next_poll_at, sources.c.added_at))
    .join_from(sources, sites)
    .where(_DUE_SOURCE, free(sources))
)
_SITE_ID: Final = select(sites.c.id).where(sites.c.name == bindparam("site")).scalar_subquery()
_SOURCES: Final = (
    select(sources.c.id, sources.c.url)
    .where(sources.c.site_id == _SITE_ID, _POLLED, free(sources))
    .order_by(sources.c.next_poll_at.is_not(None), sources.c.next_poll_at, sources.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_ARTICLES: Final = (
    select(*REF)
    .join_from(articles, sites)
    .where(articles.c.site_id == _SITE_ID, articles.c.next_check_at <= _NOW, free(articles))
    .order_by(articles.c.next_check_at, articles.c.id)
    .limit(bindparam("limit"))
    .with_for_update(of=articles, skip_locked=True)
)
_FREED: Final = {"lease": None, "leased_until": None}


@patient
class SqlLeases(Leases):
    """Leases in an SQLite file or a Postgres database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enrol(self, sites: Sequence[Site], *, now: datetime) -> None:
        """Put sites on record with the sources that are polled; what a clock set back since put off is due again."""
        set_back: tuple[tuple[Table, ColumnElement[bool], dict[str, object]], ...] = (
            (sources, sources.c.next_poll_at > now, {"next_poll_at": now, "not_before": None}),
            (articles, articles.c.next_check_at > now, {"next_check_at": now, "next_check_why": _SET_BACK}),
        )
        with self._database.writing() as connection:
            for site in sites:
                site_id = keep_site(connection, site)
                for source in site.sources:
                    if source.polled:
                        keep_source(connection, site_id, source.kind, source.url, at=now)
            for table, waits, changes in set_back:
                ahead = or_(table.c.checked_at > now, table.c.added_at > now)
                connection.execute(update(table).where(ahead, waits), changes)

    def ready(self, sites: Sequence[Site], *, now: datetime) -> list[Site]:
        """Return those of these sites that have something due which nobody has claimed, the longest overdue first."""
        about = {"now": now, "far": now + LONGEST}
        first: dict[str, datetime] = {}
        with self._database.reading() as connection:
            for names in portions(site.name for site in sites):
                rows = connection.execute(_FIRST_ARTICLES, {**about, "names": names})
                first |= {name: at for name, at in rows if at is not None}
            polled = {(site.name, source.url) for site in sites for source in site.sources if source.polled}
            for name, url, at in connection.execute(_FIRST_SOURCES, about):
                if (name, url) in polled:
                    first[name] = min(at, first.get(name, at))
        return sorted((site for site in sites if site.name in first), key=lambda site: first[site.name])

    def claim(self, site: Site, lease: Lease, *, limit: int, early: bool = False) -> Claimed:
        """Claim what is due at a site: sources, then stories, the longest overdue first, and no more than `limit`."""
        urls = [source.url for source in site.sources if source.polled]
        about = {"site": site.name, "now": lease.since, "far": lease.since + LONGEST}
        with self._database.writing() as connection:
            find = _SOURCES.where(_ASKABLE if early else _DUE_SOURCE)
            found = connection.execute(find, {**about, "urls": urls, "limit": limit})
            first = tuple(ClaimedSource(*row) for row in found)
            stories = connection.execute(_ARTICLES, {**about, "limit": limit - len(first)})
            claimed = Claimed(lease, first, tuple(map(to_ref, stories)))
            for table, ids in _ids(claimed):
                taken = {"lease": lease.token, "leased_until": lease.until}
                connection.execute(update(table).where(table.c.id.in_(ids)), taken)
        return claimed

    def put_off(self, claimed: Claimed, *, until: datetime, why: str) -> None:
        """Let claimed things wait, and end their lease. What the lease does not hold any more is left as it is."""
        waits: dict[Table, dict[str, object]] = {
            sources: {"next_poll_at": until},
            articles: {"next_check_at": until, "next_check_why": why},
        }
        with self._database.writing() as connection:
            for table, ids in _ids(claimed):
                mine = update(table).where(table.c.id.in_(ids), table.c.lease == claimed.lease.token)
                connection.execute(mine, {**waits[table], **_FREED})

    def give_back(self, claimed: Claimed) -> None:
        """End a lease: what is left of it may be claimed again."""
        with self._database.writing() as connection:
            for table, ids in _ids(claimed):
                mine = update(table).where(table.c.id.in_(ids), table.c.lease == claimed.lease.token)
                connection.execute(mine, _FREED)

    def take_back(self, site: Site, owner: str, *, now: datetime) -> None:
        """End all leases at a site whose tokens begin with the name of an owner who counts as dead."""
        site_id = select(sites.c.id).where(sites.c.name == site.name).scalar_subquery()
        # What is leased was due, by a clock that may be ahead of this one: the index leads to it among many stories.
        was_due = {sources: true(), articles: articles.c.next_check_at <= now + LONGEST}
        with self._database.writing() as connection:
            for table, due in was_due.items():
                his = table.c.lease.startswith(owner, autoescape=True)
                connection.execute(update(table).where(table.c.site_id == site_id, due, his), _FREED)


def _ids(claimed: Claimed) -> list[tuple[Table, list[int]]]:
    """Return the rows of what was claimed, by table; tables of which there are none are left out."""
    ids = ((sources, [each.id for each in claimed.sources]), (articles, [each.id for each in claimed.articles]))
    return [(table, some) for table, some in ids if some]
