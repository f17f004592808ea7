"""Addresses as pages write them, made absolute."""

from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urljoin

from monitor.core.urls import is_web
from monitor.sitekit.markup import collapse
from monitor.sitekit.site import Found

_COMPLETE: Final = ("https://", "http://")
_LOST: Final = "\ufffd"
_MOST: Final = 50_000
"""Entries that are read of one page: as many as the sitemap protocol allows."""


_LONGEST_STATED: Final = 80


class Entry(NamedTuple):
    """What a source shows of a story, as it is written there: address, headline, and when it last changed."""

    address: str | None
    headline: str | None = None
    stated: str | None = None


def absolute(base: str, address: str | None) -> str | None:
    """Return the web address that a link on a page leads to, None if it is no web address or lost a character."""
    address = (address or "").strip()
    if not address or _LOST in address:
        return None
    try:
        url = address if address.startswith(_COMPLETE) else urljoin(base, address)
    except ValueError:
        return None
    return url if is_web(url) else None


def found(base: str, entries: Iterable[Entry]) -> tuple[Found, ...]:
    """Make what a source lists of its entries: each address once, with the first headline and the first time it has."""
    links: dict[str, Found] = {}
    for entry in islice(entries, _MOST):
        if url := absolute(base, entry.address):
            first = links.get(url) or Found(url)
            headline = first.headline or collapse(entry.headline or "") or None
            stated = first.stated or collapse((entry.stated or "")[:_LONGEST_STATED]) or None
            links[url] = Found(url, headline, stated)
    return tuple(links.values())
