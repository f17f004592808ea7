"""Reading sitemaps (https://www.sitemaps.org/protocol.html) and news sitemaps, which add headlines."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Final

from monitor.core.articles import Unreadable
from monitor.sitekit.links import found
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found
from monitor.sitekit.xml_pages import xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_HEADLINE: Final = ".//{http://www.google.com/schemas/sitemap-news/0.9}title"


def sitemap_links(page: Page) -> Sequence[Found] | Unreadable:
    """Return the pages a sitemap lists, in its order; never raises, whatever the bytes.

    Gzip is inflated up to the protocol's own limit. A broken end does not spoil what stands before it. A sitemap index
    is not followed: name the sitemap itself as the source.
    """
    text = xml_text(page)
    if isinstance(text, Unreadable):
        return text
    entries: list[tuple[str | None, str | None]] = []
    for kind, address, headline in _entries(text.encode()):
        if kind == "sitemap":
            return Unreadable("a sitemap index: name one of its sitemaps instead")
        entries.append((address, headline))
    return found(page.url, entries) or Unreadable("no sitemap, or one that lists nothing")


def _entries(data: bytes) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield tag, address and headline of each entry, without keeping more than one entry in memory."""
    from lxml import etree  # noqa: PLC0415 - most commands need not wait for it

    events = etree.iterparse(
        BytesIO(data),
        tag=("{*}url", "{*}sitemap"),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        encoding="utf-8",
    )
    try:
        for _, entry in events:
            yield _read(entry)
            entry.clear()
            parent = entry.getparent()
            while parent is not None and entry.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


def _read(entry: "_Element") -> tuple[str, str | None, str | None]:
    try:
        return str(entry.tag).rpartition("}")[2], entry.findtext("{*}loc"), entry.findtext(_HEADLINE)
    except UnicodeDecodeError:
        # A reference to half a surrogate pair, &#xD800;, gets through to where lxml cannot decode it.
        return "url", None, None
