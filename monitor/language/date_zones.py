"""What the clocks of a time zone show, and what they are called: the hours they repeat or leave out, its names."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

_BANGLADESH: Final = frozenset({"Asia/Dhaka", "Asia/Dacca"})
_BANGLADESH_TIME: Final = timedelta(hours=6)
_BANGLADESH_TIME_NAMES: Final = frozenset({"bst", "bdt", "bdst"})


def in_bangladesh(zone: tzinfo | None) -> bool:
    """Whether it is the zone of Bangladesh, by its IANA key."""
    return isinstance(zone, ZoneInfo) and zone.key in _BANGLADESH


def moments(day: date, clock: time, zone: tzinfo) -> tuple[datetime, ...]:
    """Return when the clocks show a time: once as a rule; never or twice where they are put forward or back."""
    first = datetime.combine(day, clock, zone)
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before == after or before is None or after is None:
        return (first,)
    return () if before < after else (first, second)


def is_zone_name(word: str, at: datetime) -> bool:
    """Whether a word, in lower case, is what the zone of a time calls itself then; in Bangladesh BST is not British."""
    if word in _BANGLADESH_TIME_NAMES and in_bangladesh(at.tzinfo):
        return at.utcoffset() == _BANGLADESH_TIME
    return (at.tzname() or "").lower() == word
