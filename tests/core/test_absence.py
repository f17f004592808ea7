"""When a story counts as unpublished: a suspicion, three confirmations, and a site that still answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.absence import Absence, missing, next_look

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
GONE = Absence(START, 3, START + DAY)


def after(*times: timedelta, answers: bool = True) -> Absence:
    """The state after a first look that missed the story, and further ones."""
    absence = missing(None, START, site_answers=answers)
    for each in times:
        absence = missing(absence, START + each, site_answers=answers)
    return absence


@pytest.mark.parametrize(
    ("looks", "confirmed", "unpublished"),
    [
        ((), 0, False),
        ((9 * MINUTE,), 0, False),
        ((10 * MINUTE,), 1, False),
        ((10 * MINUTE, 11 * MINUTE, 59 * MINUTE), 1, False),
        ((10 * MINUTE, HOUR), 2, False),
        ((10 * MINUTE, HOUR, 23 * HOUR), 2, False),
        ((10 * MINUTE, HOUR, DAY), 3, True),
        # a monitor that looks once a day: each look confirms one step, so three days
        ((DAY,), 1, False),
        ((DAY, 2 * DAY), 2, False),
        ((DAY, 2 * DAY, 3 * DAY), 3, True),
        # many looks in a short time prove nothing
        (tuple(n * MINUTE for n in range(60)), 1, False),
    ],
)
def test_steps(looks: tuple[timedelta, ...], confirmed: int, unpublished: bool) -> None:
    absence = after(*looks)
    assert (absence.since, absence.confirmed, absence.unpublished_at is not None) == (START, confirmed, unpublished)


def test_an_outage_is_never_a_deletion() -> None:
    silent = after(*(n * HOUR for n in range(24 * 60)), answers=False)
    assert (silent.confirmed, silent.unpublished_at) == (2, None)
    assert missing(silent, START + 90 * DAY, site_answers=True).unpublished_at == START + 90 * DAY


def test_only_the_last_step_asks_whether_the_site_answers() -> None:
    assert [each.is_last_step for each in (after(), after(10 * MINUTE), after(10 * MINUTE, HOUR), GONE)] == [
        False,
        False,
        True,
        False,
    ]


def test_what_is_unpublished_stays_as_it_was() -> None:
    assert missing(GONE, START + WEEK, site_answers=True) is GONE


@pytest.mark.parametrize(
    ("absence", "now", "expected"),
    [
        (after(), START, START + 10 * MINUTE),
        (after(10 * MINUTE), START + 10 * MINUTE, START + HOUR),
        (after(10 * MINUTE, HOUR), START + HOUR, START + DAY),
        # the site was silent at the last step: asked again every hour, and less and less often where it stays so
        (after(10 * MINUTE, HOUR), START + 2 * DAY, START + 2 * DAY + HOUR),
        (after(10 * MINUTE, HOUR), START + 48 * DAY, START + 49 * DAY),
        # a check that came late, or failed
        (after(DAY), START + DAY, START + DAY + HOUR),
        (GONE, START + DAY, START + DAY + WEEK),
        (GONE, START + DAY + WEEK, START + DAY + 2 * WEEK),
        (GONE, START + DAY + 3.5 * WEEK, START + DAY + 4 * WEEK),
        (GONE, START + DAY + 4 * WEEK, None),
    ],
)
def test_next_look(absence: Absence, now: datetime, expected: datetime | None) -> None:
    assert next_look(absence, now)[0] == expected


def test_a_late_look_is_not_put_down_to_the_site() -> None:
    assert next_look(after(DAY), START + DAY)[1] == "missing since 2026-11-22 06:00 UTC: still to be confirmed"
    silent = next_look(after(10 * MINUTE, HOUR, DAY, answers=False), START + DAY)[1]
    assert silent.endswith("still to be confirmed when the site shows another story")


@given(looks=st.lists(st.tuples(st.timedeltas(timedelta(0), 40 * DAY), st.booleans()), max_size=30))
def test_no_order_of_looks_unpublishes_within_a_day_or_with_fewer_than_four(
    looks: list[tuple[timedelta, bool]],
) -> None:
    absence, times = missing(None, START, site_answers=False), [START]
    for wait, answers in sorted(looks):
        absence = missing(absence, START + wait, site_answers=answers)
        times.append(START + wait)
        at, why = next_look(absence, START + wait)
        assert why
        assert at is None or at > START + wait
        if absence.unpublished_at is not None:
            assert absence.unpublished_at - START >= DAY
            assert sum(each <= absence.unpublished_at for each in times) >= 4
