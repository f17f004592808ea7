"""A small paper on loopback in a process of its own, and the daemon that watches it in another. Synthetic."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from monitor.store.database import connect
from tests.net.server import HANGS, Reply, Server, reply

SITE = """
import re
from zoneinfo import ZoneInfo
from monitor.core.articles import Article, Unreadable
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.site import Parser, Site, Source

BASE = "{base}"

def read(page):
    title, body = page.tree.css_first("h1"), page.tree.css("article p")
    return Article(title.text(), tuple(p.text() for p in body)) if title and body else Unreadable("there is no article")

SITE = Site(
    name="loopback", title="Loopback News", language="en", timezone=ZoneInfo("Asia/Dhaka"),
    match=(re.compile(re.escape(BASE) + r"/(?P<key>news/\\d+)"),),
    parsers=(Parser("v1", 1, lambda page: page.is_html, read),),
    sources=(Source("feed", BASE + "/feed", feed_links),),
)
"""
CONFIG = """
fetch: {delay: 0, allow_private: [127.0.0.1]}
run: {tick: 1s}
sites: {inqilab: {enabled: false}, wirecopy: {enabled: false}}
"""


@dataclass
class Paper:
    """The paper: what it answers, and the folder in which daemons watch it."""

    folder: Path
    server: Server
    replies: dict[str, Reply]
    url: str

    def lists(self, *numbers: int) -> None:
        """Let the feed list stories, and serve those that are not served yet."""
        base = self.server.url
        items = "".join(f"<item><title>Story {n}</title><link>{base}/news/{n}</link></item>" for n in numbers)
        feed = f'<rss version="2.0"><channel>{items}</channel></rss>'
        self.replies["/feed"] = reply(feed.encode(), content_type="application/rss+xml")
        for number in numbers:
            self.replies.setdefault(f"/news/{number}", story(f"Text {number}."))

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Look into the record."""
        with closing(connect(self.url)) as database, database.reading() as connection:
            return list(map(tuple, connection.execute(text(query))))

    def change(self, statement: str) -> None:
        """Change the record behind the daemon's back."""
        with closing(connect(self.url)) as database, database.writing() as connection:
            connection.execute(text(statement))

    def configure(self, settings: str) -> None:
        """Write the configuration, as an editor does: the file is replaced."""
        (self.folder / "config.new").write_text(
            settings if "database:" in settings else f"database: {self.url}\n{settings}"
        )
        (self.folder / "config.new").replace(self.folder / "config.yaml")


def story(words: str) -> bytes:
    """Return the page of a story."""
    page = f"<html><head><title>T</title></head><body><h1>T</h1><article><p>{words}</p></article></body></html>"
    return reply(page.encode(), content_type="text/html; charset=utf-8")


SILENCE = b"HTTP/1.1 200 X\r\ncontent-length: 100\r\n\r\n" + HANGS
"""An answer that never comes to its end."""


def install(folder: Path, base: str) -> None:
    """Install the paper's site as another package would."""
    package = folder / "plugin"
    (package / "loopback-1.dist-info").mkdir(parents=True)
    (package / "loopback-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loopback\nVersion: 1\n")
    (package / "loopback-1.dist-info" / "entry_points.txt").write_text(
        "[monitor.sites]\nloopback = loopback_site:SITE\n"
    )
    (package / "loopback_site.py").write_text(SITE.format(base=base))


@dataclass
class Running:
    """A daemon that runs, and what it has said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    _lines: "queue.Queue[str | None]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def hears(self, text: str, times: int = 1) -> str:
        """Wait until it says something so many times from now on; return the line."""
        while True:
            line = self._lines.get(timeout=60)
            assert line is not None, f"it ended without saying {text!r}:\n{''.join(self.said)}"
            self.said.append(line)
            times -= text in line
            if not times:
                return line

    def heard(self) -> list[str]:
        """Return what it has said so far, without waiting."""
        while not self._lines.empty():
            self.said.append(self._lines.get() or "")
        return self.said

    def tell(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def ends(self) -> int:
        """Wait for its end and return how it ended."""
        code = self.process.wait(timeout=60)
        while (line := self._lines.get(timeout=60)) is not None:
            self.said.append(line)
        return code


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a program that is to find the paper's package, and the tests."""
    path = os.pathsep.join([str(folder / "plugin"), str(Path(__file__).parents[2])])
    return {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1"}


@contextmanager
def running(folder: Path, *arguments: str, program: tuple[str, ...] = ("-m", "monitor", "run")) -> Iterator[Running]:
    """Start the daemon in a folder with a configuration; at the end of the block it is killed if it still runs."""
    command = [sys.executable, "-u", *program, *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(  # type: ignore[call-overload]
        command, cwd=folder, env=environment(folder), text=True, **streams
    ) as process:
        try:
            yield Running(process)
        finally:
            if process.poll() is None:
                process.kill()
