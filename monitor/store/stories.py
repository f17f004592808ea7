"""Putting sites, their sources and the stories found there on record.

A story has one key within its site and any number of addresses, each of which belongs to one story. Whoever gives
stories addresses first waits for its turn at the site (on Postgres: its row is locked; SQLite has one writer anyway),
or two programs could each make a story of one address. Two sites may still be given the same address at once, so
rows are inserted "unless there", and always in the same order, lest two programs wait for each other.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, true, update

from monitor.core.records import ArticleRef, Discovery
from monitor.sitekit.site import Site
from monitor.store.database import insert_new
from monitor.store.rows import REF, to_ref
from monitor.store.tables import article_urls, articles, sites, sources, storable

_AT_ONCE: Final = 500  # values in one IN (...): some SQLites take no more than 999 parameters

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


def keep_source(connection: Connection, site_id: int, kind: str, url: str, *, at: datetime) -> int:
    """Put a source on record, or bring it up to date; return its id."""
    find = select(sources.c.id, sources.c.kind).where(sources.c.site_id == site_id, sources.c.url == url)
    row = connection.execute(find).one_or_none()
    if row is None:
        new = {"site_id": site_id, "kind": kind, "url": url, "added_at": at}
        connection.execute(insert_new(connection, sources, "site_id", "url"), new)
        row = connection.execute(find).one()
    if row.kind != kind:
        connection.execute(update(sources).where(sources.c.id == row.id), {"kind": kind})
    return int(row.id)


def keep_stories(
    connection: Connection, found: Sequence[Discovery], *, site_id: int, source_id: int | None, at: datetime
) -> list[ArticleRef]:
    """Put stories on record and return them all in the order given.

    A link is the story of the site that has its URL, else the one with its key, else a new one. Links given together
    come to the same as one given after the other.
    """
    links = [Discovery(storable(each.key), storable(each.url)) for each in found]
    owners = _owners(connection, {link.url for link in links})
    keys = _keys(links, site_id, owners)
    stories = _by_key(connection, site_id, set(keys))
    urls = {key: link.url for key, link in reversed([*zip(keys, links, strict=True)])}  # of several, the first
    if new := sorted(urls.keys() - stories.keys()):
        common = {"site_id": site_id, "source_id": source_id, "added_at": at}
        rows = [{"key": key, "url": urls[key], **common} for key in new]
        connection.execute(insert_new(connection, articles, "site_id", "key"), rows)
        stories |= _by_key(connection, site_id, new)
    refs = [stories[key] for key in keys]
    added = {link.url: ref.id for link, ref in zip(links, refs, strict=True) if link.url not in owners}
    _add_urls(connection, added, at)
    return refs


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


def portions(values: Collection[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
