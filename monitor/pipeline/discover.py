"""Which stories of a site are to be checked now: what its sources list, what users follow, what a replay holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.articles import Unreadable
from monitor.core.outcomes import Failed, Fetched, NotModified, Outcome
from monitor.core.records import ArticleRef, Discovery
from monitor.pipeline.check import UNREADABLE, observation_of
from monitor.pipeline.monitor import Monitor
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Site, Source

_LONGEST_URL: Final = 2_000
"""Bytes; an index entry of Postgres has room for 2,704."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that could not be read, or an address that is no story of its site."""

    site: str
    url: str
    why: str
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A story to check now, and the address to ask for: on the web its canonical one, in a replay the captured one."""

    ref: ArticleRef
    url: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """What there is to check at a site, in order; a story stands in it once for each check.

    `left` counts stories that were put on record but cannot be fetched now (links in a replayed feed whose pages the
    folder does not hold).
    """

    due: tuple[Due, ...]
    left: int
    troubles: tuple[Trouble, ...]


async def discover(monitor: Monitor, site: Site, held: Sequence[Due]) -> Discovered:
    """Ask a site's sources, and gather what is to be checked beside what a replay folder holds of the site."""
    pending = monitor.fetcher.pending(site.name)
    troubles = _strangers(site, pending)
    refs: dict[int, ArticleRef] = {}
    for source in _to_ask(monitor, site, pending):
        found, trouble = await _ask(monitor, site, source)
        refs.update((ref.id, ref) for ref in found)
        troubles += [trouble] if trouble else []
    own = await monitor.call(monitor.store.followed, site)
    refs.update((ref.id, ref) for ref in own)
    held_ids = {due.ref.id for due in held}
    listed = [ref for ref in refs.values() if ref.id not in held_ids]
    reachable = [Due(ref, ref.url) for ref in listed if monitor.fetcher.reaches(ref.url)]
    return Discovered((*reachable, *held), len(listed) - len(reachable), tuple(troubles))


def _to_ask(monitor: Monitor, site: Site, pending: Sequence[str]) -> Iterator[Source]:
    """Yield the sources to ask, each once on the web, and in a replay once for each capture of it."""
    for source in site.sources:
        captures = pending.count(source.url)
        if captures or (source.polled and monitor.fetcher.reaches(source.url)):
            yield from [source] * max(captures, 1)


def hold(monitor: Monitor, site: Site) -> list[Due]:
    """Put the stories of a replay folder on record: each is due once for each capture that waits. None on the web."""
    pending = monitor.fetcher.pending(site.name)
    found = [(url, Discovery(key, site.canonical(url))) for url in pending if (key := _key(site, url))]
    if not found:
        return []
    refs = monitor.store.discovered(site, [discovery for _, discovery in found], at=monitor.clock.now())
    return [Due(ref, url) for ref, (url, _) in zip(refs, found, strict=True)]


def _strangers(site: Site, pending: Sequence[str]) -> list[Trouble]:
    """Captures that an index gives to a site whose stories have no such addresses."""
    sources = {source.url for source in site.sources}
    strange = [url for url in dict.fromkeys(pending) if url not in sources and not _key(site, url)]
    return [Trouble(site.name, url, f"no story of {site.name}: no pattern of the site fits it") for url in strange]


def _key(site: Site, url: str) -> str | None:
    return site.key_of(url) if len(url.encode("utf-8", "replace")) <= _LONGEST_URL else None


async def _ask(monitor: Monitor, site: Site, source: Source) -> tuple[list[ArticleRef], Trouble | None]:
    outcome = await monitor.fetcher.get(source.url, delay=site.delay)
    found, name, why = _links(source, outcome)
    observation = observation_of(outcome.exchange, name, why)
    at = outcome.exchange.at
    store = monitor.store
    await monitor.call(store.observed_source, site, source.kind, source.url, observation, links=len(found))
    discoveries = _stories(site, found)
    refs = await monitor.call(store.discovered, site, discoveries, at=at, source=source.url)
    unreachable = isinstance(outcome, Failed) and outcome.unreachable
    return refs, Trouble(site.name, source.url, why, unreachable) if why else None


def _links(source: Source, outcome: Outcome) -> tuple[Sequence[Found], str, str | None]:
    """Read a source's answer: the links, the outcome's name on record, and what is wrong if something is."""
    match outcome:
        case Fetched(exchange=exchange):
            found = source.links(Page(exchange.final_url, exchange.content_type, exchange.body))
            if isinstance(found, Unreadable):
                return (), UNREADABLE, found.why
            return found, outcome.name, None
        case NotModified():
            return (), outcome.name, None
        case _:
            return (), outcome.name, outcome.why


def _stories(site: Site, found: Sequence[Found]) -> list[Discovery]:
    """Keep links that are stories of the site, each story once, under its canonical address."""
    stories: dict[str, Discovery] = {}
    for each in found:
        key = _key(site, each.url)
        if key is not None:
            stories.setdefault(key, Discovery(key, site.canonical(each.url)))
    return list(stories.values())
