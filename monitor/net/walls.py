"""Recognise what stands in front of a story instead of the story: bot walls, consent pages, firewalls.

A wall is named so that it can be told and is never taken for the article; nothing here helps to get past one. Real
stories write about such things too: only a header that a wall alone sends, a page title, or the opening of a page with
next to no text is evidence.
"""

import re
from typing import Final

from monitor.core.outcomes import Exchange

_HEADERS: Final = (
    ("cf-mitigated", "challenge", "a Cloudflare challenge"),
    ("x-amzn-waf-action", "", "an AWS WAF challenge"),
    ("x-datadome", "protected", "a DataDome challenge"),
)
_TITLES: Final = (
    ("just a moment", "a Cloudflare challenge"),
    ("attention required! | cloudflare", "a Cloudflare block"),
    ("checking your browser", "a browser check"),
    ("ddos-guard", "a DDoS-Guard challenge"),
    ("sucuri website firewall", "a Sucuri firewall"),
    ("pardon our interruption", "an Imperva challenge"),
    ("access denied", "a firewall"),
    ("access to this page has been denied", "a PerimeterX challenge"),
    ("are you a robot", "a robot check"),
    ("robot check", "a robot check"),
    ("human verification", "a robot check"),
    ("verify you are human", "a robot check"),
    ("security check", "a security check"),
    ("before you continue", "a consent page"),
    ("one moment, please", "a browser check"),
)
_MARKERS: Final = (
    (b"_Incapsula_Resource", "an Imperva challenge"),
    (b"captcha-delivery.com", "a DataDome challenge"),
    (b"px-captcha", "a PerimeterX challenge"),
    (b"/cdn-cgi/challenge-platform/h/", "a Cloudflare challenge"),
    (b"cf-browser-verification", "a Cloudflare challenge"),
    (b"Enable JavaScript and cookies to continue", "a browser check"),
    (b"Checking your browser before accessing", "a browser check"),
)
_TITLE: Final = re.compile(rb"<title[^>]{0,200}>\s{0,200}([^<]{1,200})", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(script|style|svg)\b.*?(?:</\1>|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL)
_TITLE_WITHIN: Final = 8_192
_SHORT_PAGE: Final = 40_000
_FEW_WORDS: Final = 150


def recognise(exchange: Exchange) -> str | None:
    """Return what keeps the story away, None for a page that looks like content."""
    for name, value, wall in _HEADERS:
        if name in exchange.headers and value in exchange.headers[name].lower():
            return wall
    body = exchange.body
    if len(body) > _SHORT_PAGE:
        return None
    opening = _opening(body)
    named = next((wall for phrase, wall in _TITLES if opening.startswith(phrase)), None)
    marked = named or next((wall for marker, wall in _MARKERS if marker in body), None)
    return marked if marked and len(_TAG.sub(b" ", body).split()) < _FEW_WORDS else None


def _opening(body: bytes) -> str:
    """The page title, or the first line of a text page, in lower case."""
    found = _TITLE.search(body, 0, _TITLE_WITHIN)
    opening = found[1] if found else body.lstrip()[:200].partition(b"\n")[0]
    return opening.decode("utf-8", "replace").strip().lower()
