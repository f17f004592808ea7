"""Reads the date lines of news pages: when a story says it was published and updated. Pure: no clock, no effects.

A line is folded, cut into tokens, and each token becomes one letter, its kind (`date_tokens`). The grammar is regular
expressions over these letters (`date_grammar`), so that shapes never seen compose from those known:

    প্রকাশ: ৩০ সেপ্টেম্বর ২০১৯ | ২১:৪০ | আপডেট: ...   ->   P:dMy|d:d|U:...

Labels cut a line into clauses. A clause must consist of items of the grammar to its last letter (`date_clauses`), and
say one day and at most one time of day; whatever else it says makes it unreadable, and what is unreadable is None,
never a guess:

- An unlabelled date is the publication, unless it says "today" and nobody knows when that was: so do mastheads.
- Labels stand before their dates through the whole line, or after them with nothing that would part the two.
- Unknown words (a byline) may stand only before a label, and then a colon or dash must follow the label, or a dash or
  pipe precede it. They must be parted from the label, or end as bylines do: "ফলাফল প্রকাশ:" is of results, not of the
  page. An author after "by" may also stand before a date. One unknown word may be the abbreviation of a time zone.
- Places stand before a date where they are cities whose papers print them so, or in the form of a wire dateline,
  closed by a dash, a colon or the agency: "SEOUL, Sept 14 (Reuters) -".
- Weekdays beside a full date are noise; "3 months ago" beside one likewise. Two-digit years are not read, nor a
  numeric date in English that could be d/m and m/d. A time without am, pm or part of the day is one of 24 hours; but
  where another clause has one of these, an hour from 1 to 12 without is not understood.
- An update that has only a time is of the day of the publication if it is not before that.
- "3 hours ago" is rounded, so it names no time, only its day, and not even that where midnight lies within an hour.
- A part of the day never moves the date: "রাত ১২:৩০" is 00:30 of the date as written.
- Bangla dates count only in Bangladesh and from 1426 (`calendars`); beside a Gregorian date they must agree with it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from monitor.language.calendars import same_day
from monitor.language.date_clauses import Clause, read_clause
from monitor.language.date_grammar import (
    AGENCY_AND_PLACE,
    AUTHOR,
    BLANK,
    BYLINE,
    DATE_BEFORE_LABEL,
    FIRM_LABEL,
    HALVES,
    NAMES,
    OFFSET,
    SAYS_NO_TIME,
    WIRE,
    is_iso,
)
from monitor.language.date_tokens import Tokens, tokenise
from monitor.language.date_words import AGENCY, DAY_FIRST, LANGUAGES, REPORTER, WAS
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
    page was fetched: without it "3 hours ago" says nothing, and with it a day at most, as the hours are rounded. Raises
    ValueError for a `now` that is naive and zoneinfo.ZoneInfoNotFoundError, a KeyError, for a name that is no zone.
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
    line = _Line(text, tokens, primary in DAY_FIRST, zone, now)
    labels = [place for place, kind in enumerate(kinds) if kind in "PUA"]
    return _labelled(line, labels) if labels else Dateline(_unlabelled(line, len(kinds)), None)


# --- Labels ---


@dataclass(slots=True)
class _Line:
    """A line, its tokens, and how to read them."""

    text: str
    tokens: Tokens
    day_first: bool
    zone: tzinfo
    now: datetime | None


def _labelled(line: _Line, labels: list[int]) -> Dateline:
    kinds = line.tokens.kinds
    if labels[0] and BLANK.fullmatch(kinds, labels[-1] + 1) and ":" not in kinds[labels[-1] :]:
        return _labelled_after(line, labels)
    published = _before_labels(line, labels[0]) if labels[0] else []
    if published is None:
        return _NOTHING
    claims: dict[str, list[Stated | None]] = {"P": published, "U": []}
    for label, end in pairwise([*labels, len(kinds)]):
        if not BLANK.fullmatch(kinds, label + 1, end):
            start = label + 1
            if kinds[start] == "?":
                start = _after_author(line, start, end)
            claim = _claim(line, start, end)
            if claim is None and _is_no_label(line, label, end):
                return _NOTHING
        elif ":" in kinds[label:end]:
            claim = None  # a template's empty slot
        else:
            return _NOTHING  # does it speak of the date before it, or with the next label of the date after?
        for role in "PU" if kinds[label] == "A" else kinds[label]:
            claims[role].append(claim)
    stated = _agreed(claims["P"])
    if claims["U"] == [None] and "U" in kinds:
        label = kinds.index("U")
        end = next((at for at in labels if at > label), len(kinds))
        claims["U"] = [_later_that_day(line, label + 1, end, stated)]
    return Dateline(stated, _agreed(claims["U"]))


def _is_no_label(line: _Line, label: int, end: int) -> bool:
    """Whether unknown words after a label show that it, or the one they stand before, is a word of theirs.

    "The figures of 14 September, updated by hand"; "update news"; "... results published:".
    """
    kinds, _, numbers = line.tokens
    if "?" not in kinds[label:end]:
        return False
    compound = end < len(kinds) and kinds[end - 1] == "?" and numbers[end - 1] != REPORTER
    return compound or not FIRM_LABEL.match(kinds, label)


def _labelled_after(line: _Line, labels: list[int]) -> Dateline:
    """Read dates with a label after each; one label needs brackets, or to be a verb, for it might be an empty slot."""
    kinds, _, numbers = line.tokens
    if kinds[labels[0]] == "P" and len(labels) == 1:  # "14 September 2023, published"
        return Dateline(_unlabelled(line, labels[0]), None)
    if "A" in kinds or (len(labels) == 1 and kinds[labels[0] - 1] != "(" and numbers[labels[0]] != WAS):
        return _NOTHING
    claims: dict[str, list[Stated | None]] = {"P": [], "U": []}
    start = 0
    for label in labels:
        found = DATE_BEFORE_LABEL.fullmatch(kinds, start, label)
        if found is None or (start and kinds[start] not in "|,)"):
            return _NOTHING
        if (kinds[label - 1] == "(") != kinds.startswith(")", label + 1):
            return _NOTHING
        claim = _claim(line, *found.span("date"))
        if claim is None:
            return _NOTHING
        claims[kinds[label]].append(claim)
        start = label + 1
    return Dateline(_agreed(claims["P"]), _agreed(claims["U"]))


def _before_labels(line: _Line, end: int) -> list[Stated | None] | None:
    """Read what stands before the first label: the publications it claims (None: one it fails to state).

    None where it makes the line unreadable.
    """
    kinds = line.tokens.kinds
    if (line.now is None or "P" in kinds) and SAYS_NO_TIME.fullmatch(kinds, 0, end):
        return None if kinds[:end] == "p" else []  # "Dhaka Published" may be the name of a paper
    stated = _unlabelled(line, end, wire=False)
    if stated is not None:  # and not "14 September 2023 (updated) 15 September 2023"
        return None if kinds[end - 1 : end + 2 : 2] == "()" else [stated]
    if kinds[end - 1] not in "|-(" and not FIRM_LABEL.match(kinds, end):
        return None
    if "?" not in kinds[:end]:
        return [None]
    return [] if BYLINE.fullmatch(kinds, 0, end) and _is_byline(line, end) else None


def _is_byline(line: _Line, end: int) -> bool:
    """Whether unknown words before a label are parted from it, or end as bylines do: else they may be what it is of."""
    kinds, texts, numbers = line.tokens
    last = kinds[end - 1]
    if last == "-":
        return not _HYPHEN.search(line.text)
    if last == "?":
        return numbers[end - 1] == REPORTER or (texts[0] == "by" and NAMES.fullmatch(kinds, 0, end) is not None)
    return last in "|,()/" or (last == "p" and REPORTER in numbers[:end])


_HYPHEN: Final = re.compile(r"\S[-‐‑](?=[^\s\d-])")


def _after_author(line: _Line, start: int, end: int) -> int:
    """Return where a part of a line goes on after "by John Smith on"."""
    kinds, texts, _ = line.tokens
    author = AUTHOR.match(kinds, start, end) if texts[start] == "by" else None
    return author.end() if author else start


def _unlabelled(line: _Line, end: int, *, wire: bool = True) -> Stated | None:
    kinds, _, numbers = line.tokens
    if "r" in kinds[:end] and line.now is None:
        return None  # "today, 14 September 2023" is what a masthead says, not a story
    stated = _claim(line, 0, end)
    if stated is not None or not end:
        return stated
    if wire and (found := WIRE.fullmatch(kinds, 0, end)):
        return _claim(line, *found.span("day"))
    start = _after_author(line, 0, end) if kinds[0] == "?" else 0
    if kinds[0] == "?" and numbers[0] == AGENCY and (placed := AGENCY_AND_PLACE.match(kinds, 0, end)):
        start = placed.end()
    stated = _claim(line, start, end) if start else None
    return None if stated is None or stated.precision is Precision.MONTH_DAY else stated


def _later_that_day(line: _Line, start: int, end: int, published: Stated | None) -> Stated | None:
    """Return the time of an update that names no day: of that of the publication, if it is not before it."""
    if published is None or not isinstance(published.at, datetime) or published.precision is not Precision.MINUTE:
        return None
    clause = read_clause(line.tokens, start, end, day_first=line.day_first)
    if (
        clause is None
        or clause.clock is None
        or clause
        != Clause(line.day_first, clock=clause.clock, bare_hour=clause.bare_hour, small_hours=clause.small_hours)
    ):
        return None
    if OFFSET.search(line.tokens.kinds) or (clause.bare_hour and _has_halves(line)):
        return None
    stated = _at_clock(published.at.date(), clause.clock, clause, line.zone)
    if stated is None or stated.precision is not Precision.MINUTE or not isinstance(stated.at, datetime):
        return None
    return stated if stated.at >= published.at else None


def _agreed(claims: list[Stated | None]) -> Stated | None:
    """Return what all claims state, or None."""
    return claims[0] if claims and claims.count(claims[0]) == len(claims) else None


# --- What a clause comes to ---


def _claim(line: _Line, start: int, end: int) -> Stated | None:
    """Return the time that a part of a line states."""
    clause = read_clause(line.tokens, start, end, day_first=line.day_first)
    if clause is None or (clause.bare_hour and _has_halves(line)):
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


def _has_halves(line: _Line) -> bool:
    """Whether a time in the line has am, pm or a part of the day."""
    kinds = line.tokens.kinds
    return ("a" in kinds or "v" in kinds) and HALVES.search(kinds) is not None


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
