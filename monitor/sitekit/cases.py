"""A site's cases: a captured page, and in a .json beside it how it came and what is expected to be read from it.

url, content_type, note    how it came; text in which the markup or the story is invented says so in its note
furniture                  texts on the page that are no part of the story; changing them must change nothing
key, parser, article       what is expected; or instead of the last two
unreadable                 how the reason begins for which the page cannot be read
"""

import dataclasses
from datetime import datetime
from typing import Any

from monitor.core.articles import Unreadable
from monitor.language.dates import MonthDay
from monitor.sitekit.page import Page
from monitor.sitekit.site import Site


def case_of(site: Site, page: Page, note: str) -> dict[str, Any]:
    """Return what to write beside a page: how it came, and what today's parsers read from it."""
    came = {"url": page.url, "content_type": page.content_type, "note": note, "furniture": []}
    return {**came, "key": site.key_of(page.url), **expected(site, page)}


def expected(site: Site, page: Page) -> dict[str, Any]:
    """Return what today's parsers read from a page, or why they cannot."""
    reading = site.parse(page)
    if isinstance(reading, Unreadable):
        return {"unreadable": reading.why}
    return {"parser": reading.parser.name, "article": plain(reading.article)}


def plain(value: object) -> Any:
    """Return an article as JSON has it: times in ISO 8601, a date without a year as --MM-DD."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, MonthDay):
        return f"--{value.month:02}-{value.day:02}"
    if dataclasses.is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    return [plain(item) for item in value] if isinstance(value, tuple) else value
