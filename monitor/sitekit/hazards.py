"""What HTML must not be given to the parser: it is quick, but takes quadratic time for two things, both in C.

Measured with lexbor: 40,000 nested elements take 3 s, 20,000 attributes of one element 1 s, 100,000 more than a minute.
"""

import re
from typing import Final

_MOST_TAGS: Final = 40_000
_MOST_COMPARISONS: Final = 100_000_000
"""Of attributes with one another, as the parser looks for the same one twice: 0.2 s."""

_HARMLESS: Final = 60_000
"""Bytes in which there is no room for more than 20,000 attributes."""
_SHORT_TAG: Final = 3_000

# As the HTML Standard reads tags (13.2.5). It is never read twice from one place: linear, whatever the bytes.
_ATTRIBUTE: Final = rb"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?+|'[^']*+'?+|[^\s>"'][^\s>]*+|(?=>)))?+"""
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
# The parser gathers the attributes of all html and body tags of a page in one element.
_TAG: Final = re.compile(rb"<(?:(?i:(html|body))\b|[a-zA-Z])[^\s/>]*+(?:" + _ATTRIBUTE + rb")*+")


def hazard(html: bytes) -> str | None:
    """Return why HTML must not be parsed: what is in it that no page of a paper has. None if it may."""
    if html.count(b"<") > _MOST_TAGS:
        return f"the page has more than {_MOST_TAGS:,} tags: no story has, and reading it could take hours"
    if len(html) > _HARMLESS and _comparisons(html) > _MOST_COMPARISONS:
        return "the page has thousands of attributes in one tag: no story has, and reading it could take hours"
    return None


def _comparisons(html: bytes) -> int:
    gathered = comparisons = 0
    for tag in _TAG.finditer(html):
        if tag.lastindex:
            gathered += _attributes(html, tag)
        elif tag.end() - tag.start() > _SHORT_TAG:
            comparisons += _attributes(html, tag) ** 2
    return comparisons + gathered**2


def _attributes(html: bytes, tag: re.Match[bytes]) -> int:
    return sum(1 for _ in _ATTRIBUTES.finditer(html, *tag.span()))
