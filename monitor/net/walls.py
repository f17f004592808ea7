"""Recognise what stands in front of a story instead of the story: bot walls, consent pages, firewalls.

A wall is named so that it can be told and is never taken for the article; nothing here helps to get past one. Real
stories write about such things too: only a header that a wall alone sends, a page title, or the opening of a page with
next to no text is evidence.
"""

import re
from typing import Final

from monitor.core.headers import header
from monitor.core.outcomes import Exchange

# header, text in its value, name of the wall
_HEADERS: Final = (
    ("cf-mitigated", "challenge", "a Cloudflare challenge"),
    ("x-amzn-waf-action", "", "an AWS WAF challenge"),
    ("x-vercel-mitigated", "", "a Vercel challenge"),
)
# in the title, a main heading or the first line of a page with next to no text
_PHRASES: Final = (
    ("just a moment", "a Cloudflare challenge"),
    ("| cloudflare", "a Cloudflare block"),
    ("ddos-guard", "a DDoS-Guard challenge"),
    ("ddos protection", "a DDoS protection page"),
    ("sucuri website firewall", "a Sucuri firewall"),
    ("pardon our interruption", "an Imperva challenge"),
    ("request unsuccessful. incapsula", "an Imperva challenge"),
    ("vercel security checkpoint", "a Vercel challenge"),
    ("making sure you're not a bot", "an Anubis challenge"),
    ("access to this page has been denied", "a PerimeterX challenge"),
    ("access denied", "a firewall"),
    ("request blocked", "a firewall"),
    ("request rejected", "a firewall"),
    ("you have been blocked", "a firewall"),
    ("checking your browser", "a browser check"),
    ("checking if the site connection is secure", "a browser check"),
    ("one moment, please", "a browser check"),
    ("enable javascript and cookies", "a browser check"),
    ("please enable cookies", "a browser check"),
    ("verifying you are human", "a robot check"),
    ("verify you are human", "a robot check"),
    ("verify you are a human", "a robot check"),
    ("verify that you are human", "a robot check"),
    ("are you a robot", "a robot check"),
    ("are you human", "a robot check"),
    ("not a robot", "a robot check"),
    ("robot check", "a robot check"),
    ("bot verification", "a robot check"),
    ("human verification", "a robot check"),
    ("security check", "a security check"),
    ("captcha", "a captcha"),
    ("before you continue", "a consent page"),
    ("we value your privacy", "a consent page"),
    ("log in to continue", "a login"),
    ("sign in to continue", "a login"),
)
# anywhere in the markup of a page with next to no text
_MARKERS: Final = (
    (b"_Incapsula_Resource", "an Imperva challenge"),
    (b"captcha-delivery.com", "a DataDome challenge"),
    (b"px-captcha", "a PerimeterX challenge"),
    (b"/cdn-cgi/challenge-platform/h/", "a Cloudflare challenge"),
    (b"challenges.cloudflare.com", "a Cloudflare challenge"),
    (b"cf-turnstile", "a Cloudflare challenge"),
    (b"cf-browser-verification", "a Cloudflare challenge"),
    (b"g-recaptcha", "a captcha"),
    (b"h-captcha", "a captcha"),
    (b"awswaf.com", "an AWS WAF challenge"),
)
_OPENINGS: Final = re.compile(rb"<(?:title|h1)\b[^>]{0,300}>\s{0,200}([^<]{1,300})", re.IGNORECASE)
_TAG: Final = re.compile(rb"<(script|style|svg|noscript)\b.*?(?:</\1>|\Z)|<[^>]*>", re.IGNORECASE | re.DOTALL)
_LARGEST: Final = 40_000
_FEW_WORDS: Final = 120


def recognise(exchange: Exchange) -> str | None:
    """Return what keeps the story away, None for a page that looks like content."""
    for name, value, wall in _HEADERS:
        sent = header(exchange.headers, name)
        if sent is not None and value in sent.lower():
            return wall
    body = exchange.body
    if len(body) > _LARGEST:
        return None
    openings = _openings(body)
    named = next((wall for phrase, wall in _PHRASES if phrase in openings), None)
    marked = named or next((wall for marker, wall in _MARKERS if marker in body), None)
    return marked if marked and len(_TAG.sub(b" ", body).split()) < _FEW_WORDS else None


def _openings(body: bytes) -> str:
    """The page's title and main headings, or the first line of a text page; in lower case."""
    found = _OPENINGS.findall(body) or [body.lstrip()[:300].partition(b"\n")[0]]
    return b"\n".join(found[:4]).decode("utf-8", "replace").replace("’", "'").lower()
