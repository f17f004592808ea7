"""Commands against a real site on loopback that came from another package: what a user sees, run after run. Synthetic."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.commands import Done, Run
from tests.net.server import Server, reply, serve_in_thread

SITE = """
import re
from zoneinfo import ZoneInfo
from monitor.core.articles import Article, Unreadable
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.listings import listing
from monitor.sitekit.site import Parser, Site, Source

BASE = "{base}"

def read(page):
    title, body = page.tree.css_first("h1"), page.tree.css("article p")
    return Article(title.text(), tuple(p.text() for p in body)) if title and body else Unreadable("there is no article")

SITE = Site(
    name="loopback", title="Loopback News", language="en", timezone=ZoneInfo("Asia/Dhaka"),
    match=(re.compile(re.escape(BASE) + r"/(?P<key>news/\\d+)(?:\\?.*)?"),),
    canonical=lambda url: url.partition("?")[0],
    parsers=(Parser("v1", 1, lambda page: page.is_html, read),),
    sources=(
        Source("feed", BASE + "/feed", feed_links),
        Source("archive", BASE + "/archive/{{day:%Y-%m-%d}}", listing("li", "a", frame="ul"), polled=False),
    ),
)
"""
HTML = "text/html; charset=utf-8"


def page(text: str, title: str = "Title") -> bytes:
    body = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><article><p>{text}</p></article></body></html>"
    )
    return reply(body.encode(), content_type=HTML)


def feed(base: str, *numbers: int) -> bytes:
    items = "".join(
        f"<item><title>Story {n}</title><link>{base}/news/{n}?utm_source=rss</link></item>" for n in numbers
    )
    return reply(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode(), content_type="application/rss+xml")


@dataclass
class Live:
    """A site that is being served, and the commands that are run against it."""

    command: Run
    server: Server
    replies: dict[str, bytes] = field(default_factory=dict)

    def run(self, *arguments: object) -> Done:
        self.server.requests.clear()
        return self.command(*arguments)

    def url(self, path: str) -> str:
        return self.server.url + path


@pytest.fixture
def live(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """Serve a site in a thread, and install it as another package would; the server may be connected to."""
    replies: dict[str, bytes] = {}
    with serve_in_thread(replies) as server:
        package = tmp_path / "plugin"
        (package / "loopback-1.dist-info").mkdir(parents=True)
        (package / "loopback-1.dist-info" / "METADATA").write_text(
            "Metadata-Version: 2.1\nName: loopback\nVersion: 1\n"
        )
        (package / "loopback-1.dist-info" / "entry_points.txt").write_text(
            "[monitor.sites]\nloopback = loopback_site:SITE\n"
        )
        (package / "loopback_site.py").write_text(SITE.format(base=server.url))
        monkeypatch.syspath_prepend(package)
        (tmp_path / "config.yaml").write_text(
            "fetch:\n  delay: 0\n  allow_private: [127.0.0.1]\nsites:\n  inqilab:\n    enabled: false\n"
        )
        try:
            yield Live(run, server, replies)
        finally:
            sys.modules.pop("loopback_site", None)


def test_a_story_is_found_edited_and_taken_away(live: Live) -> None:
    live.replies |= {"/feed": feed(live.server.url, 1), "/news/1": page("As it was.")}
    first = live.run("once", "--format", "json")
    assert (first.code, first.json["published"], first.json["articles"][0]["key"]) == (0, 1, "loopback:news/1")
    live.replies["/news/1"] = page("As it is now.")
    second = live.run("once", "--format", "json")
    assert (second.code, second.json["edited"]) == (0, 1)
    live.replies["/news/1"] = reply(b"", 404)
    assert live.run("once", "--format", "json").json["gone"] == 1
    history = live.run("history", "1")
    assert "gone" in history.out


def test_what_is_due(live: Live) -> None:
    live.replies |= {"/feed": feed(live.server.url, 1), "/news/1": page("Text.")}
    live.run("once")
    again = live.run("once", "--due")
    assert (again.code, live.server.paths) == (0, [])
    assert "not asked again so soon" in again.err


def test_headlines_and_sources(live: Live) -> None:
    live.replies |= {"/feed": feed(live.server.url, 1), "/news/1": page("Text.")}
    live.run("once")
    assert [(each["place"], each["text"]) for each in live.run("show", "1", "--format", "json").json["headlines"]] == [
        ("feed", "Story 1")
    ]
    (source,) = live.run("sources", "--format", "json").json
    assert (source["kind"], source["links"], source["failing_since"]) == ("feed", 1, None)
    live.replies["/feed"] = reply(b"", 500)
    assert "HTTP 500" in live.run("once").err
    assert "failing since" in live.run("sources").out


def test_a_backfill_reads_each_day_once(live: Live) -> None:
    from datetime import datetime, timedelta  # noqa: PLC0415
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    today = datetime.now(ZoneInfo("Asia/Dhaka")).date()
    days = [today - timedelta(days=back) for back in range(3)]
    for number, day in enumerate(days, 1):
        body = f'<html><body><ul><li><a href="/news/{number}">Story {number}</a></li></ul></body></html>'
        live.replies |= {
            f"/archive/{day}": reply(body.encode(), content_type=HTML),
            f"/news/{number}": page(f"{number}."),
        }
    done = live.run("once", "--site", "loopback", "--since", days[-1], "--format", "json")
    assert (done.code, done.json["published"]) == (0, 3)
    again = live.run("once", "--site", "loopback", "--since", days[-1], "--format", "json")
    assert (again.json["checked"], live.server.paths) == (0, [f"/archive/{today}"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--since", "2023-13-01"), "expected a day such as"),
        (("--since", "2999-01-01"), "still to come"),
        (("--since", "2023-01-01", "--due"), "leave out --due"),
        (("--since", "2023-01-01", "--site", "wirecopy"), "has no archive by days"),
    ],
)
def test_a_backfill_that_cannot_be(live: Live, arguments: tuple[str, ...], says: str) -> None:
    refused = live.run("once", *arguments)
    assert (refused.code, live.server.paths) == (2, [])
    assert says in refused.err


class TestFetch:
    """`monitor fetch` shows what the program sees, and keeps nothing."""

    def test_a_story(self, live: Live) -> None:
        live.replies |= {path: page("Text.", "A title") for path in ("/news/1", "/news/1?utm_source=x")}
        live.replies |= {"/robots.txt": reply(b"User-agent: *\nAllow: /")}
        seen = live.run("fetch", live.url("/news/1?utm_source=x"))
        assert seen.code == 0
        for said in (
            "robots: allowed",
            "HTTP 200 from 127.0.0.1",
            "loopback: story news/1",
            "v1@1",
            "A title",
            "1 paragraphs",
        ):
            assert said in seen.out
        shape = live.run("fetch", live.url("/news/1"), "--format", "json").json
        assert (shape["outcome"], shape["parser"], shape["article"]["title"]) == ("fetched", "v1@1", "A title")
        assert live.run("articles", "--format", "json").json == []

    def test_a_source(self, live: Live) -> None:
        live.replies["/feed"] = feed(live.server.url, 1, 2)
        seen = live.run("fetch", live.url("/feed"))
        assert (seen.code, "2 links" in seen.out, "source (feed)" in seen.out) == (0, True, True)

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            (reply(b"<html><body>none</body></html>", content_type=HTML), "there is no article"),
            (reply(b"", 404), "HTTP 404"),
            (reply(b"<title>Just a moment...</title>", 503, content_type=HTML), "a Cloudflare challenge"),
            (reply(b"", 302, location="http://10.0.0.1/"), "10.0.0.1"),
            (reply(b"", 302, location="file:///etc/passwd"), "not an http(s) address"),
        ],
        ids=["unreadable", "gone", "wall", "private", "file"],
    )
    def test_why_something_is_missing(self, live: Live, answer: bytes, says: str) -> None:
        live.replies["/news/1"] = answer
        seen = live.run("fetch", live.url("/news/1"))
        assert seen.code == 1
        assert says in seen.out

    def test_what_robots_forbids(self, live: Live) -> None:
        live.replies["/robots.txt"] = reply(b"User-agent: monitor\nDisallow: /news/")
        seen = live.run("fetch", live.url("/news/1"))
        assert (seen.code, live.server.paths) == (1, ["/robots.txt"])
        assert "robots: forbidden" in seen.out

    def test_nobody_there_and_no_address(self, live: Live) -> None:
        assert live.run("fetch", "http://127.0.0.1:9999/").code == 4
        assert live.run("fetch", "ftp://127.0.0.1/").code == 2


class TestRecord:
    """`monitor record` makes a case of a live page."""

    def test_a_case(self, live: Live, tmp_path: Path) -> None:
        live.replies["/news/1"] = page("Text.", "A title")
        done = live.run("record", live.url("/news/1"), "--to", "cases")
        assert done.code == 0
        case = json.loads((tmp_path / "cases" / "news-1.json").read_text())
        assert (case["key"], case["parser"], case["article"]["paragraphs"]) == ("news/1", "v1", ["Text."])
        assert (tmp_path / "cases" / "news-1.html").read_bytes() in live.replies["/news/1"]
        assert "please review" in done.err
        assert live.run("record", live.url("/news/1"), "--to", "cases").code == 2

    def test_a_page_that_cannot_be_read_is_a_case_too(self, live: Live, tmp_path: Path) -> None:
        live.replies["/news/2"] = reply(b"<html><body>nothing</body></html>", content_type=HTML)
        assert live.run("record", live.url("/news/2"), "--to", "cases", "--name", "empty").code == 0
        case = json.loads((tmp_path / "cases" / "empty.json").read_text())
        assert case["unreadable"] == "parser v1: there is no article"

    @pytest.mark.parametrize("path", ["/about", "/feed", "/news/404"])
    def test_no_case(self, live: Live, path: str) -> None:
        assert live.run("record", live.url(path), "--to", "cases").code == 2
