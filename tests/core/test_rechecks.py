"""When a known story is looked at again: the rule as a table, and that no clock, however wrong, upsets it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rechecks import PRICE, History, after_failure, next_check, price_for

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def at(minutes: float = 0, *, hours: float = 0, days: float = 0) -> datetime:
    """A time after the story's publication at noon."""
    return NOON + timedelta(minutes=minutes, hours=hours, days=days)


def between(*minutes: float) -> tuple[tuple[datetime, datetime], ...]:
    """Changes, each seen five minutes after a fetch that saw the old text."""
    return tuple((at(minute), at(minute + 5)) for minute in minutes)


def stretched(minutes: float, weight: float) -> timedelta:
    """So many quiet minutes, stretched as the default price says."""
    return timedelta(minutes=minutes * (1.45 ** (1 / weight) - 1))


STORY = History(published=at(), first_seen=at(3))
REPORTED = replace(STORY, last_fetch=at(60), signals=(at(62),), signal_precision=0.5)


@pytest.mark.parametrize(
    ("history", "wait"),
    [
        # the longer a story rests, the longer it is left to rest; after half a day edits get rare faster than 1 / quiet
        (replace(STORY, last_fetch=at(0)), timedelta(minutes=15)),
        (replace(STORY, last_fetch=at(30)), stretched(60, 1)),
        (replace(STORY, last_fetch=at(hours=11.5)), stretched(12 * 60, 1)),
        (replace(STORY, last_fetch=at(hours=95.5)), stretched(96 * 60, 1) * 2),
        (replace(STORY, last_fetch=at(days=20)), timedelta(days=7)),
        # a change counts as made in the middle between the fetches that bracket it
        (replace(STORY, last_fetch=at(105), changes=((at(10), at(20)),)), stretched(120, 1.1)),
        (replace(STORY, last_fetch=at(50), changes=((at(20), at(20)),)), stretched(60, 1.1)),
        (replace(STORY, last_fetch=at(105), changes=((at(20), at(10)),)), stretched(120, 1.1)),
        (replace(STORY, last_fetch=at(105), changes=((at(0), at(40)), (at(10), at(20)))), stretched(120, 1.3)),
        # the more changes, the sooner, down to a quarter of an hour
        (replace(STORY, last_fetch=at(102.5), changes=between(*[10] * 3)), stretched(120, 1.6)),
        (replace(STORY, last_fetch=at(102.5), changes=between(*[10] * 6)), stretched(120, 3)),
        (replace(STORY, last_fetch=at(102.5), changes=between(*[10] * 50)), stretched(120, 3)),
        (replace(STORY, last_fetch=at(15), changes=between(*[10] * 50)), timedelta(minutes=15)),
        # what changes at every look is not worth a look every quarter of an hour for ever
        (replace(STORY, last_fetch=at(15), changes=between(*[10] * 200)), timedelta(hours=1)),
        # the earlier of publication and first sight, where there is no change; a future time counts as now
        (replace(STORY, published=None, last_fetch=at(33)), stretched(60, 1)),
        (replace(STORY, published=at(-57), last_fetch=at(3)), stretched(90, 1)),
        (replace(STORY, published=at(hours=9), last_fetch=at(33)), stretched(60, 1)),
        (replace(STORY, published=at(days=9), first_seen=at(days=8), last_fetch=at(3)), timedelta(minutes=15)),
        (replace(STORY, last_fetch=at(30), changes=((at(40), at(50)),)), timedelta(minutes=15)),
    ],
)  # fmt: skip
def test_how_long_a_story_is_left_alone(history: History, wait: timedelta) -> None:
    fetched = history.last_fetch
    assert fetched is not None
    planned = next_check(history, now=fetched).at
    assert planned is not None
    assert planned - fetched == pytest.approx(wait, abs=timedelta(milliseconds=1))


@pytest.mark.parametrize(
    ("history", "now", "expected"),
    [
        (STORY, at(3), at(3)),
        (replace(STORY, published=at(days=-999)), at(3), at(3)),
        (replace(STORY, last_fetch=at(0)), at(10), at(15)),
        (replace(STORY, last_fetch=at(0)), at(19), at(19)),
        (replace(STORY, last_fetch=at(days=2)), at(0), at(15)),
        # a report makes it due, five minutes after its last fetch at the earliest, while reports are worth something
        (REPORTED, at(63), at(65)),
        (REPORTED, at(70), at(70)),
        (replace(REPORTED, signal_precision=0.05), at(70), at(70)),
        (replace(REPORTED, signal_precision=0.049), at(70), at(60 + 90 * 0.45)),
        (replace(REPORTED, signals=()), at(70), at(60 + 90 * 0.45)),
        # after ninety quiet days only a report counts
        (replace(STORY, last_fetch=at(days=83)), at(days=83), at(days=90)),
        (replace(STORY, last_fetch=at(days=84)), at(days=84), None),
        (replace(STORY, last_fetch=at(days=1)), at(days=91), None),
        (replace(STORY, last_fetch=at(days=84), changes=((at(days=1), at(days=1)),)), at(days=84), at(days=91)),
        (replace(STORY, published=at(days=-999), last_fetch=at(3)), at(3), None),
        (replace(REPORTED, last_fetch=at(days=99)), at(days=100), at(days=100)),
    ],
)
def test_when_it_is_due(history: History, now: datetime, expected: datetime | None) -> None:
    assert next_check(history, now=now).at == expected


def test_the_horizon_is_a_setting() -> None:
    story = replace(STORY, last_fetch=at(days=84))
    assert next_check(story, now=at(days=84), horizon=timedelta(days=91)).at == at(days=91)
    assert next_check(replace(STORY, last_fetch=at(0)), now=at(0), horizon=timedelta(minutes=14)).at is None


@pytest.mark.parametrize(
    ("history", "now", "why"),
    [
        (STORY, at(3), "never fetched: due now"),
        (
            replace(STORY, last_fetch=at(108), changes=between(1, 11, 38.5)),
            at(108),
            "3 changes, the last between 12:38 and 12:43: quiet (67 min + 30 min) x 26% = 25 min -> 14:13",
        ),
        (
            replace(STORY, last_fetch=at(28), changes=between(1)),
            at(28),
            "1 change, the last between 12:01 and 12:06: quiet (24 min + 30 min) x 40% = 22 min -> 12:49",
        ),
        (
            replace(STORY, last_fetch=at(8), changes=between(*[1] * 6)),
            at(8),
            "6 changes, the last between 12:01 and 12:06: quiet (4 min + 30 min) x 13% = 5 min, but at least 15 min -> 12:23",
        ),
        (
            replace(STORY, last_fetch=at(hours=10)),
            at(hours=10),
            "no change since 12:00: quiet (10.0 h + 30 min) x 45% = 4.7 h -> 2026-03-11 02:43",
        ),
        (
            replace(STORY, last_fetch=at(days=20)),
            at(days=20),
            "no change since 2026-03-10 12:00: quiet (20.0 d + 30 min) x 154%, but at most 7.0 d -> 2026-04-06 12:00",
        ),
        (REPORTED, at(63), "reported as changed at 13:02 -> 13:05"),
        (
            replace(STORY, last_fetch=at(days=99)),
            at(days=99),
            "no change since 2026-03-10 12:00: no more checks unless a change is reported",
        ),
    ],
)
def test_why(history: History, now: datetime, why: str) -> None:
    assert next_check(history, now=now).why == why


# Hostile and broken clocks: any time that Python can hold, in any zone, in any order.
times = st.datetimes(
    timezones=st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=14)), timezone(timedelta(hours=-14))])
)
near = st.integers(-200_000, 200_000).map(at)
any_time = times | near
histories = st.builds(
    History,
    published=st.none() | any_time,
    first_seen=any_time,
    last_fetch=st.none() | any_time,
    changes=st.lists(st.tuples(any_time, any_time), max_size=9).map(tuple),
    signals=st.lists(any_time, max_size=2).map(tuple),
    signal_precision=st.floats(0, 1),
)
prices = st.floats(1e-9, 1e9)


@given(history=histories, now=any_time, price=prices)
def test_never_raises_and_never_looks_back(history: History, now: datetime, price: float) -> None:
    check = next_check(history, now=now, price=price)
    assert check.why
    if check.at is not None:
        # apart from `now` itself, times are told in UTC: two times in one zone that changes its clocks compare wrongly
        assert check.at is now or check.at.utcoffset() == timedelta(0)
        assert check.at is now or check.at >= now


@given(history=histories, now=near, low=prices, high=prices)
def test_a_higher_price_never_brings_a_check_forward(history: History, now: datetime, low: float, high: float) -> None:
    low, high = sorted((low, high))
    cheap, dear = (next_check(history, now=now, price=price).at for price in (low, high))
    assert dear is None or (cheap is not None and cheap <= dear)


@given(minutes=st.integers(0, 100_000), changes=st.lists(st.integers(0, 100_000), max_size=9))
def test_one_more_change_never_puts_a_check_off(minutes: int, changes: list[int]) -> None:
    story = replace(STORY, last_fetch=at(minutes), changes=between(*changes))
    fewer = next_check(replace(story, changes=story.changes[1:] or story.changes), now=at(minutes)).at
    more = next_check(story, now=at(minutes)).at
    assert more is not None
    assert fewer is not None
    assert more <= fewer


def fetches_in_a_month(price: float, *, changing: bool) -> int:
    story, fetches = replace(STORY, last_fetch=at(3)), 1
    while (planned := next_check(story, now=story.last_fetch or at(), price=price).at) and planned < at(days=30):
        bracket = (story.last_fetch or at(), planned)
        story = replace(story, last_fetch=planned, changes=(*story.changes, bracket) if changing else ())
        fetches += 1
    return fetches


def test_a_page_that_differs_at_every_look_is_not_fetched_for_ever() -> None:
    assert 400 < fetches_in_a_month(PRICE, changing=True) < 600


@pytest.mark.parametrize(("fetches", "at_rest"), [(5, 5), (10, 9), (20, 17), (40, 29)])
def test_the_price_of_so_many_fetches_leaves_some_for_what_changes(fetches: int, at_rest: int) -> None:
    assert fetches_in_a_month(price_for(fetches), changing=False) == at_rest


def test_the_default_price_is_that_of_twenty_fetches() -> None:
    assert price_for(20) == pytest.approx(PRICE, abs=0.01)


@given(low=st.floats(-10, 1000), high=st.floats(-10, 1000))
def test_more_fetches_are_never_dearer(low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 < price_for(high) <= price_for(low)


def test_an_hour_that_the_clock_shows_twice_is_two_hours() -> None:
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert next_check(replace(STORY, published=first, first_seen=first, last_fetch=second), now=second).at == (
        second.astimezone(UTC) + timedelta(minutes=90 * 0.45)
    )


@pytest.mark.parametrize(
    ("failing", "minutes"),
    [(timedelta(0), 10), (timedelta(hours=1), 30), (timedelta(days=1), 720), (timedelta(days=10), 1440)],
)
def test_a_story_that_cannot_be_read_is_tried_again_after_half_the_time(failing: timedelta, minutes: int) -> None:
    now = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert after_failure(now - failing, now=now).at == now + timedelta(minutes=minutes)


def test_a_story_that_cannot_be_read_is_left_at_the_horizon() -> None:
    now = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    assert after_failure(now - timedelta(days=91), now=now).at is None
    assert after_failure(now + timedelta(days=1), now=now).at == now + timedelta(minutes=10)
