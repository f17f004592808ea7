"""The HTTP message in a WARC record: its head, and its body without chunks and compression.

Other tools keep bodies as they came over the wire, or decoded beneath the headers of before. So a body that does not
begin like what its headers announce is taken as it is.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final

from monitor.core.headers import Headers, header

MOST_HEAD: Final = 65_536
"""Bytes of status line and headers: twice what servers and browsers allow."""

_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_LINE_END: Final = re.compile(rb"\r?\n")
_BLANK: Final = " \t"
_GZIP: Final = b"\x1f\x8b"
_ANY_HEADER: Final = 47  # 32 + 15: zlib reads the header, gzip or zlib, itself


class BadRecord(Exception):  # noqa: N818 - becomes an outcome
    """A record that does not hold a whole response, or not one that can be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """A response as it stands in a record, its body still coded."""

    status: int
    headers: Headers
    body: bytes


def status_of(line: bytes) -> int | None:
    """Return the status in the first bytes of a response, None where there is none."""
    found = _STATUS.match(line)
    return int(found[1]) if found else None


def split(block: bytes) -> Message:
    """Take a response apart; headers come as sent, a character for each byte. Raises BadRecord if it is none."""
    status = status_of(block[:MOST_HEAD])
    if status is None:
        raise BadRecord("the record does not begin with an HTTP status line")
    end = _HEAD_END.search(block, 0, MOST_HEAD)
    if end is None and len(block) >= MOST_HEAD:
        raise BadRecord(f"the HTTP headers have more than {MOST_HEAD:,} bytes")
    head, body = (block, b"") if end is None else (block[: end.start()], block[end.end() :])
    return Message(status, _headers(head), body)


def decoded(message: Message, max_bytes: int) -> bytes:
    """Return the body as it was meant; BadRecord if it was cut short, is damaged, or grows beyond the limit."""
    body, coding = unchunked(message), (header(message.headers, "content-encoding") or "").strip().lower()
    if not coding and header(message.headers, "transfer-encoding") is None:
        _check_length(message)
    if coding not in {"", "identity"}:
        body = _uncompressed(body, coding, max_bytes)
    if len(body) > max_bytes:
        raise BadRecord(f"the body has more than the limit of {max_bytes:,} bytes")
    return body


def unchunked(message: Message) -> bytes:
    """Return the body as the server sent it, without the chunks it was sent in (RFC 9112, section 7.1)."""
    chunked = "chunked" in (header(message.headers, "transfer-encoding") or "").lower()
    return _joined(message.body) if chunked and _CHUNK.match(message.body) else message.body


def _headers(head: bytes) -> Headers:
    pairs: list[tuple[str, str]] = []
    for line in head.decode("latin-1").replace("\r\n", "\n").split("\n")[1:]:
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and pairs:  # a header that goes on in the next line
            pairs[-1] = pairs[-1][0], f"{pairs[-1][1]} {line.strip(_BLANK)}"
        elif colon:
            pairs.append((name.strip(_BLANK), value.strip(_BLANK)))
    return tuple(pairs)


def _check_length(message: Message) -> None:
    told = header(message.headers, "content-length") or ""
    if told.isascii() and told.isdigit() and int(told[:20]) > len(message.body):
        raise BadRecord(f"the body was cut short: {len(message.body):,} bytes of the {int(told[:20]):,} it should have")


def _joined(body: bytes) -> bytes:
    joined, at = bytearray(), 0
    while chunk := _CHUNK.match(body, at):
        size = int(chunk[1], 16)
        if size == 0:
            return bytes(joined)
        joined += body[chunk.end() : chunk.end() + size]
        end = _LINE_END.match(body, chunk.end() + size)
        if end is None:
            break
        at = end.end()
    raise BadRecord("the body was cut short, or its chunks are damaged")


def _uncompressed(body: bytes, coding: str, max_bytes: int) -> bytes:
    if coding not in {"gzip", "x-gzip", "deflate"}:
        raise BadRecord(f"the body is encoded as {coding!r}, which this program does not read")
    if not body or (coding != "deflate" and not body.startswith(_GZIP)):
        return body
    inflate = zlib.decompressobj(_ANY_HEADER)
    try:
        plain = inflate.decompress(body, max_bytes + 1)
    except zlib.error as error:
        raise BadRecord(f"the compressed body is damaged: {error}") from error
    if not inflate.eof and len(plain) <= max_bytes:
        raise BadRecord("the compressed body breaks off before its end")
    return plain
