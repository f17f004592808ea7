"""Update times compared at their own precision, and kept without gaining or losing any."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.stamps import Move, describe, ends, from_text, move, to_text
from monitor.language.dates import MonthDay, Precision, Stated

DHAKA = ZoneInfo("Asia/Dhaka")
MINUTE = Stated(datetime(2023, 9, 14, 13, 15, tzinfo=DHAKA), Precision.MINUTE)
MINUTE_UTC = Stated(datetime(2023, 9, 14, 7, 15, tzinfo=UTC), Precision.MINUTE)
NEXT_MINUTE = Stated(datetime(2023, 9, 14, 13, 16, tzinfo=DHAKA), Precision.MINUTE)
DAY = Stated(datetime(2023, 9, 14, tzinfo=DHAKA), Precision.DAY)
NEXT_DAY = Stated(datetime(2023, 9, 15, tzinfo=DHAKA), Precision.DAY)
NO_YEAR = Stated(MonthDay(9, 14), Precision.MONTH_DAY)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, None, Move.ABSENT),
        (None, MINUTE, Move.APPEARED),
        (MINUTE, None, Move.VANISHED),
        (MINUTE, MINUTE_UTC, Move.SAME),
        (MINUTE, NEXT_MINUTE, Move.FORWARD),
        (NEXT_MINUTE, MINUTE, Move.BACK),
        (DAY, DAY, Move.SAME),
        (DAY, MINUTE, Move.SAME),
        (MINUTE_UTC, DAY, Move.SAME),
        (DAY, NEXT_DAY, Move.FORWARD),
        (NEXT_DAY, MINUTE, Move.BACK),
        (NO_YEAR, NO_YEAR, Move.SAME),
        (NO_YEAR, MINUTE, Move.UNCLEAR),
    ],
)
def test_move(old: Stated | None, new: Stated | None, expected: Move) -> None:
    assert move(old, new) is expected


@pytest.mark.parametrize(
    ("stamp", "text", "words"),
    [
        (MINUTE, "2023-09-14T13:15:00+06:00", "2023-09-14 13:15"),
        (DAY, "2023-09-14", "2023-09-14"),
        (NO_YEAR, "--09-14", "09-14 of a year not stated"),
        (Stated(datetime(1, 1, 1, tzinfo=DHAKA), Precision.DAY), "0001-01-01", "0001-01-01"),
        (None, None, "none"),
    ],
)
def test_written_and_read_again(stamp: Stated | None, text: str | None, words: str) -> None:
    assert to_text(stamp) == text
    assert from_text(text, DHAKA) == stamp
    assert describe(stamp) == words


def test_a_day_ends_at_local_midnight_even_when_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    long_day = Stated(datetime(2023, 10, 29, tzinfo=berlin), Precision.DAY)
    assert ends(long_day).astimezone(UTC) == datetime(2023, 10, 29, 23, tzinfo=UTC)


def test_two_minutes_of_one_name_when_the_clocks_go_back_are_two() -> None:
    new_york = ZoneInfo("America/New_York")
    first = Stated(datetime(2023, 11, 5, 1, 30, tzinfo=new_york), Precision.MINUTE)
    second = Stated(datetime(2023, 11, 5, 1, 30, tzinfo=new_york, fold=1), Precision.MINUTE)
    assert move(first, second) is Move.FORWARD
    assert ends(second) - ends(first) == timedelta(hours=1)
