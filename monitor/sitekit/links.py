"""Addresses as pages write them, made absolute."""

from collections.abc import Iterable
from itertools import islice
from typing import Final
from urllib.parse import urljoin

from monitor.core.urls import is_web
from monitor.sitekit.markup import collapse
from monitor.sitekit.site import Found

_COMPLETE: Final = ("https://", "http://")
_LOST: Final = "\ufffd"
_MOST: Final = 50_000
"""Entries that are read of one page: as many as the sitemap protocol allows."""


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


def found(base: str, entries: Iterable[tuple[str | None, str | None]]) -> tuple[Found, ...]:
    """Make what a source lists of pairs of address and headline: each address once, with its first headline."""
    headlines: dict[str, str | None] = {}
    for address, headline in islice(entries, _MOST):
        if url := absolute(base, address):
            headlines[url] = headlines.get(url) or collapse(headline or "") or None
    return tuple(Found(url, headline) for url, headline in headlines.items())
