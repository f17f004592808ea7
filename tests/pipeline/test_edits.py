"""Edits as a table, on the real seed capture and on captures derived from it: what each successive check comes to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.records import Result
from monitor.pipeline.weigh import Checked
from tests.replays import SEED, Shot, edited

Replay = Callable[[Sequence[Shot]], list[Checked]]

DHAKA = ZoneInfo("Asia/Dhaka")
STAMP = datetime(2023, 9, 14, 13, 15, tzinfo=DHAKA)
WITHIN = STAMP + timedelta(seconds=20)
AFTER = STAMP + timedelta(hours=5)
LATER = AFTER + timedelta(days=1)
LAST = LATER + timedelta(days=1)

DATE_LINE = "১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | আপডেট: ১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম"
RESTAMP = (DATE_LINE, "১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | আপডেট: ১৪ সেপ্টেম্বর ২০২৩, ০৬:৪০ পিএম")
STAMP_BACK = (DATE_LINE, "১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | আপডেট: ১৪ সেপ্টেম্বর ২০২৩, ০১:১২ পিএম")
NO_STAMP = (DATE_LINE, "১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম")
WORD = ("বিস্তারিত বিবরণ প্রকাশ করেছেন", "বিস্তারিত বিবরণ প্রকাশ করেননি")
OTHER_WORD = ("পুতিন (৭০) এবং কিম (৩৯)", "পুতিন (৭১) এবং কিম (৪০)")
NOTE = ("\nবিভাগ : আন্তর্জাতিক", "\nসংশোধনী: আগের সংস্করণে একটি ভুল ছিল।\nবিভাগ : আন্তর্জাতিক")
HEADLINES = ("জয়পুরহাটে বিডিআরের ৩ দফা দাবিতে সদস্যদের মানববন্ধন ও প্রতিবাদ কর্মসূচি", "আরেকটি খবর")
DECOMPOSED = ("\u09df", "\u09af\u09bc")
PRECOMPOSED = ("\u09af\u09bc", "\u09df")
BODY = SEED.decode().partition("\n")[2].partition("\n")[2].partition("\nবিভাগ")[0]
EMPTIED = (BODY, "")
BOT_WALL = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"

A = SEED
B = edited(WORD)


@dataclass(frozen=True)
class Scene:
    shots: Sequence[Shot]
    results: Sequence[tuple[Result, bool | None]]
    whys: Sequence[str] = field(default=())


PUBLISHED = (Result.PUBLISHED, None)
UNCHANGED = (Result.UNCHANGED, None)

SCENES = {
    "the_same_bytes_again": Scene([Shot(A, AFTER), Shot(A, LATER)], [PUBLISHED, UNCHANGED]),
    "other_related_headlines": Scene([Shot(A, AFTER), Shot(edited(HEADLINES), LATER)], [PUBLISHED, UNCHANGED]),
    "one_word_long_after_the_stamp": Scene([Shot(A, AFTER), Shot(B, LATER)], [PUBLISHED, (Result.EDITED, False)], ["first seen", "stayed at 2023-09-14 13:15"]),
    "one_word_within_the_stamps_minute": Scene([Shot(A, WITHIN), Shot(B, LATER)], [PUBLISHED, (Result.EDITED, None)], ["", "may mean this edit"]),
    "the_old_text_seen_again_after_the_minute": Scene([Shot(A, WITHIN), Shot(A, AFTER), Shot(B, LATER)], [PUBLISHED, UNCHANGED, (Result.EDITED, False)]),
    "changed_and_restamped": Scene([Shot(A, AFTER), Shot(edited(WORD, RESTAMP), LATER)], [PUBLISHED, (Result.EDITED, True)], ["", "moved from 2023-09-14 13:15 to 2023-09-14 18:40"]),
    "stamp_appears": Scene([Shot(edited(NO_STAMP), AFTER), Shot(B, LATER)], [PUBLISHED, (Result.EDITED, True)], ["", "appeared"]),
    "stamp_vanishes": Scene([Shot(A, AFTER), Shot(edited(WORD, NO_STAMP), LATER)], [PUBLISHED, (Result.EDITED, None)], ["", "vanished"]),
    "stamp_goes_back": Scene([Shot(A, AFTER), Shot(edited(WORD, STAMP_BACK), LATER)], [PUBLISHED, (Result.EDITED, None)], ["", "went back"]),
    "never_a_stamp": Scene([Shot(edited(NO_STAMP), AFTER), Shot(edited(NO_STAMP, WORD), LATER)], [PUBLISHED, (Result.EDITED, None)], ["", "states no update time"]),
    "only_restamped": Scene([Shot(A, AFTER), Shot(edited(RESTAMP), LATER)], [PUBLISHED, (Result.RESTAMPED, None)]),
    "edited_after_a_restamp": Scene([Shot(A, AFTER), Shot(edited(RESTAMP), LATER), Shot(edited(RESTAMP, WORD), LAST)], [PUBLISHED, (Result.RESTAMPED, None), (Result.EDITED, False)], ["", "", "stayed at 2023-09-14 18:40"]),
    "there_and_back": Scene([Shot(A, AFTER), Shot(B, LATER), Shot(A, LAST)], [PUBLISHED, (Result.EDITED, False), (Result.REVERTED, False)], ["", "", "the text of version 1 again"]),
    "a_correction_note": Scene([Shot(A, AFTER), Shot(edited(WORD, NOTE), LATER)], [PUBLISHED, (Result.EDITED, True)], ["", "correction note"]),
    "letters_composed_otherwise": Scene([Shot(edited(PRECOMPOSED), AFTER), Shot(edited(DECOMPOSED, of=edited(PRECOMPOSED)), LATER)], [PUBLISHED, UNCHANGED]),
    "page_emptied": Scene([Shot(A, AFTER), Shot(edited(EMPTIED), LATER), Shot(A, LAST)], [PUBLISHED, (Result.FAILED, None), UNCHANGED], ["", "the body is empty"]),
    "zero_bytes": Scene([Shot(A, AFTER), Shot(b"", LATER)], [PUBLISHED, (Result.FAILED, None)]),
    "story_cut_off_in_the_middle": Scene([Shot(A, AFTER), Shot(SEED[:4000], LATER)], [PUBLISHED, (Result.FAILED, None)]),
    "capture_shorter_than_its_index_says": Scene([Shot(A, AFTER), Shot(B[:4000], LATER, claimed=B)], [PUBLISHED, (Result.FAILED, None)], ["", "cut short: 4,000 bytes of the"]),
    "capture_altered": Scene([Shot(A, AFTER), Shot(A.replace("৭০".encode(), "৭১".encode()), LATER, claimed=A)], [PUBLISHED, (Result.FAILED, None)], ["", "was altered"]),
    "bot_wall": Scene([Shot(A, AFTER), Shot(BOT_WALL, LATER, content_type="text/html"), Shot(A, LAST)], [PUBLISHED, (Result.BLOCKED, None), UNCHANGED], ["", "Cloudflare challenge"]),
    "bot_wall_with_its_own_status": Scene([Shot(A, AFTER), Shot(BOT_WALL, LATER, status=403)], [PUBLISHED, (Result.BLOCKED, None)], ["", "Cloudflare challenge"]),
    "not_found": Scene([Shot(A, AFTER), Shot(b"nothing here", LATER, status=404)], [PUBLISHED, (Result.GONE, None)], ["", "HTTP 404"]),
    "server_error": Scene([Shot(A, AFTER), Shot(b"oops", LATER, status=503)], [PUBLISHED, (Result.FAILED, None)], ["", "HTTP 503"]),
    "broken_utf_8": Scene([Shot(A, AFTER), Shot(SEED[:1000] + b"\xff" + SEED[1000:], LATER)], [PUBLISHED, (Result.FAILED, None)], ["", "not valid UTF-8: broken at byte"]),
    "failure_between_does_not_count_as_seen": Scene([Shot(A, WITHIN), Shot(b"oops", AFTER, status=503), Shot(B, LATER)], [PUBLISHED, (Result.FAILED, None), (Result.EDITED, None)]),
    "two_edits": Scene([Shot(A, AFTER), Shot(B, LATER), Shot(edited(WORD, OTHER_WORD), LAST)], [PUBLISHED, (Result.EDITED, False), (Result.EDITED, False)]),
    "times_not_known": Scene([Shot(A), Shot(B), Shot(A)], [PUBLISHED, (Result.EDITED, False), (Result.REVERTED, False)]),
    "two_captures_of_one_moment": Scene([Shot(A, AFTER), Shot(B, AFTER)], [PUBLISHED, (Result.EDITED, None)], ["", "which came first is not known"]),
    "listed_out_of_order": Scene([Shot(B, LATER), Shot(A, AFTER)], [PUBLISHED, (Result.EDITED, False)]),
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_scene(scene: Scene, replay: Replay) -> None:
    checked = replay(scene.shots)
    assert [(each.result, each.decision.announced) for each in checked] == list(scene.results)
    for each, why in zip(checked, scene.whys, strict=False):
        assert why in each.why


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_a_second_replay_adds_nothing(scene: Scene, replay: Replay, contents: Callable[[], object]) -> None:
    replay(scene.shots)
    before = contents()
    again = replay(scene.shots)
    assert contents() == before
    quiet = {Result.UNCHANGED, Result.FAILED, Result.BLOCKED, Result.GONE}
    assert {each.result for each in again} <= quiet
