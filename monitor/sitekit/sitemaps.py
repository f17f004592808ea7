"""Reading sitemaps (https://www.sitemaps.org/protocol.html) and news sitemaps, which add headlines.

Instead of a sitemap the protocol allows an index of sitemaps, a text with an address a line, and a feed.
"""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from monitor.core.articles import Unreadable
from monitor.sitekit.feeds import read_feed
from monitor.sitekit.links import Entry, absolute, found
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed
from monitor.sitekit.xml_pages import elements, xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADLINE: Final = ".//{http://www.google.com/schemas/sitemap-news/0.9}title"
_CAME_OUT: Final = ".//{http://www.google.com/schemas/sitemap-news/0.9}publication_date"
_MOST_LINES: Final = 50_000
_MOST_CHILDREN: Final = 50
_NEVER: Final = float("-inf")


def sitemap_links(page: Page) -> Listed | Unreadable:
    """Return the pages a sitemap lists, in its order, or the newest sitemaps of an index; never raises.

    Gzip is inflated up to the protocol's own limit. A broken end does not spoil what stands before it.
    """
    text = xml_text(page)
    if isinstance(text, Unreadable):
        return text
    listed = _read_xml(page.url, text) if text.startswith("<") else _read_lines(text)
    if listed.found or listed.more:
        return listed
    feed = read_feed(page.url, text)
    return Unreadable("no sitemap, or one that lists nothing") if isinstance(feed, Unreadable) else feed


def _read_xml(url: str, text: str) -> Listed:
    pages: list[Entry] = []
    sitemaps: dict[str, float] = {}
    for entry in elements(text, "url", "sitemap"):
        address = entry.findtext("{*}loc")
        if str(entry.tag).endswith("url"):
            stated = entry.findtext("{*}lastmod") or entry.findtext(_CAME_OUT)
            pages.append(Entry(address, entry.findtext(_HEADLINE), stated))
        elif (child := absolute(url, address)) and child != url:
            sitemaps[child] = _changed(entry)
    # Those that do not say when they changed come last, in the order of the index.
    newest = sorted(sitemaps, key=lambda child: sitemaps[child], reverse=True)
    return Listed(found(url, pages), tuple(newest[:_MOST_CHILDREN]))


def _changed(entry: "_Element") -> float:
    """Return when a sitemap changed, in seconds since 1970: a W3C date and time, which may be a month or a year."""
    text = (entry.findtext("{*}lastmod") or "").strip()
    try:
        moment = datetime.fromisoformat(text + "0000-01-01"[len(text) :])
    except ValueError:
        return _NEVER
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _read_lines(text: str) -> Listed:
    lines = text.split("\n", _MOST_LINES)[:_MOST_LINES]
    return Listed(found("", map(Entry, lines)))
