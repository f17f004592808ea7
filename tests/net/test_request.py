"""One request, on loopback: what is sent, what is taken of an answer and when it is given up, and who is believed."""

import asyncio
import gzip
import ssl
import tracemalloc
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
import trustme

from monitor.core.addresses import allowed
from monitor.core.headers import Headers
from monitor.core.outcomes import Exchange, Failed
from monitor.net.egress import Egress
from monitor.net.request import Client, new_http_client
from tests.clocks import FakeClock
from tests.net.server import Server, reply, serve, stream

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PAGE = b"<p>story</p>" * 100
LIMIT = 100_000
AFTER: Headers = (("If-None-Match", '"a"'),)


def client_of(
    tls: ssl.SSLContext | None = NOBODY, *, deadline: float = 10, max_bytes: int = LIMIT, **parts: Any
) -> Client:
    loopback = [allowed(entry) for entry in ("127.0.0.0/8", "localhost")]
    http = new_http_client("monitor/test", egress=Egress(loopback, tls=tls, **parts))
    return Client(http, FakeClock(), deadline, max_bytes)


def ask(raw: bytes, *, headers: Headers = (), cut_at: int | None = None, **limits: Any) -> Exchange | Failed:
    return visit(raw, headers=headers, cut_at=cut_at, **limits)[0]


def visit(
    raw: bytes, *, headers: Headers = (), cut_at: int | None = None, times: int = 1, **limits: Any
) -> tuple[Exchange | Failed, Server]:
    async def run() -> tuple[Exchange | Failed, Server]:
        client = client_of(**limits)
        async with serve({"/a": raw}) as server:
            try:
                came = [await client.request(f"{server.url}/a", headers=headers, cut_at=cut_at) for _ in range(times)]
                return came[-1], server
            finally:
                await client.close()

    return asyncio.run(run())


def test_what_is_sent_and_what_is_told() -> None:
    came, server = visit(reply(PAGE, x_a="1"), headers=(("Accept", "text/plain"), *AFTER))
    assert isinstance(came, Exchange)
    assert (came.status, came.body, came.headers[-1]) == (200, PAGE, ("x-a", "1"))
    (hop,) = came.hops
    assert (hop.url, hop.robots, hop.status, hop.address) == (f"{server.url}/a", "", 200, "127.0.0.1")
    assert came.elapsed == hop.elapsed > 0
    sent = dict(line.split(": ", 1) for line in server.requests[0].splitlines()[1:-1])
    assert sent == {
        "Host": server.url.removeprefix("http://"),
        "User-Agent": "monitor/test",
        "Accept-Encoding": "gzip",
        "Accept": "text/plain",
        "Connection": "keep-alive",
        "If-None-Match": '"a"',
    }


def test_a_validator_goes_back_byte_by_byte() -> None:
    _, server = visit(reply(b"", 304), headers=(("If-None-Match", '"\xe4"'),))
    assert 'If-None-Match: "\xe4"' in server.requests[0].splitlines()


def test_cookies_are_neither_kept_nor_sent() -> None:
    _, server = visit(reply(PAGE, set_cookie="id=1; Path=/"), times=2)
    assert len(server.requests) == 2
    assert "cookie" not in "".join(server.requests).lower()


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ((("if-none-match", '"a"'),), None),
        ((("If-Modified-Since", "Sun, 22 Nov 2026 06:00:00 GMT"),), None),
        ((("Accept", "text/plain"),), "that was not asked"),
        ((), "that was not asked"),
    ],
)
def test_not_modified_answers_only_a_request_with_conditions(headers: Headers, why: str | None) -> None:
    came = ask(reply(b"", 304), headers=headers)
    if why:
        assert isinstance(came, Failed)
        assert why in came.why
        assert came.exchange.hops[0].status == 304
    else:
        assert isinstance(came, Exchange)
        assert came.status == 304


def lines(count: int, size: int = 10) -> bytes:
    """An answer with so many headers besides its content-length."""
    fields = b"".join(b"x-%d: %s\r\n" % (number, b"a" * size) for number in range(count))
    return b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n" + fields + b"\r\n"


ZEROS = bytes(1_000_000)
EMPTY_BLOCKS = zlib.compressobj(0, zlib.DEFLATED, 31).flush(zlib.Z_SYNC_FLUSH) + b"\x00\x00\x00\xff\xff" * 30_000


@pytest.mark.parametrize(
    ("raw", "why", "retryable"),
    [
        (reply(b"x" * (LIMIT + 1)), "more than 100,000 bytes", False),
        (reply(gzip.compress(ZEROS), content_encoding="gzip"), "more than 100,000 bytes", False),
        (reply(zlib.compress(ZEROS), content_encoding="deflate"), "more than 100,000 bytes", False),
        (reply(EMPTY_BLOCKS, content_encoding="gzip"), "more than 100,000 bytes", False),
        (reply(PAGE, content_encoding="br"), "'br', which was not asked for", True),
        (reply(PAGE, content_encoding="zstd"), "'zstd', which was not asked for", True),
        (reply(gzip.compress(PAGE), content_encoding="gzip, gzip"), "which was not asked for", True),
        (reply(gzip.compress(PAGE)[:-9], content_encoding="gzip"), "breaks off before its end", True),
        (reply(PAGE, content_encoding="gzip"), "compressed body is damaged", True),
        (lines(100), "more than 100 headers", True),
        (lines(70, 1000), "more than 65,536 bytes", True),
        (lines(1000, 1000), "broke off", True),
        (b"HTTP/1.1 200 OK\r\n" + b"x" * 300_000, "broke off", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", "broke off", True),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab", "broke off", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab", "broke off", True),
        (b"", "broke off", True),
    ],
)
def test_what_is_given_up(raw: bytes, why: str, retryable: bool) -> None:
    came = ask(raw)
    assert isinstance(came, Failed)
    assert why in came.why
    assert (came.retryable, came.unreachable) == (retryable, False)
    assert len(came.exchange.hops) == 1


@pytest.mark.parametrize(
    "raw",
    [
        reply(b"x" * LIMIT),
        reply(gzip.compress(b"x" * LIMIT), content_encoding="gzip"),
        reply(zlib.compress(b"x" * LIMIT), content_encoding="DEFLATE"),
        reply(b"x" * LIMIT, content_encoding="identity"),
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n186a0\r\n%b\r\n0\r\n\r\n" % (b"x" * LIMIT),
    ],
)
def test_the_largest_body(raw: bytes) -> None:
    came = ask(raw)
    assert isinstance(came, Exchange)
    assert came.body == b"x" * LIMIT


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (reply(b"x" * 9_999), b"x" * 9_999),
        (reply(b"x" * 10_001), b"x" * 10_000),
        (reply(b"x" * 5_000_000), b"x" * 10_000),
        (reply(gzip.compress(b"x" * 10_001), content_encoding="gzip"), b"x" * 10_000),
        (reply(gzip.compress(ZEROS), content_encoding="gzip"), ZEROS[:10_000]),
        (reply(EMPTY_BLOCKS, content_encoding="gzip"), b""),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_001 + "…".encode(), b"x" * 10_000),
    ],
)
def test_a_body_is_cut_without_harm_where_that_is_asked(raw: bytes, body: bytes) -> None:
    came = ask(raw, cut_at=10_000, max_bytes=100)
    assert isinstance(came, Exchange)
    assert came.body == body


def test_a_cut_body_is_still_to_be_whole_before_the_cut() -> None:
    assert isinstance(ask(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", cut_at=5), Failed)


@pytest.mark.parametrize(
    "raw",
    [
        *(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", b"HTTP/1.1 200 OK\r\n", b"HTTP", b""),
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    ],
)
def test_a_hanging_answer_ends_at_the_deadline(raw: bytes) -> None:
    came = ask(raw + "…".encode(), deadline=0.1)
    assert isinstance(came, Failed)
    assert came.why == "no whole answer within 0.1 s"


def test_many_that_hang_hold_up_no_other() -> None:
    async def run() -> Exchange | Failed:
        client = client_of(deadline=3)
        async with serve({"/hangs": "HTTP/1.1 200 OK\r\n…".encode(), "/a": reply(PAGE)}) as server:
            hanging = [asyncio.create_task(client.request(f"{server.url}/hangs")) for _ in range(60)]
            while server.open < 20:
                await asyncio.sleep(0)
            came = await client.request(f"{server.url}/a")
            for each in hanging:
                each.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
            await client.close()
            return came

    assert isinstance(asyncio.run(run()), Exchange)


def test_the_deadline_covers_the_resolver() -> None:
    async def hang(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    async def run() -> Exchange | Failed:
        client = client_of(deadline=0.1, names=hang)
        try:
            return await client.request("http://a.example/")
        finally:
            await client.close()

    came = asyncio.run(run())
    assert isinstance(came, Failed)
    assert "within 0.1 s" in came.why


MEGABYTE = 1_000_000
HTML = b"HTTP/1.1 200 OK\r\n\r\n"
GZIP = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n"
BOMB = zlib.compressobj(9, zlib.DEFLATED, 31)
BOMB_START = BOMB.compress(bytes(50 * MEGABYTE)) + BOMB.flush(zlib.Z_FULL_FLUSH)


@pytest.mark.parametrize(
    ("head", "chunk", "times", "cut_at"),
    [
        (HTML, b"x" * 50_000, 1_000, None),
        (HTML, b"x" * 50_000, 1_000, 5 * MEGABYTE),
        (HTML, b"x" * 50_000, 99, None),  # nearly as large as is taken
        (GZIP, BOMB_START, 1, None),
        (GZIP, BOMB_START, 1, 5 * MEGABYTE),
        (b"HTTP/1.1 200 OK\r\nx: ", b"x" * 50_000, 1_000, None),
    ],
)
def test_no_answer_takes_more_memory_than_the_cap_and_a_little(
    head: bytes, chunk: bytes, times: int, cut_at: int | None
) -> None:
    async def run() -> int:
        client = client_of(max_bytes=5 * MEGABYTE)
        async with serve({"/a": stream(head, chunk, times)}) as server:
            tracemalloc.start()
            try:
                await client.request(f"{server.url}/a", cut_at=cut_at)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
                await client.close()

    assert asyncio.run(run()) < 7 * MEGABYTE


def authority() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


def trusting(ca: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    ca.configure_trust(context)
    return context


OPEN_ENDED, PAST = None, datetime(2020, 1, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "names", "until", "why"),
    [
        (True, ("localhost",), OPEN_ENDED, None),
        (False, ("localhost",), OPEN_ENDED, "unable to get local issuer certificate"),
        (True, ("other.example",), OPEN_ENDED, "Hostname mismatch"),
        (True, ("localhost",), PAST, "certificate has expired"),
        (None, ("localhost",), OPEN_ENDED, "unable to get local issuer certificate"),
    ],
)
def test_certificates(known: bool | None, names: tuple[str, ...], until: datetime | None, why: str | None) -> None:
    """`known`: whether the client trusts the server's authority; None trusts those that it does by itself."""
    ca = authority()
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    since = datetime(2020, 1, 1, tzinfo=UTC)
    issued = ca.issue_cert(*names, not_before=since, not_after=until, key_type=trustme.KeyType.ECDSA)
    issued.configure_cert(server_side)
    trust = None if known is None else trusting(ca if known else authority())

    async def run() -> Exchange | Failed:
        client = client_of(trust)
        async with serve({"/": reply(b"hello")}, tls=server_side) as server:
            try:
                return await client.request(f"{server.other}/")
            finally:
                await client.close()

    came = asyncio.run(run())
    if why is None:
        assert isinstance(came, Exchange)
        assert (came.body, came.hops[0].address) == (b"hello", "127.0.0.1")
    else:
        assert isinstance(came, Failed)
        assert why in came.why
        assert not came.unreachable


def test_a_connection_whose_encryption_hangs_is_closed_at_the_deadline() -> None:
    async def run() -> Exchange | Failed:
        client = client_of(deadline=0.2)
        async with serve({}) as server, asyncio.timeout(10):
            came = await client.request(server.url.replace("http:", "https:"))
            assert server.most_open == 1
            while server.open:
                await asyncio.sleep(0)
            await client.close()
        return came

    came = asyncio.run(run())
    assert isinstance(came, Failed)
    assert came.why == "no whole answer within 0.2 s"
