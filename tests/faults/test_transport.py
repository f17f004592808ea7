"""What can go wrong between the first byte and the last: connections, framing, compression."""

import asyncio
import gzip
import zlib

import pytest

from tests.faults.press import PAGE, Press, html
from tests.faults.strikes import TOO_LATE, fault, strike
from tests.net.server import HANGS, Reply, stream

BODY = PAGE.encode()
PACKED = gzip.compress(BODY, mtime=0)
BROKE_OFF, TOO_MUCH = "the request broke off", "the body has more than 200,000 bytes"


def head(*lines: str, status: str = "200 OK") -> bytes:
    """The head of an answer with a page."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", "content-type: text/html", *lines, "")).encode()


def sized(body: bytes, length: int) -> bytes:
    """An answer whose body is said to have so many bytes."""
    return head(f"content-length: {length}") + body


def chunked(body: bytes, *more: str) -> bytes:
    """An answer whose body is what it says of its chunks itself."""
    return head("transfer-encoding: chunked", *more) + body


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return html(body, content_encoding=encoding)


async def resets(_: str, writer: asyncio.StreamWriter) -> None:
    """Break the connection in the middle of the body, as a firewall does."""
    writer.write(sized(BODY[:50], len(BODY)))
    await writer.drain()
    writer.transport.abort()


def drips(start: bytes) -> Reply:
    """Send a beginning, then a byte now and then, without end: each read brings something."""
    return stream(start, b"x", 10**9)


CHUNK = b"%x\r\n%b\r\n" % (len(BODY), BODY)
CONNECTIONS = [
    fault("closed at once", b"", "failed", BROKE_OFF),
    fault("closed in the status line", b"HTTP/1.", "failed", BROKE_OFF),
    fault("closed in the headers", head()[:-4], "failed", BROKE_OFF),
    fault("closed behind the headers", sized(b"", 9), "failed", BROKE_OFF),
    fault("closed in the body", sized(BODY[:50], len(BODY)), "failed", BROKE_OFF),
    fault("reset in the body", resets, "failed", BROKE_OFF),
    fault("silent", HANGS, "failed", TOO_LATE),
    fault("hangs in the headers", head()[:-4] + HANGS, "failed", TOO_LATE),
    fault("hangs behind the headers", sized(b"", 9) + HANGS, "failed", TOO_LATE),
    fault("hangs in the body", sized(BODY[:50], len(BODY)) + HANGS, "failed", TOO_LATE),
    fault("drips its status line", drips(b"HTTP/1.1 200 "), "failed", TOO_LATE),
    fault("drips its body", drips(sized(b"", 10**9)), "failed", TOO_LATE),
    fault("endless body", stream(head(), b"x" * 10_000, 10**6), "failed", TOO_MUCH),
    fault("endless headers", stream(head()[:-2], b"x-a: b\r\n" * 100, 10**9), "failed", BROKE_OFF),
    fault("endless announcements", stream(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 10**9), "failed", TOO_LATE),
    fault("one announcement", b"HTTP/1.1 103 Early Hints\r\n\r\n" + html(PAGE), "fetched"),
]
FRAMING = [
    fault("length too long", sized(BODY, len(BODY) + 1), "failed", BROKE_OFF),
    fault("length too short", sized(BODY, len(BODY) - 30), "unreadable", "the page breaks off"),
    fault("length of nonsense", head("content-length: many") + BODY, "failed", BROKE_OFF),
    fault("negative length", head("content-length: -1") + BODY, "failed", BROKE_OFF),
    fault("two lengths", head("content-length: 9", f"content-length: {len(BODY)}") + BODY, "failed", BROKE_OFF),
    fault("length said twice", head(*[f"content-length: {len(BODY)}"] * 2) + BODY, "fetched"),
    fault("no length", head() + BODY, "fetched"),
    fault("whole chunks", chunked(CHUNK + b"0\r\n\r\n"), "fetched"),
    fault("chunks with a trailer", chunked(CHUNK + b"0\r\nx-sum: 1\r\n\r\n"), "fetched"),
    fault("chunk size of nonsense", chunked(b"zz\r\n" + BODY), "failed", BROKE_OFF),
    fault("chunk size without end", chunked(b"f" * 50 + b"\r\n" + BODY), "failed", BROKE_OFF),
    fault("chunk longer than its size", chunked(b"9\r\n" + BODY + b"\r\n0\r\n\r\n"), "failed", BROKE_OFF),
    fault("chunk cut", chunked(CHUNK[:-20]), "failed", BROKE_OFF),
    fault("last chunk missing", chunked(CHUNK), "failed", BROKE_OFF),
    fault("chunked and length", chunked(CHUNK + b"0\r\n\r\n", "content-length: 5"), "fetched"),
    fault("another transfer encoding", head("transfer-encoding: gzip, chunked") + CHUNK, "failed", BROKE_OFF),
    fault("bytes behind the end", html(PAGE) + html("<h1>Another</h1>"), "fetched"),
    fault("no status line", BODY, "failed", BROKE_OFF),
    fault("HTTP/1.0", html(PAGE).replace(b"HTTP/1.1", b"HTTP/1.0"), "fetched"),
    fault("HTTP/2", b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18), "failed", BROKE_OFF),
    fault("SSH", b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "failed", BROKE_OFF),
]

ZEROS = bytes(50_000_000)
GZIP_BOMB = gzip.compress(ZEROS, 9, mtime=0)
BROTLI_BOMB = bytes.fromhex("cfffff7ff82700e2b14020f7fe9ffffffff04f00c4610180eefd7ffec1ebe39f0088c322001d747d")
# blocks of 128 KB of one byte each (RFC 8878, 3.1.1.2)
ZSTD_BOMB = b"\x28\xb5\x2f\xfd\x00\x58" + b"\x02\x00\x10\x00" * 400 + b"\x01\x00\x00"
COMPRESSION = [
    fault("gzip", packed(PACKED), "fetched"),
    fault("gzip that is cut", packed(PACKED[:-9]), "failed", "breaks off before its end"),
    fault("gzip with a bit turned", packed(PACKED[:60] + bytes([PACKED[60] ^ 1]) + PACKED[61:]), "failed", "damaged"),
    fault("gzip with a wrong checksum", packed(PACKED[:-8] + bytes(4) + PACKED[-4:]), "failed", "damaged"),
    fault("garbage behind gzip", packed(PACKED + b"<!-- cached -->"), "failed", "more behind the end"),
    fault("a page called gzip", packed(BODY), "failed", "damaged"),
    fault("gzip that is not called so", html(PACKED), "unreadable", "there is no story"),
    fault("zlib called deflate", packed(zlib.compress(BODY), "deflate"), "fetched"),
    fault("gzip in gzip", packed(gzip.compress(PACKED)), "unreadable", "there is no story"),
    fault("gzip, gzip", packed(gzip.compress(PACKED), "gzip, gzip"), "failed", "which was not asked for"),
    fault("gzip bomb", packed(GZIP_BOMB), "failed", TOO_MUCH),
    fault("bomb in a bomb", packed(gzip.compress(GZIP_BOMB)), "unreadable", "there is no story"),
    fault("brotli bomb", packed(BROTLI_BOMB, "br"), "failed", "'br', which was not asked for"),
    fault("zstd bomb", packed(ZSTD_BOMB, "zstd"), "failed", "'zstd', which was not asked for"),
    fault("an unknown encoding", packed(BODY, "x-secret"), "failed", "'x-secret', which was not asked for"),
]


@pytest.mark.parametrize(("answer", "outcome", "why"), CONNECTIONS + FRAMING + COMPRESSION)
def test_a_fault(press: Press, answer: Reply, outcome: str, why: str) -> None:
    strike(press, answer, outcome, why)
