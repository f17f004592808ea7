"""What all designs of the paper have in common: its time, its date lines, and its way of ending a story."""

import re
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from monitor.core.articles import Unreadable
from monitor.language.dates import Dateline, read_dateline
from monitor.sitekit.links import absolute
from monitor.sitekit.page import Page

_DHAKA: Final = ZoneInfo("Asia/Dhaka")
_UPDATE_SLOT: Final = re.compile(r"আপডেট\D*\d")

# "সূত্র: রয়টার্স।" as the last sentence, also in brackets.
_CREDIT: Final = re.compile(r"(?:^|[\s(\[।])(?:তথ্য\s?)?সূত্র\s*[:ঃ]\s*(?P<name>[^।:]{1,80}?)\s*[।.)\]]*$")
_IMAGE: Final = 'meta[property="og:image"]'


def dates(text: str) -> Dateline | Unreadable:
    """Read the date line of a page. One that cannot be read whole is a loss to be told, not a story without date."""
    stated = read_dateline(text, language="bn", timezone=_DHAKA)
    if stated.published is None or (stated.updated is None and _UPDATE_SLOT.search(text)):
        return Unreadable(f"the date line cannot be read: {text!r}")
    return stated


def credit_of(paragraphs: Sequence[str]) -> str | None:
    """Return whom the last sentence of a story names as its source."""
    found = _CREDIT.search(paragraphs[-1]) if paragraphs else None
    return found["name"] if found else None


def lead_image(page: Page) -> str | None:
    """Return the address of the picture that the page gives to those who share it."""
    head = page.tree.head
    meta = head.css_first(_IMAGE) if head else None
    return absolute(page.url, meta.attributes.get("content")) if meta else None
