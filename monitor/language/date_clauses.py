"""What a clause of a date line says, gathered item by item: its days, its time of day, its zone.

Nothing is concluded here: which time that is, in a zone and beside the present, `dates` works out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Final, TypeVar

from monitor.language.calendars import OtherDay, gregorian
from monitor.language.date_grammar import ITEM, NOISE
from monitor.language.date_tokens import Tokens
from monitor.language.date_words import CLOCKS

T = TypeVar("T")


@dataclass(slots=True)
class Clause:
    """What a clause says; None for what it does not."""

    day_first: bool  # how it is read: 03/04/2023 is the third of April
    day: date | None = None
    month_day: tuple[int, int] | None = None
    other_days: tuple[OtherDay, ...] = ()
    clock: time | None = None
    bare_hour: bool = False  # the clock was said without part of the day, but could have had one
    small_hours: bool = False  # the clock was said as a part of the day, and lies between midnight and dawn
    offset: timedelta | None = None
    zone_word: str | None = None
    weekday: int | None = None
    days_back: int | None = None
    ago: tuple[str, int] | None = None  # kind of unit, how many

    @property
    def names_zone(self) -> bool:
        """Whether the time is one of a zone that the clause names, not the site's."""
        return self.offset is not None or self.zone_word is not None


def read_clause(line: Tokens, start: int, end: int, *, day_first: bool) -> Clause | None:
    """Read a part of a line; None if not all of it is items of the grammar, or one of them cannot be meant."""
    clause = Clause(day_first)
    kinds, texts, numbers = line
    try:
        while start < end and (found := ITEM.match(kinds, start, end)):
            name = found.lastgroup or ""
            first, start = found.span(name)
            _READERS[name](clause, Tokens(kinds[first:start], texts[first:start], numbers[first:start]))
    except _NotMeantError:
        return None
    return clause if start == end or NOISE.fullmatch(kinds, start, end) else None


# --- Items: each reader adds one to the clause ---


class _NotMeantError(Exception):
    """An item cannot be meant, as 31 February, or not beside one before it."""


def _once(known: T | None, said: T | None) -> T:
    """Return what is said, if it can be meant and nothing else was said before."""
    if said is None or known not in (None, said):
        raise _NotMeantError(f"{said} after {known}")
    return said


def _named_day(clause: Clause, item: Tokens) -> None:
    day = item.number("d")
    if "B" in item.kinds:
        if "e" in item.kinds:
            raise _NotMeantError("a Gregorian year of a Bangla month")
        year = item.number("y") if "y" in item.kinds else None
        clause.other_days += (OtherDay(year, item.number("B"), day),)
        return
    if "b" in item.kinds:
        raise _NotMeantError("a Bangla year of a Gregorian month")
    month = item.number("M")
    if "y" in item.kinds:
        clause.day = _once(clause.day, gregorian(item.number("y"), month, day))
    elif gregorian(2000, month, day) is None:
        raise _NotMeantError("no such day, even in a leap year")
    else:
        clause.month_day = _once(clause.month_day, (month, day))


def _numeric_day(clause: Clause, item: Tokens) -> None:
    first, second, third = item.numbers[:5:2]
    if item.kinds[0] == "y":
        day = gregorian(first, second, third)
    elif clause.day_first or first > 12 or first == second:
        day = gregorian(third, second, first)
    elif second > 12:
        day = gregorian(third, first, second)
    else:
        raise _NotMeantError("day and month, or month and day")
    clause.day = _once(clause.day, day)


def _hijri_day(clause: Clause, item: Tokens) -> None:
    clause.other_days += (OtherDay(item.number("y"), None, item.number("d")),)


def _clock(clause: Clause, item: Tokens) -> None:
    if item.kinds == "a" and item.texts[0] != "noon":
        raise _NotMeantError("in the morning")
    hour, minute, second, micro = _said_time(item)
    if not 0 <= hour <= 23 or minute > 59 or second > 59:
        raise _NotMeantError("no time of day")
    if not _PARTS_OF_DAY.isdisjoint(item.kinds):
        hour = _hour_meant(item, hour)
        clause.small_hours = "v" in item.kinds and hour < 5
    elif 1 <= hour <= 12 and not _TWELVE_HOURS.isdisjoint(item.kinds):
        raise _NotMeantError("ten o'clock: in the morning or at night?")
    elif 1 <= hour <= 12 and item.kinds != "yu":
        clause.bare_hour = True
    clause.clock = _once(clause.clock, time(hour, minute, second, micro))


_PARTS_OF_DAY: Final = frozenset("av")
_TWELVE_HOURS: Final = frozenset("hmkK")


def _hour_meant(item: Tokens, said: int) -> int:
    """Return the hour that the parts of the day beside it make of the one said."""
    parts = [number for kind, number in zip(item.kinds, item.numbers, strict=True) if kind in _PARTS_OF_DAY]
    hours = {CLOCKS[part][said] for part in parts}
    if -1 in hours or len(hours) > 1:
        raise _NotMeantError("2 in the morning; 10 in the morning, pm")
    return hours.pop()


def _said_time(item: Tokens) -> tuple[int, int, int, int]:
    """Return the hour, which a part of the day may yet move, the minute, the second and the millionths."""
    kinds, texts, numbers = item
    if kinds == "d:d" and len(texts[2]) == 2:  # by far the most
        return numbers[0], numbers[2], 0, 0
    if kinds == "a":  # noon
        return 12, 0, 0, 0
    if kinds == "d.d" and len(texts[0]) != 2:
        raise _NotMeantError("4.30: half past four, or a number")
    if kinds == "yu":  # 1641 hours
        return *divmod(numbers[0], 100), 0, 0
    if "K" in kinds:
        return *divmod(item.number("K"), 60), 0, 0
    places = [place for place, kind in enumerate(kinds) if kind in "dxy"]
    if "k" in kinds:
        hour, minute = divmod(numbers[places[0]] * 60 + item.number("k"), 60)
        return hour or 12, minute, 0, 0
    hour, minute, second, *_ = *(numbers[place] for place in places), 0, 0
    if "hdm" not in kinds and any(len(texts[place]) != 2 for place in places[1:3]):
        raise _NotMeantError("9:5")
    micro = int(texts[places[3]][:6].ljust(6, "0")) if len(places) > 3 else 0
    return hour, minute, second, micro


def _offset(clause: Clause, item: Tokens) -> None:
    kinds, _, numbers = item
    if kinds in ("z", "Z"):
        clause.offset = _once(clause.offset, timedelta(minutes=numbers[0]))
        return
    if ":" in kinds:
        hours, minutes = numbers[-3], numbers[-1]
    elif kinds[-1] == "y":
        hours, minutes = divmod(numbers[-1], 100)
    else:
        hours, minutes = numbers[-1], 0
    if hours > 14 or minutes > 59:
        raise _NotMeantError("no zone is there")
    east = timedelta(hours=hours, minutes=minutes)
    clause.offset = _once(clause.offset, -east if "-" in kinds else east)


def _ago(clause: Clause, item: Tokens) -> None:
    kinds, _, numbers = item
    if kinds == "j":  # just now
        ago = ("m", 0)
    elif kinds == "dudmg":  # 2 hours 5 minutes ago
        ago = ("m", numbers[0] * 60 + numbers[2])
    else:
        ago = (kinds[1], numbers[0])
    # Two of them are noise beside a date, and nothing by themselves, as longer units are.
    clause.ago = ago if clause.ago in (None, ago) else ("W", 0)


def _weekday(clause: Clause, item: Tokens) -> None:
    clause.weekday = _once(clause.weekday, item.numbers[0])


def _days_back(clause: Clause, item: Tokens) -> None:
    clause.days_back = _once(clause.days_back, item.numbers[0])


def _zone_word(clause: Clause, item: Tokens) -> None:
    if clause.zone_word is not None:
        raise _NotMeantError("two unknown words")
    clause.zone_word = item.texts[0]


_READERS: Final[Mapping[str, Callable[[Clause, Tokens], None]]] = MappingProxyType(
    {
        "named_day": _named_day,
        "numeric_day": _numeric_day,
        "hijri_day": _hijri_day,
        "clock": _clock,
        "ago": _ago,
        "offset": _offset,
        "west": _offset,
        "weekday": _weekday,
        "days_back": _days_back,
        "zone_word": _zone_word,
    }
)
"""By the groups of `ITEM`."""
