"""The doors through which use cases reach the world. `net` and `store` implement them, `bootstrap` joins them.

Times are aware datetimes. The store is synchronous, one unit of work a call; asynchronous code calls it through
`Monitor.call`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from monitor.core.kept import CaptureQuery, KeptCapture
from monitor.core.outcomes import Outcome
from monitor.core.records import (
    ArticleQuery,
    ArticleRef,
    ArticleState,
    ArticleSummary,
    Capture,
    Check,
    Discovery,
    Observation,
    RobotsRecord,
    VersionRecord,
)
from monitor.sitekit.site import Site


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC. Successive calls never go back within one clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once."""
        ...


class Fetcher(Protocol):
    """Where pages come from: the live web, or a folder of captures."""

    async def get(self, url: str, *, delay: float | None = None) -> Outcome:
        """Answer a request with a value; raises only on a bug.

        `delay` is the site's own number of seconds between requests to a host, None for the general one.
        """
        ...

    def reaches(self, url: str) -> bool:
        """Whether a request for this URL can be answered at all: always on the web, only captured ones in a replay."""
        ...

    def pending(self, site: str) -> Sequence[str]:
        """Return URLs of a site to check though no source lists them, one entry for each check, in order.

        In a replay these are the captures still to be given; on the web there are none.
        """
        ...

    async def close(self) -> None:
        """Let go of connections. Further requests are bugs."""
        ...


class Conflict(Exception):  # noqa: N818 - not an error: the answer "decide again"
    """Somebody else committed to the story since its state was read."""


class Store(Protocol):
    """The record, as the pipeline writes it. Each call is one transaction; failures of the database are StoreError."""

    def discovered(
        self,
        site: Site,
        found: Sequence[Discovery],
        *,
        at: datetime,
        source: str | None = None,
        followed: bool = False,
    ) -> list[ArticleRef]:
        """Put stories on record, each once, and return all of them in the order given.

        A URL that a story of the site has or had means that story, else the key does. A known story keeps its
        canonical URL; the URL given here is added to its former ones if it is new.
        `source` is the URL of the source that listed them; `followed` marks stories that a user asked for.
        """
        ...

    def observed_source(self, site: Site, kind: str, url: str, observation: Observation, *, links: int) -> None:
        """Put one fetch of a source on record, with the number of links read from it.

        An observation whose `ref` is on record for the source already is not added again.
        """
        ...

    def followed(self, site: Site) -> list[ArticleRef]:
        """Return the stories that users asked to follow at a site, oldest first."""
        ...

    def state(self, article_id: int, *, ref: str | None = None) -> ArticleState:
        """Return what the next decision on a story stands on; `ref` asks whether that capture is on record."""
        ...

    def capture(self, capture_id: int) -> Capture:
        """Return a kept response, its body checked against its hash; StoreError if it does not match."""
        ...

    def commit(self, check: Check) -> int | None:
        """Write all that one check found, in one transaction; return the new version's number if there is one.

        Raises Conflict, with nothing written, if the story's revision is no longer the one expected. A `moved_to` that
        is the URL of another story leaves both stories where they are.
        """
        ...


class Archive(Protocol):
    """The record, as it is looked at."""

    def articles(self, query: ArticleQuery) -> list[ArticleSummary]:
        """List stories, the one whose last version was seen first most recently on top; never-read ones last."""
        ...

    def find(self, reference: str) -> ArticleSummary | None:
        """Return a story by database id (`12`), name (`inqilab:news/601234`) or URL, current or former."""
        ...

    def versions(self, article_id: int) -> list[VersionRecord]:
        """Return all versions of a story, oldest first."""
        ...

    def count_captures(self, query: CaptureQuery) -> int:
        """Return how many captures of stories a query asks for."""
        ...

    def captures(self, query: CaptureQuery) -> Iterator[KeptCapture]:
        """Yield captures of stories as they were put on record, each a unit of work of its own.

        StoreError for one whose body is not what was received.
        """
        ...


class Hosts(Protocol):
    """What all processes together know of a host, kept between runs."""

    def reserve(self, host: str, *, now: datetime, delay: float) -> datetime:
        """Book the next request to a host and return its time; whoever books after it waits `delay` seconds more."""
        ...

    def robots(self, host: str) -> RobotsRecord | None:
        """Return the host's robots.txt as last kept."""
        ...

    def keep_robots(self, host: str, record: RobotsRecord) -> None:
        """Keep a host's robots.txt in place of the one before."""
        ...
