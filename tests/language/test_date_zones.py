"""What the clocks of zones show, and what they are called."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from monitor.language.date_zones import is_zone_name, moments

LONDON, DHAKA = ZoneInfo("Europe/London"), ZoneInfo("Asia/Dhaka")


@pytest.mark.parametrize(
    ("day", "zone", "offsets"),
    [
        (date(2023, 9, 14), LONDON, [1]),
        (date(2023, 3, 26), LONDON, []),
        (date(2023, 10, 29), LONDON, [1, 0]),
        (date(2023, 10, 29), timezone(timedelta(hours=6)), [6]),
    ],
)
def test_moments(day: date, zone: ZoneInfo | timezone, offsets: list[int]) -> None:
    found = moments(day, time(1, 30), zone)
    assert [at.utcoffset() for at in found] == [timedelta(hours=hours) for hours in offsets]
    assert all(at.replace(tzinfo=None) == datetime.combine(day, time(1, 30)) for at in found)


@pytest.mark.parametrize(
    ("word", "at", "named"),
    [
        ("bst", datetime(2023, 9, 14, tzinfo=LONDON), True),
        ("gmt", datetime(2023, 9, 14, tzinfo=LONDON), False),
        ("bst", datetime(2023, 12, 14, tzinfo=LONDON), False),
        ("bst", datetime(2023, 9, 14, tzinfo=DHAKA), True),
        ("bdt", datetime(2023, 9, 14, tzinfo=DHAKA), True),
        ("bst", datetime(2009, 9, 14, tzinfo=DHAKA), False),  # the one summer of Bangladeshi summer time
        ("est", datetime(2023, 9, 14, tzinfo=DHAKA), False),
        ("ist", datetime(2023, 9, 14, tzinfo=ZoneInfo("Asia/Kolkata")), True),
    ],
)
def test_zone_names(word: str, at: datetime, named: bool) -> None:
    assert is_zone_name(word, at) is named
