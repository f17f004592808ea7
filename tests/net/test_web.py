"""The live web, on loopback: bounded requests, redirects, validators, and one request at a time in a host's turn."""

import asyncio
import gzip
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.core.outcomes import Deferred, Failed, Fetched, Gone, NotModified, Outcome
from monitor.core.validators import Validators
from monitor.store.database import connect
from monitor.store.schema import prepare
from tests.clocks import FakeClock
from tests.net.server import Replies, reply, serve
from tests.net.visits import Visit, fetcher
from tests.store.builders import catch

ROBOTS = {"/robots.txt": reply(b"", 404)}
PAGE = b"<html><body><p>story</p></body></html>"
MINUTE = timedelta(minutes=1)


def robots_of(outcome: Outcome | Deferred) -> list[str]:
    """Tell by what word of robots.txt each hop was made or not."""
    assert not isinstance(outcome, Deferred)
    return [hop.robots for hop in outcome.exchange.hops]


def test_a_page(visit: Visit) -> None:
    (outcome,) = visit.get({**ROBOTS, "/a": reply(PAGE, content_type="text/html; charset=utf-8")}, "/a")
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.body == PAGE
    assert outcome.exchange.content_type == "text/html; charset=utf-8"
    assert visit.paths == ["/robots.txt", "/a"]
    assert all("User-Agent: monitor/test (news monitor; +desk@example.org)\r\n" in head for head in visit.requests)


class TestTurns:
    """Requests to a host keep their distance, and it is left alone when it says so."""

    def test_five_seconds_between_requests_and_robots_asked_once(self, visit: Visit) -> None:
        visit.get({**ROBOTS, "/a": reply(PAGE), "/b": reply(PAGE)}, "/a", "/b")
        assert visit.paths == ["/robots.txt", "/a", "/b"]
        assert visit.waits == [5, 5]

    @pytest.mark.parametrize(("delay", "waits"), [(20, [20, 20]), (0, [])])
    def test_a_site_has_its_own_delay(self, visit: Visit, delay: float, waits: list[int]) -> None:
        visit.get({**ROBOTS, "/a": reply(PAGE), "/b": reply(PAGE)}, "/a", "/b", delay=delay)
        assert visit.paths == ["/robots.txt", "/a", "/b"]
        assert visit.waits == waits

    @pytest.mark.parametrize(
        ("replies", "until", "why"),
        [
            ([reply(b"", 429, retry_after="600")], 10, "asked for 10 min by Retry-After"),
            ([reply(b"", 503, retry_after="3600")], 60, "asked for 1 h by Retry-After"),
            ([reply(b"", 503, retry_after="Sun, 22 Nov 2026 08:00:05 GMT")], 120, "asked for 2 h by Retry-After"),
            ([reply(b"", 503)] * 2, 2, "it asks for fewer requests (HTTP 503)"),
            ([reply(b"", 500)] * 4, 2, "4 failures in a row: HTTP 500"),
            ([b""] * 4, 2, "4 failures in a row: the request broke off: "),
        ],
    )
    def test_it_is_left_alone_as_long_as_it_wants(
        self, visit: Visit, replies: list[bytes], until: float, why: str
    ) -> None:
        *_, deferred = visit.get({**ROBOTS, "/a": [*replies, reply(PAGE)]}, *["/a"] * (len(replies) + 1), patience=100)
        assert visit.paths == ["/robots.txt", *["/a"] * len(replies)]
        assert isinstance(deferred, Deferred)
        assert deferred.host.startswith("127.0.0.1:")
        assert deferred.why.startswith(why)
        wait = (deferred.until - visit.clock.at).total_seconds()
        assert 60 * until * 0.98 <= wait <= 60 * until * 1.25

    def test_then_it_is_asked_again(self, visit: Visit) -> None:
        _, deferred, page = visit.get(
            {**ROBOTS, "/a": [reply(b"", 429, retry_after="600"), reply(PAGE)]}, "/a", "/a", 11 * MINUTE, "/a"
        )
        assert isinstance(deferred, Deferred)
        assert isinstance(page, Fetched)

    def test_a_short_wait_is_waited_for(self, visit: Visit) -> None:
        outcomes = visit.get({**ROBOTS, "/a": [reply(b"", 503, retry_after="100"), reply(PAGE)]}, "/a", "/a")
        assert [type(outcome) for outcome in outcomes] == [Failed, Fetched]
        assert visit.waits == [5, 100]

    def test_retry_after_counts_without_any_delay(self, visit: Visit) -> None:
        outcomes = visit.get(
            {**ROBOTS, "/a": [reply(b"", 503, retry_after="100"), reply(PAGE)]}, "/a", "/a", delay=0, patience=0
        )
        assert isinstance(outcomes[1], Deferred)

    def test_many_at_once_take_turns(self, tmp_path: Path) -> None:
        most_open, starts = asyncio.run(_together(tmp_path, {**ROBOTS, "/a": reply(PAGE)}))
        assert most_open == 1
        assert starts >= 4

    def test_an_interrupted_request_gives_its_turn_back(self, tmp_path: Path) -> None:
        assert asyncio.run(_interrupted(tmp_path, {**ROBOTS, "/a": "…".encode(), "/b": reply(PAGE)}))


async def _together(folder: Path, replies: Replies) -> tuple[int, int]:
    """Let two programs ask for a page twice each, at the same time."""
    with closing(connect(f"sqlite:///{folder}/hosts.db")) as database:
        prepare(database)
        async with serve(replies) as server:
            clock = FakeClock()
            programs = [fetcher(database, clock, patience=10_000) for _ in range(2)]
            pages = await asyncio.gather(*(web.get(f"{server.url}/a") for web in programs for _ in range(2)))
            for web in programs:
                await web.close()
            return server.most_open, sum(isinstance(page, Fetched) for page in pages)


async def _interrupted(folder: Path, replies: Replies) -> bool:
    """Ask for a page that hangs, stop that, and say whether the next page is to be had at once."""
    with closing(connect(f"sqlite:///{folder}/hosts.db")) as database:
        prepare(database)
        async with serve(replies) as server:
            web = fetcher(database, FakeClock(), patience=6)
            hanging = asyncio.create_task(web.get(f"{server.url}/a"))
            while "/a" not in server.paths:
                await asyncio.sleep(0)
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)
            page = await web.get(f"{server.url}/b")
            await web.close()
            return hanging.cancelled() and isinstance(page, Fetched)


class TestRedirects:
    """Every hop is a request of its own: robots.txt, turn, and a line in the record."""

    def test_they_are_followed_and_told(self, visit: Visit) -> None:
        replies = {
            **ROBOTS,
            "/a": reply(b"", 301, location="/b"),
            "/b": reply(b"", 302, location="c"),
            "/c": reply(PAGE),
        }
        (outcome,) = visit.get(replies, "/a")
        assert isinstance(outcome, Fetched)
        assert outcome.exchange.url.endswith("/a")
        assert outcome.exchange.final_url.endswith("/c")
        assert [(hop.url[-2:], hop.status) for hop in outcome.exchange.hops] == [("/a", 301), ("/b", 302), ("/c", 200)]
        assert robots_of(outcome) == ["no robots.txt (HTTP 404)"] * 3
        assert visit.waits == [5, 5, 5]

    def test_another_host_has_its_own_robots_txt_and_turns(self, visit: Visit) -> None:
        replies = {**ROBOTS, "/a": reply(b"", 301, location="{other}/b"), "/b": reply(PAGE)}
        (outcome,) = visit.get(replies, "/a")
        assert isinstance(outcome, Fetched)
        assert visit.paths == ["/robots.txt", "/a", "/robots.txt", "/b"]
        assert visit.waits == [5, 5]

    def test_a_hop_is_bound_by_robots_too(self, visit: Visit) -> None:
        replies = {
            "/robots.txt": reply(b"User-agent: *\nDisallow: /b"),
            "/a": reply(b"", 301, location="/b"),
            "/b": reply(PAGE),
        }
        (outcome,) = visit.get(replies, "/a")
        assert isinstance(outcome, Failed)
        assert robots_of(outcome) == ["allowed", "forbidden by robots.txt"]
        assert "/b" not in visit.paths

    def test_a_host_on_the_way_may_want_to_be_left_alone(self, visit: Visit) -> None:
        replies = {
            **ROBOTS,
            "/a": reply(b"", 301, location="{other}/b"),
            "/b": reply(b"", 429, retry_after="900"),
        }
        first, second = visit.get(replies, "/a", "/a")
        assert isinstance(first, Failed)
        assert isinstance(second, Deferred)
        assert second.host.startswith("localhost:")
        assert visit.paths.count("/b") == 1

    @pytest.mark.parametrize(
        ("targets", "why", "asked"),
        [
            (["/a"], "redirects in a loop: {}/a -> {}/a", 1),
            (["/b", "/c", "/b"], "redirects in a loop: {}/b -> {}/c -> {}/b", 3),
            (["/b", "/c", "/d", "/e", "/f", "/g"], "more than 5 redirects, the last one to {}/g", 6),
        ],
    )
    def test_they_must_lead_somewhere(self, visit: Visit, targets: list[str], why: str, asked: int) -> None:
        ways = dict(zip(["/a", *targets], targets, strict=False))
        replies = {path: reply(b"", 302, location=target) for path, target in reversed(ways.items())}
        (outcome,) = visit.get({**ROBOTS, **replies}, "/a")
        assert isinstance(outcome, Failed)
        here = outcome.exchange.url.removesuffix("/a")
        assert outcome.why == why.replace("{}", here)
        assert len(outcome.exchange.hops) == asked
        assert len(visit.paths) == asked + 1


class TestValidators:
    """Asked only for what has changed, where the word of the host is worth something."""

    def known(self, visit: Visit, **age: float) -> Validators:
        return Validators('"v1"', "Sun, 22 Nov 2026 05:00:00 GMT", visit.clock.at - timedelta(**age))

    def test_they_are_sent_and_304_is_an_answer(self, visit: Visit) -> None:
        replies = {**ROBOTS, "/a": reply(b"", 304)}
        (outcome,) = visit.get(replies, "/a", validators=self.known(visit, hours=1))
        assert isinstance(outcome, NotModified)
        assert 'if-none-match: "v1"\r\n' in visit.requests[1].lower()
        assert "if-modified-since: sun, 22 nov 2026 05:00:00 gmt\r\n" in visit.requests[1].lower()
        assert "if-none-match" not in visit.requests[0].lower()

    def test_not_once_a_day(self, visit: Visit) -> None:
        visit.get({**ROBOTS, "/a": reply(PAGE)}, "/a", validators=self.known(visit, hours=25))
        assert "if-" not in visit.requests[1].lower()

    def test_not_to_where_it_redirects(self, visit: Visit) -> None:
        replies = {**ROBOTS, "/a": reply(b"", 301, location="/b"), "/b": reply(PAGE)}
        visit.get(replies, "/a", validators=self.known(visit, hours=1))
        assert ["if-none-match" in head.lower() for head in visit.requests] == [False, True, False]

    def test_not_to_a_liar(self, tmp_path: Path) -> None:
        assert "if-" not in asyncio.run(_distrusted(tmp_path)).lower()


async def _distrusted(folder: Path) -> str:
    """Return the head of a request with validators to a host that was caught."""
    with closing(connect(f"sqlite:///{folder}/hosts.db")) as database:
        prepare(database)
        async with serve({**ROBOTS, "/a": reply(PAGE)}) as server:
            clock = FakeClock()
            web = fetcher(database, clock)
            catch(database, server.url.removeprefix("http://"), clock.at)
            await web.get(f"{server.url}/a", validators=Validators('"v1"', None, clock.at))
            await web.close()
            return server.requests[-1]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (reply(b"", 301, location="file:///etc/passwd"), "not an http(s) address"),
        (reply(b"", 301, location="javascript:alert(1)"), "not an http(s) address"),
        (reply(b"", 301, location="/a\x01"), "broke off before it began"),
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
    assert len(outcome.exchange.hops) >= 1


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
    assert robots_of(outcome) == ["robots.txt cannot be had (no answer)"]
