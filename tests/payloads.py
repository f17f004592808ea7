"""Payloads as they are built from events: one of each type, for those who send, describe and check them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.core.payloads import Matched, Met, OfSite, OfStory, about_receiver, about_site, about_story
from monitor.language.dates import Precision, Stated

AT = datetime(2023, 9, 14, 9, 30, tzinfo=UTC)
SITE = OfSite("inqilab", "Daily Inqilab", "bn")
BEFORE = Article(
    title="পুতিন-কিম বৈঠক",
    paragraphs=("রাশিয়া সফর করছেন কিম।", "সোমবার তিনি পৌঁছান।"),
    subheading="দুই নেতার দেখা",
    section="আন্তর্জাতিক",
    byline="ইনকিলাব ডেস্ক",
    published=Stated(datetime(2023, 9, 14, 13, 15, tzinfo=ZoneInfo("Asia/Dhaka")), Precision.MINUTE),
)
AFTER = replace(BEFORE, paragraphs=("রাশিয়া সফর করেছেন কিম।", "সোমবার তিনি পৌঁছান।"))
STORY = OfStory(
    "news/601234", "https://x.example/news/601234", 2, AT, AFTER, Change.EDITED, BEFORE, AT - timedelta(hours=1)
)
UNCHANGED = replace(STORY, change=Change.NONE, before=None)
MET = Met("north-korea", "পুতিন AND কিম", (Matched("title", "কিম", "পুতিন-কিম বৈঠক"),))
OPERATORS = Met("operators", "")

NEW = Event(EventKind.PUBLISHED, None, "first seen")
SILENT = Event(EventKind.EDITED, False, "the update time stayed")
DIGEST: dict[str, Any] = {
    "type": "digest",
    "version": 1,
    "timestamp": "2023-09-14T10:00:00Z",
    "data": {
        "rule": {"name": "north-korea", "query": "পুতিন AND কিম"},
        "count": 3,
        "since": "2023-09-14T09:00:00Z",
        "until": "2023-09-14T10:00:00Z",
        "alerts": [
            {
                "id": "msg_1",
                "type": "story.edited",
                "timestamp": "2023-09-14T09:30:00Z",
                "story": {
                    "name": "inqilab:news/601234",
                    "url": "https://x.example/news/601234",
                    "title": "পুতিন-কিম বৈঠক",
                    "version": 2,
                },
                "site": "inqilab",
                "announced": False,
                "why": "the update time stayed",
            },
            {
                "id": "msg_2",
                "type": "site.failing",
                "timestamp": "2023-09-14T09:40:00Z",
                "story": None,
                "site": "inqilab",
                "announced": None,
                "why": "hardly anything can be read",
            },
        ],
    },
}
TEST: dict[str, Any] = {
    "type": "test",
    "version": 1,
    "timestamp": "2023-09-14T09:30:00Z",
    "data": {"note": "a test of the receiver desk"},
}


def of_story(kind: EventKind, story: OfStory = UNCHANGED, announced: bool | None = None) -> dict[str, Any]:
    return about_story(Event(kind, announced, "because"), AT, MET, SITE, story)


def of_site(kind: EventKind, source: str | None = None, why: str = "because") -> dict[str, Any]:
    return about_site(Event(kind, None, why), AT, OPERATORS, SITE, source)


ALL: tuple[dict[str, Any], ...] = (
    about_story(NEW, AT, MET, SITE, replace(STORY, before=None, changed_after=None, change=Change.NEW, version=1)),
    about_story(SILENT, AT, MET, SITE, STORY),
    of_story(EventKind.EDITED, replace(STORY, change=Change.REVERTED, changed_after=None)),
    *(of_story(kind) for kind in (EventKind.RESTAMPED, EventKind.UNPUBLISHED, EventKind.RESTORED)),
    of_site(EventKind.SOURCE_FAILING, "https://x.example/feed", "HTTP 404"),
    *(of_site(kind, "https://x.example/feed") for kind in (EventKind.SOURCE_RECOVERED, EventKind.SOURCE_LOST_ITEMS)),
    of_site(EventKind.SITE_FAILING, why="none of the last 20 pages has a byline, where nearly every page had one"),
    *(of_site(kind) for kind in (EventKind.SITE_RECOVERED, EventKind.SITE_CHANGED, EventKind.SITE_SETTLED)),
    about_receiver(
        Event(EventKind.RECEIVER_DISABLED, None, "HTTP 410: it wants nothing any more"), AT, OPERATORS, "desk"
    ),
    DIGEST,
    TEST,
)
