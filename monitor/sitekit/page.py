"""A page as a parser meets it: the bytes, and on demand their text and their HTML tree."""

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.sitekit.texts import says_something

_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BEFORE_MARKUP: Final = codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + b"\0 \t\r\n\f"
_META_WITHIN: Final = 4096
_BEGINNING: Final = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_END: Final = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_END_WITHIN: Final = 20_000

# The encodings of the web (WHATWG Encoding Standard) that Python knows. Python also "knows" codecs that are none, such
# as unicode_escape or idna, which a page could name to make decoding fail or yield lone surrogates.
_WEB_CHARSETS: Final = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
    "gbk", "gb2312", "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949",
    "cp874", *(f"cp125{n}" for n in range(9)), *(f"iso8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)), "ascii",
})  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One received page. `url` is where it was found after redirects, `content_type` the header as sent."""

    url: str
    content_type: str
    body: bytes

    @property
    def is_html(self) -> bool:
        """Whether the page is markup; an archive's text form of a page is not."""
        if self.content_type:
            return "html" in self.content_type.lower()
        return self.body[:512].lstrip(_BEFORE_MARKUP).startswith(b"<")

    @cached_property
    def text(self) -> str:
        """The body decoded by BOM, header or meta, else UTF-8. Bytes that do not decode become U+FFFD."""
        return self.body.decode(self._charset, errors="replace")

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of a text page that say something, stripped, in order."""
        return tuple(line.strip() for line in self.text.splitlines() if says_something(line))

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The HTML tree. Parsers only read it.

        The parser works on UTF-8: a page in UTF-8, nearly every one, goes in as it came, which saves a third of the
        time. Broken bytes come out as U+FFFD either way, except around a NUL, which the parser drops: two broken
        bytes would meet.
        """
        as_it_came = self._charset == "utf-8" and b"\0" not in self.body
        return LexborHTMLParser(self.body if as_it_came else self.text)

    @property
    def is_whole(self) -> bool:
        """Whether markup that begins as a document comes to its end: one that breaks off may have lost some story."""
        if not _BEGINNING.search(self.body, 0, _META_WITHIN):
            return True
        return _END.search(self.body, max(0, len(self.body) - _END_WITHIN)) is not None

    @cached_property
    def _charset(self) -> str:
        for bom, name in _BOMS:
            if self.body.startswith(bom):
                return name
        if found := _HEADER_CHARSET.search(self.content_type):
            return _known(found[1])
        if self.is_html and (meta := _META_CHARSET.search(self.body, 0, _META_WITHIN)):
            return _known(meta[1].decode("ascii"), utf16_means_utf8=True)
        return "utf-8"


def _known(charset: str, *, utf16_means_utf8: bool = False) -> str:
    """Return the codec for a charset as the web means it: Latin-1 is Windows-1252, what nobody knows is UTF-8.

    A meta element that says UTF-16 could not have been read in UTF-16: then it is UTF-8 (HTML Standard, 13.2.3.2).
    """
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return "utf-8"
    if name not in _WEB_CHARSETS or (utf16_means_utf8 and name.startswith("utf-16")):
        return "utf-8"
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, name)
