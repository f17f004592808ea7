"""What a story says at one moment, as read from one page."""

from dataclasses import dataclass

from monitor.language.dates import Stated


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """The dateline of a news text, as in "SEOUL, September 14 –": where and on which day it was filed.

    The year is None where the text does not say it; it is never filled in from elsewhere.
    """

    place: str
    month: int
    day: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A story as one page tells it. Texts are verbatim; only the furniture around them is left out.

    Meaning: `title_derived` is true where the page has no title and ours is the beginning of the lead;
    `paragraphs` are the body in order, dateline and credit sentence included; `credit` is whom the text names as its
    source; `published` and `updated` are the times the page itself states, each with its precision.
    """

    title: str
    paragraphs: tuple[str, ...]
    title_derived: bool = False
    subheading: str | None = None
    captions: tuple[str, ...] = ()
    image: str | None = None
    byline: str | None = None
    section: str | None = None
    credit: str | None = None
    dateline: PlaceLine | None = None
    published: Stated | None = None
    updated: Stated | None = None


@dataclass(frozen=True, slots=True)
class ParserId:
    """Which parser read a page: its name within the site, and its revision."""

    name: str
    revision: int

    def __str__(self) -> str:
        return f"{self.name}@{self.revision}"


@dataclass(frozen=True, slots=True)
class Reading:
    """An article together with the parser that read it."""

    article: Article
    parser: ParserId


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A page that was fetched but from which no article could be read, and why."""

    why: str
