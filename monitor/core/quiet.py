"""Quiet hours: a time of day in which nobody wants to be told, kept by the clock on the wall of a time zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–]\s*(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From one time of day to another, over midnight where the second is the earlier one.

    Where a clock is set back, a time that comes twice means the first one; where it is set forward, a time that is
    left out means as long after the one before the gap as it would be without one.
    """

    start: time
    end: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str, zone: ZoneInfo) -> "Quiet":
        """Read "23:00-07:00", in digits of any script; ValueError says what is wrong with it."""
        found = _HOURS.fullmatch(text.strip())
        if found is None:
            raise ValueError('expected quiet hours such as "23:00-07:00"')
        numbers = [int(digits) for digits in found.groups()]
        start, end = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
        if start == end:
            raise ValueError("quiet hours must end at another time than they begin; to stop a rule, disable it")
        return cls(start, end, zone)

    def until(self, now: datetime) -> datetime | None:
        """Return when the quiet hours end that a moment is in, in UTC; None if it is in none."""
        today = now.astimezone(self.zone).date()
        for day in (today - timedelta(days=1), today):
            start = self._at(datetime.combine(day, self.start))
            end = self._at(datetime.combine(day + timedelta(days=self.end < self.start), self.end))
            if start <= now < end:
                return end
        return None

    def _at(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone).astimezone(UTC)
