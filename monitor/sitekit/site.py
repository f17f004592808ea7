"""What a site is to this program: a frozen value made of small pure functions."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from monitor.core.articles import Article, ParserId, Reading, Unreadable
from monitor.core.urls import tidy, urn_digest
from monitor.sitekit.hazards import hazard
from monitor.sitekit.page import Page
from monitor.sitekit.texts import says_something

_REPLACEMENT: Final = "\ufffd"
_DAY: Final = re.compile(r"\\\{day[^}]*\}")


@dataclass(frozen=True, slots=True)
class Parser:
    """One way to read a site's pages.

    `applies` looks at URL form, content type or a marker in the markup, never at the date of the crawl: old designs
    stay live on other hosts. `read` returns the article, or says why there is none. `revision` is raised whenever
    `read` may answer differently for some page, so that the change is known as ours and not as the paper's.
    """

    name: str
    revision: int
    applies: Callable[[Page], bool]
    read: Callable[[Page], Article | Unreadable]


@dataclass(frozen=True, slots=True)
class Found:
    """A story as a source lists it: its address, and the headline there if one is shown.

    `stated` is the text in which the source says when the story last changed or came out, None where it does not. It
    is there to be compared with what the same source says later.
    """

    url: str
    headline: str | None = None
    stated: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """What one page of a source lists: its stories in its order, each address once.

    `more` are further pages of the same source, the most useful first: the next page of a listing, the sitemaps of an
    index. `ttl` is how long, in seconds, the page asks not to be fetched again, None where it does not say.
    """

    found: tuple[Found, ...]
    more: tuple[str, ...] = ()
    ttl: float | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A page of a site that lists stories. `kind` (feed, sitemap, listing, archive) names it for people.

    A URL with a `{day}` in it, such as `https://daily.example/archive?on={day:%Y-%m-%d}`, stands for a page a day.
    A source that is not `polled` is read only by a backfill, or where a replay holds it.

    `links` reads a page of it, or says why it cannot be read. A page on which nothing is listed is unreadable too,
    unless it is that of a single day: a selector that died must not pass for a day without news.
    """

    kind: str
    url: str
    links: Callable[[Page], Listed | Unreadable]
    polled: bool = True

    @property
    def is_dated(self) -> bool:
        """Whether the source has a page for each day."""
        return "{day" in self.url

    def is_at(self, url: str) -> bool:
        """Whether a URL is that of this source, of whatever day."""
        return re.fullmatch(_DAY.sub(".+", re.escape(self.url)), url) is not None

    def page_of(self, day: date) -> str:
        """Return the address of the page of a day; of a source that has one page, that one."""
        return self.url.format(day=day) if self.is_dated else self.url


@dataclass(frozen=True, slots=True)
class Site:
    """A news site.

    `match` are patterns for the whole (tidied) URL of a story, each with a group `key` that names the story within
    the site, such as `news/601234`. `canonical` turns one spelling of a story's URL into the one that is kept.
    `examples` are addresses of stories, one for each URL form the site has: used at start to tell that no two sites
    claim one URL.
    """

    name: str
    title: str
    language: str
    timezone: ZoneInfo
    parsers: tuple[Parser, ...]
    match: tuple[re.Pattern[str], ...] = ()
    sources: tuple[Source, ...] = ()
    canonical: Callable[[str], str] = field(default=tidy)
    delay: float | None = None
    examples: tuple[str, ...] = ()

    def key_of(self, url: str) -> str | None:
        """Return the story's key within the site, `sha256/<hex>` for a capture of unknown address, None if not ours.

        A `urn:sha256:` URL has no owner: whoever asks must know that the capture is this site's.
        """
        if digest := urn_digest(url):
            return f"sha256/{digest}"
        address = tidy(url)
        return next((found["key"] for pattern in self.match if (found := pattern.fullmatch(address))), None)

    @property
    def archive(self) -> Source | None:
        """The source that a backfill walks through day by day, None if the site has none."""
        return next((source for source in self.sources if source.is_dated), None)

    def parse(self, page: Page) -> Reading | Unreadable:
        """Read a page with the first parser that applies.

        A page without a body, without a title or with characters lost to broken encoding is unreadable: it must not
        pass for a shorter story.
        """
        if page.is_html and (why := hazard(page.body)):
            return Unreadable(why)
        parser = next((each for each in self.parsers if each.applies(page)), None)
        if parser is None:
            names = ", ".join(each.name for each in self.parsers)
            return Unreadable(f"no parser of {self.name} ({names}) knows this page")
        article = parser.read(page)
        if isinstance(article, Unreadable):
            return Unreadable(f"parser {parser.name}: {article.why}")
        if problem := _problem(article, page):
            return Unreadable(f"parser {parser.name}: {problem}")
        return Reading(article, ParserId(parser.name, parser.revision))

    def is_outdated(self, parser: ParserId) -> bool:
        """Whether today's parsers may read a page differently from the parser that read it then."""
        return all(ParserId(each.name, each.revision) != parser for each in self.parsers)


def _problem(article: Article, page: Page) -> str | None:
    if not any(says_something(text) for text in article.paragraphs):
        return "the body is empty"
    if not says_something(article.title):
        return "there is no title"
    extras = (article.subheading, article.byline, article.section, article.credit)
    texts = (article.title, *article.paragraphs, *article.captions, *filter(None, extras))
    if any(_REPLACEMENT in text for text in texts):
        return _broken_encoding(page)
    return None


def _broken_encoding(page: Page) -> str:
    try:
        page.body.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"the text is not valid UTF-8: broken at byte {error.start}"
    return "the text has characters that could not be decoded (U+FFFD)"
