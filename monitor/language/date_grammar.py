r"""The grammar of date lines: regular expressions over kinds, the letters that `date_tokens` makes of a line's tokens.

| kinds | meaning | number |
| --- | --- | --- |
| `d` `y` `x` | a number of one or two digits, of four, of others | its value |
| `M` `B` `H` | month: Gregorian, Bangla, Hijri | 1-12, for Hijri 0 |
| `e` `b` `i` | era after a year: Gregorian, Bangla, Hijri | 0 |
| `G` | "of the year", after a year | 0 |
| `o` `O` | ordinal ending of a day; "of" | 0 |
| `w` | weekday | 0 (Monday) to 6 |
| `a` `v` | half of the day (am, pm, noon); part of the day | index into `date_words.CLOCKS` |
| `h` `u` `m` `s` | o'clock; hours; minutes; seconds | 0 |
| `k` `K` | quarters before an hour ("half past"); a clock time in one word | minutes |
| `D` `W` `g` | days; longer units; "ago" | 0 |
| `n` | a small number in words | its value |
| `r` `j` | today, yesterday, the day before; just now | days back |
| `t` `z` `Z` | the T of ISO 8601; UTC; a zone that has one meaning | minutes east of UTC |
| `P` `U` `A` `Q` | label: of publication; of an update; of both; of neither, which spoils the line | 0, `WAS` |
| `V` `N` | "times read", a counter of readers; "times" | 0 |
| `f` `E` `p` | filler; mark of an edition; city a paper prints before its date | 0 |
| `?` | an unknown word | 0, `REPORTER`, `AGENCY` |
| `. : , \| / ( ) ' + -` | a mark of punctuation is its own kind | 0 |
"""

import re
from typing import Final

# --- Items, of which a clause is made ---

_NOISE: Final = r"[,|:/.()'fEp-]*"
# An offset to the west is read only after ISO 8601 or seconds: elsewhere "10:00-11:00" could as well be a range.
_WEST: Final = r"-(?:(?:(?<=td:d-)|(?<=td:d:d-)|(?<=td:d:d[.,][dxy]-)|(?<=-dd:d:d-))d:d(?!:)|(?<=d:d:d-)y(?![-/.]))"
_ITEMS: Final = {
    "named_day": (
        r"do?O?[-/.,]?[MB][-/.,]{0,2}y(?!u)[eb]?",
        r"[MB][-/.,]?do?[-/.,]?y(?!u)[eb]?",
        r"y[-/.,]?[MB][-/.,]?do?(?![:.h])",
        r"do?O?,?(?:M(?:,?w,?y(?!u)e?)?|B)",
        r"Mdo?(?:,?w,?y(?!u)e?|(?![:.h]))",
        r"yGdo?,?M",
    ),
    "numeric_day": (
        r"y(?:-d-d|/d/d|\.d\.d)(?![:.h])(?:t(?=d:d))?",
        r"d(?:-d-|/d/|\.d\.)y(?!u)e?",
    ),
    "hijri_day": (r"do?,?(?:[H?]{1,2},?y,?i|H{1,2},?y)",),
    # A number before o, O, M, B or a slash is not of the time, but the day of a date that follows it; unless that
    # date has a day after its month: "10:30:15 September 14, 2023".
    "clock": (
        r"[av]{0,2}d:d(?::d(?![oO/]|[MB](?![-/.,]?do?[-/.,]?y))(?:\.[dxy]|(?<=td:d:d),[dxy])?)?[hmu]?[av]?",
        r"[av]{1,2}d\.d(?!\.)[hmu]?[av]?|d\.d(?!\.)(?:[hmu][av]?|[av])",
        r"[av]{0,2}(?:kdh|dh(?:dm(?:ds)?|d(?![oOMB/.:u-]))?)[av]?|da",
        r"[av]{0,2}K[av]?|yu",
        r"(?:(?<=y)|(?<=y[,|]))d\.d(?!\.)|a",
    ),
    "ago": (r"[dn][msuDW]g|dudmg|j",),
    "offset": (r"z[+-](?:d:d(?!:)|y(?![-/.])|d(?![oOMB/:.-]))|\+(?:d:d(?!:)|y|d(?![oOMB/]))|[zZ]",),
    "weekday": ("w",),
    "days_back": ("r",),
    "zone_word": (r"\?",),
}
_ITEM: Final = "|".join(f"(?P<{name}>{'|'.join(patterns)})" for name, patterns in _ITEMS.items())

ITEM: Final = re.compile(rf"(?P<west>{_WEST})|{_NOISE}(?:{_ITEM})")
"""The next item of a clause, after noise; the one group that matched names it."""

NOISE: Final = re.compile(_NOISE)
"""What a clause may end with."""

# --- Parts of a line ---

FIRM_LABEL: Final = re.compile(r"[PUA]f*[:-]")
"""A label that can be nothing else."""

BLANK: Final = re.compile(r"[,|:/.()'f-]*")
"""What follows a label that has no date."""

SAYS_NO_TIME: Final = re.compile(r"(?:[,|:/.()'fEpw-]|[dn][msuDW]g|j)*")
"""Words before a label that claim no time, if it is not known when the page was fetched."""

BYLINE: Final = re.compile(r"[^MBHyrjPUAQ]{1,16}")
"""Words before a label that may be a byline."""

NAMES: Final = re.compile(r"\?[?nt]{1,4}")
"""Whom a story is by, from the word "by"."""

AUTHOR: Final = re.compile(r"\?[?nt]{1,4}[f,|-]+")
"""Whom a story is by, from the word "by", between a label and its date or before a date: "by John Smith on"."""

AGENCY_AND_PLACE: Final = re.compile(r"\?,[?p],")
"""An agency, which is to be checked, and a place before a date."""

DATE_BEFORE_LABEL: Final = re.compile(r"(?P<date>.*[^,|:/.(fo-])(?:-o|o)?f*\(?")
"""A date that a label follows, with nothing that would part them; an ending may stand between."""

HALVES: Final = re.compile(r"[av][dkK]|[dhumsK][av]")
"""A time of day with am, pm or a part of the day."""

OFFSET: Final = re.compile(r"[zZ+t]|:d-[dy]")
"""What shows that a time may be of another zone than the site's."""

_COUNT: Final = r"[dyx](?:,[dyx])*"
_COUNTED: Final = rf"(?:{_COUNT}-?V|V:?{_COUNT}N?)"
COUNTER: Final = re.compile(rf"(?:^|(?<=\|)){_COUNTED}(?=\||[,.]*$)|\({_COUNTED}\)")
"""How many have read a page, or the minutes it takes: a cell of its own between pipes, or brackets."""

WIRE: Final = re.compile(r"[?p]{1,3},(?P<day>[^?()]+?)(?:\([^()]{1,6}\)[,:-]*|[:-]+)")
"""A wire dateline: "SEOUL, Sept 14 (Reuters) -"."""

# --- ISO 8601 ---

_ISO_LINE: Final = re.compile(r"y-d-d(?:t?d:d(?::d(?:[.,](?P<fraction>[dxy]))?)?(?:z|[+-](?:d:d|y|d))?)?")


def is_iso(kinds: str, texts: list[str]) -> bool:
    """Whether a line is an ISO 8601 time and no more: numbers of one or two digits must have two, but for fractions."""
    found = _ISO_LINE.fullmatch(kinds)
    return found is not None and all(
        len(text) == 2 or kind != "d" or place == found.start("fraction")
        for place, (kind, text) in enumerate(zip(kinds, texts, strict=True))
    )
