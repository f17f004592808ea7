"""When sources are read again, and what their users are told of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.events import EventKind
from monitor.core.polling import Plan, Yield, after_failure, after_reading, wish_of

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOURLY = Plan(at=NOW, interval=60 * MINUTE)


def kinds(told: tuple[object, ...]) -> list[EventKind]:
    return [event.kind for event in told]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("listed", "known", "minutes"),
    [
        (20, 20, 90),  # nothing new
        (20, 19, 48),  # something new
        (20, 7, 48),
        (20, 6, 30),  # most of it new
        (20, 1, 30),
        (20, 0, 10),  # the overlap is lost
        (1, 1, 90),
    ],
)
def test_interval(listed: int, known: int, minutes: float) -> None:
    plan, _ = after_reading(HOURLY, Yield(listed, known, first=False), NOW)
    assert (plan.interval, plan.at) == (minutes * MINUTE, NOW + minutes * MINUTE)


def test_a_first_reading_loses_nothing_though_all_is_new() -> None:
    plan, told = after_reading(Plan(), Yield(100, 0, first=True), NOW)
    assert (plan.interval, told) == (15 * MINUTE, ())


def test_a_quiet_source_is_read_daily_and_a_busy_one_every_ten_minutes() -> None:
    quiet, busy = HOURLY, HOURLY
    for _ in range(20):
        quiet, _told = after_reading(quiet, Yield(20, 20, first=False), NOW)
        busy, _told = after_reading(busy, Yield(20, 18, first=False), NOW)
    assert (quiet.interval, busy.interval) == (DAY, 10 * MINUTE)


def test_lost_stories_are_told_once_until_the_overlap_is_back() -> None:
    lost, again = Yield(20, 0, first=False), Yield(20, 20, first=False)
    plan, told = after_reading(HOURLY, lost, NOW)
    assert kinds(told) == [EventKind.SOURCE_LOST_ITEMS]
    plan, told = after_reading(plan, lost, NOW + MINUTE)
    assert (plan.lost_since, told) == (NOW, ())
    plan, told = after_reading(plan, again, NOW + 2 * MINUTE)
    assert (plan.lost_since, told) == (None, ())
    assert kinds(after_reading(plan, lost, NOW + 3 * MINUTE)[1]) == [EventKind.SOURCE_LOST_ITEMS]


def test_a_broken_source_is_told_once_tried_up_to_daily_and_never_given_up() -> None:
    plan, told = HOURLY, []
    waits = []
    for _ in range(2_000):
        plan, events = after_failure(plan, "HTTP 500", NOW)
        told += kinds(events)
        assert plan.at is not None
        waits.append(plan.at - NOW)
    assert told == [EventKind.SOURCE_FAILING]
    assert waits[:4] == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert waits[-1] == DAY
    plan, events = after_reading(plan, Yield(20, 18, first=False), NOW + DAY)
    assert (kinds(events), plan.failures, plan.failing_since) == ([EventKind.SOURCE_RECOVERED], 0, None)
    assert plan.interval == 48 * MINUTE


def test_a_laptop_that_was_offline_does_not_wait_for_a_day() -> None:
    plan = HOURLY
    for _ in range(50):
        plan, _told = after_failure(plan, "no connection", NOW, unreachable=True)
    assert plan.at == NOW + 60 * MINUTE


def test_a_hiccup_is_not_told() -> None:
    plan, told = after_failure(HOURLY, "HTTP 500", NOW)
    assert told == ()
    assert after_reading(plan, Yield(20, 18, first=False), NOW)[1] == ()


@pytest.mark.parametrize(
    ("control", "age", "ttl", "seconds"),
    [
        (None, None, None, 0),
        ("max-age=300", None, None, 300),
        ("public, max-age=300, must-revalidate", "100", None, 200),
        ("max-age=300", "400", None, 0),
        ('max-age="60"', None, None, 60),
        ("s-maxage=900", None, None, 0),
        ("no-cache, max-age=300", None, None, 0),
        ("max-age=-5", None, None, 0),
        ("max-age=banana", "x", None, 0),
        ("max-age=999999999", None, None, 86_400),
        ("max-age=300", None, 3600.0, 3600),
        ("max-age=7200", None, 3600.0, 7200),
    ],
)
def test_what_a_source_asks_for(control: str | None, age: str | None, ttl: float | None, seconds: int) -> None:
    headers = tuple((name, value) for name, value in (("Cache-Control", control), ("Age", age)) if value)
    assert wish_of(headers, ttl) == timedelta(seconds=seconds)


def test_a_wish_outranks_the_plan_and_a_failure_has_to_be_sat_out() -> None:
    plan, _ = after_reading(HOURLY, Yield(20, 0, first=False, wish=60 * MINUTE), NOW)
    assert plan.at == NOW + 60 * MINUTE
    assert not plan.may_be_asked(NOW + 59 * MINUTE)
    assert plan.may_be_asked(NOW + 60 * MINUTE)
    early, _ = after_reading(HOURLY, Yield(20, 20, first=False), NOW)
    assert early.may_be_asked(NOW)
    assert not early.is_due(NOW)
    failed, _ = after_failure(HOURLY, "HTTP 500", NOW)
    assert not failed.may_be_asked(NOW + 9 * MINUTE)
    assert failed.may_be_asked(NOW + 10 * MINUTE)


@pytest.mark.parametrize(
    ("away", "asked"), [(-MINUTE, True), (MINUTE, False), (DAY, False), (DAY + 2 * MINUTE, True), (365 * DAY, True)]
)
def test_what_a_wrong_clock_planned_is_not_waited_for(away: timedelta, asked: bool) -> None:
    failed, wished = Plan(at=NOW + away, failures=1), Plan(not_before=NOW + away)
    assert (failed.is_due(NOW), failed.may_be_asked(NOW), wished.may_be_asked(NOW)) == (asked, asked, asked)


@given(st.lists(st.one_of(st.none(), st.tuples(st.integers(1, 50), st.integers(0, 50))), max_size=60))
def test_every_plan_is_within_ten_minutes_and_a_day_and_tells_each_trouble_once(
    history: list[tuple[int, int] | None],
) -> None:
    plan, failing = Plan(), False
    for number, got in enumerate(history):
        if got is None:
            plan, told = after_failure(plan, "broken", NOW)
        else:
            plan, told = after_reading(plan, Yield(got[0], min(got), first=number == 0), NOW)
        assert plan.at is not None
        assert 10 * MINUTE <= plan.at - NOW <= DAY
        for kind in kinds(told):
            assert (kind is EventKind.SOURCE_FAILING) <= (not failing)
            assert (kind is EventKind.SOURCE_RECOVERED) <= failing
            failing = kind is EventKind.SOURCE_FAILING if kind is not EventKind.SOURCE_LOST_ITEMS else failing
