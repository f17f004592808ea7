"""Reads the date lines of news pages: when a story says it was published and updated. Pure: no clock, no effects.

A line is folded, cut into tokens, and each token becomes one letter, its kind (`date_tokens`). The grammar is regular
expressions over these letters (`date_grammar`), so that shapes never seen compose from those known:

    প্রকাশ: ৩০ সেপ্টেম্বর ২০১৯ | ২১:৪০ | আপডেট: ...   ->   P:dMy|d:d|U:...

Labels cut a line into clauses. A clause must consist of items of the grammar to its last letter (`date_clauses`), and
say one day and at most one time of day; whatever else it says makes it unreadable, and what is unreadable is None,
never a guess:

- An unlabelled date is the publication. Unknown words (a byline) may stand only before a label, and then a colon or
  dash must follow the label, or a dash or pipe precede it. One unknown word may be the abbreviation of a time zone.
- Places stand before a date where they are cities whose papers print them so, or in the form of a wire dateline,
  closed by a dash, a colon or the agency: "SEOUL, Sept 14 (Reuters) -".
- Weekdays beside a full date are noise; "3 months ago" beside one likewise. Two-digit years are not read, nor a
  numeric date in English that could be d/m and m/d. A time without am, pm or part of the day is one of 24 hours.
- A part of the day never moves the date: "রাত ১২:৩০" is 00:30 of the date as written.
- Bangla dates count only in Bangladesh and from 1426 (`calendars`); beside a Gregorian date they must agree with it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from monitor.language.calendars import same_day
from monitor.language.date_clauses import Clause, read_clause
from monitor.language.date_grammar import BLANK, BYLINE, FIRM_LABEL, SAYS_NO_TIME, WIRE, is_iso
from monitor.language.date_tokens import Tokens, tokenise
from monitor.language.date_words import DAY_FIRST, LANGUAGES
from monitor.language.date_zones import in_bangladesh, is_zone_name, moments

__all__ = ["Dateline", "MonthDay", "Precision", "Stated", "read_dateline"]


class Precision(StrEnum):
    """How much of a time a page states."""

    MINUTE = "minute"
    DAY = "day"
    MONTH_DAY = "month-day"


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A date whose year is not stated: month 1-12, day 1-31."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Stated:
    """A time as a page states it.

    `at` is aware and in the site's zone: with seconds if they are stated, midnight for the precision of a day; a
    `MonthDay` for that of a month and day. A time that a change of the clocks repeats counts as its day only.
    """

    at: datetime | MonthDay
    precision: Precision


@dataclass(frozen=True, slots=True)
class Dateline:
    """What a date line states; None for what it does not state or what is not understood."""

    published: Stated | None
    updated: Stated | None


_NOTHING: Final = Dateline(None, None)
_LONGEST: Final = 300  # characters, and
_MOST: Final = 80  # tokens: a longer line is no date line


def read_dateline(text: str, *, language: str, timezone: str | tzinfo, now: datetime | None = None) -> Dateline:
    """Return what a date line states, as far as it is understood beyond doubt; no text raises.

    `language` is a BCP 47 tag, of which the primary part counts: "bn" and "en" are known; in others only a line that
    is one ISO 8601 time is read. `timezone`, an IANA name or a tzinfo, is that of the site. `now`, aware, is when the
    page was fetched: without it "3 hours ago" says nothing. Raises ValueError for a `now` that is naive and
    zoneinfo.ZoneInfoNotFoundError, a KeyError, for a name that is no zone.
    """
    if now is not None and now.utcoffset() is None:
        raise ValueError("now must be aware")
    if now is not None and not 1900 < now.year < 2100:
        now = None  # no page was fetched then
    zone = ZoneInfo(timezone) if isinstance(timezone, str) else timezone
    if len(text) > _LONGEST:
        return _NOTHING
    primary = language.replace("_", "-").partition("-")[0].lower()
    tokens = tokenise(text, primary)
    kinds = tokens.kinds
    if len(kinds) > _MOST or "Q" in kinds or (primary not in LANGUAGES and not is_iso(kinds, tokens.texts)):
        return _NOTHING
    line = _Line(tokens, primary in DAY_FIRST, zone, now)
    labels = [place for place, kind in enumerate(kinds) if kind in "PU"]
    return _labelled(line, labels) if labels else Dateline(_unlabelled(line, len(kinds)), None)


# --- Labels ---


@dataclass(slots=True)
class _Line:
    """The tokens of a line, and how to read them."""

    tokens: Tokens
    day_first: bool
    zone: tzinfo
    now: datetime | None


def _labelled(line: _Line, labels: list[int]) -> Dateline:
    kinds = line.tokens.kinds
    published = _before_labels(line, labels[0]) if labels[0] else []
    if published is None:
        return _NOTHING
    claims: dict[str, list[Stated | None]] = {"P": published, "U": []}
    for label, end in pairwise([*labels, len(kinds)]):
        if not BLANK.fullmatch(kinds, label + 1, end):
            claim = _claim(line, label + 1, end)
            if claim is None and labels[0] and "?" in kinds[label:end] and not FIRM_LABEL.match(kinds, label):
                return _NOTHING  # "the figures of 14 September, updated by hand"
            claims[kinds[label]].append(claim)
        elif ":" in kinds[label:end]:
            claims[kinds[label]].append(None)  # a template's empty slot
        elif kinds[label] == "P" and len(labels) == 1:  # "14 September 2023, published"
            return Dateline(_unlabelled(line, label), None)
        else:
            return _NOTHING  # does it speak of the date before it, or with the next label of the date after?
    return Dateline(_agreed(claims["P"]), _agreed(claims["U"]))


def _before_labels(line: _Line, end: int) -> list[Stated | None] | None:
    """Read what stands before the first label: the publications it claims (None: one it fails to state).

    None where it makes the line unreadable.
    """
    kinds = line.tokens.kinds
    if (line.now is None or "P" in kinds) and SAYS_NO_TIME.fullmatch(kinds, 0, end):
        return []
    stated = _claim(line, 0, end)
    if stated is not None:
        return [stated]
    if kinds[end - 1] not in "|-(" and not FIRM_LABEL.match(kinds, end):
        return None
    if "?" not in kinds[:end]:
        return [None]
    return [] if BYLINE.fullmatch(kinds, 0, end) else None


def _unlabelled(line: _Line, end: int) -> Stated | None:
    stated = _claim(line, 0, end)
    if stated is None and (wire := WIRE.fullmatch(line.tokens.kinds, 0, end)):
        stated = _claim(line, *wire.span("day"))
    return stated


def _agreed(claims: list[Stated | None]) -> Stated | None:
    """Return what all claims state, or None."""
    return claims[0] if claims and claims.count(claims[0]) == len(claims) else None


# --- What a clause comes to ---


def _claim(line: _Line, start: int, end: int) -> Stated | None:
    """Return the time that a part of a line states."""
    clause = read_clause(line.tokens, start, end, day_first=line.day_first)
    if clause is None:
        return None
    if clause.month_day is not None:
        # A time of day cannot be kept without its year; in another zone it might even lie in the next day.
        alone = clause.day is None and not clause.other_days and not clause.names_zone
        return Stated(MonthDay(*clause.month_day), Precision.MONTH_DAY) if alone else None
    day = clause.day
    if clause.other_days:
        day = same_day(day, clause.other_days, in_bangladesh(line.zone))
        if day is None:
            return None
    return _relative(clause, line) if day is None else _absolute(day, clause, line)


def _absolute(day: date, clause: Clause, line: _Line) -> Stated | None:
    if clause.days_back is not None and line.now is not None:
        today = line.now.astimezone(line.zone).date()
        if today - day != timedelta(days=clause.days_back):
            return None
    return _on(day, clause, line.zone)


def _relative(clause: Clause, line: _Line) -> Stated | None:
    """Return a time given by its distance from now, no more precise than its rounding allows."""
    if line.now is None:
        return None
    now = line.now.astimezone(UTC)
    if clause.ago is None:
        stated = _days_back(clause, now, line.zone)
    elif clause.days_back is None and clause.clock is None and not clause.names_zone:
        stated = _ago(*clause.ago, now, line.zone)
    else:
        return None
    if stated is None or not isinstance(stated.at, datetime) or stated.at > now:
        return None
    return stated if clause.weekday in (None, stated.at.weekday()) else None


def _days_back(clause: Clause, now: datetime, zone: tzinfo) -> Stated | None:
    if clause.days_back is None or clause.small_hours:
        return None  # "yesterday night at one" is today for some
    return _on(now.astimezone(zone).date() - timedelta(days=clause.days_back), clause, zone)


def _ago(unit: str, count: int, now: datetime, zone: tzinfo) -> Stated | None:
    if unit in "ms":
        at = now - (timedelta(minutes=count) if unit == "m" else timedelta(seconds=count))
        return Stated(at.astimezone(zone).replace(second=0, microsecond=0), Precision.MINUTE)
    if unit == "u":  # rounded up or down by nearly an hour
        earliest = (now - timedelta(hours=count + 1)).astimezone(zone).date()
        latest = (now - timedelta(hours=max(count - 1, 0))).astimezone(zone).date()
        return _whole_day(latest, zone) if earliest == latest else None
    if unit == "D":
        return _whole_day(now.astimezone(zone).date() - timedelta(days=count), zone)
    return None


def _on(day: date, clause: Clause, zone: tzinfo) -> Stated | None:
    """Return the minute or the whole of a day that a clause states."""
    if clause.clock is not None:
        return _at_clock(day, clause.clock, clause, zone)
    return None if clause.names_zone else _whole_day(day, zone)


def _at_clock(day: date, clock: time, clause: Clause, zone: tzinfo) -> Stated | None:
    """Return the minute stated; only its day where the clocks show it twice, None where they never do."""
    if clause.offset is not None:
        at = datetime.combine(day, clock, timezone(clause.offset)).astimezone(zone)
        return None if clause.zone_word else Stated(at, Precision.MINUTE)
    times = moments(day, clock, zone)
    if clause.zone_word:
        times = tuple(at for at in times if is_zone_name(clause.zone_word, at))
    if len(times) == 1:
        return Stated(times[0], Precision.MINUTE)
    return _whole_day(day, zone) if times and not clause.zone_word else None


def _whole_day(day: date, zone: tzinfo) -> Stated:
    return Stated(datetime(day.year, day.month, day.day, tzinfo=zone), Precision.DAY)
