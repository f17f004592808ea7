"""When a site is to be looked at, where its user says so: at an interval, or by a cron line in the site's own zone.

A cron line has the five fields of crontab(5): minute, hour, day, month, weekday. Weekdays are 0 to 7 (0 and 7 are
Sunday) or names. A line that names both days and weekdays is refused: cron takes either for enough, which few expect.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART: Final = re.compile(r"(?P<all>\*)?(?P<first>\w+)?(-(?P<last>\w+))?(/(?P<step>[0-9]{1,2}))?")
_LIMITS: Final = MappingProxyType(
    {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
)
_NAMES: Final = MappingProxyType(
    {
        "month": {name: number for number, name in enumerate(_MONTHS, 1)},
        "weekday": {name: number for number, name in enumerate(_DAYS)},
    }
)
_LONGEST: Final = MappingProxyType(
    {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}
)


@dataclass(frozen=True, slots=True)
class Every:
    """Again and again after a number of seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Cron:
    """At the times that a cron line names, by its `text`; each field as the numbers it stands for, Sunday being 0."""

    text: str
    minute: tuple[int, ...]
    hour: tuple[int, ...]
    day: tuple[int, ...]
    month: tuple[int, ...]
    weekday: tuple[int, ...]


Schedule = Every | Cron


def cron_of(text: str) -> Cron:
    """Read a cron line; ValueError says what is wrong with it."""
    fields = text.split()
    if len(fields) != len(_LIMITS):
        raise ValueError("a cron line has five fields: minute, hour, day, month, weekday")
    read = {name: _numbers(name, field) for name, field in zip(_LIMITS, fields, strict=True)}
    if not (fields[2].startswith("*") or fields[4].startswith("*")):
        raise ValueError(
            "a cron line that names both days and weekdays is not clear; write two settings as one of them"
        )
    if min(read["day"]) > max(_LONGEST[month] for month in read["month"]):
        raise ValueError("there is no such day in these months")
    read["weekday"] = tuple(sorted({number % 7 for number in read["weekday"]}))
    return Cron(" ".join(fields), **read)


def _numbers(name: str, field: str) -> tuple[int, ...]:
    """Return the numbers that a field stands for, in order."""
    return tuple(sorted({number for part in field.split(",") for number in _part(name, part)}))


def _part(name: str, part: str) -> range:
    low, high = _LIMITS[name]
    match = _PART.fullmatch(part)
    if match is None or bool(match["all"]) == bool(match["first"]) or (match["all"] and match["last"]):
        raise ValueError(f'"{part}" is no {name} of a cron line')
    step = int(match["step"] or 1)
    first = low if match["all"] else _number(name, match["first"])
    # "5" is one number, "5/10" goes on to the end
    last = (
        high
        if match["all"] or (match["step"] and not match["last"])
        else _number(name, match["last"] or match["first"])
    )
    if name == "weekday" and last == 0 < first:
        last = 7  # sat-sun
    if not (low <= first <= last <= high and step):
        raise ValueError(f'"{part}": its {name} is from {low} to {high}, the first before the last, steps from 1')
    return range(first, last + 1, step)


def _number(name: str, text: str) -> int:
    known = _NAMES.get(name, {})
    number = known.get(text.lower())
    if number is None and not (text.isascii() and text.isdigit()):
        raise ValueError(f'"{text}" is no {name} of a cron line')
    return int(text) if number is None else number
