"""From a response to an outcome. The live web and replays are judged by this one function."""

from http import HTTPStatus
from typing import Final

from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, NotModified, Outcome
from monitor.net.walls import recognise

_GONE: Final = frozenset({404, 410})
_KEPT_OUT: Final = {
    401: "a login",
    402: "a paywall",
    403: "a refusal (HTTP 403)",
    407: "a proxy login",
    451: "a legal order",
}
# 203: a proxy changed something on the way. 206 is a part of a page, and the others have no page.
_WHOLE: Final = frozenset({200, 203})
_LATER: Final = frozenset({408, 425, 429})


def outcome_of(exchange: Exchange) -> Outcome:
    """Judge a response that was received whole; `exchange.status` must be set."""
    status = exchange.status
    if status is None:
        raise ValueError("an exchange without a status has no response to judge")
    if status == HTTPStatus.NOT_MODIFIED:
        return NotModified(exchange)
    if status in _GONE:
        return Gone(exchange, f"HTTP {status}")
    if wall := recognise(exchange) or _KEPT_OUT.get(status):
        return Blocked(exchange, f"blocked by {wall}")
    if status in _WHOLE:
        return Fetched(exchange)
    return Failed(exchange, f"HTTP {status}", retryable=status >= 500 or status in _LATER)
