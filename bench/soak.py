"""Thirty days of a made-up paper under a virtual clock: the daemon's rounds over its stories, and what they missed.

Stories appear evenly and are edited as bench/rechecks/model.py has it. On the tenth day the host is closed for six
hours, every third day the daemon is started anew, and every seventh it is left in the middle of its work, as a kill
would leave it.
"""

import asyncio
import time
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from re import compile as pattern
from tempfile import TemporaryDirectory
from typing import ClassVar, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import bindparam, func, select

from bench.rechecks.model import stories
from monitor.core.articles import Article, Unreadable
from monitor.core.leases import Lease
from monitor.core.outcomes import Deferred, Exchange, Fetched, Outcome
from monitor.core.validators import Validators
from monitor.daemon.rounds import Rounds
from monitor.pipeline.monitor import Monitor, directly
from monitor.pipeline.ports import Clock, Fetcher
from monitor.pipeline.tick import Terms, Witness
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Listed, Parser, Site, Source
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.leases import SqlLeases
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import UtcDateTime, articles, events, observations, readings, sources, versions

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
DAYS: Final = 30
STEP: Final = timedelta(minutes=5)
HOME: Final = "https://paper.example"
LISTED: Final = 50
STORIES: Final = 50_000
_OUTAGE: Final = (START + timedelta(days=10), START + timedelta(days=10, hours=6))


@dataclass
class VirtualClock(Clock):
    """Stands until it is moved; no two moments of it are the same."""

    at: datetime = START

    def now(self) -> datetime:
        """Return the present moment."""
        self.at += timedelta(microseconds=1)
        return self.at

    async def sleep(self, seconds: float) -> None:
        """Nobody waits here: the papers are asked without a delay."""
        raise NotImplementedError


@dataclass(frozen=True)
class Paper(Fetcher):
    """A paper whose stories appear one after the other, and are edited at given ages (in hours)."""

    conditional: ClassVar[bool] = True
    clock: VirtualClock
    appeared: Sequence[datetime]
    edits: Sequence[Sequence[float]]

    async def get(
        self,
        url: str,
        *,
        delay: float | None = None,  # noqa: ARG002 - part of the port
        validators: Validators | None = None,  # noqa: ARG002
    ) -> Outcome | Deferred:
        """Answer as the paper stands now."""
        now = self.clock.now()
        if _OUTAGE[0] <= now < _OUTAGE[1]:
            return Deferred("paper.example", min(now + timedelta(hours=1), _OUTAGE[1]), "HTTP 503")
        name = url.rpartition("/")[2]
        body = self._feed(now) if name == "feed" else f"Story {name}, text {self.text_of(int(name), now)}."
        return Fetched(Exchange(url, url, now, 200, (("Content-Type", "text/plain"),), body.encode()))

    def text_of(self, number: int, now: datetime) -> int:
        """Return how often a story has been edited."""
        age = (now - self.appeared[number]) / timedelta(hours=1)
        return sum(edit <= age for edit in self.edits[number])

    def reaches(self, url: str) -> bool:  # noqa: ARG002 - part of the port
        """Everything is there."""
        return True

    def pending(self, site: str) -> Sequence[str]:  # noqa: ARG002 - part of the port
        """Nothing waits."""
        return ()

    async def close(self) -> None:
        """Nothing is open."""

    def _feed(self, now: datetime) -> str:
        last = bisect_right(self.appeared, now)
        return "\n".join(f"{HOME}/{number}" for number in range(last - 1, max(last - 1 - LISTED, -1), -1))


def _links(page: Page) -> Listed | Unreadable:
    return Listed(tuple(map(Found, page.text.split()))) if page.text else Unreadable("it lists nothing")


def _read(page: Page) -> Article:
    return Article("A title", (page.text,))


SITE: Final = Site(
    name="paper",
    title="The Paper",
    language="en",
    timezone=ZoneInfo("UTC"),
    parsers=(Parser("v1", 1, lambda _: True, _read),),
    match=(pattern(rf"{HOME}/(?P<key>\d+)"),),
    sources=(Source("feed", f"{HOME}/feed", _links),),
    delay=0,
)


@dataclass(frozen=True)
class Books:
    """What came of it. `late` is how long after it had appeared the last of the stories was read, the outage left out.

    `edits` were made, `seen` became versions; `wrong` are stories whose versions are not some of their texts in order,
    or do not have an event each, or have another number of checks than is on record. `overdue` were due for an hour and
    more at the end, or still claimed.
    """

    read: int
    fetches: int
    edits: int
    seen: int
    late: timedelta
    wrong: int
    overdue: int


def soak(url: str, count: int) -> Books:
    """Let the daemon live through the days with so many stories."""
    clock = VirtualClock()
    appeared = [START + timedelta(days=DAYS) * number / count for number in range(count)]
    paper = Paper(clock, appeared, [story.edits for story in stories(7, count, live=True)])
    with closing(connect(url)) as database:
        prepare(database)
        asyncio.run(_live(database, clock, paper))
        return _books(database, clock, paper)


async def _live(database: Database, clock: VirtualClock, paper: Paper) -> None:
    store, archive, leases = SqlStore(database), SqlArchive(database), SqlLeases(database)
    monitor = Monitor(Catalogue.of([SITE]), store, archive, paper, clock, directly)
    rounds = _rounds(monitor, leases)
    for day in range(DAYS):
        while clock.at < START + timedelta(days=day + 1):
            await rounds.tick()
            while rounds.lanes:
                await asyncio.wait(rounds.lanes.values())
            clock.at += STEP
        if day % 7 == 6:
            leases.claim(SITE, Lease(uuid4().hex, clock.now(), clock.at + timedelta(minutes=6)), limit=20)
        if day % 3 == 2:
            rounds = _rounds(monitor, leases)


def _rounds(monitor: Monitor, leases: SqlLeases) -> Rounds:
    terms = Terms(asyncio.Semaphore(16), timedelta(minutes=5), 0.0, asyncio.Event(), lambda: uuid4().hex)
    return Rounds(monitor, leases, terms, Witness(), structlog.get_logger(), [SITE])


def _books(database: Database, clock: VirtualClock, paper: Paper) -> Books:
    now = clock.at
    texts: dict[int, list[int]] = {}
    late = timedelta(0)
    with database.reading() as connection:
        for key, seen_at, paragraphs in connection.execute(_VERSIONS):
            number = int(key)
            texts.setdefault(number, []).append(int(paragraphs[0].rstrip(".").rpartition(" ")[2]))
            if len(texts[number]) == 1 and not _OUTAGE[0] <= paper.appeared[number] < _OUTAGE[1]:
                late = max(late, seen_at - paper.appeared[number])
        overdue = sum(connection.execute(each, {"then": now - timedelta(hours=1)}).scalar_one() for each in _OVERDUE)
        unlogged, eventless = (connection.execute(each).scalar_one() for each in (_UNLOGGED, _EVENTLESS))
        fetches = connection.execute(select(func.count(observations.c.article_id))).scalar_one()
    return Books(
        read=len(texts),
        fetches=fetches,
        edits=sum(paper.text_of(number, now) for number in range(len(paper.appeared))),
        seen=sum(len(each) - 1 for each in texts.values()),
        late=late,
        wrong=sum(each != sorted(set(each)) for each in texts.values()) + unlogged + eventless,
        overdue=overdue,
    )


_THEN: Final = bindparam("then", type_=UtcDateTime)
_VERSIONS: Final = (
    select(articles.c.key, versions.c.first_seen_at, readings.c.paragraphs)
    .join_from(articles, versions)
    .join(readings)
    .order_by(articles.c.id, versions.c.seq)
)
_OVERDUE: Final = (
    select(func.count()).where(articles.c.next_check_at <= _THEN),
    select(func.count()).where(sources.c.next_poll_at <= _THEN),
    select(func.count()).where(articles.c.leased_until <= _THEN),
)
_LOGGED: Final = select(func.count()).where(observations.c.article_id == articles.c.id).scalar_subquery()
_UNLOGGED: Final = select(func.count()).select_from(articles).where(articles.c.revision != _LOGGED)
_TOLD: Final = select(func.count()).where(events.c.version_id == versions.c.id).scalar_subquery()
_EVENTLESS: Final = select(func.count()).select_from(versions).where(_TOLD != 1)


def run() -> Iterator[str]:
    """Live through the days with many stories, and yield the books."""
    with TemporaryDirectory() as name:
        started = time.perf_counter()
        books = soak(f"sqlite:///{name}/monitor.db", STORIES)
        minutes = (time.perf_counter() - started) / 60
    yield f"{books.read:,} of {STORIES:,} stories read in {DAYS} days, the last one {books.late} after it appeared"
    yield f"{books.fetches / STORIES:.1f} fetches a story; {books.seen / books.edits:.1%} of {books.edits:,} edits seen"
    yield f"wrong: {books.wrong}, overdue: {books.overdue}; lived through in {minutes:.1f} min"
