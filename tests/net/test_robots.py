"""robots.txt by RFC 9309: what its answers mean, how long they are kept, and that no text of it can do harm."""

import asyncio
import time
import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.outcomes import Deferred, Failed, Fetched
from monitor.core.records import RobotsRecord
from monitor.net.robots import after_try, is_due
from monitor.net.rules import PARSED, rules_of
from monitor.store.database import connect
from monitor.store.schema import prepare
from tests.clocks import FakeClock
from tests.net.server import reply, serve
from tests.net.visits import Visit, fetcher

PAGE = b"<html><body><p>story</p></body></html>"
OPEN = b"User-agent: *\nAllow: /"
CLOSED = b"User-agent: *\nDisallow: /"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class TestAnswers:
    """Section 2.3.1: what kind of answer is what kind of permission."""

    @pytest.mark.parametrize(
        ("robots", "allowed", "word", "why"),
        [
            (reply(OPEN), True, "allowed", ""),
            (reply(b""), True, "allowed", ""),
            (reply(b"", 204), True, "allowed", ""),
            (reply(b"User-agent: *\nDisallow: /a"), False, "forbidden by robots.txt", "forbids it"),
            (reply(CLOSED), False, "forbidden by robots.txt", "forbids everything"),
            (reply(CLOSED, 203), False, "forbidden by robots.txt", "forbids everything"),
            (reply(CLOSED, 404), True, "no robots.txt (HTTP 404)", ""),
            (reply(CLOSED, 401), True, "no robots.txt (HTTP 401)", ""),
            (reply(CLOSED, 403), True, "no robots.txt (HTTP 403)", ""),
            (reply(CLOSED, 410), True, "no robots.txt (HTTP 410)", ""),
            (reply(b"", 301), True, "no robots.txt (HTTP 301)", ""),
            (reply(b"", 301, location="gopher://a/"), True, "no robots.txt (HTTP 301)", ""),
            (reply(b"", 301, location="javascript:alert(1)"), True, "no robots.txt (HTTP 301)", ""),
            (reply(OPEN, 429), False, "robots.txt cannot be had (HTTP 429)", "its rules are not known"),
            (reply(OPEN, 500), False, "robots.txt cannot be had (HTTP 500)", "its rules are not known"),
            (reply(OPEN, 503), False, "robots.txt cannot be had (HTTP 503)", "its rules are not known"),
            (b"", False, "robots.txt cannot be had (no answer)", "no answer from"),
            (b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nUser", False, "robots.txt cannot be had (no answer)", ""),
            (OPEN + "…".encode(), False, "robots.txt cannot be had (no answer)", ""),
            # more than is read is cut, not refused: the fetcher's own limit here is 100,000 bytes
            (reply(CLOSED + b"\n" + b"#" * PARSED), False, "forbidden by robots.txt", ""),
        ],
    )
    def test_an_answer_allows_or_not(self, visit: Visit, robots: bytes, allowed: bool, word: str, why: str) -> None:
        (outcome,) = visit.get({"/robots.txt": robots, "/a": reply(PAGE)}, "/a", deadline=0.5)
        assert isinstance(outcome, Fetched if allowed else Failed)
        assert ("/a" in visit.paths) is allowed
        assert [hop.robots for hop in outcome.exchange.hops] == [word]
        if isinstance(outcome, Failed):
            assert "robots.txt" in outcome.why
            assert why in outcome.why
            assert not outcome.retryable

    @pytest.mark.parametrize(("redirects", "allowed"), [(1, False), (5, False), (6, True)])
    def test_five_redirects_are_followed_one_more_means_none(self, visit: Visit, redirects: int, allowed: bool) -> None:
        ways = ["/robots.txt", *(f"/{number}" for number in range(redirects))]
        replies = {way: reply(b"", 302, location=target) for way, target in pairwise(ways)}
        (outcome,) = visit.get({**replies, ways[-1]: reply(CLOSED), "/a": reply(PAGE)}, "/a")
        assert isinstance(outcome, Fetched if allowed else Failed)
        assert len(set(visit.waits)) == 1  # each in its turn

    def test_redirects_lead_to_other_hosts_too(self, visit: Visit) -> None:
        replies = {"/robots.txt": reply(b"", 301, location="{other}/rules"), "/rules": reply(CLOSED)}
        (outcome,) = visit.get({**replies, "/a": reply(PAGE)}, "/a")
        assert isinstance(outcome, Failed)
        assert outcome.why.startswith("robots.txt of 127.0.0.1:")

    def test_a_host_that_asks_for_less_is_left_alone_already_here(self, visit: Visit) -> None:
        first, second = visit.get({"/robots.txt": reply(b"", 503, retry_after="7200")}, "/a", 10 * MINUTE, "/a")
        assert isinstance(first, Failed)
        assert isinstance(second, Deferred)
        assert visit.paths == ["/robots.txt"]

    def test_crawl_delay_is_honoured(self, visit: Visit) -> None:
        replies = {"/robots.txt": reply(b"User-agent: *\nCrawl-delay: 20"), "/a": reply(PAGE), "/b": reply(PAGE)}
        visit.get(replies, "/a", "/b")
        assert visit.waits == [5, 20]


class TestKept:
    """Section 2.4 and the end of 2.3.1.4: a day for an answer, an older copy while none comes."""

    @pytest.mark.parametrize(
        ("robots", "steps", "asked", "allowed"),
        [
            ([reply(OPEN), reply(CLOSED)], ["/a", 23 * HOUR, "/a"], 1, True),
            ([reply(OPEN), reply(CLOSED)], ["/a", 25 * HOUR, "/a"], 2, False),
            ([reply(b"", 404), reply(CLOSED)], ["/a", 25 * HOUR, "/a"], 2, False),
            # a failure is tried again after 5 minutes, later after an hour
            ([reply(b"", 500), reply(OPEN)], ["/a", 4 * MINUTE, "/a"], 1, False),
            ([reply(b"", 500), reply(OPEN)], ["/a", 6 * MINUTE, "/a"], 2, True),
            ([*[reply(b"", 500)] * 2, reply(OPEN)], ["/a", 50 * MINUTE, "/a", 40 * MINUTE, "/a"], 2, False),
            ([*[reply(b"", 500)] * 2, reply(OPEN)], ["/a", 5 * HOUR, "/a", 61 * MINUTE, "/a"], 3, True),
            # while it fails the copy counts, not that there was none
            ([reply(OPEN), reply(b"", 500)], ["/a", 25 * HOUR, "/a"], 2, True),
            ([reply(CLOSED), b""], ["/a", 25 * HOUR, "/a"], 2, False),
            ([reply(OPEN), reply(b"", 500)], ["/a", 25 * HOUR, "/a", 40 * DAY, "/a"], 3, True),
            ([reply(CLOSED), reply(b"", 500)], ["/a", 25 * HOUR, "/a", 40 * DAY, "/a"], 3, False),
            ([reply(b"", 404), reply(b"", 500)], ["/a", 25 * HOUR, "/a"], 2, False),
            # 30 days without any: none
            ([reply(b"", 500)], ["/a", 29 * DAY, "/a"], 2, False),
            ([reply(b"", 500)], ["/a", 31 * DAY, "/a"], 2, True),
            ([b""], ["/a", 31 * DAY, "/a"], 2, True),
            ([reply(b"", 500), reply(CLOSED)], ["/a", 31 * DAY, "/a"], 2, False),
        ],
    )
    def test_how_long(
        self,
        visit: Visit,
        robots: Sequence[bytes],
        steps: Sequence[str | timedelta],
        asked: int,
        allowed: bool,
    ) -> None:
        *_, last = visit.get({"/robots.txt": robots, "/a": reply(PAGE)}, *steps)
        assert visit.paths.count("/robots.txt") == asked
        assert isinstance(last, Fetched if allowed else Failed)

    def test_the_next_program_knows_it(self, tmp_path: Path) -> None:
        assert asyncio.run(_two_programs(tmp_path)) == ["/robots.txt", "/a", "/a"]

    def test_a_copy_in_use_is_told_as_such(self, visit: Visit) -> None:
        _, last = visit.get({"/robots.txt": [reply(OPEN), b""], "/a": reply(PAGE)}, "/a", 25 * HOUR, "/a")
        assert isinstance(last, Fetched)
        assert last.exchange.hops[0].robots == "allowed by robots.txt of 2026-11-22, which cannot be had anew"

    def test_failures_are_tried_less_and_less_often(self) -> None:
        record = after_try(None, 500, b"", NOW)
        waits = []
        for _ in range(6):
            wait = next(minutes for minutes in range(100) if is_due(record, record.tried_at + minutes * MINUTE))
            record = after_try(record, None, b"", record.tried_at + wait * MINUTE)
            waits.append(wait)
        assert waits == [5, 5, 10, 20, 40, 60]

    @pytest.mark.parametrize(("ahead", "due"), [(timedelta(seconds=30), False), (HOUR, True)])
    def test_a_clock_set_back_does_not_keep_it_longer(self, ahead: timedelta, due: bool) -> None:
        assert is_due(RobotsRecord(200, b"", NOW + ahead, NOW + ahead), NOW) is due

    def test_an_answer_ends_the_failing(self) -> None:
        failing = RobotsRecord(None, b"", None, NOW, NOW - DAY)
        assert after_try(failing, 200, OPEN, NOW) == RobotsRecord(200, OPEN, NOW, NOW)
        assert after_try(failing, 404, PAGE, NOW) == RobotsRecord(404, b"", NOW, NOW)
        assert after_try(failing, 429, b"", NOW) == replace(failing, status=429)


async def _two_programs(folder: Path) -> list[str]:
    """Let two programs ask for a page, one after the other; return what was asked for."""
    with closing(connect(f"sqlite:///{folder}/hosts.db")) as database:
        prepare(database)
        async with serve({"/robots.txt": reply(OPEN), "/a": reply(PAGE)}) as server:
            for _ in range(2):
                web = fetcher(database, FakeClock())
                await web.get(f"{server.url}/a")
                await web.close()
            return server.paths


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        # which group: the product token as a whole, whatever its case, or what is for all
        (b"User-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Monitor\nAllow: /", True),
        (b"User-agent: monitor/2.0\nDisallow: /", False),
        (b"User-agent: MONITOR (any version)\nDisallow: /", False),
        (b"User-agent: mon\nDisallow: /", True),
        (b"User-agent: m\nDisallow: /", True),
        (b"User-agent: monitoring\nDisallow: /", True),
        (b"User-agent: monitor-news\nDisallow: /", True),
        (b"User-agent: newsmonitor\nDisallow: /", True),
        (b"User-agent: Googlebot\nDisallow: /", True),
        (b"User-agent: Googlebot\nUser-agent: monitor\nUser-agent: Bingbot\nDisallow: /", False),
        (b"User-agent: monitor\n\n# and\n\nUser-agent: Bingbot\nDisallow: /", False),
        (b"User-agent: monitor\nDisallow: /b\n\nUser-agent: x\nAllow: /\n\nUser-agent: monitor\nDisallow: /a", False),
        (b"User-agent: monitor\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        (b"User-agent: x\nAllow: /a\nUser-agent: y\nDisallow: /a", True),
        (b"Disallow: /", True),
        # which rule: the longest, and Allow of two that are equal
        (b"User-agent: *\nDisallow: /\nAllow: /a", True),
        (b"User-agent: *\nAllow: /\nDisallow: /a", False),
        (b"User-agent: *\nDisallow: /a\nAllow: /a", True),
        (b"User-agent: *\nDisallow: /*.html$", True),
        (b"User-agent: *\nDisallow: /a$", False),
        (b"User-agent: *\nDisallow: /*b", True),
        (b"User-agent: *\nDisallow: /A", True),
        (b"User-agent: *\nDisallow: /%61", False),
        # how it is written
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (b"\xef\xbb\xbfUser-agent: monitor\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (b"USER-AGENT:*\r\nDISALLOW:/\r\n", False),
        (b"User-agent: *\rDisallow: /\r", False),
        (b"  User-agent :\t* # all\n\tDisallow : /\t# of it", False),
        ("User-agent: *\nDisallow: /".encode("utf-16"), False),
        ("User-agent: *\nDisallow: /খবর\nDisallow: /a".encode("utf-16-be"), True),
        (b"# \xff\xfe caf\xe9\nUser-agent: *\nDisallow: /", False),
        (b"User-agent: *\nSitemap: /s.xml\nDisallow: /", False),
        # what is no robots.txt at all
        (b"<!doctype html><html><body><p>Disallow: /</p></body></html>", True),
        (b"\xff\x00binary", True),
        (b"\x00" * 1000, True),
        (b"\x1f\x8b\x08", True),
        (b"\xff\xfe\x00", True),
    ],
)
def test_rules(text: bytes, allowed: bool) -> None:
    assert rules_of(text, "monitor").allow("https://a.example/a") is allowed


@pytest.mark.parametrize(
    ("text", "delay"),
    [
        (b"User-agent: *\nCrawl-delay: 10", 10),
        (b"User-agent: *\nCrawl-delay: 0.5", 0.5),
        (b"User-agent: *\nCrawl-delay: 86400", 60),
        (b"User-agent: *\nCrawl-delay: 1e999", 0),
        (b"User-agent: *\nCrawl-delay: -5", 0),
        (b"User-agent: *\nCrawl-delay: soon", 0),
        (b"User-agent: *\nCrawl-delay: 10\n\nUser-agent: monitor\nCrawl-delay: 2", 2),
        (b"User-agent: x\nCrawl-delay: 10", 0),
        (b"", 0),
    ],
)
def test_crawl_delay(text: bytes, delay: float) -> None:
    assert rules_of(text, "monitor").delay == delay


@pytest.mark.parametrize(
    ("text", "all_of_it"),
    [
        (CLOSED, True),
        (b"User-agent: *\nDisallow: /*", True),
        (b"User-agent: *\nDisallow: /$", False),
        (b"User-agent: *\nDisallow: /a", False),
        (b"User-agent: x\nDisallow: /", False),
    ],
)
def test_a_host_that_forbids_everything_is_known(text: bytes, all_of_it: bool) -> None:
    assert rules_of(text, "monitor").allow_nothing("https://a.example/a/b") is all_of_it


def test_a_line_that_is_cut_forbids_nothing() -> None:
    start, end = b"User-agent: *\nDisallow: /b\n#", b"\nDisallow: /ab"
    text = start + b"x" * (PARSED - len(start) - len(end) + 1) + end
    assert rules_of(text[:PARSED], "monitor").allow("https://a.example/a")
    assert not rules_of(text[:PARSED], "monitor").allow("https://a.example/b")


def lines(line: str) -> bytes:
    """Return a robots.txt that is full of one line, numbered."""
    return "".join(line.format(number) for number in range(PARSED // len(line))).encode()[:PARSED]


HOSTILE = {
    "one line of stars": b"User-agent: *\nDisallow: /" + b"*a" * 250_000,
    "one line of escapes": b"User-agent: *\nDisallow: /" + b"%e0" * 160_000,
    "one line of dollars": b"User-agent: *\nDisallow: /" + b"$" * 500_000,
    "rules with stars": b"User-agent: *\n" + lines("Disallow:/*a*{:x}$\n"),
    "agents and rules": lines("User-agent:{:x}\n")[: PARSED // 2] + lines("Disallow:/{:x}\n"),
    "agents and rules in turn": lines("User-agent:*{0:x}*\nUser agent\nDisallow:/*{0:x}$\n"),
    "agents without colons": lines("useragent {:x}\n")[: PARSED // 2] + lines("Disallow {:x}\n"),
    "ends of lines": b"User-agent: *\n" + b"\r" * PARSED,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_long_or_much(name: str) -> None:
    """Half a megabyte of the worst takes a second and 46 MB here, then 0.12 s a page; slow machines have room."""
    url = "https://a.example/" + "a" * 2000
    started = time.process_time()
    rules = rules_of(HOSTILE[name], "monitor")
    parsed = time.process_time()
    rules.allow(url)
    allowed = time.process_time()
    assert parsed - started < 5
    assert allowed - parsed < 1
    tracemalloc.start()
    try:
        rules_of(HOSTILE[name][: PARSED // 10], "monitor")
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


PIECES = [
    "User-agent: ",
    "user agent",
    "monitor",
    "*",
    "\n",
    "\r",
    " ",
    ":",
    "Disallow: ",
    "/",
    "$",
    "%",
    "#",
    "\x85",
    "ক",
]


@given(st.binary() | st.lists(st.sampled_from(PIECES)).map(lambda pieces: "".join(pieces).encode()), st.text())
def test_rules_may_be_anything(text: bytes, path: str) -> None:
    rules = rules_of(text, "monitor")
    assert rules.allow(f"https://a.example/{path}") in {True, False}
    assert 0 <= rules.delay <= 60
