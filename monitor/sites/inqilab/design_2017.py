"""The design from about 2017 to 2022: pages at `/article/<id>/<slug>`, live at `old.` and `m.`, and their text form.

The selectors are those that public scrapers of the site used. The text form is known from archives:

    Inqilab Logo                                                              (not at m.)
    রোববার ১৭ নভেম্বর ২০২৪, ০২ অগ্রহায়ণ ১৪৩১, ১৪ জামাদিউল সানী ১৪৪৬ হিজরি       (the day of the crawl)
    section                                                                   (at m.)
    title
    sub-heading, in some
    স্টাফ রিপোর্টার | প্রকাশের সময় : ১ ফেব্রুয়ারি, ২০১৯, ১২:১১ এএম
    the paragraphs
    দৈনিক ইনকিলাব সংবিধান ও জনমতের প্রতি শ্রদ্ধাশীল ...                           (rules for comments)
    other stories

Some captures hold the paragraphs alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from monitor.core.articles import Article, Unreadable
from monitor.language.dates import Dateline
from monitor.sitekit.leads import place_line, title_from_lead
from monitor.sitekit.markup import blocks, text_of
from monitor.sitekit.page import Page
from monitor.sitekit.texts import first_line, letters, why_no_bengali_story
from monitor.sites.inqilab.body import headlines_at, paragraphs_of, story
from monitor.sites.inqilab.captions import captions
from monitor.sites.inqilab.common import credit_of, dates, lead_image

_MARKER: Final = b"ar_news_content"
_BODY: Final = "#ar_news_content"
_TITLE: Final = ".col-xs-12 h1"
_BREADCRUMB: Final = "ol.breadcrumb li a"
_DATE: Final = "h5"
_SUBHEADINGS: Final = frozenset({"h2", "h3", "h4"})

# "Time of publication", with either spelling of its last letter.
_PUBLISHED: Final = re.compile(r"প্রকাশের সম(?:\u09df|\u09af\u09bc)")
_DATE_LINE: Final = re.compile(rf"(?P<byline>.*?)[\s|]*(?P<stated>{_PUBLISHED.pattern}\s*[:ঃ].*)")
_LONGEST_DATE_LINE: Final = 300
_LOGO: Final = re.compile(r"Inqilab Logo$", re.IGNORECASE)
_MASTHEAD: Final = re.compile(r".*\bহিজর[িী]\W*$")
_END: Final = re.compile(
    r"দৈনিক ইনকিলাব সংবিধান ও জনমতের প্রতি|ঘটনাপ্রবাহ ?[:ঃ]|Show all comments"
    r"|(?:মন্তব্য করুন|এ বিভাগের অন্যান্য সংবাদ|এ সংক্রান্ত আরও খবর|গত ৭ দিনের সর্বাধিক পঠিত সংবাদ) ?[:ঃ]?$"
)
_DATE_WITHIN: Final = 12


@dataclass(frozen=True, slots=True)
class _DateLine:
    """The line under the title: who wrote the story, and when."""

    byline: str | None
    stated: Dateline


# --- HTML ---


def is_page(page: Page) -> bool:
    """Whether this is a page of this design."""
    return page.is_html and _MARKER in page.body


def read_page(page: Page) -> Article | Unreadable:
    """Read a page of this design."""
    if not page.is_whole:
        return Unreadable("the page breaks off before its end")
    body, title = page.tree.css_first(_BODY), page.tree.css_first(_TITLE)
    if body is None or title is None:
        return Unreadable(f"there is no {_BODY if body is None else _TITLE}")
    heading = _date_heading(page)
    if heading is None:
        return Unreadable(f"there is no date line in any {_DATE}")
    line = _read_date_line(text_of(heading) or "")
    if isinstance(line, Unreadable):
        return line
    paragraphs = story(blocks(body))
    crumbs = page.tree.css(_BREADCRUMB)
    return Article(
        title=text_of(title) or "",
        paragraphs=paragraphs,
        subheading=_subheading(title, heading),
        captions=captions(body, [body]),
        image=lead_image(page),
        byline=line.byline,
        section=text_of(crumbs[-1]) if crumbs else None,
        credit=credit_of(paragraphs),
        dateline=place_line(paragraphs[0], "bn") if paragraphs else None,
        published=line.stated.published,
        updated=line.stated.updated,
    )


def _date_heading(page: Page) -> LexborNode | None:
    return next((node for node in page.tree.css(_DATE) if _PUBLISHED.search(node.text())), None)


def _subheading(title: LexborNode, date: LexborNode) -> str | None:
    """Return the headings between the title and the date line, where both stand in one column."""
    texts: list[str] = []
    node = title.next
    while node is not None and node.mem_id != date.mem_id:
        if node.tag in _SUBHEADINGS and (text := text_of(node)):
            texts.append(text)
        node = node.next
    return " ".join(texts) or None if node is not None else None


# --- Text ---


def is_text(page: Page) -> bool:
    """Whether this is text at all: the captures that hold a body alone have no marker to know them by."""
    return not page.is_html


def read_text(page: Page) -> Article | Unreadable:
    """Read the text form of a page, or of its body alone."""
    lines = page.lines
    end = _end(lines)
    date_at = first_line(lines[:end], _DATE_LINE, within=_DATE_WITHIN)
    if date_at is None:
        return _read_body(lines[:end])
    line = _read_date_line(lines[date_at])
    if isinstance(line, Unreadable):
        return line
    head = _head(lines[:date_at], page.url)
    paragraphs = paragraphs_of(lines[date_at + 1 : end])
    lead = paragraphs[0] if paragraphs else ""
    return Article(
        title=head.title or title_from_lead(lead, "bn"),
        title_derived=head.title is None,
        paragraphs=paragraphs,
        subheading=head.subheading,
        byline=line.byline,
        section=head.section,
        credit=credit_of(paragraphs),
        dateline=place_line(lead, "bn"),
        published=line.stated.published,
        updated=line.stated.updated,
    )


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands above the date line."""

    title: str | None = None
    subheading: str | None = None
    section: str | None = None


def _head(lines: Sequence[str], url: str) -> _Head:
    """Tell the lines above the date line apart.

    The title is the line whose words the URL's slug has. Without a slug it is the first line, or at `m.`, known by its
    masthead without logo, the second. What stands above the title is the section, what stands below the sub-heading.
    """
    logo = first_line(lines, _LOGO)
    masthead = first_line(lines, _MASTHEAD)
    told = [line for at, line in enumerate(lines) if at not in {logo, masthead}]
    if not told:
        return _Head()
    slug = letters(unquote(url.partition("?")[0].rpartition("/")[2]))
    is_mobile = masthead is not None and logo is None and len(told) > 1
    title_at = next((at for at, line in enumerate(told) if letters(line) == slug), int(is_mobile))
    return _Head(told[title_at], " ".join(told[title_at + 1 :]) or None, " ".join(told[:title_at]) or None)


def _end(lines: Sequence[str]) -> int | None:
    """Return where the furniture begins: at its first heading, or at a last pointer with headlines alone below it."""
    end = first_line(lines, _END)
    return end if end is not None else headlines_at(lines)


def _read_body(lines: Sequence[str]) -> Article | Unreadable:
    """Read a capture that holds the paragraphs alone, and no other part of a page."""
    if any(first_line(lines, pattern, within=_DATE_WITHIN) is not None for pattern in (_LOGO, _MASTHEAD)):
        return Unreadable("there is a masthead, but no date line under it")
    if why := why_no_bengali_story(lines):
        return Unreadable(f"there is no date line, and {why}")
    paragraphs = paragraphs_of(lines)
    lead = paragraphs[0] if paragraphs else ""
    return Article(
        title=title_from_lead(lead, "bn"),
        title_derived=True,
        paragraphs=paragraphs,
        credit=credit_of(paragraphs),
        dateline=place_line(lead, "bn"),
    )


# --- Both ---


def _read_date_line(text: str) -> _DateLine | Unreadable:
    found = _DATE_LINE.match(text[:_LONGEST_DATE_LINE])
    stated = dates(found["stated"] if found else text)
    if isinstance(stated, Unreadable):
        return stated
    return _DateLine((found["byline"].strip() or None) if found else None, stated)
