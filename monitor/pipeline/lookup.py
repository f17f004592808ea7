"""From what a user types to a story: a database id, a name such as `inqilab:news/601234`, or a URL."""

from monitor.core.errors import UsageError
from monitor.core.records import ArticleRef, ArticleSummary, Discovery
from monitor.core.urls import is_web, urn_digest
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Archive
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site


def find(archive: Archive, sites: Catalogue, reference: str) -> ArticleSummary:
    """Return the story a user means; raise UsageError if it is not on record."""
    if story := _find(archive, sites, reference):
        return story
    raise UsageError(f"no story {reference!r} on record; `monitor articles` lists those that are")


def find_or_add(monitor: Monitor, reference: str, *, followed: bool) -> ArticleRef:
    """Return the story a user means, put on record now if it is the URL of one that some site claims."""
    story = _find(monitor.archive, monitor.sites, reference)
    if story is not None and not followed:
        return story.ref
    site, discovery = _of_record(monitor, story) if story else _of_url(monitor.sites, reference)
    return monitor.store.discovered(site, [discovery], at=monitor.clock.now(), followed=followed)[0]


def _find(archive: Archive, sites: Catalogue, reference: str) -> ArticleSummary | None:
    if story := archive.find(reference):
        return story
    site = sites.claim(reference) if is_web(reference) else None
    return archive.find(f"{site.name}:{site.key_of(reference)}") if site else None


def _of_record(monitor: Monitor, story: ArticleSummary) -> tuple[Site, Discovery]:
    return monitor.sites.get(story.ref.site), Discovery(story.ref.key, story.ref.url)


def _of_url(sites: Catalogue, reference: str) -> tuple[Site, Discovery]:
    if not is_web(reference):
        what = "a capture" if urn_digest(reference) else "a story"
        raise UsageError(f"{what} {reference!r} is not on record, and it is no http(s) URL that could be fetched")
    site = sites.claim(reference)
    key = site.key_of(reference) if site else None
    if site is None or key is None:
        raise UsageError(
            f"no site claims {reference}; known sites: {', '.join(sites.names)} (`monitor sites` shows them)"
        )
    return site, Discovery(key, site.canonical(reference))
