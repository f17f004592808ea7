"""What feeds and sitemaps have in common: bytes from anywhere that should be XML."""

import codecs
import re
import zlib
from typing import Final

from monitor.core.articles import Unreadable
from monitor.sitekit.page import Page

LARGEST: Final = 50_000_000
"""Bytes that an inflated page may have: what the sitemap protocol allows, and more than any feed has."""

_GZIP: Final = b"\x1f\x8b"
_GZIP_OR_ZLIB: Final = 47
_PROLOG: Final = re.compile(r"\s*(?:<\?xml[^>]*\?>)?\s*")
_OWN_ENTITY: Final = "<!ENTITY"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)")


def xml_text(page: Page) -> str | Unreadable:
    """Return an XML page as text without its XML declaration, inflated if it is gzip.

    Strict UTF-8 comes first, whatever is declared, for feeds declare all sorts of things; then the declared charset;
    then UTF-8 with U+FFFD for what is broken, so that one bad byte does not garble a whole feed. A page that declares
    entities of its own is refused: they serve attacks (billion laughs, XXE) and nothing else here.
    """
    body = _inflated(page.body)
    if isinstance(body, Unreadable):
        return body
    text = _decoded(Page(page.url, page.content_type, body))
    if _OWN_ENTITY in text:
        return Unreadable("it declares entities of its own")
    return text[_end_of_prolog(text) :]


def _inflated(body: bytes) -> bytes | Unreadable:
    if not body.startswith(_GZIP):
        return body
    inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        inflated = inflater.decompress(body, LARGEST + 1)
    except zlib.error as error:
        return Unreadable(f"its gzip is broken: {error}")
    if len(inflated) > LARGEST:
        return Unreadable(f"it inflates to more than {LARGEST} bytes")
    return inflated if inflater.eof else Unreadable("its gzip breaks off before the end")


def _decoded(page: Page) -> str:
    if not page.body.startswith(_UTF16):
        try:
            return page.body.decode("utf-8-sig")
        except UnicodeDecodeError:
            if declared := _DECLARED.match(page.body):
                charset = declared[1].decode("ascii")
                return Page(page.url, f"text/xml; charset={charset}", page.body).text
    return page.text


def _end_of_prolog(text: str) -> int:
    prolog = _PROLOG.match(text)
    return prolog.end() if prolog else 0
