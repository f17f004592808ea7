"""What counts as a report that a story was changed, and how long the reports of a site are believed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.signals import Shown, Signals, is_answered, is_restamp, is_signal

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "now", "signal"),
    [
        (Shown("a", "1"), Shown("a", "1"), False),
        (Shown("a", "1"), Shown("b", "1"), True),
        (Shown("a", "1"), Shown("a", "2"), True),
        (Shown("a"), Shown("b", "2"), True),
        # what was not shown before, or is not shown now, says nothing
        (Shown(), Shown("a", "1"), False),
        (Shown("a", "1"), Shown(), False),
        (Shown(None, "1"), Shown("a", "2"), True),
    ],
)
def test_a_story_is_reported_where_it_is_shown_otherwise(before: Shown, now: Shown, signal: bool) -> None:
    assert is_signal(before, now) is signal


def told(*proofs: bool) -> Signals:
    signals = Signals()
    for proved in proofs:
        signals = signals.after(proved=proved)
    return signals


@pytest.mark.parametrize(
    ("signals", "trusted"),
    [
        (Signals(), True),
        (told(*[False] * 18), True),
        (told(*[False] * 19), False),
        (told(*[True] * 5, *[False] * 94), True),
        (told(*[True], *[False] * 94), False),
        # the past does not count for ever, neither the good one nor the bad
        (told(*[True] * 1000, *[False] * 300), False),
        (told(*[False] * 10_000, *[True] * 5), True),
    ],
)
def test_a_site_is_believed_while_one_in_twenty_of_its_reports_is_true(signals: Signals, trusted: bool) -> None:
    assert signals.trusted is trusted


@given(proofs=st.lists(st.booleans(), max_size=500))
def test_the_precision_is_a_share(proofs: list[bool]) -> None:
    signals = told(*proofs)
    assert 0 <= signals.true <= signals.count <= 100
    assert 0 < signals.precision < 1


@pytest.mark.parametrize(
    ("signals", "listed", "restamp"),
    [(0, 0, False), (9, 9, False), (10, 20, False), (10, 19, True), (25_000, 50_000, False), (25_001, 50_000, True)],
)
def test_where_most_stories_are_shown_otherwise_at_once_the_source_was_changed(
    signals: int, listed: int, restamp: bool
) -> None:
    assert is_restamp(signals, listed) is restamp


@pytest.mark.parametrize(
    ("signalled", "answered"),
    [
        (None, False),
        (NOON - timedelta(minutes=1), True),
        (NOON, True),
        # the page was on its way already
        (NOON + timedelta(seconds=1), False),
        (NOON + timedelta(hours=1), False),
        # a clock was set back
        (NOON + timedelta(days=1), True),
    ],
)
def test_a_sight_answers_what_was_reported_before_it(signalled: datetime | None, answered: bool) -> None:
    assert is_answered(signalled, NOON) is answered
