"""What receivers are told: whole payloads, as they are sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.core.excerpts import matched_in
from monitor.core.payloads import (
    Matched,
    Met,
    OfSite,
    OfStory,
    about_receiver,
    about_site,
    about_story,
)
from monitor.core.query import Document, Lexicon, Query, Text, matches
from monitor.language.analyse import Analyser
from monitor.language.dates import Precision, Stated

AT = datetime(2023, 9, 14, 9, 30, tzinfo=UTC)
SITE = OfSite("inqilab", "Daily Inqilab", "bn")
BEFORE = Article(
    title="পুতিন-কিম বৈঠক",
    paragraphs=("রাশিয়া সফর করছেন কিম।", "সোমবার তিনি পৌঁছান।"),
    published=Stated(datetime(2023, 9, 14, 13, 15, tzinfo=ZoneInfo("Asia/Dhaka")), Precision.MINUTE),
)
AFTER = replace(BEFORE, paragraphs=("রাশিয়া সফর করেছেন কিম।", "সোমবার তিনি পৌঁছান।"))
STORY = OfStory(
    "news/601234", "https://x.example/news/601234", 2, AT, AFTER, Change.EDITED, BEFORE, AT - timedelta(hours=1)
)
MET = Met("north-korea", "পুতিন AND কিম", (Matched("title", "কিম", "পুতিন-কিম বৈঠক"),))
SILENT = Event(EventKind.EDITED, False, "the update time stayed")


def test_an_edit_is_told_with_its_diff() -> None:
    assert about_story(SILENT, AT, MET, SITE, STORY) == {
        "type": "story.edited",
        "version": 1,
        "timestamp": "2023-09-14T09:30:00Z",
        "data": {
            "rule": {"name": "north-korea", "query": "পুতিন AND কিম"},
            "event": {
                "kind": "edited",
                "change": "edited",
                "announced": False,
                "silent": True,
                "why": "the update time stayed",
            },
            "site": {"name": "inqilab", "title": "Daily Inqilab", "language": "bn"},
            "story": {
                "name": "inqilab:news/601234",
                "key": "news/601234",
                "url": "https://x.example/news/601234",
                "title": "পুতিন-কিম বৈঠক",
                "subheading": None,
                "section": None,
                "byline": None,
                "credit": None,
                "published": {"at": "2023-09-14T13:15:00+06:00", "precision": "minute"},
                "updated": None,
                "version": 2,
                "first_seen_at": "2023-09-14T09:30:00Z",
            },
            "change": {
                "between": ["2023-09-14T08:30:00Z", "2023-09-14T09:30:00Z"],
                "added": 1,
                "removed": 1,
                "fields": [
                    {
                        "field": "body",
                        "spans": [
                            {"op": "equal", "text": "রাশিয়া সফর "},
                            {"op": "delete", "text": "করছেন "},
                            {"op": "insert", "text": "করেছেন "},
                            {"op": "equal", "text": "কিম।\n\nসোমবার তিনি পৌঁছান।"},
                        ],
                    }
                ],
            },
            "matched": [{"field": "title", "word": "কিম", "excerpt": "পুতিন-কিম বৈঠক"}],
        },
    }


def test_what_changed_no_text_is_told_without_a_diff() -> None:
    gone = Event(EventKind.UNPUBLISHED, None, "not to be found")
    told = about_story(gone, AT, MET, SITE, replace(STORY, before=None, change=Change.NONE))
    assert (told["type"], told["data"]["change"], told["data"]["event"]["silent"]) == ("story.unpublished", None, False)


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        (EventKind.SOURCE_LOST_ITEMS, "source.lost_items"),
        (EventKind.SITE_FAILING, "site.failing"),
        (EventKind.SITE_CHANGED, "site.changed"),
    ],
)
def test_what_befell_a_site_or_a_source(kind: EventKind, type_: str) -> None:
    told = about_site(Event(kind, None, "because"), AT, Met("all", ""), SITE, "https://x.example/feed")
    assert told["type"] == type_
    assert told["data"]["source"] == {"url": "https://x.example/feed"}
    assert (told["data"]["story"], told["data"]["change"], told["data"]["matched"]) == (None, None, [])


def test_what_befell_a_receiver() -> None:
    told = about_receiver(Event(EventKind.RECEIVER_DISABLED, None, "HTTP 410"), AT, Met("all", ""), "desk")
    assert (told["type"], told["data"]["site"], told["data"]["receiver"]) == (
        "receiver.disabled",
        None,
        {"name": "desk"},
    )


def test_of_long_stretches_only_the_ends_are_told() -> None:
    before = replace(BEFORE, paragraphs=(f"{'ক' * 500} এক {'খ' * 500} দুই {'গ' * 500}",))
    after = replace(BEFORE, paragraphs=(f"{'ক' * 500} তিন {'খ' * 500} চার {'গ' * 500}",))
    (body,) = about_story(SILENT, AT, MET, SITE, replace(STORY, before=before, article=after))["data"]["change"][
        "fields"
    ]
    stayed = [span["text"] for span in body["spans"] if span["op"] == "equal"]
    assert [text.strip("কখগ ") for text in stayed] == ["…", "…", "…"]
    assert [len(text) for text in stayed] == [83, 163, 83]
    changed = [span["text"].strip() for span in body["spans"] if span["op"] != "equal"]
    assert changed == ["এক", "তিন", "দুই", "চার"]


def test_a_rewritten_book_is_cut() -> None:
    after = replace(BEFORE, paragraphs=(f"{'নতুন ' * 50_000}",))
    (body,) = about_story(SILENT, AT, MET, SITE, replace(STORY, before=BEFORE, article=after))["data"]["change"][
        "fields"
    ]
    assert 20_000 <= sum(len(span["text"]) for span in body["spans"]) < 20_010


def test_a_headline_without_end_is_cut() -> None:
    story = replace(STORY, before=None, article=replace(AFTER, title="ক" * 1_000_000, byline="খ" * 1_000_000))
    told = about_story(SILENT, AT, MET, SITE, story)["data"]["story"]
    assert (len(told["title"]), len(told["byline"]), told["credit"]) == (20_003, 20_003, None)


def test_a_word_without_end_is_cut() -> None:
    article = Article("ক" * 1_000_000, ())
    text = Text(Document.of(article, site="inqilab", language="bn", analyser=Analyser("bn")))
    match = matches(Query.parse("ক*"), text, Lexicon(Analyser("bn")))
    assert match is not None
    (matched,) = matched_in(match, article)
    assert (len(matched.word), len(matched.excerpt)) == (1_001, 1_001)


def test_changed_words_are_counted_and_signs_are_not() -> None:
    after = replace(BEFORE, title="পুতিন–কিম বৈঠক, আজ", paragraphs=BEFORE.paragraphs[:1])
    change = about_story(SILENT, AT, MET, SITE, replace(STORY, article=after))["data"]["change"]
    assert (change["added"], change["removed"]) == (1, 3)


def test_what_changed_is_looked_up_once_for_all_rules() -> None:
    story = replace(STORY)
    assert story.diffs is story.diffs
