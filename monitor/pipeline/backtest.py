"""Trying a rule on what is on record: which events of the past would have met it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from monitor.core.excerpts import matched_in
from monitor.core.past import PastEvent
from monitor.core.payloads import Matched, OfStory
from monitor.core.query import Synonyms
from monitor.core.rulebook import RuleBook
from monitor.core.rules import Rule
from monitor.pipeline.matching import matching
from monitor.pipeline.ports import Archive
from monitor.sitekit.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Caught:
    """An event that a rule would have met, and by what words."""

    past: PastEvent
    matched: tuple[Matched, ...]


@dataclass(frozen=True, slots=True)
class Backtest:
    """A rule, and what it is tried on: events from a moment on, at one site or at all that are known."""

    rule: Rule
    synonyms: Synonyms
    since: datetime
    site: str | None = None

    def run(self, archive: Archive, sites: Catalogue, tried: Callable[[], None]) -> Iterator[Caught]:
        """Yield what the rule would have caught, as it came on record; `tried` is called for each event."""
        book, told = RuleBook([self.rule], self.synonyms), set[int]()
        for past in archive.events(self.since, self.site):
            tried()
            if past.ref.site not in sites.names or (past.ref.id in told and not self.rule.every):
                continue
            story = _story(past)
            for _, match in matching(book, sites.get(past.ref.site), past.event, story):
                told.add(past.ref.id)
                yield Caught(past, matched_in(match, past.article, past.before))


def _story(past: PastEvent) -> OfStory:
    return OfStory(past.ref.key, past.ref.url, past.seq, past.first_seen_at, past.article, past.change, past.before)
