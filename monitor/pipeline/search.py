"""Searching all versions on record, in the language of rules.

The index says which versions could match, the latest first; each of them is judged as a rule would be. The latest
five hundred that match are ranked and are the first pages; then come the five hundred before these, ranked in turn. So
a search takes as long in a record of years as in one of weeks, and the order of pages holds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from monitor.core.articles import Article
from monitor.core.excerpts import snippets_in
from monitor.core.query import Document, Lexicon, Synonyms, Text, matches
from monitor.core.query.nodes import Changed, leaves
from monitor.core.query.preselection import NONE, Preselection, preselect
from monitor.core.query.ranking import Weight, scores, weigh
from monitor.core.search import Hit, SearchedVersion, SearchQuery
from monitor.language.analyse import Analyser
from monitor.pipeline.ports import SearchIndex

RANKED: Final = 500
"""How many matches are ranked together."""

_IDS: Final = 1000  # asked of the index at once
_TEXTS: Final = 50  # read at once


class _Found(NamedTuple):
    """A version that matches, before it is known how good it is beside the others. Its text is not kept."""

    id: int
    first_seen_at: datetime
    weight: Weight


@dataclass(frozen=True, slots=True)
class Page:
    """A page of what was found; `more` says that there is another one."""

    hits: tuple[Hit, ...]
    more: bool


class Search:
    """Searches a record whose index is filled. `judged` is called for each version that is looked at."""

    def __init__(
        self, index: SearchIndex, query: SearchQuery, synonyms: Synonyms, judged: Callable[[], None] = lambda: None
    ) -> None:
        self._index: Final = index
        self._query: Final = query
        self._judged: Final = judged
        self._is_about_changes: Final = any(isinstance(leaf, Changed) for leaf in leaves(query.query.node))
        self._sites: Final = index.sites()
        self._lexicons: Final = {
            language: Lexicon(Analyser(language), synonyms) for language in set(self._sites.values())
        }

    def page(self) -> Page:
        """Return the page of hits that the query asks for."""
        end = self._query.page * self._query.limit
        found, ranked = self._found(), list[tuple[float, int]]()
        while len(ranked) <= end and (together := list(islice(found, RANKED))):
            ranked += _ranked(together)
        shown = ranked[end - self._query.limit : end]
        versions = self._versions([version_id for _, version_id in shown])
        hits = (self._hit(score, version) for (score, _), version in zip(shown, versions, strict=True))
        return Page(tuple(hits), len(ranked) > end)

    def _hit(self, score: float, version: SearchedVersion) -> Hit:
        match = matches(self._query.query, self._text(version, version.article), self._lexicons[version.language])
        snippets = snippets_in(match, version.article, version.before) if match else ()
        return Hit(version, score, self._is_gone(version), snippets)

    def _found(self) -> Iterator[_Found]:
        """Yield all versions that match, the latest first."""
        ids = merge(*map(self._ids, self._preselections()), reverse=True)
        while portion := list(islice(ids, _TEXTS)):
            for version in self._versions(portion):
                self._judged()
                weight = self._weight(version)
                if weight and not (self._query.gone and not self._is_gone(version)):
                    yield _Found(version.id, version.first_seen_at, weight)

    def _versions(self, ids: list[int]) -> list[SearchedVersion]:
        return self._index.versions(ids, with_before=self._is_about_changes) if ids else []

    def _weight(self, version: SearchedVersion) -> Weight | None:
        """Return what counts of a version if it matches."""
        query, lexicon = self._query.query, self._lexicons[version.language]
        text = self._text(version, version.article)
        return weigh(query, text, lexicon) if matches(query, text, lexicon) else None

    def _is_gone(self, version: SearchedVersion) -> bool:
        """Whether what the query says of a version does not hold of what its story says now, if it is there at all."""
        if version.unpublished_at is not None or version.seq == version.last:
            return version.unpublished_at is not None
        now = self._text(version, self._index.text(version, version.last))
        return matches(self._query.query, now, self._lexicons[version.language]) is None

    def _text(self, version: SearchedVersion, after: Article) -> Text:
        before = None if version.before is None else self._document(version, version.before)
        return Text(self._document(version, after), before)

    def _document(self, version: SearchedVersion, article: Article) -> Document:
        language = version.language
        analyser = self._lexicons[language].analyser
        return Document.of(article, site=version.ref.site, language=language, analyser=analyser)

    def _ids(self, wanted: Preselection) -> Iterator[int]:
        below = None
        while ids := self._index.candidates(
            wanted, below=below, limit=_IDS, since=self._query.since, gone=self._query.gone
        ):
            yield from ids
            below = ids[-1]

    def _preselections(self) -> list[Preselection]:
        """Return what to ask the index for, each at sites of its own: a query has other words in other languages."""
        alike: dict[Preselection, list[str]] = {}
        for site, language in self._sites.items():
            if self._query.site in {None, site}:
                wanted = preselect(self._query.query.node, self._lexicons[language], site=site, language=language)
                if NONE not in {wanted.after, wanted.before}:
                    alike.setdefault(wanted, []).append(site)
        everywhere = len(self._sites)
        return [wanted if len(sites) == everywhere else wanted.at(sites) for wanted, sites in alike.items()]


def _ranked(found: list[_Found]) -> list[tuple[float, int]]:
    """Return the scores and the ids of versions, the best first; of equals the latest."""
    scored = zip(scores([each.weight for each in found]), found, strict=True)
    ranked = sorted(scored, key=lambda pair: (pair[0], pair[1].first_seen_at, pair[1].id), reverse=True)
    return [(score, each.id) for score, each in ranked]
