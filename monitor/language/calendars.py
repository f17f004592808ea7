"""Days by the Gregorian, the Bangladesh and the Hijri calendar, as far as pages can be trusted with them.

The Bangladesh calendar (বঙ্গাব্দ), since its reform by the Bangla Academy, which began with the year 1426: the year
begins on 14 April; Boishakh to Ashwin have 31 days, Kartik to Magh and Choitro 30, Falgun 29, or 30 where the
February it overlaps has 29. So 21 February is always 8 Falgun, 26 March 12 Choitro, 16 December 1 Poush.
Source: bdnews24.com, "Bangladesh reworks Bangla calendar to match national days with West", 16 October 2019.

The first day the reform changed is 31 Ashwin 1426 (16 October 2019), on which some papers still printed 1 Kartik;
before it, back to 1 Boishakh 1426, the older rule gives the same days. Earlier years and the almanac calendar of
West Bengal, which differs by up to a day or two, are not computed here. A site that never took up the reform is a day
off from 31 Ashwin to Falgun: beside a Gregorian date that shows, and neither is believed.
"""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, NamedTuple

_FIRST_REFORMED_YEAR: Final = 1426
_YEARS_BEHIND: Final = 593  # 1 Boishakh 1426 is 14 April 2019
_FALGUN: Final = 11
_MONTH_LENGTHS: Final = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 29, 30)
_FIRST_GREGORIAN_YEAR: Final = 1900  # a web page states no time before it, or after the last
_LAST_GREGORIAN_YEAR: Final = 2100


def gregorian(year: int, month: int, day: int) -> date | None:
    """Return the day, or None if there is no such day or it is before 1900 or after 2100."""
    try:
        return date(year, month, day) if _FIRST_GREGORIAN_YEAR <= year <= _LAST_GREGORIAN_YEAR else None
    except ValueError:
        return None


def month_length(year: int, month: int) -> int:
    """Count the days of a month (1 Boishakh .. 12 Choitro) of a reformed Bangladesh year."""
    if month == _FALGUN and isleap(year + _YEARS_BEHIND + 1):
        return 30
    return _MONTH_LENGTHS[month - 1]


def from_bangladesh(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian day of a date of the reformed Bangladesh calendar, or None if there is no such day.

    `year` counts বঙ্গাব্দ (None before 1426 and for days after 2100), `month` 1 (Boishakh) to 12 (Choitro).
    """
    if not _FIRST_REFORMED_YEAR <= year <= _LAST_GREGORIAN_YEAR or not 1 <= month <= 12:
        return None
    if not 1 <= day <= month_length(year, month):
        return None
    before = sum(month_length(year, earlier) for earlier in range(1, month))
    found = date(year + _YEARS_BEHIND, 4, 14) + timedelta(days=before + day - 1)
    return found if found.year <= _LAST_GREGORIAN_YEAR else None


class OtherDay(NamedTuple):
    """A day as another calendar names it: the month of the Bangla year, or None for a day of a Hijri month.

    The year of a Bangla day is None where it is not named.
    """

    year: int | None
    month: int | None
    day: int


def same_day(day: date | None, others: Iterable[OtherDay], in_bangladesh: bool) -> date | None:
    """Return the one day that a Gregorian date, if named, and those of other calendars can all mean, or None.

    Computed are reformed Bangla dates, and those in Bangladesh only. Of the others no more is known than the year:
    they can contradict a Gregorian day but name none. A Bangla day without its year must be computable from that day.
    """
    uncertain = []
    for other in others:
        if other.year is None or other.month is None or not in_bangladesh or other.year < _FIRST_REFORMED_YEAR:
            uncertain.append(other)
            continue
        same = from_bangladesh(other.year, other.month, other.day)
        if same is None or day not in (None, same):
            return None
        day = same
    return day if day is not None and all(_may_be(other, day, in_bangladesh) for other in uncertain) else None


def _may_be(other: OtherDay, day: date, in_bangladesh: bool) -> bool:
    if other.year is None:
        years = (day.year - _YEARS_BEHIND, day.year - _YEARS_BEHIND - 1)
        month = other.month or 0
        return in_bangladesh and any(from_bangladesh(year, month, other.day) == day for year in years)
    if other.month is not None:  # the months of West Bengal have up to 32 days
        return 1 <= other.day <= 32 and other.year in (day.year - _YEARS_BEHIND, day.year - _YEARS_BEHIND - 1)
    # Hijri months begin by sighting, so their days are not computed; 33 of their years make about 32 solar ones.
    return 1 <= other.day <= 30 and abs((day.year - 622) * 33 // 32 - other.year) <= 1
