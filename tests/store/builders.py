"""Values for tests of the store, each complete and easy to vary."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.articles import Article, ParserId
from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.core.polling import Plan
from monitor.core.rechecks import NextCheck
from monitor.core.records import (
    ArticleRef,
    Capture,
    Check,
    Correction,
    Discovery,
    NewReading,
    NewVersion,
    Observation,
)
from monitor.core.sources import SourceCheck
from monitor.language.dates import Precision, Stated
from monitor.pipeline.ports import Store
from monitor.sitekit.site import Listed, Site, Source
from monitor.store.database import Database
from monitor.store.hosts import distrust

DHAKA = ZoneInfo("Asia/Dhaka")
START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
FEED = "https://daily.example/feed"
SITE = Site("daily", "Daily", "bn", DHAKA, parsers=(), sources=(Source("feed", FEED, lambda _page: Listed(())),))
OTHER_SITE = Site("weekly", "Weekly", "en", ZoneInfo("Europe/London"), parsers=())
NEXT = NextCheck(START + timedelta(hours=1), "quiet 60 min")
STAMP = Stated(datetime(2026, 11, 22, 11, 30, tzinfo=DHAKA), Precision.MINUTE)


def untold(event: Event) -> Event:
    """Leave an event as it is, as if there were no rules."""
    return event


def minute(number: float) -> datetime:
    return START + timedelta(minutes=number)


def found(number: int) -> Discovery:
    return Discovery(f"news/{number}", f"https://daily.example/news/{number}")


def known(store: Store, number: int = 1, site: Site = SITE) -> ArticleRef:
    return store.discovered(site, [found(number)], at=START)[0]


def article(text: str = "পুতিন-কিম বৈঠক", **changes: Any) -> Article:
    return replace(Article(title=f"শিরোনাম: {text}", paragraphs=(text, "শেষ।"), updated=STAMP), **changes)


def reading(text: str = "পুতিন-কিম বৈঠক", revision: int = 1, **changes: Any) -> NewReading:
    content_hash = f"1:{sha256(text.encode()).hexdigest()}"
    return NewReading(article(text, **changes), ParserId("v2023", revision), content_hash)


def capture(body: bytes = b"<html>...</html>", at: datetime = START) -> Capture:
    headers = (
        ("Set-Cookie", "a=1"),
        ("content-type", "text/html; charset=utf-8"),
        ("ETag", '"abc"'),
        ("Set-Cookie", "b=শেষ"),
    )
    return Capture("https://daily.example/news/1", "https://www.daily.example/news/1", 200, headers, body, at)


def observation(at: datetime = START, **changes: Any) -> Observation:
    seen = Observation(at, "fetched", "https://daily.example/news/1", None, 200, 1234, "ab" * 32, 0.25, stamp=STAMP)
    return replace(seen, **changes)


def version(text: str, change: Change = Change.EDITED, **changes: Any) -> NewVersion:
    return replace(NewVersion(change, None, f"because {text}", None, reading(text)), **changes)


def check(ref: ArticleRef, revision: int, at: datetime, **changes: Any) -> Check:
    """A page was read and nothing was new."""
    return replace(Check(ref.id, revision, observation(at), NEXT, read=True), **changes)


def publish(
    store: Store, ref: ArticleRef, text: str, at: datetime, *, announced: bool | None = None, **changes: Any
) -> int | None:
    """Put the next version of a story on record as the pipeline does."""
    state = store.state(ref.id)
    change = Change.EDITED if state.marks else Change.NEW
    kind = EventKind.EDITED if state.marks else EventKind.PUBLISHED
    told = {
        "capture": capture(text.encode(), at),
        "version": version(text, change, announced=announced, changed_after=state.last_shown_at),
        "events": (Event(kind, announced, f"because {text}"),),
        **changes,
    }
    return store.commit(check(ref, state.revision, at, **told))


def see_again(store: Store, ref: ArticleRef, at: datetime, **changes: Any) -> int | None:
    """Put a check on record that found the last version again."""
    return store.commit(check(ref, store.state(ref.id).revision, at, **changes))


def correct(store: Store, ref: ArticleRef, at: datetime, readings: Sequence[tuple[int, NewReading]]) -> int | None:
    """Put later readings of versions on record, given by version id."""
    corrections = tuple(Correction(version_id, each) for version_id, each in readings)
    return see_again(store, ref, at, corrections=corrections)


def poll(store: Store, *found: Discovery, at: datetime = START, **changes: Any) -> list[ArticleRef]:
    """Put a reading of the site's feed on record."""
    seen = (observation(at, url=FEED),)
    return store.polled(SITE, replace(SourceCheck("feed", FEED, at, seen, Plan(), read=True, found=found), **changes))


def catch(database: Database, host: str, at: datetime = START) -> None:
    """Put on record that a host repeated its validators for a page that had changed."""
    with database.writing() as connection:
        distrust(connection, host, at)
