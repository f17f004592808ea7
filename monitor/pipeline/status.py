"""How the monitor stands: what is on record, held against the sites that are to be watched."""

from collections.abc import Collection
from dataclasses import replace

from monitor.core.status import SiteStatus, Status
from monitor.pipeline.ports import Archive, Clock
from monitor.sitekit.catalogue import Catalogue


def status_of(
    archive: Archive, clock: Clock, sites: Catalogue, enabled: Collection[str], *, only: Collection[str] = ()
) -> Status:
    """Return how all sites stand, or only some: those on record, and those that were never looked at.

    `enabled` are the names of the sites that are on; the others on record are shown as off.
    """
    polled = {(site.name, source.url) for site in sites for source in site.sources if source.polled}
    status = archive.status(clock.now(), polled)
    known = {site.name: replace(site, enabled=site.name in enabled) for site in status.sites}
    shown = {name: SiteStatus(name=name) for name in enabled} | known
    return replace(status, sites=tuple(shown[name] for name in sorted(shown) if not only or name in only))
