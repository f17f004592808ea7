"""What people read of each kind of event, and that no page can write over it."""

import unicodedata
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.core.payloads import about_receiver, about_story
from monitor.notify.texts import told
from tests.payloads import AFTER, ALL, AT, BEFORE, DIGEST, MET, NEW, SILENT, SITE, STORY, TEST, of_site, of_story

URL = "https://x.example/news/601234"


def test_a_silent_edit() -> None:
    edit = told(about_story(SILENT, AT, MET, SITE, STORY))
    assert edit.title == "Daily Inqilab: silent edit: পুতিন-কিম বৈঠক"
    assert edit.text.splitlines() == [
        URL,
        "Changed between 2023-09-14 08:30 UTC and 2023-09-14 09:30 UTC: 1 word in, 1 word out.",
        "Body: রাশিয়া সফর [-করছেন-] {+করেছেন+} কিম। ¶ সোমবার তিনি পৌঁছান।",
        "Why: the update time stayed.",
        "The page says: published 2023-09-14 13:15 +06:00.",
        "Rule: north-korea",
    ]
    assert edit.short == URL
    assert edit.link == URL


def test_a_new_story() -> None:
    new = told(about_story(NEW, AT, MET, SITE, replace(STORY, before=None)))
    assert new.title == "Daily Inqilab: new story: পুতিন-কিম বৈঠক"
    assert new.text.splitlines() == [
        URL,
        "Sub-heading: দুই নেতার দেখা",
        "In: আন্তর্জাতিক · ইনকিলাব ডেস্ক",
        "Matched কিম in title: পুতিন-কিম বৈঠক",
        "The page says: published 2023-09-14 13:15 +06:00.",
        "Rule: north-korea",
    ]


@pytest.mark.parametrize(
    ("payload", "title"),
    [
        (of_story(EventKind.EDITED, STORY, announced=True), "Daily Inqilab: announced edit: পুতিন-কিম বৈঠক"),
        (of_story(EventKind.EDITED, STORY), "Daily Inqilab: edit: পুতিন-কিম বৈঠক"),
        (of_story(EventKind.RESTAMPED), "Daily Inqilab: new update time, same text: পুতিন-কিম বৈঠক"),
        (of_story(EventKind.UNPUBLISHED), "Daily Inqilab: story gone: পুতিন-কিম বৈঠক"),
        (of_story(EventKind.RESTORED), "Daily Inqilab: story back: পুতিন-কিম বৈঠক"),
        (of_site(EventKind.SITE_FAILING), "Daily Inqilab: the site fails"),
        (of_site(EventKind.SOURCE_LOST_ITEMS, "https://x.example/feed"), "Daily Inqilab: a source lost its stories"),
        (DIGEST, "3 alerts of the rule north-korea"),
        (TEST, "a test of monitor"),
    ],
)
def test_titles(payload: dict[str, Any], title: str) -> None:
    assert told(payload).title == title


def test_why_is_told_of_what_was_no_news() -> None:
    assert "Why: because." in told(of_story(EventKind.UNPUBLISHED)).text.splitlines()
    source = told(of_site(EventKind.SOURCE_FAILING, "https://x.example/feed"))
    assert source.text.splitlines() == [
        "Why: because.",
        "Source: https://x.example/feed",
        "At: 2023-09-14 09:30 UTC",
        "Rule: operators",
    ]
    assert source.link is None


def test_the_operator_is_told_how_a_receiver_gets_alerts_again() -> None:
    gone = told(about_receiver(Event(EventKind.RECEIVER_DISABLED, None, "HTTP 410"), AT, MET, "desk"))
    assert gone.title == "receiver desk: a receiver wants no more alerts"
    assert "`monitor alerts enable desk`" in gone.text


def test_a_digest_is_a_list_and_says_what_it_leaves_out() -> None:
    assert told(DIGEST).text.splitlines() == [
        "From 2023-09-14 09:00 UTC to 2023-09-14 10:00 UTC:",
        "- inqilab: silent edit: পুতিন-কিম বৈঠক",
        f"  {URL}",
        "- inqilab: the site fails: hardly anything can be read",
        "… and 1 more",
    ]


@pytest.mark.parametrize("payload", ALL, ids=lambda payload: payload["type"])
def test_every_type_has_a_title_of_one_line_and_a_text(payload: dict[str, Any]) -> None:
    person = told(payload)
    assert len(person.title.splitlines()) == 1
    assert person.text
    assert len(person.short.splitlines()) == 1


def test_of_a_long_text_only_what_stands_around_the_change_is_told() -> None:
    long = " ".join(f"শব্দ{number}" for number in range(300))
    before = replace(BEFORE, paragraphs=(f"{long} এক {long}",))
    after = replace(BEFORE, paragraphs=(f"{long} দুই {long}",))
    lines = told(about_story(SILENT, AT, MET, SITE, replace(STORY, before=before, article=after))).text.splitlines()
    assert "Body: … শব্দ296 শব্দ297 শব্দ298 শব্দ299 [-এক-] {+দুই+} শব্দ0 শব্দ1 শব্দ2 শব্দ3 শব্দ4 শব্দ5 …" in lines


def test_a_rewritten_book_is_cut() -> None:
    payload = about_story(
        SILENT, AT, MET, SITE, replace(STORY, article=replace(AFTER, paragraphs=("নতুন কথা " * 5_000,)))
    )
    assert len(told(payload).text) < 2_000


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("one\nRule: faked", "one Rule: faked"),
        ("\x1b[2J\x00a\u202eb", "�[2J�a�b"),
        ("@everyone look", "@\u200beveryone look"),
        ("<!channel> <@U1>", "<\u200b!channel> <\u200b@\u200bU1>"),
        ("[the paper](https://evil.example)", "[the paper]\u200b(https://evil.example)"),
        ("```", "`\u200b`\u200b`"),
        ("5 < 6, a @ b", "5 < 6, a @ b"),
        ("\ud800\ufffe", "?\ufffd"),
        ("রাষ্ট্র‌ ক্ষ‍", "রাষ্ট্র‌ ক্ষ‍"),
        ("重要 новости عاجل", "重要 новости عاجل"),
    ],
)
def test_a_page_cannot_steer_call_or_link(title: str, shown: str) -> None:
    payload = about_story(NEW, AT, MET, SITE, replace(STORY, before=None, article=replace(AFTER, title=title)))
    assert told(payload).title == f"Daily Inqilab: new story: {shown}"


def test_a_link_cannot_be_made_of_a_change_either() -> None:
    after = replace(BEFORE, title="(https://evil.example)")
    before = replace(BEFORE, title="কিম(https://evil.example)")
    edit = told(about_story(SILENT, AT, MET, SITE, replace(STORY, before=before, article=after, change=Change.EDITED)))
    assert "Title: [-কিম-]\u200b(https://evil.example)" in edit.text.splitlines()


def _filled(value: Any, text: str) -> Any:
    """The same payload, with another text for whatever a page says."""
    if isinstance(value, dict):
        return {
            key: text
            if isinstance(each, str)
            and key in {"title", "subheading", "section", "byline", "credit", "why", "text", "excerpt", "word"}
            else _filled(each, text)
            for key, each in value.items()
        }
    return [_filled(each, text) for each in value] if isinstance(value, list) else value


@given(st.text())
def test_whatever_a_page_says_the_lines_are_ours(text: str) -> None:
    for payload in ALL:
        person, plain = told(_filled(deepcopy(payload), f"a{text}z")), told(payload)
        assert len(person.text.split("\n")) == len(plain.text.split("\n"))
        for written in (person.title, person.text, person.short):
            written.encode()
            assert not [sign for sign in written if unicodedata.category(sign) == "Cc" and sign != "\n"]
