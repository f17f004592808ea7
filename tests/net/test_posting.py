"""Posting messages: what answers mean, however odd they are, and that they take the way out that pages take."""

import asyncio
import socket
import ssl
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime

import pytest
import trustme

from monitor.core.addresses import allowed
from monitor.core.answers import Answer, Delivered, Failed, Refused, Stop
from monitor.net import posting
from monitor.net.egress import Egress
from monitor.net.posting import HttpPoster
from monitor.net.request import new_http_client
from tests.clocks import FakeClock
from tests.net.server import HANGS, Reply, Server, reply, serve, stream

AGENT = "monitor/test (news monitor)"
GARBAGE = b"\x16\x03\x01 how do you do"
LOOPBACK = ("127.0.0.0/8", "localhost")


def poster(clock: FakeClock | None = None, *places: str) -> HttpPoster:
    egress = Egress([allowed(place) for place in places or LOOPBACK])
    return HttpPoster(new_http_client(AGENT, egress=egress), clock or FakeClock())


def post(answer: Reply, clock: FakeClock | None = None) -> tuple[Answer, Server]:
    """Post to a server that answers so; return what that means, and what the server saw."""

    async def scene() -> tuple[Answer, Server]:
        sender = poster(clock)
        async with serve({"/hook": answer, "/other": reply(b"", 200)}) as server:
            got = await sender.post(f"{server.url}/hook", b'{"id":"1"}', (("webhook-id", "1"),))
            await sender.close()
            return got, server

    return asyncio.run(scene())


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        (reply(b"thanks"), Delivered(200)),
        (b"HTTP/1.1 204 X\r\n\r\n", Delivered(204)),
        (reply(b"no", 400), Refused("HTTP 400", 400)),
        (reply(b"no", 410), Stop("HTTP 410: it wants nothing any more", 410)),
        (reply(b"", 500), Failed("HTTP 500", 500)),
        (reply(b"", 503, retry_after="120"), Failed("HTTP 503", 503, 120.0)),
        (reply(b"", 429, retry_after="9999999"), Failed("HTTP 429", 429, 86_400.0)),
        (reply(b"", 503, retry_after="soon"), Failed("HTTP 503", 503)),
        (reply(b"", 302, location="{here}/other"), Failed("HTTP 302: redirects are not followed", 302)),
        (reply(b"", 307, location="{other}/other"), Failed("HTTP 307: redirects are not followed", 307)),
        (reply(b"\xff" * 200, content_encoding="gzip", content_type="application/json"), Delivered(200)),
        (b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\ncut", Delivered(200)),
        (stream(b"HTTP/1.1 200 X\r\n\r\n", b"x" * 65_536, 500), Delivered(200)),
    ],
)
def test_what_an_answer_means(answer: Reply, means: Answer) -> None:
    got, server = post(answer)
    assert got == means
    assert server.paths == ["/hook"]


@pytest.mark.parametrize(
    "answer", [b"", GARBAGE, b"HTTP/1.1 ", b"HTTP/1.1 two hundred\r\n\r\n", b"HTTP/1.1 200 X\r\nno header"]
)
def test_what_is_no_answer_is_a_failure(answer: bytes) -> None:
    got, _ = post(answer)
    assert isinstance(got, Failed)
    assert got.why.startswith("the request broke off: ")


def test_a_date_to_come_back_at() -> None:
    clock = FakeClock()
    answer = reply(
        b"", 503, retry_after=format_datetime(clock.at.replace(microsecond=0) + timedelta(minutes=5), usegmt=True)
    )
    got, _ = post(answer, clock)
    assert isinstance(got, Failed)
    assert got.retry_after == pytest.approx(300, abs=1)


def test_an_answer_whose_body_never_ends_is_one_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_PATIENCE", 0.01)
    got, _ = post(b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n" + HANGS)
    assert got == Delivered(200)


def test_it_says_who_it_is_and_what_it_sends() -> None:
    _, server = post(reply())
    (head,) = server.requests
    assert head.startswith("POST /hook HTTP/1.1\r\n")
    lines = head.lower().split("\r\n")
    for line in (f"user-agent: {AGENT}", "webhook-id: 1", "content-length: 10", "accept: */*"):
        assert line in lines
    assert not any(line.startswith("cookie") for line in lines)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]", "0.0.0.0"])  # noqa: S104
def test_a_private_address_is_refused_and_no_connection_arrives(host: str) -> None:
    async def scene() -> Answer:
        sender = poster(None, "192.0.2.1")
        async with serve({"/hook": reply()}) as server:
            got = await sender.post(f"http://{host}:{server.url.rpartition(':')[2]}/hook", b"{}", ())
            assert server.most_open == 0
            await sender.close()
            return got

    got = asyncio.run(scene())
    assert isinstance(got, Failed)
    assert "is not connected to" in got.why


def test_nobody_is_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/hook"

        async def scene() -> Answer:
            sender = poster()
            got = await sender.post(url, b"{}", ())
            await sender.close()
            return got

        got = asyncio.run(scene())
    assert isinstance(got, Failed)
    assert got.why.startswith("no connection: ")


@pytest.mark.parametrize("url", ["http://[", "ftp://desk.example/", "http://\ud800.example/", "http://a b/"])
def test_an_address_that_is_none_is_a_failure(url: str) -> None:
    sender = poster()
    assert isinstance(asyncio.run(sender.post(url, b"{}", ())), Failed)


def test_a_certificate_that_nobody_vouches_for_is_a_failure() -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA(key_type=trustme.KeyType.ECDSA).issue_cert("127.0.0.1").configure_cert(tls)

    async def scene() -> Answer:
        sender = poster()
        async with serve({"/hook": reply()}, tls=tls) as server:
            got = await sender.post(f"{server.url}/hook", b"{}", ())
            assert server.requests == []
            await sender.close()
            return got

    got = asyncio.run(scene())
    assert isinstance(got, Failed)
    assert "certificate" in got.why.lower()


def test_a_connection_is_used_again() -> None:
    """What a receiver answers is read off, so that the next message need not connect anew."""
    connections, ended = 0, asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        with suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                await reader.readexactly(2)
                writer.write(b"HTTP/1.1 200 X\r\ncontent-length: 3\r\n\r\nok\n")
        writer.close()
        ended.set()

    async def scene() -> None:
        sender = poster()
        listener = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        for _ in range(3):
            assert await sender.post(url, b"{}", ()) == Delivered(200)
        await sender.close()
        await ended.wait()
        listener.close()

    asyncio.run(scene())
    assert connections == 1
