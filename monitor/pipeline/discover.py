"""Which stories of a site are to be checked now: those listed, followed or due, and those that a replay holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.events import Event
from monitor.core.outcomes import Deferred
from monitor.core.records import ArticleRef, Discovery
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.poll import Polled, Trouble, key_of, poll
from monitor.sitekit.site import Site, Source


@dataclass(frozen=True, slots=True)
class Due:
    """A story to check now, and the address to ask for: on the web its canonical one, in a replay the captured one."""

    ref: ArticleRef
    url: str


@dataclass(frozen=True, slots=True)
class Discovered:
    """What there is to check at a site, in order; a story stands in it once for each check.

    `left` counts stories that were put on record but cannot be fetched now (links in a replayed feed whose pages the
    folder does not hold). `events` are what befell sources, with the URL of each. `early` are sources that were not
    asked, because it is not their time yet.
    """

    due: tuple[Due, ...]
    left: int
    troubles: tuple[Trouble, ...]
    events: tuple[tuple[str, Event], ...]
    deferred: tuple[Deferred, ...]
    early: int


async def discover(monitor: Monitor, site: Site, held: Sequence[Due], *, only_due: bool = False) -> Discovered:
    """Ask a site's sources, and gather what is to be checked beside what a replay folder holds of the site.

    `only_due` asks only the sources whose time has come, and leaves out stories that are listed but not due.
    """
    pending = monitor.fetcher.pending(site.name)
    troubles = _strangers(site, pending)
    refs: dict[int, ArticleRef] = {}
    events: list[tuple[str, Event]] = []
    deferred: list[Deferred] = []
    early = 0
    for source in _to_ask(monitor, site, pending):
        polled = await _poll_in_time(monitor, site, source, only_due=only_due)
        if polled is None:
            early += 1
            polled = Polled(await monitor.call(monitor.store.listed, site, source.url))
        refs.update((ref.id, ref) for ref in polled.refs)
        troubles += [polled.trouble] if polled.trouble else []
        deferred += [polled.deferred] if polled.deferred else []
        events += [(source.url, event) for event in polled.events]
    chosen = await monitor.call(_chosen, monitor, site, refs, only_due=only_due)
    held_ids = {due.ref.id for due in held}
    listed = [ref for ref in chosen if ref.id not in held_ids]
    reachable = [Due(ref, ref.url) for ref in listed if monitor.fetcher.reaches(ref.url)]
    left = len(listed) - len(reachable)
    return Discovered((*reachable, *held), left, tuple(troubles), tuple(events), tuple(deferred), early)


async def _poll_in_time(monitor: Monitor, site: Site, source: Source, *, only_due: bool) -> Polled | None:
    """Read a source, unless it is too early for that; a replay knows no too early."""
    if monitor.fetcher.conditional:
        plan, now = (await monitor.call(monitor.store.source, site, source.url)).plan, monitor.clock.now()
        if not plan.may_be_asked(now) or (only_due and not plan.is_due(now)):
            return None
    return await poll(monitor, site, source)


def _chosen(monitor: Monitor, site: Site, listed: dict[int, ArticleRef], *, only_due: bool) -> list[ArticleRef]:
    """Return the stories to check: listed now or followed, then those due; or those due alone."""
    live = monitor.fetcher.conditional
    due = {ref.id: ref for ref in monitor.store.due(site, monitor.clock.now())} if live else {}
    if only_due:
        return list(due.values())
    followed = {ref.id: ref for ref in monitor.store.followed(site)}
    return list({**listed, **followed, **due}.values())


def _to_ask(monitor: Monitor, site: Site, pending: Sequence[str]) -> Iterator[Source]:
    """Yield the sources to ask, each once on the web, and in a replay once for each capture of it."""
    today = monitor.clock.now().astimezone(site.timezone).date()
    for source in site.sources:
        captures = pending.count(source.url)
        if captures or (source.polled and monitor.fetcher.reaches(source.page_of(today))):
            yield from [source] * max(captures, 1)


def hold(monitor: Monitor, site: Site) -> list[Due]:
    """Put the stories of a replay folder on record: each is due once for each capture that waits. None on the web."""
    pending = monitor.fetcher.pending(site.name)
    found = [(url, Discovery(key, site.canonical(url))) for url in pending if (key := key_of(site, url))]
    if not found:
        return []
    refs = monitor.store.discovered(site, [discovery for _, discovery in found], at=monitor.clock.now())
    return [Due(ref, url) for ref, (url, _) in zip(refs, found, strict=True)]


def _strangers(site: Site, pending: Sequence[str]) -> list[Trouble]:
    """Captures that an index gives to a site whose stories have no such addresses."""
    sources = {source.url for source in site.sources}
    strange = [url for url in dict.fromkeys(pending) if url not in sources and not key_of(site, url)]
    return [Trouble(site.name, url, f"no story of {site.name}: no pattern of the site fits it") for url in strange]
