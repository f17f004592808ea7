"""The design since 2023: pages at `/<section>/news/<id>`, and the text form of them that archives keep.

The selectors are those that public scrapers of the site use. The text form is known from real captures:

    title
    sub-heading, in some
    ১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম | আপডেট: ১৪ সেপ্টেম্বর ২০২৩, ০১:১৫ পিএম
    the paragraphs
    বিভাগ : আন্তর্জাতিক
    মন্তব্য করুন, এই বিভাগের আরও, আরও পড়ুন, and headlines of other stories, others at every fetch
"""

import re
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.core.articles import Article, Unreadable
from monitor.sitekit.leads import place_line
from monitor.sitekit.markup import ancestor, blocks, is_within_furniture, text_of
from monitor.sitekit.page import Page
from monitor.sitekit.texts import first_line
from monitor.sites.inqilab.body import paragraphs_of, story
from monitor.sites.inqilab.captions import captions
from monitor.sites.inqilab.common import credit_of, dates, lead_image

_MARKER: Final = b"new-details"
_DETAILS: Final = ".new-details"
_BODY: Final = ".description"
_BODY_CLASS: Final = "description"
_COLUMN_CLASS: Final = "col-md-9"
_TITLE: Final = ".col-md-9 h2"
_SUBHEADING: Final = "b.sub-heading"
_DATE: Final = "p.news-date-time"
_SECTION_LINK: Final = ".col-md-9 p a"
_BREADCRUMB: Final = ".breadcrumb a"

_DATE_LINE: Final = re.compile(r"\d{1,2} [^\d\s,|]+ \d{4}(?:, ?\d{1,2}:\d{2} (?:এএম|পিএম) ?(?:\||$)| ?\| ?আপডেট)")
_SECTION: Final = re.compile(r"বিভাগ\s*[:ঃ]\s*(?P<name>.*)")
_SECTION_NAME: Final = re.compile(r"[:ঃ]\s*\w")
_LINE_BREAK: Final = re.compile(r"[\r\n]")
# Not আরও পড়ুন: that may also stand in the middle of a story.
_END: Final = re.compile(r"(?:মন্তব্য করুন|এই বিভাগের আরও) ?[:ঃ]?$")
_ADDRESS: Final = re.compile(r".*/news/\d+")
_DATE_WITHIN: Final = 12
_MOST_LINES_ABOVE_DATE: Final = 3


# --- HTML ---


def is_page(page: Page) -> bool:
    """Whether this is a page of this design."""
    return page.is_html and _MARKER in page.body


def read_page(page: Page) -> Article | Unreadable:
    """Read a page of this design."""
    if not page.is_whole:
        return Unreadable("the page breaks off before its end")
    details, column = page.tree.css_first(_DETAILS), page.tree.body
    if details is None or column is None:
        return Unreadable(f"there is no {_DETAILS}")
    # The masthead may have a column of this class too, with a heading and a date of its own.
    column = ancestor(details, _COLUMN_CLASS) or column
    title = text_of(column.css_first(_TITLE))
    date_line = text_of(column.css_first(_DATE))
    if title is None or date_line is None:
        return Unreadable(f"there is no {_TITLE if title is None else _DATE} in the story's column")
    stated = dates(date_line)
    if isinstance(stated, Unreadable):
        return stated
    parts = _parts(details)
    paragraphs = tuple(text for part in parts for text in story(blocks(part)))
    return Article(
        title=title,
        paragraphs=paragraphs,
        subheading=text_of(column.css_first(_SUBHEADING)),
        captions=captions(details, parts),
        image=lead_image(page),
        section=_section(page, column),
        credit=credit_of(paragraphs),
        dateline=place_line(paragraphs[0], "bn") if paragraphs else None,
        published=stated.published,
        updated=stated.updated,
    )


def _parts(details: LexborNode) -> list[LexborNode]:
    """Return all parts of the body, for an advertisement may have cut it in two."""
    return [
        part
        for part in details.css(_BODY)
        if ancestor(part, _BODY_CLASS) is None and not is_within_furniture(part, details)
    ]


def _section(page: Page, column: LexborNode) -> str | None:
    """Return the section as the line under the story names it, else the end of the breadcrumb."""
    for link in column.css(_SECTION_LINK):
        line = link.parent
        if line is not None and _SECTION.match(line.text().lstrip()):
            return text_of(link)
    crumbs = page.tree.css(_BREADCRUMB)
    return text_of(crumbs[-1]) if crumbs else None


# --- Text ---


def is_text(page: Page) -> bool:
    """Whether this is the text form of a page of this design: by its URL, its date line or its section line."""
    if page.is_html:
        return False
    by_url = _ADDRESS.match(page.url) is not None
    return by_url or _date_at(page) is not None or first_line(page.lines, _SECTION) is not None


def read_text(page: Page) -> Article | Unreadable:
    """Read the text form of a page.

    A capture that breaks off before the furniture that follows every story may have lost a part of the story.
    """
    lines, date_at, end = page.lines, _date_at(page), _end(page)
    if date_at is None or not 1 <= date_at <= _MOST_LINES_ABOVE_DATE:
        return Unreadable("there is no date line under a title")
    if end is None:
        return Unreadable("the end of the story is missing: the capture breaks off before the section line")
    stated = dates(lines[date_at])
    if isinstance(stated, Unreadable):
        return stated
    paragraphs = paragraphs_of(lines[date_at + 1 : end])
    section = _SECTION.match(lines[end])
    return Article(
        title=lines[0],
        paragraphs=paragraphs,
        subheading=" ".join(lines[1:date_at]) or None,
        section=(section["name"].strip() or None) if section else None,
        credit=credit_of(paragraphs),
        dateline=place_line(paragraphs[0], "bn") if paragraphs else None,
        published=stated.published,
        updated=stated.updated,
    )


def _date_at(page: Page) -> int | None:
    return first_line(page.lines, _DATE_LINE, within=_DATE_WITHIN)


def _end(page: Page) -> int | None:
    """Return where the furniture begins: the section line, else another of its headings.

    A section line on which a capture ends may itself be cut: it counts if it names a section and a line break follows.
    """
    lines = page.lines
    section = first_line(lines, _SECTION)
    if section is None:
        return first_line(lines, _END)
    if section < len(lines) - 1:
        return section
    named = _SECTION_NAME.search(lines[-1]) is not None
    return section if named and _LINE_BREAK.search(page.text.rpartition(lines[-1])[2]) else None
