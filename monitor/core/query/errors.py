"""A query that cannot be read, shown with a caret under the place.

    expected a word, a "phrase" or ( after AND
      পুতিন AND OR কিম
                ^^

The caret stands where a terminal shows the place: marks that sit on a letter take no column of their own, and
East Asian wide signs take two (Unicode Standard Annex 11).
"""

import unicodedata
from typing import Final

from monitor.core.errors import UsageError

_AROUND: Final = 50
"""How many characters of a long query are shown on either side of the place."""


class QueryError(UsageError):
    """A query that cannot be read: why and what to do, and the place in its text, in characters."""

    def __init__(self, message: str, text: str, offset: int, length: int = 1) -> None:
        self.message: Final = message
        self.text: Final = text
        self.offset: Final = offset
        self.length: Final = length
        super().__init__(self.render())

    def render(self) -> str:
        """Return the message, the line of the query and a caret under the place."""
        end = self.offset + self.length
        before, place, after = self.text[: self.offset], self.text[self.offset : end], self.text[end:]
        if len(before) > _AROUND:
            before = "…" + before[-_AROUND:]
        if len(place) > _AROUND:
            place, after = place[:_AROUND], "…"
        elif len(after) > _AROUND:
            after = after[:_AROUND] + "…"
        carets = "^" * max(1, _columns(place))
        return f"{self.message}\n  {_line(before + place + after)}\n  {' ' * _columns(before)}{carets}"


def _line(text: str) -> str:
    """Put a text on one line, character by character, so that nothing in it moves."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(_width(sign) for sign in text)


def _width(sign: str) -> int:
    if unicodedata.category(sign) in {"Mn", "Mc", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
