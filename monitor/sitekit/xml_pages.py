"""What feeds and sitemaps have in common: bytes from anywhere that should be XML.

The parser behind it, libxml2, takes linear time for whatever it is given here; it stops where elements are nested more
than some hundred deep, or a text is longer than 10 MB. What it would stumble over is mended before.
"""

import codecs
import re
import zlib
from html import unescape
from html.entities import html5
from io import BytesIO
from typing import TYPE_CHECKING, Final

from monitor.core.articles import Unreadable
from monitor.sitekit.page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

LARGEST: Final = 50_000_000
"""Bytes that an inflated page may have: what the sitemap protocol allows, and more than any feed has."""
_MOST_SIGNS: Final = 1_500_000
"""Signs `<` and `&`: a sitemap of 50,000 pages with headlines has 900,000. Each may take 150 bytes of memory."""

_GZIP: Final = b"\x1f\x8b"
_GZIP_OR_ZLIB: Final = 47
_OWN_ENTITY: Final = "<!ENTITY"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED: Final = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)")

_PROLOG: Final = re.compile(r"\s*(?:<\?xml[^>]*\?>)?\s*")
_ROOT: Final = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|RDF|urlset|sitemapindex)(?=[\s>])")
_ROOT_WITHIN: Final = 8_192
"""Characters of error messages, comments and style sheets that may stand before a feed."""

_CDATA: Final = "<![CDATA["
_CDATA_END: Final = "]]>"
_FAULT: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos);)(#[0-9]{1,7};|#x[0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)?"
    r"|<(?![A-Za-z_:/!?\x80-\U0010ffff])"
)
_NO_XML: Final = bytes(code for code in range(32) if code not in b"\t\n\r")
"""Control characters; XML has no way to write them."""


def xml_text(page: Page) -> str | Unreadable:
    """Return an XML page as text from its root element on, inflated if it is gzip; other text without white space.

    Strict UTF-8 comes first, whatever is declared, for feeds declare all sorts of things; then the declared charset;
    then UTF-8 with U+FFFD for what is broken, so that one bad byte does not garble a whole feed. A page that declares
    entities of its own is refused: they serve attacks (billion laughs, XXE) and nothing else here.
    """
    body = _inflated(page.body)
    if isinstance(body, Unreadable):
        return body
    text = _decoded(Page(page.url, page.content_type, body)).lstrip("\ufeff")
    if _OWN_ENTITY in text:
        return Unreadable("it declares entities of its own")
    if text.count("<") + text.count("&") > _MOST_SIGNS:
        return Unreadable(f"it has more than {_MOST_SIGNS:,} tags and references")
    return text[_beginning(text) :]


def elements(text: str, *names: str) -> "Iterator[_Element]":
    """Yield the elements of these names in the order of their ends, whatever their namespaces.

    Of a text that is broken or breaks off, those before that place. None is kept in memory after it was yielded.
    """
    from lxml import etree  # noqa: PLC0415 - most commands need not wait for it

    events = etree.iterparse(
        BytesIO(_mended(text).encode(errors="replace").translate(None, _NO_XML)),
        tag=[f"{{*}}{name}" for name in names],
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError:
        return


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


def _beginning(text: str) -> int:
    """Return where the root element begins, or the text if no root is known: what stands before is not wanted."""
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    if text.startswith("{", start):
        return start
    root = _ROOT.search(text, start, _ROOT_WITHIN)
    return root.start() if root else start


def _mended(text: str) -> str:
    """Return XML in which signs mean themselves where they begin nothing, and HTML's references are characters.

    So that `?a=1&b=2` is an address, `&nbsp;` a space, `&#150;` a dash, `2 < 3` no end of all reading, and half a
    surrogate pair, `&#xD800;`, nothing that lxml fails to decode. CDATA stays as it is.
    """
    first, *rest = text.split(_CDATA)
    pieces = [_FAULT.sub(_mend, first)]
    for piece in rest:
        data, end, markup = piece.partition(_CDATA_END)
        pieces += (_CDATA, data, end, _FAULT.sub(_mend, markup))
    return "".join(pieces)


def _mend(fault: re.Match[str]) -> str:
    name = fault[1] or ""
    character = unescape(fault[0]) if name.startswith("#") else html5.get(name, fault[0])
    return character.replace("&", "&amp;").replace("<", "&lt;")
