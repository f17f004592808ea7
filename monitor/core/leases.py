"""The right to work on something that is due, for a while: the values that cross the door of the store."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.core.records import ArticleRef
from monitor.core.urls import host_of

LONGEST: Final = timedelta(hours=2)
"""No lease is given for longer. One that seems to last longer was given before the clock was set back."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A claim made at a moment, until another at most. `token` names this claim and no other."""

    token: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ClaimedSource:
    """A source that somebody works on, by its database id and its URL (a template where it has a page a day)."""

    id: int
    url: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was claimed together: sources first, as what they list is to be checked soon."""

    lease: Lease
    sources: tuple[ClaimedSource, ...] = ()
    articles: tuple[ArticleRef, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was claimed."""
        return bool(self.sources or self.articles)

    def each(self) -> Iterator["Claimed"]:
        """Yield what was claimed one by one."""
        yield from (replace(self, sources=(source,), articles=()) for source in self.sources)
        yield from (replace(self, sources=(), articles=(article,)) for article in self.articles)

    def at_host(self, host: str) -> "Claimed":
        """Return the part of it that is asked for at one host."""
        return replace(
            self,
            sources=tuple(each for each in self.sources if host_of(each.url) == host),
            articles=tuple(each for each in self.articles if host_of(each.url) == host),
        )
