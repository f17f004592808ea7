"""Responses as the tools of the world keep them, and what is no whole response."""

import gzip
import zlib
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.warcfile.http import BadRecord, Message, decoded, split, unchunked
from tests.warcs import http

# always the same bytes: the names of tests are made of them
gzipped = partial(gzip.compress, mtime=0)

PAGE = b"<p>" + b"text " * 100 + b"</p>"
ZIPPED = gzipped(PAGE)


def chunks(body: bytes, size: int = 100, *, extension: bytes = b"", end: bytes = b"\r\n") -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%s%s%s%s" % (len(part), extension, end, part, end) for part in parts) + b"0" + end + end


CHUNKED = "Transfer-Encoding: chunked"
GZIP = "Content-Encoding: gzip"


@pytest.mark.parametrize(
    "block",
    [
        http(PAGE),
        http(PAGE, f"Content-Length: {len(PAGE)}"),
        http(chunks(PAGE), CHUNKED),
        http(chunks(PAGE, extension=b";a=b"), CHUNKED),
        http(chunks(PAGE, end=b"\n"), CHUNKED),
        http(ZIPPED, GZIP),
        http(ZIPPED, "content-encoding: x-gzip"),
        http(zlib.compress(PAGE), "Content-Encoding: deflate"),
        http(chunks(ZIPPED), CHUNKED, GZIP),
        http(PAGE, "Content-Encoding: identity"),
        # decoded by the tool that kept it, beneath the headers of before
        http(PAGE, CHUNKED),
        http(PAGE, GZIP, f"Content-Length: {len(ZIPPED)}"),
        http(ZIPPED, CHUNKED, GZIP),
        http(PAGE).replace(b"\r\n", b"\n"),
    ],
)
def test_the_body_as_it_was_meant(block: bytes) -> None:
    assert decoded(split(block), 1000) == PAGE


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", "does not begin with an HTTP status line"),
        (b"<html>", "does not begin with an HTTP status line"),
        (b"HTTP/1.1 2000 Many\r\n\r\n", "does not begin with an HTTP status line"),
        (http(b"", "X: " + "a" * 70_000), "the HTTP headers have more than 65,536 bytes"),
        (http(PAGE[:-9], f"Content-Length: {len(PAGE)}"), f"cut short: {len(PAGE) - 9} bytes of the {len(PAGE)}"),
        (http(PAGE, "Content-Length: " + "9" * 5000), "cut short"),
        (http(chunks(PAGE)[:-20], CHUNKED), "cut short, or its chunks are damaged"),
        (http(chunks(PAGE)[:-5], CHUNKED), "cut short, or its chunks are damaged"),
        (http(b"fffffffffffffff\r\nx", CHUNKED), "cut short, or its chunks are damaged"),
        (http(ZIPPED[:-9], GZIP), "breaks off before its end"),
        (http(ZIPPED[:10] + b"\xff" * 20, GZIP), "the compressed body is damaged"),
        (http(b"\x0b\x02\x80abc\x03", "Content-Encoding: br"), "encoded as 'br'"),
        (http(ZIPPED, "Content-Encoding: gzip, gzip"), "encoded as 'gzip, gzip'"),
        (http(PAGE * 2), "more than the limit of 1,000"),
        (http(gzipped(b"a" * 50_000_000), GZIP), "more than the limit of 1,000"),
    ],
)
def test_what_is_no_whole_response(block: bytes, why: str) -> None:
    with pytest.raises(BadRecord, match=why):
        decoded(split(block), 1000)


def test_headers_in_their_order_as_sent() -> None:
    message = split(http(b"", "A: 1", "a:2", "no header", "B: one", "\ttwo", "C: \xe4", ":", status="203"))
    assert message.status == 203
    assert message.headers == (("A", "1"), ("a", "2"), ("B", "one two"), ("C", "\xe4"), ("", ""))


@given(body=st.binary(min_size=1, max_size=500), size=st.integers(1, 300))
def test_any_chunks(body: bytes, size: int) -> None:
    message = Message(200, (("Transfer-Encoding", "chunked"),), chunks(body, size))
    assert unchunked(message) == body


@given(st.binary(max_size=300))
def test_a_body_within_the_limit_or_a_reason(data: bytes) -> None:
    for head in ("", CHUNKED, GZIP):
        with suppress(BadRecord):
            assert len(decoded(split(http(data, *filter(None, [head]))), 200)) <= 200
