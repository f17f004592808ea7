"""All rules, and which of them an event meets: 100,000 of them in about a millisecond.

    RuleBook(rules, synonyms).matching(text, occasions, size)  ->  [(rule, match), …]

Rules are shelved by their anchors (monitor.core.query.anchors): only those are tried on a text whose anchor it holds.
What the words of a rule are depends on the language of the text, so there is an index for each language; it is made
when the first text in that language comes, and kept up from then on.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from monitor.core.query import Lexicon, Match, Synonyms, Text
from monitor.core.query.anchors import Anchors, Key, Shelf
from monitor.core.query.evaluate import Evaluation
from monitor.core.rules import Occasion, Rule
from monitor.language.analyse import Analyser


class RuleBook:
    """The rules that are enabled, each under its name."""

    def __init__(
        self,
        rules: Iterable[Rule] = (),
        synonyms: Synonyms | None = None,
        analyser_of: Callable[[str], Analyser] = Analyser,
    ) -> None:
        self._rules: Final = {rule.name: rule for rule in rules if rule.enabled}
        self._synonyms: Final = synonyms
        self._analyser_of: Final = analyser_of
        self._indexes: Final[dict[str, _Index]] = {}

    def add(self, rule: Rule) -> None:
        """Take up a rule, in place of the one of that name."""
        self.drop(rule.name)
        if rule.enabled:
            self._rules[rule.name] = rule
            for index in self._indexes.values():
                index.add((rule,))

    def drop(self, name: str) -> None:
        """Give up a rule, if there is one of that name."""
        rule = self._rules.pop(name, None)
        if rule is not None:
            for index in self._indexes.values():
                index.drop(rule)

    def lexicon(self, language: str) -> Lexicon:
        """Return what the words of queries are in a language."""
        return self._index(language).lexicon

    def matching(
        self, text: Text, occasions: Collection[Occasion], size: int | None = None
    ) -> list[tuple[Rule, Match]]:
        """Return the rules that an event meets, in the order of their names, and where they match.

        `size` is that of the edit (monitor.core.rules.size_of), None for what is no edit.
        """
        index = self._index(text.after.language)
        evaluation = Evaluation(text, index.lexicon)
        met = []
        for rule in index.candidates(text):
            if not rule.on.isdisjoint(occasions) and (size is None or size >= rule.min_change):
                match = evaluation.match(rule.query)
                if match is not None:
                    met.append((rule, match))
        return sorted(met, key=lambda pair: pair[0].name)

    def _index(self, language: str) -> "_Index":
        if language not in self._indexes:
            index = _Index(Lexicon(self._analyser_of(language), self._synonyms))
            index.add(tuple(self._rules.values()))
            self._indexes[language] = index
        return self._indexes[language]


class _Index:
    """The rules by their anchors, in one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon: Final = lexicon
        self._anchors: Final = Anchors(lexicon)
        self._shelves: Final[dict[Shelf, dict[str, list[Rule]]]] = {}
        self._always: Final[dict[str, Rule]] = {}
        self._keys: Final[dict[str, tuple[Key, ...]]] = {}

    def add(self, rules: Collection[Rule]) -> None:
        """Shelve rules. All are counted before the first: the more is known, the better the anchors."""
        for rule in rules:
            self._anchors.count(rule.query.node, 1)
        for rule in rules:
            anchor = self._anchors.of(rule.query.node)
            if anchor is None:
                self._always[rule.name] = rule
            else:
                self._keys[rule.name] = tuple(anchor)
                for key in anchor:
                    self._shelves.setdefault(key.shelf, {}).setdefault(key.text, []).append(rule)

    def drop(self, rule: Rule) -> None:
        """Take a rule off its shelves."""
        self._anchors.count(rule.query.node, -1)
        self._always.pop(rule.name, None)
        for shelf, text in self._keys.pop(rule.name, ()):
            left = [other for other in self._shelves[shelf][text] if other is not rule]
            if left:
                self._shelves[shelf][text] = left
            else:
                del self._shelves[shelf][text]

    def candidates(self, text: Text) -> Iterator[Rule]:
        """Yield all rules that could match a text, each once."""
        found = dict(self._always)
        for shelf, rules in self._shelves.items():
            document = text.after if shelf.is_after else text.before
            if document is not None:
                for key in rules.keys() & document.keys(shelf.kind):
                    found.update((rule.name, rule) for rule in rules[key])
        return iter(found.values())
