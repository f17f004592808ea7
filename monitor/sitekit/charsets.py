"""In which charset a page is written, whatever it says.

The order of the HTML Standard (13.2.3.2) is byte-order mark, header, meta element. But papers that declare something
else and write UTF-8 are the commonest fault of all, in Bengali at least: there a wrong reading of the whole page would
pass for an edit of the whole story. So bytes that are UTF-8 are read as such. That is safe: text of another charset
hardly ever happens to be UTF-8.
"""

import codecs
import re
from typing import Final

_UTF8: Final = "utf-8"
_BOMS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_HEADER_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE | re.ASCII)
_META_CHARSET: Final = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_META_WITHIN: Final = 4096

# The encodings of the web (WHATWG Encoding Standard) that Python knows. Python also "knows" codecs that are none, such
# as unicode_escape or idna, which a page could name to make decoding fail or yield lone surrogates.
_WEB_CHARSETS: Final = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "cp866", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
    "gbk", "gb2312", "gb18030", "big5", "big5hkscs", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949",
    "cp874", *(f"cp125{n}" for n in range(9)), *(f"iso8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)), "ascii",
})  # fmt: skip

# What is looked for where nothing is declared: one charset for each script. Between those of one script, such as the
# nine for Latin letters, a page has too few letters to tell, and two fetches of it could be told apart differently.
_DETECTABLE: Final = ("cp1252", "cp1251", "koi8_r", "cp1256", "cp874", "gb18030", "big5", "cp932", "euc_jp", "cp949")
_DETECT_WITHIN: Final = 100_000
_FEWEST_TO_DETECT: Final = 8
_BROKEN_OF_UTF8: Final = 10
"""UTF-8 has at least this many whole characters beyond ASCII for each broken one."""


def charset_of(body: bytes, content_type: str, *, is_html: bool) -> str:
    """Return the Python codec to decode a page with; UTF-8 where nothing says or shows another."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return name
    declared = _declared(body, content_type, is_html=is_html)
    # Text of seven bits, as in ISO-2022-JP, is ASCII to look at: only the declaration tells.
    if declared == _UTF8 or body.isascii():
        return declared or _UTF8
    if _is_utf8(body):
        return _UTF8
    return declared or (_UTF8 if _is_broken_utf8(body) else _detected(body))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(body: bytes) -> bool:
    """Whether it is UTF-8 but for a few bytes: cut within a letter, or put together from pieces."""
    text = body.decode(_UTF8, errors="replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", errors="ignore")) - broken
    return broken * _BROKEN_OF_UTF8 <= whole


def _declared(body: bytes, content_type: str, *, is_html: bool) -> str | None:
    """Return what header or meta element declare, None if they do not, or name what nobody knows.

    A meta element that says UTF-16 could not have been read in UTF-16: then it is UTF-8 (HTML Standard, 13.2.3.2).
    """
    if (found := _HEADER_CHARSET.search(content_type)) and (name := _known(found[1])):
        return name
    if is_html and (meta := _META_CHARSET.search(body, 0, _META_WITHIN)):
        name = _known(meta[1].decode("ascii"))
        return _UTF8 if name and name.startswith("utf-16") else name
    return None


def _known(charset: str) -> str | None:
    """Return the codec for a charset as the web means it: Latin-1 is Windows-1252."""
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return None
    return {"iso8859-1": "cp1252", "ascii": "cp1252"}.get(name, name) if name in _WEB_CHARSETS else None


def _detected(body: bytes) -> str:
    if len(body) - len(body.decode("ascii", errors="ignore")) < _FEWEST_TO_DETECT:
        return _UTF8
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 0.1 s, and hardly ever needed

    best = from_bytes(body[:_DETECT_WITHIN], cp_isolation=list(_DETECTABLE)).best()
    return best.encoding if best else _UTF8
