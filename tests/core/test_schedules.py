"""Cron lines: what they stand for, and the words of every refusal."""

import pytest

from monitor.core.schedules import cron_of

ALL = tuple(range(60))


@pytest.mark.parametrize(
    ("line", "field", "numbers"),
    [
        ("* * * * *", "minute", ALL),
        ("*/20 * * * *", "minute", (0, 20, 40)),
        ("5/20 * * * *", "minute", (5, 25, 45)),
        ("5-20/5 * * * *", "minute", (5, 10, 15, 20)),
        ("7,3,5-6,3 * * * *", "minute", (3, 5, 6, 7)),
        ("0 6-9 * * *", "hour", (6, 7, 8, 9)),
        ("0 9 31 1,JAN,mar *", "month", (1, 3)),
        ("0 9 * * 0", "weekday", (0,)),
        ("0 9 * * 7", "weekday", (0,)),
        ("0 9 * * 5-7", "weekday", (0, 5, 6)),
        ("0 9 * * Mon-fri", "weekday", (1, 2, 3, 4, 5)),
        ("0 9 * * sat-sun", "weekday", (0, 6)),
        ("0 9 * * sun-tue", "weekday", (0, 1, 2)),
        ("0 9 * * 0-0", "weekday", (0,)),
        ("0 9 * * *", "weekday", (0, 1, 2, 3, 4, 5, 6)),
        ("0 9 */2 * *", "day", tuple(range(1, 32, 2))),
        ("0 9 */2 * 1", "weekday", (1,)),
    ],
)
def test_read(line: str, field: str, numbers: tuple[int, ...]) -> None:
    assert getattr(cron_of(line), field) == numbers


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("* * * *", "five fields"),
        ("60 * * * *", '"60": its minute is from 0 to 59'),
        ("* 24 * * *", "its hour is from 0 to 23"),
        ("* * 0 * *", "its day is from 1 to 31"),
        ("5-3 * * * *", "the first before the last"),
        ("*/0 * * * *", "steps from 1"),
        ("x * * * *", '"x" is no minute'),
        ("*5 * * * *", '"\\*5" is no minute'),
        ("*-5 * * * *", "is no minute"),
        (", * * * *", '"" is no minute'),
        ("* * * * mo", '"mo" is no weekday'),
        ("* * * mon *", '"mon" is no month'),
        ("0 9 1 * 1", "both days and weekdays"),
        ("0 9 30 2 *", "no such day"),
        ("٣ * * * *", '"٣" is no minute'),
    ],
)
def test_refused(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        cron_of(line)
