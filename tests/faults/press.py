"""Two papers on loopback and a whole monitor of them: all of it real but the time. Synthetic.

The Bad Daily's server does to requests what a test says; the Good Daily's always works, and in every run but the
first its story has been edited: so a run that the bad one spoils is seen.
"""

import asyncio
import re
import ssl
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Self
from zoneinfo import ZoneInfo

from sqlalchemy import select

from monitor.core.addresses import allowed
from monitor.core.articles import Article, Unreadable
from monitor.net.egress import Egress
from monitor.net.request import Client, new_http_client
from monitor.net.robots import Robots
from monitor.net.turns import Turns
from monitor.net.web import WebFetcher
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Progress, Run, run_once
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser, Site, Source
from monitor.sitekit.sitemaps import sitemap_links
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import metadata
from tests.clocks import FakeClock
from tests.net.server import Reply, Server, reply, serve

LIMIT = 200_000
PATIENT, SHORT = 30.0, 0.5
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

TITLE, TEXT = "Паводок отступил", ("Вода ушла из города утром.", "Мосты снова открыты для всех машин.")
Story = tuple[str, tuple[str, ...]]


def page_of(title: str, text: tuple[str, ...], more: str = "") -> str:
    paragraphs = "".join(f"<p>{each}</p>" for each in text)
    return f"<html><head><title>{title}</title>{more}</head><body><h1>{title}</h1>{paragraphs}</body></html>"


def html(text: str | bytes, status: int = 200, **headers: str) -> bytes:
    """An answer with a page of a story or of something else."""
    body = text.encode() if isinstance(text, str) else text
    return reply(body, status, **{"content_type": "text/html; charset=utf-8", **headers})


def feed(*paths: str) -> str:
    items = "".join(f"<item><title>{TITLE}</title><link>{{here}}{path}</link></item>" for path in paths)
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{items}</channel></rss>"


def xml(text: str | bytes, **headers: str) -> bytes:
    """An answer that ends where the connection does, so that the server may put its own address into the text."""
    body = text.encode() if isinstance(text, str) else text
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\n{more}\r\n".encode() + body


PAGE = page_of(TITLE, TEXT)


def read(page: Page) -> Article | Unreadable:
    """Read a story as the parsers of real sites do: not from a page that breaks off."""
    if not page.is_whole:
        return Unreadable("the page breaks off before its end")
    title, paragraphs = page.tree.css_first("h1"), page.tree.css("p")
    if title is None or not paragraphs:
        return Unreadable("there is no story")
    return Article(title.text(), tuple(each.text() for each in paragraphs))


def paper(name: str, home: str) -> Site:
    return Site(
        name=name,
        title=name,
        language="bn",
        timezone=ZoneInfo("Asia/Dhaka"),
        parsers=(Parser("v1", 1, lambda page: page.is_html, read),),
        match=(re.compile(rf"{re.escape(home)}/(?P<key>news/\d+)"),),
        sources=(Source("feed", f"{home}/feed", feed_links), Source("sitemap", f"{home}/map", sitemap_links)),
    )


@dataclass
class Press:
    """The monitor and both papers. `pages` is what the bad one answers by path, `took` what each run took in seconds."""

    folder: Path
    pages: dict[str, Reply] = field(default_factory=dict)
    good_pages: dict[str, Reply] = field(default_factory=dict)
    clock: FakeClock = field(default_factory=FakeClock)
    took: list[float] = field(default_factory=list)
    runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    servers: AsyncExitStack = field(default_factory=AsyncExitStack)
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self.database: Database = connect(f"sqlite:///{self.folder}/press.db")
        prepare(self.database)
        self.good_server, self._good_stack = self._open(self.good_pages)
        self.good = paper("good", self.good_server.url)
        self.start(None)
        self.bad = paper("bad", self.server.url)
        self.good_pages |= {"/feed": xml(feed("/news/1")), "/map": xml(feed("/news/1")), "/news/1": html(PAGE)}
        self.pages |= {"/feed": xml(feed("/news/1")), "/map": xml(feed("/news/1")), "/news/1": html(PAGE)}
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.runner.run(self._good_stack.aclose())
        self.database.close()
        self.runner.close()
