"""Putting sites, their sources and the stories found there on record.

Several programs may do this at once for the same stories. So rows are inserted "unless there", and always in the
same order, lest two programs wait for each other.
"""

from collections.abc import Collection, Iterator, Sequence
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
_KNOWN_URLS: Final = select(article_urls.c.url).where(article_urls.c.url.in_(bindparam("urls", expanding=True)))
_FOLLOWED: Final = _REFS.where(sites.c.name == bindparam("site"), articles.c.followed).order_by(
    articles.c.added_at, articles.c.id
)


def keep_site(connection: Connection, site: Site) -> int:
    """Put a site on record, or bring it up to date; return its id."""
    find = select(sites).where(sites.c.name == site.name)
    told = {"language": site.language, "timezone": site.timezone.key}
    row = connection.execute(find).one_or_none()
    if row is None:
        connection.execute(insert_new(connection, sites, "name"), {"name": site.name, **told})
        row = connection.execute(find).one()
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
    """Put stories on record, each once by its key, and return them all in the order given."""
    urls: dict[str, str] = {}
    for each in found:
        urls.setdefault(storable(each.key), storable(each.url))
    known = _by_key(connection, site_id, urls)
    if new := sorted(urls.keys() - known.keys()):
        common = {"site_id": site_id, "source_id": source_id, "added_at": at}
        rows = [{"key": key, "url": urls[key], **common} for key in new]
        connection.execute(insert_new(connection, articles, "site_id", "key"), rows)
        known |= _by_key(connection, site_id, new)
    refs = [known[storable(each.key)] for each in found]
    _keep_urls(connection, {storable(each.url): ref.id for each, ref in zip(found, refs, strict=True)}, at)
    return refs


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
    _keep_urls(connection, {url: article_id}, at)
    owner = select(article_urls.c.article_id).where(article_urls.c.url == url)
    return int(connection.execute(owner).scalar_one())


def _keep_urls(connection: Connection, owners: dict[str, int], at: datetime) -> None:
    known = {row.url for some in portions(owners) for row in connection.execute(_KNOWN_URLS, {"urls": some})}
    if new := sorted(owners.keys() - known):
        rows = [{"url": url, "article_id": owners[url], "added_at": at} for url in new]
        connection.execute(insert_new(connection, article_urls, "url"), rows)


def _by_key(connection: Connection, site_id: int, keys: Collection[str]) -> dict[str, ArticleRef]:
    rows = (row for some in portions(keys) for row in connection.execute(_BY_KEYS, {"site": site_id, "keys": some}))
    return {ref.key: ref for ref in map(to_ref, rows)}


def portions(values: Collection[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, _AT_ONCE)):
        yield some
