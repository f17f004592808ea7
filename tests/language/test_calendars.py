"""The Bangladesh calendar against printed dates, its fixed days and a walk through its months."""

from datetime import date, timedelta

import pytest

from monitor.language.calendars import OtherDay, from_bangladesh, month_length, same_day

# As papers printed both: bdnews24.com, kalbela.com, dhakaprokash24.com, dailyinqilab.com, 71newsbd.com, bddinkal.com.
PRINTED = [
    ((1426, 6, 31), date(2019, 10, 16)),
    ((1426, 7, 1), date(2019, 10, 17)),
    ((1426, 8, 1), date(2019, 11, 16)),
    ((1430, 5, 29), date(2023, 9, 13)),
    ((1431, 1, 27), date(2024, 5, 10)),
    ((1431, 1, 31), date(2024, 5, 14)),
    ((1431, 8, 2), date(2024, 11, 17)),
    ((1431, 8, 13), date(2024, 11, 28)),
    ((1431, 9, 24), date(2025, 1, 8)),
    ((1432, 1, 9), date(2025, 4, 22)),
]
# What the reform is for: these days of the nation keep their Bangla dates for ever.
FIXED = [
    ((1, 1), (4, 14)),
    ((1, 25), (5, 8)),
    ((2, 11), (5, 25)),
    ((9, 1), (12, 16)),
    ((11, 8), (2, 21)),
    ((12, 12), (3, 26)),
]


@pytest.mark.parametrize(("bangla", "day"), PRINTED)
def test_printed_dates(bangla: tuple[int, int, int], day: date) -> None:
    assert from_bangladesh(*bangla) == day


@pytest.mark.parametrize(("bangla", "gregorian"), FIXED)
def test_days_fixed_by_the_reform(bangla: tuple[int, int], gregorian: tuple[int, int]) -> None:
    for year in range(1426, 1507):
        day = from_bangladesh(year, *bangla)
        assert day is not None
        assert (day.month, day.day) == gregorian
        assert day.year - year == (593 if day.month >= 4 else 594)


def test_every_day_from_the_reform_to_2100_has_one_date() -> None:
    day, year, month, month_day = date(2019, 4, 14), 1426, 1, 1
    while day <= date(2100, 12, 31):
        assert from_bangladesh(year, month, month_day) == day
        leap = day.year % 4 == 0 and day.year != 2100
        length = 31 if month <= 6 else 30 if month != 11 else 30 if leap else 29
        month_day += 1
        if month_day > length:
            assert from_bangladesh(year, month, month_day) is None
            month_day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
        day += timedelta(days=1)


@pytest.mark.parametrize(
    "bangla",
    [
        (1425, 12, 30),
        (1426, 0, 1),
        (1426, 13, 1),
        (1426, 1, 0),
        (1426, 1, 32),
        (1430, 7, 31),
        (1429, 11, 30),
        (1507, 10, 1),
        (1508, 1, 1),
        (9999, 1, 1),
    ],
)
def test_no_such_day(bangla: tuple[int, int, int]) -> None:
    assert from_bangladesh(*bangla) is None


def test_falgun_has_a_leap_day() -> None:
    assert [month_length(year, 11) for year in (1425, 1426, 1427, 1430, 1506)] == [29, 30, 29, 30, 29]


BANGLA, WRONG_BANGLA = OtherDay(1431, 8, 2), OtherDay(1431, 8, 3)
HIJRI, WRONG_HIJRI = OtherDay(1446, None, 14), OtherDay(1346, None, 14)
DAY = date(2024, 11, 17)


@pytest.mark.parametrize(
    ("day", "others", "in_bangladesh", "meant"),
    [
        (DAY, [BANGLA], True, DAY),
        (DAY, [WRONG_BANGLA], True, None),
        (DAY, [BANGLA, HIJRI], True, DAY),
        (DAY, [HIJRI], True, DAY),
        (DAY, [WRONG_HIJRI], True, None),
        (None, [BANGLA], True, DAY),
        (None, [BANGLA, HIJRI], True, DAY),
        (None, [HIJRI, BANGLA], True, DAY),
        (None, [BANGLA, WRONG_BANGLA], True, None),
        (None, [HIJRI], True, None),
        (None, [BANGLA], False, None),  # an almanac of West Bengal
        (DAY, [BANGLA], False, DAY),
        (DAY, [WRONG_BANGLA], False, DAY),  # cannot be known to be wrong
        (DAY, [OtherDay(1421, 8, 2)], False, None),
        (DAY, [OtherDay(1431, 8, 33)], False, None),
        (date(2015, 4, 14), [OtherDay(1422, 1, 1)], True, date(2015, 4, 14)),  # before the reform
        (None, [OtherDay(1422, 1, 1)], True, None),
        (DAY, [OtherDay(None, 8, 2)], True, DAY),
        (DAY, [OtherDay(None, 8, 3)], True, None),
        (DAY, [OtherDay(None, 8, 2)], False, None),
        (None, [OtherDay(None, 8, 2)], True, None),
        (None, [BANGLA, OtherDay(None, 8, 2)], True, DAY),
        (date(2024, 1, 2), [OtherDay(None, 9, 18)], True, date(2024, 1, 2)),  # of the year that began in 2023
        (date(2015, 9, 14), [OtherDay(None, 5, 30)], True, None),
    ],
)
def test_several_calendars(day: date | None, others: list[OtherDay], in_bangladesh: bool, meant: date | None) -> None:
    assert same_day(day, others, in_bangladesh) == meant


@pytest.mark.parametrize("year", range(1976, 2077))
def test_hijri_years_fit(year: int) -> None:
    # 1 Muharram 1400 was about 20 November 1979; a Hijri year has 354.367 days.
    at = 1400 + (date(year, 7, 1) - date(1979, 11, 20)).days / 354.367
    assert same_day(date(year, 7, 1), [OtherDay(int(at), None, 14)], False) == date(year, 7, 1)
