"""Small questions to a piece of text that adapters of any site ask."""

import re
from collections.abc import Sequence
from typing import Final

from monitor.language.normalise import comparable

_BENGALI: Final = re.compile(r"[\u0980-\u09ff]")
_TAG: Final = re.compile(r"<[/!]?[a-z][^<>]*>", re.IGNORECASE)
_SHORTEST_STORY: Final = 40

# All but white space and the signs that `comparable` takes out: where this finds nothing, a reader sees nothing.
_VISIBLE: Final = re.compile(r"[^\s\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


def says_something(text: str) -> bool:
    """Whether a reader sees anything in a text; white space, joiners and direction marks alone are nothing."""
    return _VISIBLE.search(text) is not None


def letters(text: str) -> str:
    """Return only the letters, marks and digits of a text, in the form in which texts are compared.

    For telling whether two writings, such as a headline and the slug in a URL, have the same words.
    """
    return re.sub(r"[^\w\u0980-\u09ff]+|_", "", comparable(text)).casefold()


def first_line(lines: Sequence[str], pattern: re.Pattern[str], *, within: int | None = None) -> int | None:
    """Return the index of the first line whose opening, in comparable form, a pattern matches from its beginning on.

    `within` is how many lines are looked at. The opening is a hundred characters: enough to know a heading by.
    """
    return next((at for at, line in enumerate(lines[:within]) if pattern.match(comparable(line[:100]))), None)


def why_no_bengali_story(lines: Sequence[str]) -> str | None:
    """Return why bare lines are no Bengali news text, None if they may be one.

    For captures without any marker to know them by: what passes for text there may be an error message, a bot wall, or
    a page saved under the wrong name.
    """
    if not lines:
        return "the text is empty"
    text = "\n".join(lines)
    if _TAG.search(text):
        return "the text is markup"
    told = letters(text)
    if len(_BENGALI.findall(told)) * 2 <= len(told):
        return "the text is not Bengali"
    return "the text is too short for a story" if len(told) < _SHORTEST_STORY else None
