"""Mass changes, as tables: how the last stories of a site were found, what this one says, what is held back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.articles import Article
from monitor.core.events import EventKind
from monitor.core.masses import LAST, Hold, Verdict, changed, judge, settled, way_of

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
R = "restamped"
RESTAMPS = Hold(NOW - 2 * DAY, (R,))
OLD = Hold(NOW - 7 * DAY, (R,))


def last(looks: int, **alike: int) -> list[str | None]:
    """So many looks at other stories, some of which found a change in some way."""
    ways: list[str | None] = [way for way, count in alike.items() for _ in range(count)]
    return [*ways, *[None] * (looks - len(ways))]


@dataclass(frozen=True)
class Case:
    hold: Hold | None
    way: str | None
    last: Sequence[str | None]
    held: bool
    after: Hold | None
    seen: timedelta = HOUR


BEGUN = Hold(NOW, (R,))
CASES = {
    # a hold begins with a third of the last, at least ten, of at least twenty
    "an_edit_on_a_usual_day": Case(None, "body", last(60, body=2), False, None),
    "a_day_full_of_news": Case(None, "body", last(59, body=14), False, None),
    "a_third_of_sixty_but_one": Case(None, R, last(59, restamped=18), False, None),
    "a_third_of_sixty": Case(None, R, last(59, restamped=19), True, BEGUN),
    "nine_of_twenty": Case(None, R, last(19, restamped=8), False, None),
    "ten_of_twenty": Case(None, R, last(19, restamped=9), True, BEGUN),
    "a_site_with_few_stories": Case(None, R, last(18, restamped=18), False, None),
    "many_in_many_ways": Case(None, R, last(59, restamped=9, title=15, body=15, byline=15), False, None),
    "all_changed_but_this_one_did_not": Case(None, None, last(60, restamped=60), False, None),
    # while it lasts, as many changes in its way are held back as come
    "another_like_it": Case(RESTAMPS, R, last(60, restamped=40), True, RESTAMPS),
    "one_of_the_last": Case(RESTAMPS, R, last(60, restamped=6), True, RESTAMPS),
    "one_that_did_not_change": Case(RESTAMPS, None, last(60, restamped=40), False, RESTAMPS),
    "changed_in_another_way": Case(RESTAMPS, "body", last(60, restamped=40), False, RESTAMPS),
    "so_many_in_another_way_too": Case(RESTAMPS, "body", last(59, restamped=40, body=19), True, replace(RESTAMPS, ways=(R, "body"))),
    # when it has passed, what may date from it is held back: a change that comes to light at the first look since
    "a_late_one": Case(RESTAMPS, R, last(60), True, RESTAMPS, seen=3 * DAY),
    "a_new_one": Case(RESTAMPS, R, last(60), False, RESTAMPS),
    # it ends after a week, if it is calm then
    "before_a_week": Case(replace(OLD, since=OLD.since + MINUTE), None, last(60), False, replace(OLD, since=OLD.since + MINUTE)),
    "after_a_week": Case(OLD, None, last(60), False, None),
    "after_a_week_with_a_change": Case(OLD, R, last(60), False, None, seen=8 * DAY),
    "after_a_week_at_a_site_with_nothing_to_look_at": Case(OLD, None, [], False, None),
    "after_a_week_still_a_tenth": Case(OLD, None, last(59, restamped=6), False, OLD),
    "after_a_week_fewer_than_a_tenth": Case(OLD, None, last(59, restamped=5), False, None),
    "after_a_week_calm_in_one_way_only": Case(replace(OLD, ways=(R, "body")), None, last(60, body=20), False, replace(OLD, ways=(R, "body"))),
    "one_that_goes_on_for_ever": Case(replace(OLD, since=NOW - 365 * DAY), R, last(60, restamped=60), True, replace(OLD, since=NOW - 365 * DAY)),
    # a replayed capture, or a clock that was set back
    "a_look_from_before_it": Case(Hold(NOW + HOUR, (R,)), R, last(60, restamped=60), False, Hold(NOW + HOUR, (R,))),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_verdict(case: Case) -> None:
    verdict = judge(case.hold, case.way, case.last, seen_at=NOW - case.seen, now=NOW)
    assert verdict == Verdict(held=case.held, hold=case.after)


def test_what_the_operator_is_told() -> None:
    began = changed(R, last(59, restamped=19))
    assert began.kind is EventKind.SITE_CHANGED
    assert began.why.startswith("20 of the last 60 stories looked at changed in the same way (restamped): ")
    ended = settled(Hold(NOW, (R, "title, byline")), 1_234)
    assert ended.kind is EventKind.SITE_SETTLED
    assert ended.why.startswith(
        "1,234 changes in the same way (restamped; title, byline) held back since 2026-11-22 06:00 UTC"
    )
    assert settled(OLD, 1).why.startswith("1 change in")


ways = st.sampled_from([None, R, "body"])


@given(looks=st.lists(ways, min_size=1, max_size=400), step=st.sampled_from([1, 60, 3600, 86400]))
def test_nothing_is_held_but_in_a_way_that_is_on_hold_and_every_step_is_told_apart(
    looks: list[str | None], step: int
) -> None:
    """Looks at ever other stories: however they come, a hold is taken back only when it is calm, and begun only by many."""
    hold: Hold | None = None
    for number, way in enumerate(looks):
        now, before = NOW + number * timedelta(seconds=step), looks[max(number - LAST, 0) : number]
        verdict = judge(hold, way, before, seen_at=None, now=now)
        assert not verdict.held or (verdict.hold is not None and way in verdict.hold.ways)
        if hold is None and verdict.hold is not None:
            assert before.count(way) >= 9
        if hold is not None and verdict.hold is None:
            assert now - hold.since >= 7 * DAY
        hold = verdict.hold


A = Article("Title", ("One two three four.", "Five six seven eight."), byline="Reporter", section="World")

WAYS = {
    "the_title": (replace(A, title="Other"), "title"),
    "a_word": (replace(A, paragraphs=("One two three four.", "Five six seven nine.")), "body"),
    "a_line_under_it": (replace(A, paragraphs=(*A.paragraphs, "Read more here.")), "body"),
    "three_words_of_eight": (replace(A, paragraphs=("One two three four.", "Five 6 7 8")), "body"),
    "five_words_of_eight": (replace(A, paragraphs=("One two three 4", "5 6 7 8")), "body replaced"),
    "another_body": (replace(A, title="Other", paragraphs=("We value your privacy.",)), "body replaced"),
    "paragraphs_run_together": (replace(A, paragraphs=(" ".join(A.paragraphs),)), "body"),
    "several_fields": (replace(A, byline=None, credit="AFP", captions=("A picture.",)), "captions, byline, credit"),
    "a_title_of_our_own_making": (replace(A, title_derived=True), "title"),
    "the_sub_heading_and_the_section": (replace(A, subheading="Sub", section="Sport"), "sub-heading, section"),
    "nothing_that_is_compared_today": (replace(A, title="Title\u200b "), "as read"),
}


@pytest.mark.parametrize(("after", "way"), WAYS.values(), ids=WAYS.keys())
def test_way(after: Article, way: str) -> None:
    assert way_of(A, after) == way


def test_the_longest_way_fits_its_column() -> None:
    other = Article("1", ("One two three four.",), subheading="1", captions=("1",), byline="1", section="1", credit="1")
    way = way_of(replace(A, paragraphs=("One two three four", "1")), other)
    assert way.count(",") == 6
    assert len(way) <= 80
