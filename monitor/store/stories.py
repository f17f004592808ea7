"""Putting sites and the stories found there on record.

A story has one key within its site and any number of addresses, each of which belongs to one story. Whoever gives
stories addresses first waits for its turn at the site (on Postgres: its row is locked; SQLite has one writer anyway),
or two programs could each make a story of one address. Two sites may still be given the same address at once, so
rows are inserted "unless there", and always in the same order, lest two programs wait for each other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, select, true, update

from monitor.core.records import ArticleRef, Discovery
from monitor.sitekit.site import Site
from monitor.store.database import insert_new
from monitor.store.rows import REF, portions, to_ref
from monitor.store.tables import UtcDateTime, article_urls, articles, sites, storable

_REFS: Final = select(*REF).join_from(articles, sites)
_BY_KEYS: Final = _REFS.where(
    articles.c.site_id == bindparam("site"), articles.c.key.in_(bindparam("keys", expanding=True))
)
_OWNERS: Final = (
    select(article_urls.c.url, articles.c.site_id, articles.c.key)
    .join_from(article_urls, articles)
    .where(article_urls.c.url.in_(bindparam("urls", expanding=True)))
)
_SITE: Final = select(sites).where(sites.c.name == bindparam("site")).with_for_update(key_share=True)
_SITE_OF: Final = (
    select(sites.c.id)
    .where(sites.c.id == select(articles.c.site_id).where(articles.c.id == bindparam("article")).scalar_subquery())
    .with_for_update(key_share=True)
)
_FOLLOWED: Final = _REFS.where(sites.c.name == bindparam("site"), articles.c.followed).order_by(
    articles.c.added_at, articles.c.id
)


_DUE: Final = _REFS.where(
    sites.c.name == bindparam("site"), articles.c.next_check_at <= bindparam("now", type_=UtcDateTime)
).order_by(articles.c.next_check_at, articles.c.id)
_UNREAD: Final = select(articles.c.id).where(
    articles.c.id.in_(bindparam("ids", expanding=True)), articles.c.shown_at.is_(None)
)
_one: Final = articles.alias()
_ANSWERS: Final = (
    select(articles.c.id)
    .join_from(articles, _one, articles.c.site_id == _one.c.site_id)
    .where(
        _one.c.id == bindparam("article"),
        articles.c.id != bindparam("article"),
        articles.c.shown_at > bindparam("since", type_=UtcDateTime),
    )
    .limit(1)
)


def keep_site(connection: Connection, site: Site) -> int:
    """Put a site on record, or bring it up to date, and wait for our turn at it; return its id."""
    named = {"site": site.name}
    told = {"language": site.language, "timezone": site.timezone.key}
    row = connection.execute(_SITE, named).one_or_none()
    if row is None:
        connection.execute(insert_new(connection, sites, "name"), {"name": site.name, **told})
        row = connection.execute(_SITE, named).one()
    if told != {"language": row.language, "timezone": row.timezone}:
        connection.execute(update(sites).where(sites.c.id == row.id), told)
    return int(row.id)


@dataclass(frozen=True, slots=True)
class Origin:
    """How stories come on record: by which source and when, as history or as news, and whether they are then due."""

    site_id: int
    at: datetime
    source_id: int | None = None
    history: bool = False
    due: bool = True

    @property
    def columns(self) -> dict[str, object]:
        """What a new story's row says of it."""
        return {
            "site_id": self.site_id,
            "source_id": self.source_id,
            "added_at": self.at,
            "history": self.history,
            "next_check_at": self.at if self.due else None,
            "next_check_why": "never checked" if self.due else "history: read by a backfill only",
        }


def keep_stories(connection: Connection, found: Sequence[Discovery], origin: Origin) -> list[ArticleRef]:
    """Put stories on record and return them all in the order given.

    A link is the story of the site that has its URL, else the one with its key, else a new one. Links given together
    come to the same as one given after the other.
    """
    site_id = origin.site_id
    links = [Discovery(storable(each.key), storable(each.url)) for each in found]
    owners = _owners(connection, {link.url for link in links})
    keys = _keys(links, site_id, owners)
    stories = _by_key(connection, site_id, set(keys))
    urls = {key: link.url for key, link in reversed([*zip(keys, links, strict=True)])}  # of several, the first
    if new := sorted(urls.keys() - stories.keys()):
        rows = [{"key": key, "url": urls[key], **origin.columns} for key in new]
        connection.execute(insert_new(connection, articles, "site_id", "key"), rows)
        stories |= _by_key(connection, site_id, new)
    refs = [stories[key] for key in keys]
    added = {link.url: ref.id for link, ref in zip(links, refs, strict=True) if link.url not in owners}
    _add_urls(connection, added, origin.at)
    return refs


def known(connection: Connection, found: Sequence[Discovery], site: str) -> int:
    """Return how many of these stories of a site are on record."""
    site_id = connection.execute(select(sites.c.id).where(sites.c.name == site)).scalar()
    if site_id is None:
        return 0
    links = [Discovery(storable(each.key), storable(each.url)) for each in found]
    keys = _keys(links, site_id, _owners(connection, {link.url for link in links}))
    return len(_by_key(connection, site_id, set(keys)).keys() & set(keys))


def due_at(connection: Connection, site: str, now: datetime) -> list[ArticleRef]:
    """Return the stories of a site that are to be checked now, the longest overdue first."""
    return [to_ref(row) for row in connection.execute(_DUE, {"site": site, "now": now})]


def unread(connection: Connection, refs: Sequence[ArticleRef]) -> list[ArticleRef]:
    """Return those of these stories of which no page could be read yet."""
    chosen: set[int] = set()
    for ids in portions([ref.id for ref in refs]):
        chosen.update(connection.execute(_UNREAD, {"ids": ids}).scalars())
    return [ref for ref in refs if ref.id in chosen]


def answers(connection: Connection, article_id: int, since: datetime) -> bool:
    """Whether another story of the same site was read after a moment."""
    return connection.execute(_ANSWERS, {"article": article_id, "since": since}).first() is not None


def wait_for_site(connection: Connection, article_id: int) -> None:
    """Wait for our turn at a story's site."""
    connection.execute(_SITE_OF, {"article": article_id})


def follow(connection: Connection, ids: Collection[int]) -> None:
    """Mark stories as asked for by a user."""
    for some in portions(sorted(ids)):
        chosen = articles.c.id.in_(some)
        connection.execute(update(articles).where(chosen, ~articles.c.followed).values(followed=true()))


def followed_at(connection: Connection, site: str) -> list[ArticleRef]:
    """Return the stories followed at a site, oldest first."""
    return [to_ref(row) for row in connection.execute(_FOLLOWED, {"site": site})]


def refs_where(connection: Connection, *conditions: ColumnElement[bool]) -> list[ArticleRef]:
    """Return the stories that meet conditions, in the order of their ids."""
    rows = connection.execute(_REFS.where(*conditions).order_by(articles.c.id))
    return [to_ref(row) for row in rows]


def keep_url(connection: Connection, article_id: int, url: str, at: datetime) -> int:
    """Put an address of a story on record; return the id of the story that has it, which may be another one."""
    _add_urls(connection, {url: article_id}, at)
    owner = select(article_urls.c.article_id).where(article_urls.c.url == url)
    return int(connection.execute(owner).scalar_one())


def _owners(connection: Connection, urls: Collection[str]) -> dict[str, tuple[int, str]]:
    """Return the site and the key of the story that has a URL, for those URLs that are on record."""
    rows = (row for some in portions(urls) for row in connection.execute(_OWNERS, {"urls": some}))
    return {row.url: (row.site_id, row.key) for row in rows}


def _keys(links: Iterable[Discovery], site_id: int, owners: Mapping[str, tuple[int, str]]) -> list[str]:
    """Return the key of each link's story: its own, unless a story of the site or an earlier link has its URL."""
    owned = dict(owners)
    found = ((link.key, owned.setdefault(link.url, (site_id, link.key))) for link in links)
    return [owner_key if owner == site_id else key for key, (owner, owner_key) in found]


def _add_urls(connection: Connection, owners: Mapping[str, int], at: datetime) -> None:
    rows = [{"url": url, "article_id": owners[url], "added_at": at} for url in sorted(owners)]
    if rows:
        connection.execute(insert_new(connection, article_urls, "url"), rows)


def _by_key(connection: Connection, site_id: int, keys: Collection[str]) -> dict[str, ArticleRef]:
    rows = (row for some in portions(keys) for row in connection.execute(_BY_KEYS, {"site": site_id, "keys": some}))
    return {ref.key: ref for ref in map(to_ref, rows)}
