"""Addresses of stories: what may be fetched, and which of several spellings is the one to keep.

Two spellings are one address where RFC 3986 (section 6.2.2) and the URL Standard (https://url.spec.whatwg.org/) say so:
upper case in the host, the host in its own script, a default port, escapes of letters that need none, dot segments.
Beyond that, what a link carries for whoever counts clicks is left out. Whatever may choose what is shown stays: the
order of parameters, doubled slashes, a slash at the end, and parameters such as `ref`, `source` or `page`.
"""

import re
from ipaddress import IPv6Address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

_URN: Final = "urn:sha256:"
_PORTS: Final = {"http": 80, "https": 443}

# An address that is tidy already, as nearly every one in a feed is, but for dot segments.
_TIDY: Final = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*/[A-Za-z0-9_.~!$&'()*+,;=:@/-]*")
_LONGEST_HOST: Final = 254
"""Characters, with the dot at the end (RFC 1035). More take the tables of IDNA quadratic time."""
# Characters that no host may have (forbidden domain code points of the URL Standard).
_NO_HOST: Final = re.compile(r"[\x00-\x20\x7f\"#%/:<>?@\[\\\]^`{|}]")
# Escapes that may have to change, and percent signs that begin none. Those of letters beyond ASCII are right already.
_ESCAPE: Final = re.compile(r"%(?![89A-F][0-9A-F])([0-9A-Fa-f]{2})?")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# What stays as it is in a path; a query has question marks too. Square brackets should be escaped, but no browser does.
_SAFE: Final = "!$&'()*+,;=:@/[]"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~!$&'()*+,;=:@/\[\]-]*")

_TRACKING: Final = frozenset({
    # The click on an advertisement or in an app, named for whoever sold it: Google, Meta, Microsoft, Yandex, X,
    # TikTok, LinkedIn, Pinterest, Snapchat, Reddit, Taboola, Outbrain, affiliates.
    "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_source", "gad_campaignid", "srsltid", "fbclid", "igsh",
    "igshid", "fb_action_ids", "fb_action_types", "fb_source", "fb_ref", "msclkid", "yclid", "ysclid", "_openstat",
    "twclid", "ttclid", "li_fat_id", "epik", "sccid", "rdt_cid", "tblci", "dicbo", "irclickid", "wickedid",
    # The reader of a newsletter, named by what sent it: Mailchimp, HubSpot, Marketo, Vero, MailerLite, Omeda, Kit,
    # Klaviyo, Eloqua.
    "mc_cid", "mc_eid", "_hsenc", "_hsmi", "hsctatracking", "__hstc", "__hssc", "__hsfp", "mkt_tok", "vero_id",
    "vero_conv", "ml_subscriber", "ml_subscriber_hash", "oly_anon_id", "oly_enc_id", "ck_subscriber_id", "_kx",
    "elqtrackid",
    # The campaign, for the paper's own figures: Google Analytics across domains, Piano (AT Internet), Comscore,
    # Adobe; and papers' own: BBC and MSN, New York Times, Mail Online, Guardian, Yahoo; X's embedded posts.
    "_ga", "_gl", "at_medium", "at_campaign", "at_campaign_type", "at_custom1", "at_custom2", "at_custom3",
    "at_custom4", "at_bbc_team", "at_format", "at_link_id", "at_link_origin", "at_link_type", "at_ptr_name", "xtor",
    "ns_source", "ns_mchannel", "ns_campaign", "ns_linkname", "ns_fee", "s_cid", "ocid", "smid", "ito", "cmp",
    "cmpid", "ncid", "guccounter", "guce_referrer", "guce_referrer_sig", "ref_src", "ref_url", "__twitter_impression",
    # What the AMP cache adds to the address of a page it shows.
    "usqp", "amp_js_v", "amp_gsa", "amp_lite", "amp_r", "amp_ct", "amp_tf", "aoh",
})  # fmt: skip
# The same of systems that name a family of parameters: Google Analytics, Matomo (once Piwik), HubSpot, Blueshift.
_FAMILIES: Final = ("utm_", "mtm_", "matomo_", "pk_", "piwik_", "hsa_", "bsft_")


def is_web(url: str) -> bool:
    """Whether a URL is one that a request can be sent to: http or https, with a host."""
    return bool(_TIDY.fullmatch(url)) or _web_parts(url) is not None


def urn_digest(url: str) -> str | None:
    """Return the hex digest in a `urn:sha256:` URL, None for any other."""
    digest = url.removeprefix(_URN)
    return digest if url.startswith(_URN) and len(digest) == 64 and not digest.strip("0123456789abcdef") else None


def tidy(url: str) -> str:
    """Return the one spelling of a URL that is kept, without what does not name the page.

    That is: credentials, tracking parameters, and the fragment, unless it begins with `!`: such a one names the page
    within sites that are one page to the server. All of it is ASCII. A URL that is not http or https comes back as it
    is.
    """
    if _TIDY.fullmatch(url) and "/." not in url:
        return url
    web = _web_parts(url)
    if web is None:
        return url
    parts, netloc = web
    path = _without_dots(_escaped(parts.path)) or "/"
    query = "&".join(part for part in _escaped(parts.query, f"{_SAFE}?").split("&") if part and not _is_tracking(part))
    fragment = _escaped(parts.fragment, f"{_SAFE}?") if parts.fragment.startswith("!") else ""
    return f"{parts.scheme}://{netloc}{path}{query and f'?{query}'}{fragment and f'#{fragment}'}"


def host_of(url: str) -> str:
    """Return the host of a web URL with its port, where politeness applies; empty for any other URL."""
    web = _web_parts(url)
    return web[1] if web else ""


def _web_parts(url: str) -> tuple[SplitResult, str] | None:
    """Return the parts of a web URL, and its host and port as they are kept; None if it is no web URL."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or port == 0:
        return None
    host = _host(parts.hostname or "", is_literal="[" in parts.netloc.rpartition("@")[2])
    if host is None:
        return None
    return parts, host if port in (None, _PORTS[parts.scheme]) else f"{host}:{port}"


def _host(host: str, *, is_literal: bool) -> str | None:
    """Return a host as it is kept: in ASCII (UTS 46), without a dot at the end; None if there can be no such host."""
    if is_literal:
        try:
            return f"[{IPv6Address(host)}]" if "%" not in host else None
        except ValueError:
            return None
    if len(host) > _LONGEST_HOST:
        return None
    if not host.isascii():
        import idna  # noqa: PLC0415 - large tables that hardly any address needs

        try:
            host = idna.encode(host, uts46=True).decode("ascii").lower()
        except (UnicodeError, ValueError):
            return None
    host = host.rstrip(".")
    return host if host and not _NO_HOST.search(host) else None


def _escaped(text: str, safe: str = _SAFE) -> str:
    """Return a part of a URL in which what must be escaped is, in upper case, and nothing else."""
    return text if _PLAIN.fullmatch(text) else quote(_ESCAPE.sub(_escape, text), safe=f"{safe}%", errors="replace")


def _escape(escape: re.Match[str]) -> str:
    if escape[1] is None:
        # A lone percent sign means itself.
        return "%25"
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else f"%{escape[1].upper()}"


def _without_dots(path: str) -> str:
    """Return a path without the segments `.` and `..` (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    *inner, last = path.removeprefix("/").split("/")
    for segment in inner:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if last == "..":
        del kept[-1:]
    return "/" + "".join(f"{segment}/" for segment in kept) + ("" if last in {".", ".."} else last)


def _is_tracking(parameter: str) -> bool:
    name = parameter.partition("=")[0].lower()
    return name in _TRACKING or name.startswith(_FAMILIES)
