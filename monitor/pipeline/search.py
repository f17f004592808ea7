"""Searching all versions on record, in the language of rules.

The index says which versions could match, the latest first; each of them is judged as a rule would be. The latest
thousand that match are ranked and are the first pages; then come the thousand before these, ranked in turn. So a search
takes as long for a record of years as for one of weeks, and the order of pages holds.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Final, NamedTuple

from monitor.core.articles import Article
from monitor.core.excerpts import snippets_in
from monitor.core.query import Document, Lexicon, Match, Synonyms, Text, matches
from monitor.core.query.nodes import Changed, leaves
from monitor.core.query.preselection import NONE, Preselection, preselect
from monitor.core.query.ranking import Weight, scores, weigh
from monitor.core.search import Hit, SearchedVersion, SearchQuery
from monitor.language.analyse import Analyser
from monitor.pipeline.ports import SearchIndex

RANKED: Final = 1000
"""How many matches are ranked together."""

_IDS: Final = 1000  # asked of the index at once
_TEXTS: Final = 50  # read at once


class _Found(NamedTuple):
    """A version that matches, before it is known how good it is beside the others."""

    version: SearchedVersion
    match: Match
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
        self._sites: Final = index.sites()
        self._lexicons: Final = {
            language: Lexicon(Analyser(language), synonyms) for language in set(self._sites.values())
        }

    def page(self) -> Page:
        """Return the page of hits that the query asks for."""
        end = self._query.page * self._query.limit
        found, ranked = self._found(), list[tuple[float, _Found]]()
        while len(ranked) <= end and (together := list(islice(found, RANKED))):
            ranked += _ranked(together)
        shown = ranked[end - self._query.limit : end]
        return Page(tuple(self._hit(score, each) for score, each in shown), len(ranked) > end)

    def _hit(self, score: float, found: _Found) -> Hit:
        version = found.version
        snippets = snippets_in(found.match, version.article, version.before)
        return Hit(version, score, self._is_gone(version), snippets)

    def _found(self) -> Iterator[_Found]:
        """Yield all versions that match, the latest first."""
        ids = merge(*map(self._ids, self._preselections()), reverse=True)
        with_before = any(isinstance(leaf, Changed) for leaf in leaves(self._query.query.node))
        while portion := list(islice(ids, _TEXTS)):
            for version in self._index.versions(portion, with_before=with_before):
                self._judged()
                found = self._judge(version)
                if found and not (self._query.gone and not self._is_gone(version)):
                    yield found

    def _judge(self, version: SearchedVersion) -> _Found | None:
        query, lexicon = self._query.query, self._lexicons[version.language]
        text = self._text(version, version.article)
        match = matches(query, text, lexicon)
        return None if match is None else _Found(version, match, weigh(query, text, lexicon))

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


def _ranked(found: list[_Found]) -> list[tuple[float, _Found]]:
    """Put the best first; of equals the latest."""
    scored = zip(scores([each.weight for each in found]), found, strict=True)
    return sorted(scored, key=lambda pair: (pair[0], pair[1].version.first_seen_at, pair[1].version.id), reverse=True)
