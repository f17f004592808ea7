"""What the program sees at an address: the outcome, whose it is, and what can be read. Nothing is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.articles import Unreadable
from monitor.core.outcomes import Deferred, Fetched, Outcome
from monitor.core.records import NewReading
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.reading import Look, look, page_of
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed, Site, Source


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an address came to.

    `site` is the site whose story it is, named by `key`, or whose `source` it is; None where no site knows it. `seen`
    is what the page means for the story, `listed` what is read from the source.
    """

    url: str
    outcome: Outcome | Deferred
    site: Site | None = None
    key: str | None = None
    source: Source | None = None
    seen: Look | None = None
    listed: Listed | Unreadable | None = None

    @property
    def at(self) -> datetime:
        """When it was asked for, or for a host that is to be left alone, from when on it may be."""
        return self.outcome.until if isinstance(self.outcome, Deferred) else self.outcome.exchange.at

    @property
    def is_fine(self) -> bool:
        """Whether a page was received, and read if it is of a known site."""
        if self.seen is not None:
            return isinstance(self.seen.read, NewReading)
        return isinstance(self.outcome, Fetched) and not isinstance(self.listed, Unreadable)

    @property
    def why_not(self) -> str | None:
        """Why there is nothing to read, None where there is."""
        outcome = self.seen.outcome if self.seen else self.outcome
        if isinstance(outcome, Fetched):
            read = self.seen.read if self.seen else self.listed
            return read.why if isinstance(read, Unreadable) else None
        return outcome.why

    @property
    def page(self) -> Page | None:
        """The page received, None if none was."""
        return page_of(self.outcome.exchange) if isinstance(self.outcome, Fetched) else None


async def inspect(monitor: Monitor, url: str) -> Inspection:
    """Ask for an address as a check would, and read what comes."""
    site = monitor.sites.claim(url)
    key = site.key_of(url) if site else None
    owner, source = (site, None) if site else _source_at(monitor, url)
    outcome = await monitor.fetcher.get(url, delay=owner.delay if owner else None)
    inspection = Inspection(url, outcome, owner, key, source)
    if isinstance(outcome, Deferred):
        return inspection
    if site is not None and key is not None:
        seen = await monitor.call(look, monitor.archive, site, key, outcome)
        return replace(inspection, seen=seen)
    listed = source.links(page_of(outcome.exchange)) if source and isinstance(outcome, Fetched) else None
    return replace(inspection, listed=listed)


def _source_at(monitor: Monitor, url: str) -> tuple[Site | None, Source | None]:
    found = ((site, source) for site in monitor.sites for source in site.sources if source.is_at(url))
    return next(found, (None, None))
