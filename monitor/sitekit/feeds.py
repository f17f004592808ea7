"""Reading feeds: RSS, RDF, Atom and JSON Feed, as found in the wild."""

import json
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.core.articles import Unreadable
from monitor.sitekit.links import found
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found
from monitor.sitekit.xml_pages import xml_text

_LARGEST_FOR_SLOW: Final = 2_000_000
_UTF8: Final = {"content-type": "application/xml; charset=utf-8"}
_FEEDPARSER_RAISES: Final = (ValueError, TypeError, AttributeError, LookupError, AssertionError, RecursionError)
"""What feedparser's handlers are seen to raise on malformed values; it documents none of it."""

_Entries = Iterator[tuple[str | None, str | None]]


def feed_links(page: Page) -> Sequence[Found] | Unreadable:
    """Return the stories a feed lists, in its order; never raises, whatever the bytes.

    The quick parser is asked first, and the slow, forgiving one only where that finds nothing. Which of them answered
    does not matter here, as it would for dates: address and headline are all that is taken.
    """
    text = xml_text(page)
    if isinstance(text, Unreadable):
        return text
    if text.startswith("{"):
        entries = found(page.url, _json_entries(text))
    else:
        data = text.encode()
        entries = found(page.url, _quick_entries(data)) or found(page.url, _slow_entries(data))
    return entries or Unreadable("no feed, or one that lists nothing")


def _quick_entries(data: bytes) -> _Entries:
    import fastfeedparser  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.1 s that most commands need not wait

    # Bytes, never a string: it would fetch a string that begins with http://.
    try:
        feed = fastfeedparser.parse(
            data, include_content=False, include_tags=False, include_media=False, include_enclosures=False
        )
    except ValueError:
        return
    for entry in feed["entries"]:
        yield entry.get("link"), _plain(entry.get("title"))


def _slow_entries(data: bytes) -> _Entries:
    if len(data) > _LARGEST_FOR_SLOW:
        return
    import feedparser  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.1 s, and hardly ever needed

    # A stream, never bytes or a string: it would open a file of that name.
    try:
        feed = feedparser.parse(BytesIO(data), response_headers=_UTF8, sanitize_html=False, resolve_relative_uris=False)
    except _FEEDPARSER_RAISES:
        return
    for entry in feed["entries"]:
        yield entry.get("link"), _plain(entry.get("title"))


def _json_entries(text: str) -> _Entries:
    """Yield the items of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return
    items = feed.get("items") if isinstance(feed, Mapping) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            addresses = (item.get(name) for name in ("url", "external_url", "id"))
            title = item.get("title")
            yield (
                next((each for each in addresses if isinstance(each, str) and each), None),
                title if isinstance(title, str) else None,
            )


def _plain(title: str | None) -> str | None:
    """Return a title without markup: feeds escape it once, twice or not at all."""
    if title and ("<" in title or "&" in title):
        root = LexborHTMLParser(title).body
        return root.text() if root else None
    return title
