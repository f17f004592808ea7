"""How the monitor stands: what is on record, held against the sites that are to be watched and what may be spent."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from monitor.core.status import SiteStatus, Status
from monitor.pipeline.ports import Archive
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue


def status_of(
    archive: Archive, now: datetime, sites: Catalogue, rechecks: RecheckPolicy, enabled: Collection[str]
) -> Status:
    """Return how all sites stand: those on record, and those that were never looked at.

    `enabled` are the names of the sites that are on; the others on record are shown as off.
    """
    polled = {(site.name, source.url) for site in sites for source in site.sources if source.polled}
    status, outlooks = archive.status(now, polled), rechecks.outlooks(archive, now)
    known = {name: SiteStatus(name=name) for name in enabled} | {site.name: site for site in status.sites}
    shown = (
        replace(
            known[name],
            enabled=name in enabled,
            outgrown=outlooks[name].warning if name in outlooks and name in enabled else None,
        )
        for name in sorted(known)
    )
    return replace(status, sites=tuple(shown))
