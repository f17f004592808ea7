"""What a server says a page can be known by, and when its word may be used to ask "has it changed?".

Conditional requests (RFC 9110, section 13) save about half of the feed fetches. But some hosts repeat an ETag after
the page has changed: so a page is asked for in full once a day, and a host that was caught is not trusted again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.core.headers import Headers, header

_TRUSTED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Validators:
    """ETag and Last-Modified as sent, and when the whole page last came with them."""

    etag: str | None
    last_modified: str | None
    full_at: datetime

    @property
    def headers(self) -> Headers:
        """The headers that ask for the page only if it has changed since."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return tuple((name, value) for name, value in pairs if value is not None)


def validators_of(headers: Headers, at: datetime) -> Validators | None:
    """Return what a whole page can be known by, None where the server says nothing."""
    etag, last_modified = header(headers, "etag"), header(headers, "last-modified")
    return Validators(etag, last_modified, at) if etag or last_modified else None


def to_send(known: Validators | None, now: datetime) -> Validators | None:
    """Return the validators to ask with: none once a day, and none where the clock was set back."""
    if known is None or not timedelta(0) <= now - known.full_at < _TRUSTED:
        return None
    return known


def is_lie(known: Validators | None, now: Validators | None) -> bool:
    """Whether a page that has changed came with the validators it had before: then they say nothing."""
    if known is None or now is None:
        return False
    if known.etag or now.etag:
        return known.etag == now.etag
    return known.last_modified == now.last_modified
