"""A page as a parser meets it: the bytes, and on demand their text and their HTML tree."""

import codecs
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from monitor.sitekit.charsets import charset_of
from monitor.sitekit.texts import says_something

_BEFORE_MARKUP: Final = codecs.BOM_UTF8 + codecs.BOM_UTF16_LE + b"\0 \t\r\n\f"
_BEGINNING_WITHIN: Final = 4096
_BEGINNING: Final = re.compile(rb"<(?:html|body)\b", re.IGNORECASE)
_END: Final = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_END_WITHIN: Final = 20_000


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
        """The body as text (`charsets`). Bytes that do not decode become U+FFFD."""
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
        markup = self.text.encode() if self._charset.startswith("utf-16") else self.body
        if not _BEGINNING.search(markup, 0, _BEGINNING_WITHIN):
            return True
        return _END.search(markup, max(0, len(markup) - _END_WITHIN)) is not None

    @cached_property
    def _charset(self) -> str:
        return charset_of(self.body, self.content_type, is_html=self.is_html)
