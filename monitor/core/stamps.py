"""The update times that pages state ("stamps"), compared at the precision at which they are stated."""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from monitor.language.dates import MonthDay, Precision, Stated


class Move(StrEnum):
    """How a page's stamp relates to the one that the observation before showed."""

    ABSENT = "absent"
    APPEARED = "appeared"
    VANISHED = "vanished"
    SAME = "same"
    FORWARD = "forward"
    BACK = "back"
    UNCLEAR = "unclear"


def move(old: Stated | None, new: Stated | None) -> Move:
    """Compare two stamps; of two precisions the coarser decides, so that 14 September and 14 September 13:15 agree."""
    if old is None:
        return Move.ABSENT if new is None else Move.APPEARED
    if new is None:
        return Move.VANISHED
    if isinstance(old.at, MonthDay) or isinstance(new.at, MonthDay):
        return Move.SAME if old == new else Move.UNCLEAR
    if Precision.DAY in (old.precision, new.precision):
        # a day is one of the zone that it is stated in
        zone = old.at.tzinfo if old.precision is Precision.DAY else new.at.tzinfo
        before, after = _day(old.at.astimezone(zone)), _day(new.at.astimezone(zone))
    else:
        before, after = _minute(old.at), _minute(new.at)
    if after == before:
        return Move.SAME
    return Move.FORWARD if after > before else Move.BACK


def ends(stamp: Stated | None) -> datetime:
    """Return the first moment after the minute or day that a stamp names.

    No stamp, or one without a year, names no moment: it never ends.
    """
    if stamp is None or isinstance(stamp.at, MonthDay):
        return datetime.max.replace(tzinfo=UTC)
    if stamp.precision is Precision.MINUTE:
        return _minute(stamp.at) + timedelta(minutes=1)
    return (_day(stamp.at) + timedelta(days=1)).astimezone(UTC)


def describe(stamp: Stated | None) -> str:
    """Write a stamp for a reader, at its own precision and in its own zone."""
    if stamp is None:
        return "none"
    if isinstance(stamp.at, MonthDay):
        return f"{stamp.at.month:02}-{stamp.at.day:02} of a year not stated"
    return f"{stamp.at:%Y-%m-%d %H:%M}" if stamp.precision is Precision.MINUTE else stamp.at.date().isoformat()


def to_text(stamp: Stated | None) -> str | None:
    """Write a stamp in ISO 8601 at the precision it has.

    `2023-09-14T13:15:00+06:00`, `2023-09-14`, or `--09-14` where the year is not stated.
    """
    if stamp is None:
        return None
    if isinstance(stamp.at, MonthDay):
        return f"--{stamp.at.month:02}-{stamp.at.day:02}"
    return stamp.at.isoformat() if stamp.precision is Precision.MINUTE else stamp.at.date().isoformat()


def from_text(text: str | None, zone: tzinfo) -> Stated | None:
    """Read what `to_text` wrote, in the zone of its site."""
    if text is None:
        return None
    if text.startswith("--"):
        return Stated(MonthDay(int(text[2:4]), int(text[5:7])), Precision.MONTH_DAY)
    at = datetime.fromisoformat(text)
    if len(text) == len("2023-09-14"):
        return Stated(at.replace(tzinfo=zone), Precision.DAY)
    return Stated(at.astimezone(zone), Precision.MINUTE)


def moment(stamp: Stated | None) -> datetime | None:
    """Return when a stamp's minute or day begins; None where it states no year."""
    return stamp.at if stamp is not None and isinstance(stamp.at, datetime) else None


def _minute(at: datetime) -> datetime:
    """The beginning of a minute, in UTC: wall times are ambiguous when clocks are set back."""
    return at.replace(second=0, microsecond=0).astimezone(UTC)


def _day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
