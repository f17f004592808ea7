"""The live web, on loopback: bounded requests, robots.txt, redirects, and a pause between requests to a host."""

import asyncio
import gzip
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from monitor.core.outcomes import Failed, Fetched, Gone, Outcome
from monitor.net.request import Client, new_http_client
from monitor.net.robots import Robots
from monitor.net.web import WebFetcher
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from monitor.store.schema import prepare
from tests.clocks import FakeClock
from tests.net.server import Server, reply, serve

ROBOTS = {"/robots.txt": reply(b"", 404)}
PAGE = b"<html><body><p>story</p></body></html>"


class Visit:
    """One fetcher against one server, with what both saw."""

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.path = path
        self.requests: list[str] = []
        self.paths: list[str] = []

    def get(self, replies: Mapping[str, bytes], *paths: str, **limits: float) -> list[Outcome]:
        return asyncio.run(self._get(replies, paths, limits))

    async def _get(
        self, replies: Mapping[str, bytes], paths: tuple[str, ...], limits: dict[str, float]
    ) -> list[Outcome]:
        with closing(connect(f"sqlite:///{self.path}/hosts.db")) as database:
            prepare(database)
            async with serve(replies) as server:
                fetcher = self._fetcher(database, limits)
                try:
                    return [await fetcher.get(path if "://" in path else server.url + path) for path in paths]
                finally:
                    await fetcher.close()
                    self._remember(server)

    def _fetcher(self, database: Database, limits: dict[str, float]) -> WebFetcher:
        hosts = SqlHosts(database)
        http = new_http_client("monitor/test (news monitor; +desk@example.org)")
        client = Client(http, self.clock, limits.get("deadline", 10), int(limits.get("max_bytes", 100_000)))
        return WebFetcher(client, Robots(client, hosts, self.clock, "monitor"), hosts, self.clock, delay=5)

    def _remember(self, server: Server) -> None:
        self.requests += server.requests
        self.paths += server.paths


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def test_a_page(visit: Visit) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": reply(PAGE, content_type="text/html; charset=utf-8")}, "/a")
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.body == PAGE
    assert outcome.exchange.content_type == "text/html; charset=utf-8"
    assert visit.paths == ["/robots.txt", "/a"]
    assert all("User-Agent: monitor/test (news monitor; +desk@example.org)\r\n" in head for head in visit.requests)


def test_five_seconds_between_requests_and_robots_asked_once(visit: Visit) -> None:
    visit.get({**ROBOTS, "/a": reply(PAGE), "/b": reply(PAGE)}, "/a", "/b")
    assert visit.paths == ["/robots.txt", "/a", "/b"]
    assert [round(pause) for pause in visit.clock.slept] == [0, 5, 5]


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (reply(b"User-agent: *\nDisallow: /a"), False),
        (reply(b"User-agent: *\nDisallow: /b"), True),
        (reply(b"User-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /"), False),
        (reply(b"User-agent: *\nDisallow: /\nAllow: /a"), True),
        (reply(b"", 404), True),
        (reply(b"", 403), True),
        (reply(b"", 500), False),
        (b"", False),
        (reply(b"\xff\x00binary"), True),
    ],
)
def test_robots(visit: Visit, robots: bytes, allowed: bool) -> None:
    (outcome,) = visit.get({"/robots.txt": robots, "/a": reply(PAGE)}, "/a")
    assert isinstance(outcome, Fetched if allowed else Failed)
    assert ("/a" in visit.paths) is allowed
    if isinstance(outcome, Failed):
        assert "robots.txt" in outcome.why


def test_crawl_delay_is_honoured(visit: Visit) -> None:
    visit.get(
        {"/robots.txt": reply(b"User-agent: *\nCrawl-delay: 20"), "/a": reply(PAGE), "/b": reply(PAGE)}, "/a", "/b"
    )
    assert [round(pause) for pause in visit.clock.slept] == [0, 5, 20]


def test_redirects_are_followed_and_told(visit: Visit) -> None:
    replies = {**ROBOTS, "/a": reply(b"", 301, location="/b"), "/b": reply(b"", 302, location="c"), "/c": reply(PAGE)}
    (outcome,) = visit.get(replies, "/a")
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.url.endswith("/a")
    assert outcome.exchange.final_url.endswith("/c")


def test_a_redirect_is_bound_by_robots_too(visit: Visit) -> None:
    replies = {
        "/robots.txt": reply(b"User-agent: *\nDisallow: /b"),
        "/a": reply(b"", 301, location="/b"),
        "/b": reply(PAGE),
    }
    (outcome,) = visit.get(replies, "/a")
    assert isinstance(outcome, Failed)
    assert "/b" not in visit.paths


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (reply(b"", 301, location="/a"), "more than 5 redirects"),
        (reply(b"", 301, location="file:///etc/passwd"), "not an http(s) address"),
        (reply(b"", 301), "HTTP 301"),
        (reply(b"", 301, location="http://["), "not an http(s) address"),
        (reply(b"", 301, location="http://xn--/"), "broke off"),
        (reply(PAGE, 206), "HTTP 206"),
        (reply(gzip.compress(PAGE) + gzip.compress(PAGE), content_encoding="gzip"), "more behind the end"),
        (reply(b"x" * 100_001), "more than 100,000 bytes"),
        (reply(gzip.compress(b"x" * 5_000_000), content_encoding="gzip"), "more than 100,000 bytes"),
        (reply(gzip.compress(PAGE)[:-9], content_encoding="gzip"), "breaks off before its end"),
        (reply(b"not gzip", content_encoding="gzip"), "compressed body is damaged"),
        (reply(b"\x00", content_encoding="br"), "'br', which was not asked for"),
        (reply(gzip.compress(PAGE), content_encoding="gzip, gzip"), "which was not asked for"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort", "broke off"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "broke off"),
        (b"", "broke off"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "broke off"),
    ],
)
def test_what_is_not_a_whole_page_has_failed(visit: Visit, raw: bytes, why: str) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": raw}, "/a")
    assert isinstance(outcome, Failed)
    assert why in outcome.why


@pytest.mark.parametrize("raw", [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", b"HTTP/1.1 200 OK\r\n", b"HTTP"])
def test_a_hanging_answer_ends_at_the_deadline(visit: Visit, raw: bytes) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": raw + "…".encode()}, "/a", deadline=0.2)
    assert isinstance(outcome, Failed)
    assert "within 0.2 s" in outcome.why


def test_gzip_is_inflated(visit: Visit) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": reply(gzip.compress(PAGE), content_encoding="gzip")}, "/a")
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.body == PAGE


def test_an_empty_answer_may_call_itself_gzip(visit: Visit) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": reply(b"", 404, content_encoding="gzip")}, "/a")
    assert isinstance(outcome, Gone)


def test_not_found_is_gone(visit: Visit) -> None:
    (outcome,) = visit.get(ROBOTS, "/a")
    assert isinstance(outcome, Gone)


def test_nobody_listens(visit: Visit) -> None:
    (outcome,) = visit.get({}, "http://127.0.0.1:9/")
    assert isinstance(outcome, Failed)
    assert "no answer from 127.0.0.1:9" in outcome.why
    assert outcome.unreachable
