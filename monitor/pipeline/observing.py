"""From what was received to what goes on record of it."""

from hashlib import sha256
from typing import Final

from monitor.core.headers import header
from monitor.core.outcomes import Exchange
from monitor.core.records import Capture, Observation
from monitor.core.validators import Validators, validators_of

UNREADABLE: Final = "unreadable"
"""The name on record of a page that was fetched but from which nothing could be read."""


def observation_of(exchange: Exchange, outcome: str, why: str | None) -> Observation:
    """Turn an exchange into the line that goes on record."""
    return Observation(
        at=exchange.at,
        outcome=outcome,
        url=exchange.url,
        final_url=exchange.final_url if exchange.final_url != exchange.url else None,
        status=exchange.status,
        size=len(exchange.body),
        sha256=sha256(exchange.body).hexdigest() if exchange.body else None,
        elapsed=exchange.elapsed,
        why=why,
        ref=exchange.ref,
        etag=header(exchange.headers, "etag"),
        last_modified=header(exchange.headers, "last-modified"),
        hops=exchange.hops,
    )


def known_by(exchange: Exchange) -> Validators | None:
    """Return what a page can be known by when its address is asked again: nothing where that led to another one."""
    return validators_of(exchange.headers, exchange.at) if exchange.final_url == exchange.url else None


def capture_of(exchange: Exchange) -> Capture:
    """Turn an exchange into the response that is kept."""
    return Capture(exchange.url, exchange.final_url, exchange.status or 0, exchange.headers, exchange.body, exchange.at)
