"""Two papers on loopback and a whole monitor of them: all of it real but the time. Synthetic.

The Bad Daily's server does to requests what a test says; the Good Daily's always works, and in every run but the
first its story has been edited: so a run that the bad one spoils is seen.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import trustme
from sqlalchemy import Row, Select, select

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
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import articles, observations, readings, sites, versions
from tests.clocks import FakeClock
from tests.net.server import Reply, Server, reply, serve

LIMIT = 200_000
PATIENT = 30.0
HOUR = timedelta(hours=1)

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
    return f"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/xml\r\n{more}\r\n".encode() + body


PAGE = page_of(TITLE, TEXT)

STORY: Story = (TITLE, TEXT)


class Paper:
    """A paper at a port of its own, whose server can be closed and opened again. `pages` is what it answers by path."""

    def __init__(self, name: str, runner: asyncio.Runner, tls: ssl.SSLContext | None) -> None:
        self._runner, self._servers = runner, AsyncExitStack()
        self.pages: dict[str, Reply | Sequence[Reply]] = {
            "/feed": xml(feed("/news/1")),
            "/news/1": html(PAGE),
        }
        self.server = self.open(tls)
        self.home = self.server.url
        self.site = _site(name, self.home)

    def open(self, tls: ssl.SSLContext | None = None, *, port: int = 0) -> Server:
        """Open the server."""
        self.server = self._runner.run(self._servers.enter_async_context(serve(self.pages, port=port, tls=tls)))
        return self.server

    def reopen(self, tls: ssl.SSLContext | None) -> None:
        """Open the server again at its old port."""
        self.close()
        self.open(tls, port=int(self.home.rpartition(":")[2]))

    def close(self) -> None:
        """Close the server; nobody listens at its port then."""
        self._runner.run(self._servers.aclose())


class Press:
    """A monitor of two papers, run after run. `took` is how many seconds of real time the last run took."""

    def __init__(
        self,
        database: Database,
        runner: asyncio.Runner,
        ca: trustme.CA | None,
        tls: ssl.SSLContext | None,
        limit: int,
    ) -> None:
        self.database, self.clock, self.took = database, FakeClock(), 0.0
        self.good, self.bad = Paper("good", runner, None), Paper("bad", runner, tls)
        self._runner, self._limit, self._seen, self._edits = runner, limit, 0, 0
        self._trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody else, and is made quickly
        if ca:
            ca.configure_trust(self._trust)

    def once(self, *, wait: timedelta = HOUR, deadline: float = PATIENT) -> Run:
        """Let time pass, edit the good paper's story, and run once, as a program that has just been started."""
        self.clock.at += wait
        self._edits += 1
        self.good.pages["/news/1"] = html(page_of(*self.edit[1]))
        self._seen = max((row.id for row in self._rows(select(observations.c.id))), default=0)
        started = time.monotonic()
        run = self._runner.run(self._run(deadline))
        self.took = time.monotonic() - started
        return run

    @property
    def edit(self) -> tuple[str, Story]:
        """The good paper's story as it stands now."""
        return "news/1", (TITLE, (*TEXT, f"Правка {self._edits}."))

    def observed(self, paper: Paper) -> dict[str, tuple[str, str]]:
        """Outcome and why of each path of a paper that was asked for in the last run."""
        chosen = select(observations).where(observations.c.id > self._seen).order_by(observations.c.id)
        rows = [row for row in self._rows(chosen) if row.url.startswith(paper.home)]
        return {row.url.removeprefix(paper.home): (row.outcome, row.why or "") for row in rows}

    def versions(self, paper: Paper) -> list[tuple[str, Story]]:
        """All that is on record as what a paper's stories said: keys, titles and texts."""
        chosen = (
            select(articles.c.key, readings.c.title, readings.c.paragraphs)
            .join_from(readings, versions)
            .join(articles, articles.c.id == versions.c.article_id)
            .join(sites, sites.c.id == articles.c.site_id)
            .where(sites.c.name == paper.site.name)
            .order_by(readings.c.id)
        )
        return [(row.key, (row.title, tuple(row.paragraphs))) for row in self._rows(chosen)]

    async def _run(self, deadline: float) -> Run:
        fetcher = self._fetcher(deadline)
        papers = [self.bad.site, self.good.site]
        monitor = Monitor(Catalogue.of(papers), SqlStore(self.database), SqlArchive(self.database), fetcher, self.clock)
        try:
            return await run_once(monitor, papers, Progress())
        finally:
            await fetcher.close()

    def _fetcher(self, deadline: float) -> WebFetcher:
        """Join a fetcher as bootstrap.py does."""
        egress = Egress([allowed("127.0.0.0/8"), allowed("localhost")], tls=self._trust)
        client = Client(new_http_client("monitor/test", egress=egress), self.clock, deadline, self._limit)
        turns = Turns(client, SqlHosts(self.database), self.clock, Random(1))  # noqa: S311
        return WebFetcher(turns, Robots(turns, "monitor"), delay=5)

    def _rows(self, chosen: Select[Any]) -> Sequence[Row[Any]]:
        with self.database.reading() as connection:
            return connection.execute(chosen).all()


@contextmanager
def at_press(
    folder: Path, ca: trustme.CA | None = None, tls: ssl.SSLContext | None = None, *, limit: int = LIMIT
) -> Iterator[Press]:
    """Start two papers and a monitor of them; `ca` is whom it trusts, and with `tls` the bad paper is served.

    `limit` is the size in bytes beyond which a body is given up.
    """
    with asyncio.Runner() as runner, closing(connect(f"sqlite:///{folder}/press.db")) as database:
        prepare(database)
        press = Press(database, runner, ca, tls, limit)
        try:
            yield press
        finally:
            press.good.close()
            press.bad.close()


def _site(name: str, home: str) -> Site:
    return Site(
        name=name,
        title=name,
        language="bn",
        timezone=ZoneInfo("Asia/Dhaka"),
        parsers=(Parser("v1", 1, lambda page: page.is_html, _read),),
        match=(re.compile(rf"{re.escape(home)}/(?P<key>news/\d+)"),),
        sources=(Source("feed", f"{home}/feed", feed_links),),
    )


def _read(page: Page) -> Article | Unreadable:
    """Read a story as the parsers of real sites do: not from a page that breaks off."""
    if not page.is_whole:
        return Unreadable("the page breaks off before its end")
    title, paragraphs = page.tree.css_first("h1"), page.tree.css("p")
    if title is None or not paragraphs:
        return Unreadable("there is no story")
    return Article(title.text(), tuple(each.text() for each in paragraphs))
