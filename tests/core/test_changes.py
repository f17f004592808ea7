"""The decision on a reading, as a table: what was on record, what the page says now, what that means."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.articles import Article
from monitor.core.changes import Change, Decision, Known, decide
from monitor.core.events import EventKind, events_of
from monitor.core.fingerprints import fingerprint
from monitor.language.dates import MonthDay, Precision, Stated

DHAKA = ZoneInfo("Asia/Dhaka")
STAMP = Stated(datetime(2023, 9, 14, 13, 15, tzinfo=DHAKA), Precision.MINUTE)
LATER = Stated(datetime(2023, 9, 14, 18, 40, tzinfo=DHAKA), Precision.MINUTE)
DAY = Stated(datetime(2023, 9, 14, tzinfo=DHAKA), Precision.DAY)
NO_YEAR = Stated(MonthDay(9, 14), Precision.MONTH_DAY)
END_OF_MINUTE = datetime(2023, 9, 14, 13, 16, tzinfo=DHAKA)
END_OF_DAY = datetime(2023, 9, 15, tzinfo=DHAKA)
LONG_AFTER = datetime(2023, 9, 20, tzinfo=DHAKA)
TICK = timedelta(microseconds=1)

A = Article("পুতিন-কিম বৈঠক", ("কিম জং উন এবং পুতিন বৈঠক করেছেন।", "তারা মধ্যাহ্নভোজ করেন।"), updated=STAMP)
B = replace(A, paragraphs=("কিম জং উন এবং পুতিন বৈঠক করেননি।", "তারা মধ্যাহ্নভোজ করেন।"))
C = replace(A, title="আরেক শিরোনাম")
NOTE = replace(B, paragraphs=(*B.paragraphs, "সংশোধনী: আগের লেখায় ভুল ছিল।"))
NO_NOTE = replace(B, paragraphs=(*B.paragraphs, "সংশোধনী প্রস্তাব সংসদে পাস হয়।"))


def known(last: Article, *earlier: Article, stamp: Stated | None = STAMP, last_shown: datetime = LONG_AFTER) -> Known:
    hashes = {fingerprint(article): seq for seq, article in enumerate(earlier, 1)}
    return Known(last, fingerprint(last), hashes, stamp, last_shown)


@dataclass(frozen=True)
class Case:
    known: Known | None
    now: Article
    change: Change
    announced: bool | None
    why: str
    restamped: bool = False


CASES = {
    "first_seen": Case(None, A, Change.NEW, None, "first seen"),
    "same_text_same_stamp": Case(known(A), A, Change.NONE, None, "the same text"),
    "same_text_stamp_forward": Case(known(A), replace(A, updated=LATER), Change.NONE, None, "moved from 2023-09-14 13:15 to 2023-09-14 18:40", True),
    "same_text_stamp_appears": Case(known(A, stamp=None), A, Change.NONE, None, "appeared"),
    "same_text_stamp_vanishes": Case(known(A), replace(A, updated=None), Change.NONE, None, "vanished"),
    "same_text_stamp_goes_back": Case(known(A, stamp=LATER), A, Change.NONE, None, "went back"),
    "edited_long_after_the_stamp": Case(known(A), B, Change.EDITED, False, "stayed at 2023-09-14 13:15"),
    "edited_old_text_last_seen_within_the_minute": Case(known(A, last_shown=END_OF_MINUTE - TICK), B, Change.EDITED, None, "may mean this edit"),
    "edited_old_text_last_seen_as_the_minute_ends": Case(known(A, last_shown=END_OF_MINUTE), B, Change.EDITED, None, "may mean this edit"),
    "edited_old_text_seen_after_the_minute": Case(known(A, last_shown=END_OF_MINUTE + TICK), B, Change.EDITED, False, "stayed"),
    "edited_old_text_last_seen_before_the_stamp": Case(known(A, last_shown=END_OF_MINUTE - timedelta(days=1)), B, Change.EDITED, None, "may mean this edit"),
    "edited_within_a_stated_day": Case(known(A, stamp=DAY, last_shown=END_OF_DAY), replace(B, updated=DAY), Change.EDITED, None, "may mean this edit"),
    "edited_after_a_stated_day": Case(known(A, stamp=DAY, last_shown=END_OF_DAY + TICK), replace(B, updated=DAY), Change.EDITED, False, "stayed at 2023-09-14"),
    "edited_day_gained_its_minute": Case(known(A, stamp=DAY, last_shown=END_OF_MINUTE + TICK), replace(B, updated=STAMP), Change.EDITED, None, "may mean this edit"),
    "edited_day_gained_its_minute_days_later": Case(known(A, stamp=DAY), replace(B, updated=STAMP), Change.EDITED, False, "stayed"),
    "edited_stamp_forward": Case(known(A), replace(B, updated=LATER), Change.EDITED, True, "moved from"),
    "edited_stamp_appears": Case(known(A, stamp=None), B, Change.EDITED, True, "appeared: 2023-09-14 13:15"),
    "edited_stamp_vanishes": Case(known(A), replace(B, updated=None), Change.EDITED, None, "vanished"),
    "edited_stamp_goes_back": Case(known(A, stamp=LATER), B, Change.EDITED, None, "went back from"),
    "edited_no_stamp_ever": Case(known(A, stamp=None), replace(B, updated=None), Change.EDITED, None, "states no update time"),
    "edited_stamp_without_a_year": Case(known(A, stamp=NO_YEAR), replace(B, updated=NO_YEAR), Change.EDITED, None, "may mean this edit"),
    "edited_stamp_without_a_year_moves": Case(known(A, stamp=NO_YEAR), B, Change.EDITED, None, "cannot be compared"),
    "edited_with_a_correction_note": Case(known(A), NOTE, Change.EDITED, True, "correction note"),
    "edited_with_the_word_in_ordinary_use": Case(known(A), NO_NOTE, Change.EDITED, False, "stayed"),
    "edited_with_a_note_respelled": Case(known(NOTE), replace(NOTE, title="অন্য", paragraphs=(*B.paragraphs, "সংশোধনী: আগের\u00a0লেখায় ভুল ছিল।")), Change.EDITED, False, "stayed"),
    "edited_in_doubt": Case(replace(known(A), doubt="the clock went back"), replace(B, updated=LATER), Change.EDITED, None, "the clock went back"),
    "restamped_in_doubt": Case(replace(known(A), doubt="the clock went back"), replace(A, updated=LATER), Change.NONE, None, "the clock went back"),
    "edited_under_a_note_that_was_there": Case(known(NOTE), replace(NOTE, title="অন্য"), Change.EDITED, False, "stayed"),
    # the stamp is compared with the last observation's, which a restamp had moved, not with the last version's
    "edited_after_a_restamp": Case(known(A, stamp=LATER), replace(B, updated=LATER), Change.EDITED, False, "stayed at 2023-09-14 18:40"),
    "back_to_an_earlier_text": Case(known(B, A), A, Change.REVERTED, False, "version 1 again"),
    "back_to_an_earlier_text_announced": Case(known(B, A), replace(A, updated=LATER), Change.REVERTED, True, "version 1 again"),
    "a_third_text": Case(known(B, A), C, Change.EDITED, False, "stayed"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_decision(case: Case) -> None:
    decision = decide(case.known, case.now, fingerprint(case.now), language="bn")
    assert (decision.change, decision.announced, decision.restamped) == (case.change, case.announced, case.restamped)
    assert case.why in decision.why


@pytest.mark.parametrize(
    ("decision", "kinds"),
    [
        (Decision(Change.NEW, None, ""), [EventKind.PUBLISHED]),
        (Decision(Change.EDITED, False, ""), [EventKind.EDITED]),
        (Decision(Change.REVERTED, None, ""), [EventKind.EDITED]),
        (Decision(Change.NONE, None, "", restamped=True), [EventKind.RESTAMPED]),
        (Decision(Change.NONE, None, ""), []),
    ],
)
def test_events(decision: Decision, kinds: list[EventKind]) -> None:
    assert [event.kind for event in events_of(decision)] == kinds


stamps = st.none() | st.builds(
    Stated, st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0, tzinfo=DHAKA)), st.just(Precision.MINUTE)
)  # fmt: skip


@given(old=stamps, new=stamps, last_shown=st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)))
def test_an_edit_is_called_silent_only_if_the_stamp_cannot_mean_it(
    old: Stated | None, new: Stated | None, last_shown: datetime
) -> None:
    before = Known(A, fingerprint(A), {}, old, last_shown.replace(tzinfo=UTC))
    decision = decide(before, replace(B, updated=new), fingerprint(B), language="bn")
    if decision.announced is False:
        assert new == old
        assert new is not None
        assert isinstance(new.at, datetime)
        assert before.last_shown > new.at + timedelta(minutes=1)
