"""A press of many papers, each at an address of its own on loopback, which notes every request. Synthetic."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.net.server import reply

STORIES: Final = 2
_TAKES: Final = 0.02  # seconds: a request that takes no time could not be seen to overlap with another

_SITES = """
import re
from zoneinfo import ZoneInfo
from monitor.core.articles import Article, Unreadable
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.site import Parser, Site, Source

def read(page):
    title, body = page.tree.css_first("h1"), page.tree.css("article p")
    return Article(title.text(), tuple(p.text() for p in body)) if title and body else Unreadable("there is no article")

def paper(number, base):
    return Site(
        name=f"paper{{number}}", title=f"Paper {{number}}", language="en", timezone=ZoneInfo("Asia/Dhaka"),
        match=(re.compile(re.escape(base) + r"/(?P<key>news/\\d+)"),),
        parsers=(Parser("v1", 1, lambda page: page.is_html, read),),
        sources=(Source("feed", base + "/feed", feed_links),),
    )

for number, base in enumerate({bases!r}):
    globals()[f"PAPER{{number}}"] = paper(number, base)
"""
_CONFIG = """
database: {url}
fetch: {{delay: {delay}, deadline: 5, allow_private: [127.0.0.0/8]}}
run: {{tick: 1s, stop_limit: 10s, silence: {silence}}}
sites: {{inqilab: {{enabled: false}}, wirecopy: {{enabled: false}}}}
"""


@dataclass(frozen=True)
class Visit:
    """One request: when it came and when it was answered, by one clock, in seconds."""

    path: str
    came: float
    went: float


@dataclass
class Press:
    """`edition` is in the text of every story; `visits` are told by host, `total` is how many there were."""

    bases: list[str] = field(default_factory=list)
    edition: int = 0
    visits: dict[str, list[Visit]] = field(default_factory=dict)
    total: int = 0
    asked: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, seconds: float) -> None:
        """Wait for the next request, but not for longer than this."""
        with self.asked:
            self.asked.wait(seconds)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host, port = writer.get_extra_info("sockname")[:2]
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            came, path = asyncio.get_running_loop().time(), head.split(" ", 2)[1]
            await asyncio.sleep(_TAKES)
            with self.asked:
                self.visits.setdefault(host, []).append(Visit(path, came, asyncio.get_running_loop().time()))
                self.total += 1
                self.asked.notify_all()
            writer.write(self._page(path, f"http://{host}:{port}"))
            await writer.drain()
        writer.close()

    def _page(self, path: str, base: str) -> bytes:
        if path == "/feed":
            items = "".join(f"<item><title>{n}</title><link>{base}/news/{n}</link></item>" for n in range(STORIES))
            feed = f'<rss version="2.0"><channel>{items}</channel></rss>'
            return reply(feed.encode(), content_type="application/rss+xml")
        if path.startswith("/news/"):
            page = f"<html><body><h1>T</h1><article><p>Edition {self.edition}.</p></article></body></html>"
            return reply(page.encode(), content_type="text/html; charset=utf-8")
        return reply(b"none", 404)


@contextmanager
def at_press(papers: int) -> Iterator[Press]:
    """Serve so many papers, each at 127.1.x.y."""
    press, loop = Press(), asyncio.new_event_loop()
    ready, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        hosts = [f"127.1.{number // 200}.{number % 200 + 1}" for number in range(papers)]
        servers = [await asyncio.start_server(press.answer, host, 0, family=socket.AF_INET) for host in hosts]
        press.bases = ["http://{}:{}".format(*server.sockets[0].getsockname()) for server in servers]
        ready.set()
        await stop.wait()
        for server in servers:
            server.close()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(30)
    try:
        yield press
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        loop.close()


def install(folder: Path, press: Press, *, url: str, delay: float, silence: float) -> None:
    """Install the papers as another package would, and write a configuration."""
    package = folder / "plugin"
    (package / "press-1.dist-info").mkdir(parents=True)
    (package / "press-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: press\nVersion: 1\n")
    names = "".join(f"paper{number} = press_sites:PAPER{number}\n" for number in range(len(press.bases)))
    (package / "press-1.dist-info" / "entry_points.txt").write_text(f"[monitor.sites]\n{names}")
    (package / "press_sites.py").write_text(_SITES.format(bases=press.bases))
    (folder / "config.yaml").write_text(_CONFIG.format(url=url, delay=delay, silence=silence))
