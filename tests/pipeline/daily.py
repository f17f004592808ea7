"""A made-up paper on a made-up web: pages are what a test says they are, and every request is on record. Synthetic."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from re import compile as pattern
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select

from monitor.core.articles import Article, Unreadable
from monitor.core.headers import Headers
from monitor.core.outcomes import Deferred, Exchange, Failed, Outcome
from monitor.core.validators import Validators, to_send
from monitor.language.dates import Stated, read_dateline
from monitor.net.outcomes import outcome_of
from monitor.pipeline.alerting import Alerting
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Progress, Run, run_once
from monitor.pipeline.ports import Fetcher
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Listed, Parser, Site, Source
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.record import SqlStore
from tests.clocks import FakeClock

HOME = "https://daily.example"
FEED = f"{HOME}/feed"
ARCHIVE = f"{HOME}/archive/{{day:%Y-%m-%d}}"
HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)


def url(number: int) -> str:
    return f"{HOME}/news/{number}"


@dataclass(frozen=True)
class Answer:
    """What an address answers. `moved` is where redirects lead; an answer without status is no connection."""

    body: str = ""
    status: int | None = 200
    headers: Headers = HTML
    moved: str | None = None


def story(
    text: str = "এক দুই তিন চার।",
    *,
    title: str = "শিরোনাম",
    etag: str | None = None,
    updated: str | None = None,
    published: str | None = None,
) -> Answer:
    stated = f"<time>{updated}</time>" if updated else ""
    stated += f"<i>{published}</i>" if published else ""
    page = f'<html><head><meta property="og:title" content="{title}!"></head><body><h1>{title}</h1>{stated}<p>{text}</p></body></html>'
    return Answer(page, headers=(*HTML, ("ETag", etag)) if etag else HTML)


def listing(*lines: str, etag: str | None = None, control: str | None = None, status: int = 200) -> Answer:
    """A source: links, `>` before a further page, `~` before its TTL, a headline behind a space."""
    more = [("ETag", etag)] if etag else []
    more += [("Cache-Control", control)] if control else []
    return Answer("\n".join(lines), status, (("Content-Type", "text/plain"), *more))


def links(page: Page) -> Listed | Unreadable:
    if page.text.startswith("<"):
        return Unreadable("it is no list")
    lines = page.text.splitlines()
    found = [Found(each[0], each[2] or None) for line in lines if line[0] not in ">~" for each in [line.partition(" ")]]
    ttl = next((float(line[1:]) for line in lines if line.startswith("~")), None)
    more = tuple(line[1:] for line in lines if line.startswith(">"))
    return Listed(tuple(found), more, ttl) if lines else Unreadable("it lists nothing")


def day_links(page: Page) -> Listed | Unreadable:
    return Listed(()) if not page.text else links(page)


def read(page: Page) -> Article | Unreadable:
    title, paragraphs = page.tree.css_first("h1"), page.tree.css("p")
    if title is None or not paragraphs:
        return Unreadable("there is no story")
    body = tuple(each.text() for each in paragraphs)
    return Article(title.text(), body, published=_stated(page, "i"), updated=_stated(page, "time"))


def _stated(page: Page, tag: str) -> Stated | None:
    node = page.tree.css_first(tag)
    line = read_dateline(node.text(), language="en", timezone="UTC") if node else None
    return line.published if line else None


DAILY = Site(
    name="daily",
    title="The Daily",
    language="bn",
    timezone=ZoneInfo("Asia/Dhaka"),
    parsers=(Parser("v1", 1, lambda page: page.is_html, read),),
    match=(pattern(r"https://(?:m\.)?daily\.example/(?P<key>news/\d+)"),),
    canonical=lambda each: each.replace("//m.", "//"),
    sources=(Source("feed", FEED, links), Source("archive", ARCHIVE, day_links, polled=False)),
)


@dataclass
class Web(Fetcher):
    """A fetcher of made-up pages. An address that is not in `pages` is 404; a host in `closed` is to be left alone.

    With `dated` they are captures with times of their own, as in a replay.
    """

    conditional: ClassVar[bool] = True
    clock: FakeClock
    pages: dict[str, Answer] = field(default_factory=dict)
    closed: dict[str, Deferred] = field(default_factory=dict)
    dated: bool = False
    asked: list[str] = field(default_factory=list)
    not_modified: list[str] = field(default_factory=list)

    async def get(
        self, url: str, *, delay: float | None = None, validators: Validators | None = None
    ) -> Outcome | Deferred:
        await asyncio.sleep(0)
        host = url.split("/")[2]
        if host in self.closed:
            return self.closed[host]
        self.asked.append(url)
        now, answer = self.clock.now(), self.pages.get(url, Answer("<h1>404</h1>", 404))
        final = answer.moved or url
        if answer.status is None:
            return Failed(Exchange(url, url, now), "no connection: refused", unreachable=True)
        sent = to_send(validators, now)
        if sent is not None and sent.etag is not None and ("ETag", sent.etag) in answer.headers:
            self.not_modified.append(url)
            return outcome_of(Exchange(url, final, now, 304, answer.headers))
        body = answer.body.encode()
        return outcome_of(Exchange(url, final, now, answer.status, answer.headers, body, dated=self.dated))

    def reaches(self, url: str) -> bool:
        return url.startswith("https://")

    def pending(self, site: str) -> Sequence[str]:
        return ()

    async def close(self) -> None:
        """Nothing is open."""


class Desk:
    """A monitor of the Daily on a real database: run after run, with a clock of the test's own."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.site = database, FakeClock(), DAILY
        self.web, self.policy = Web(self.clock), RecheckPolicy()
        self.store, self.archive, self.alerting = SqlStore(database), SqlArchive(database), Alerting()

    @property
    def monitor(self) -> Monitor:
        sites, parts = Catalogue.of([self.site]), (self.store, self.archive, self.web, self.clock)
        return Monitor(sites, *parts, rechecks=self.policy, alerting=self.alerting)

    def serve(self, pages: Mapping[str, Answer]) -> None:
        self.web.pages.update(pages)

    def once(self, *, wait: timedelta = timedelta(0), only_due: bool = False) -> Run:
        """Let time pass, and run once; only this run's requests are then on record."""
        self.clock.at += wait
        self.web.asked.clear()
        self.web.not_modified.clear()
        return asyncio.run(run_once(self.monitor, [self.site], Progress(), only_due=only_due))

    def events(self) -> list[str]:
        return [row.kind for row in self.rows("events")]

    def rows(self, table: str) -> list[Any]:
        from monitor.store.tables import metadata  # noqa: PLC0415

        chosen = metadata.tables[table]
        with self.database.reading() as connection:
            return list(connection.execute(select(chosen).order_by(*chosen.primary_key.columns)))
