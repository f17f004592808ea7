"""Where a response sends the reader on to."""

from typing import Final
from urllib.parse import urljoin

from monitor.core.headers import header
from monitor.core.outcomes import Exchange, Failed

HOPS: Final = 5
"""How many redirects are followed, to a page as to a robots.txt (RFC 9309 asks for five there)."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


def redirect_of(received: Exchange | Failed) -> str | None:
    """Return where a response redirects to, None where it does not; an address that is none comes back as it is."""
    if isinstance(received, Failed) or received.status not in _REDIRECTS:
        return None
    location = header(received.headers, "location")
    try:
        return urljoin(received.final_url, location) if location else None
    except ValueError:
        return location
