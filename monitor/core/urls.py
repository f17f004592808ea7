"""Addresses of stories: what may be fetched, and which of several spellings is the one to keep."""

from typing import Final
from urllib.parse import urlsplit, urlunsplit

_URN: Final = "urn:sha256:"
_TRACKING: Final = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ref_src", "yclid"})
_PORTS: Final = {"http": 80, "https": 443}


def is_web(url: str) -> bool:
    """Whether a URL is one that a request can be sent to: http or https, with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def urn_digest(url: str) -> str | None:
    """Return the hex digest in a `urn:sha256:` URL, None for any other."""
    digest = url.removeprefix(_URN)
    return digest if url.startswith(_URN) and len(digest) == 64 and not digest.strip("0123456789abcdef") else None


def tidy(url: str) -> str:
    """Return a URL without what does not name the page: fragment, tracking parameters, default port, upper case host.

    A URL that is not http or https comes back as it is.
    """
    if not is_web(url):
        return url
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = "" if parts.port in (None, _PORTS[parts.scheme]) else f":{parts.port}"
    query = "&".join(part for part in parts.query.split("&") if not _is_tracking(part.partition("=")[0]))
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def host_of(url: str) -> str:
    """Return the host of a web URL with its port, where politeness applies; empty for any other URL."""
    return urlsplit(tidy(url)).netloc if is_web(url) else ""


def _is_tracking(name: str) -> bool:
    return name.startswith("utm_") or name in _TRACKING
