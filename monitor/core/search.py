"""Searching the record: what is asked for, and what is found."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.articles import Article
from monitor.core.excerpts import Snippet
from monitor.core.query import Query
from monitor.core.records import ArticleRef


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What to look for among all versions.

    `site` and `since` ask for versions of one site, and for those first seen at a moment or later; `gone` for those of
    which the query does not hold any more: the story says otherwise now, or is not to be found. Of what is found, page
    `page` of `limit` versions is wanted.
    """

    query: Query
    site: str | None = None
    since: datetime | None = None
    gone: bool = False
    limit: int = 20
    page: int = 1


@dataclass(frozen=True, slots=True)
class SearchedVersion:
    """A version on record as the search judges it, in its latest reading, with the one before it if there is one.

    `unpublished_at` is when its story was found to be gone. `last` is the number of the story's last version.
    """

    id: int
    ref: ArticleRef
    language: str
    seq: int
    first_seen_at: datetime
    article: Article
    before: Article | None
    last: int
    unpublished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A version that was found: how good it is beside the others, and its words with what stands around them.

    `gone` says that the query does not hold any more: see `SearchQuery`.
    """

    version: SearchedVersion
    score: float
    gone: bool
    snippets: tuple[Snippet, ...]
