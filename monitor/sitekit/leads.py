"""The lead of a news text: its dateline, and a title for a text that has none."""

from datetime import UTC, datetime
from typing import Final

import regex

from monitor.core.articles import PlaceLine
from monitor.language.dates import MonthDay, Precision, read_dateline
from monitor.sitekit.markup import collapse

LONGEST_TITLE: Final = 100
"""Characters that a derived title may have, the ellipsis not counted."""

# সিউল, সেপ্টেম্বর 14 –   |   WASHINGTON, Sept 14 (Reuters) -   |   ঢাকা, ১২ মার্চ, ২০২৪ (বাসস):
_DATELINE: Final = regex.compile(
    r"""
      (?P<place>[\p{L}\p{M}\u200c\u200d][\p{L}\p{M}\u200c\u200d'’.\- ]{0,60}),\s*
      (?P<day>[\p{L}\p{M}\p{N}\u200c\u200d][\p{L}\p{M}\p{N}\u200c\u200d,. ]{2,40}?)\s*
      (?:\([^()]{1,40}\)\s*)?
      [–—:-]+\s*
    """,
    regex.VERBOSE,
)
_MOST_WORDS_IN_PLACE: Final = 4
_MOST_WORDS_IN_DAY: Final = 3  # day, month and year: a fourth would be a time of day, and the line no dateline
# A full stop ends a sentence only before a space and after a long word, for the short ones are abbreviations.
_SENTENCE: Final = regex.compile(r".*?(?:[।?!]|(?<=\w{4})\.(?=\s|$)|$)", regex.DOTALL)
_GRAPHEMES: Final = regex.compile(rf"\X{{1,{LONGEST_TITLE}}}")


def place_line(text: str, language: str) -> PlaceLine | None:
    """Return the dateline with which a news text opens, None if it has none.

    The year is None where it is not written there.
    """
    opening = _opening(text, language)
    return opening[0] if opening else None


def title_from_lead(text: str, language: str) -> str:
    """Return a title for a text without one: the first sentence of its lead, without dateline and full stop.

    A long sentence is cut between two words, at about a hundred characters, and ends with "…"; a single longer word
    is cut between two letters with their signs. Empty only if the text is.
    """
    opening = _opening(text, language)
    lead = collapse(text[opening[1] :] if opening else text) or collapse(text)
    sentence = _SENTENCE.match(lead)
    title = (sentence[0] if sentence else lead).rstrip("।. ") or lead
    if len(title) <= LONGEST_TITLE:
        return title
    last_space = title.rfind(" ", 0, LONGEST_TITLE + 1)
    if last_space > 0:
        return title[:last_space].rstrip(" ,;:–—-") + "…"
    return _whole_letters(title) + "…"


def _opening(text: str, language: str) -> tuple[PlaceLine, int] | None:
    """Return the dateline and where the text goes on after it."""
    found = _DATELINE.match(text)
    if found is None:
        return None
    if len(found["place"].split()) > _MOST_WORDS_IN_PLACE or len(found["day"].split()) > _MOST_WORDS_IN_DAY:
        return None
    stated = read_dateline(found["day"], language=language, timezone=UTC).published
    if stated is None or stated.precision is Precision.MINUTE:
        return None
    day: MonthDay | datetime = stated.at
    year = None if isinstance(day, MonthDay) else day.year
    return PlaceLine(found["place"].strip(), day.month, day.day, year), found.end()


def _whole_letters(word: str) -> str:
    letters = _GRAPHEMES.match(word)
    whole = letters[0] if letters else word
    while len(whole) > LONGEST_TITLE and len(shorter := regex.sub(r"\X$", "", whole)) > 0:
        whole = shorter
    return whole
