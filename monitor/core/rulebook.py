"""All rules, and which of them an event meets: 100,000 of them in a millisecond or two.

    RuleBook(rules, synonyms).matching(text, occasions, size)  ->  [(rule, match), …]

Rules are shelved by their anchors (monitor.core.query.anchors): only those are tried on a text whose anchor it holds.
What the words of a rule are depends on the language of the text, so there is an index for each language; it is made
when the first text in that language comes, and kept up from then on.
"""

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from monitor.core.query import Lexicon, Match, Synonyms, Text
from monitor.core.query.anchors import Anchor, Anchors, Shelf
from monitor.core.query.evaluate import Condition, condition_of
from monitor.core.query.nodes import UNSCOPED, How
from monitor.core.query.sides import Sides
from monitor.core.rules import OF_STORIES, Occasion, Rule
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
        self._lexicons: Final[dict[str, Lexicon]] = {}
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
        if language not in self._lexicons:
            self._lexicons[language] = Lexicon(self._analyser_of(language), self._synonyms)
        return self._lexicons[language]

    def matching(
        self, text: Text, occasions: Collection[Occasion], size: int | None = None
    ) -> list[tuple[Rule, Match]]:
        """Return the rules that an event meets, in the order of their names, and where they match.

        `size` is that of the edit (monitor.core.rules.size_of), None for what is no edit.
        """
        sides = Sides(text, self.lexicon(text.after.language))
        met = [
            shelved.rule
            for shelved in self._candidates(text, occasions)
            if not shelved.rule.on.isdisjoint(occasions)
            and (size is None or size >= shelved.rule.min_change)
            and shelved.holds(sides)
        ]
        return [(rule, Match(rule.query, sides)) for rule in sorted(met, key=attrgetter("name"))]

    def _candidates(self, text: Text, occasions: Collection[Occasion]) -> Iterable["_Shelved"]:
        """Return the rules to try: of those that are about no story, all, as for what is so rare no index is made."""
        if OF_STORIES.isdisjoint(occasions):
            return map(_Shelved, self._rules.values())
        return self._index(text).candidates(text)

    def _index(self, text: Text) -> "_Index":
        language = text.after.language
        if language not in self._indexes:
            common = text.after.keys(How.LEMMA, UNSCOPED) | text.after.keys(How.PREFIX, UNSCOPED)
            index = _Index(self.lexicon(language), common)
            index.add(tuple(self._rules.values()))
            self._indexes[language] = index
        return self._indexes[language]


@dataclass(slots=True)
class _Shelved:
    """A rule on its shelves.

    Of the keys `besides`, a text must have one, too, unless there are none. Its condition is made when it is first
    tried, as most rules are about what is seldom in the news.
    """

    rule: Rule
    besides: frozenset[str] = frozenset()
    shelf: Shelf | None = None
    condition: Condition | None = None

    def holds(self, sides: Sides) -> bool:
        """Whether the query matches."""
        if self.condition is None:
            self.condition = condition_of(self.rule.query.node, sides.lexicon)
        return self.condition(sides)


class _Index:
    """The rules by their anchors, in one language."""

    def __init__(self, lexicon: Lexicon, common: Set[str]) -> None:
        self._anchors: Final = Anchors(lexicon, common)
        self._shelves: Final[dict[Shelf, dict[str, list[_Shelved]]]] = {}
        self._always: Final[dict[str, _Shelved]] = {}
        self._keys: Final[dict[str, Anchor]] = {}

    def add(self, rules: Collection[Rule]) -> None:
        """Shelve rules. All are counted before the first: the more is known, the better the anchors."""
        for rule in rules:
            self._anchors.count(rule.query.node, 1)
        for rule in rules:
            anchors = self._anchors.of(rule.query.node)
            if anchors:
                self._shelve(rule, *anchors[:2])
            else:
                self._always[rule.name] = _Shelved(rule)

    def _shelve(self, rule: Rule, anchor: Anchor, second: Anchor = frozenset()) -> None:
        shelved = _Shelved(rule)
        if len({key.shelf for key in second}) == 1:
            shelved.shelf = next(iter(second)).shelf
            shelved.besides = frozenset(key.text for key in second)
        self._keys[rule.name] = anchor
        for shelf, text in anchor:
            self._shelves.setdefault(shelf, {}).setdefault(text, []).append(shelved)

    def drop(self, rule: Rule) -> None:
        """Take a rule off its shelves."""
        self._anchors.count(rule.query.node, -1)
        self._always.pop(rule.name, None)
        for shelf, text in self._keys.pop(rule.name, ()):
            left = [other for other in self._shelves[shelf][text] if other.rule is not rule]
            if left:
                self._shelves[shelf][text] = left
            else:
                del self._shelves[shelf][text]

    def candidates(self, text: Text) -> Iterable[_Shelved]:
        """Return all rules that could match a text, each once."""
        found = dict(self._always)
        has = _Has(text)
        for shelf, rules in self._shelves.items():
            for key in rules.keys() & has[shelf]:
                for shelved in rules[key]:
                    if shelved.shelf is None or not has[shelved.shelf].isdisjoint(shelved.besides):
                        found[shelved.rule.name] = shelved
        return found.values()


class _Has(dict[Shelf, Set[str | None]]):
    """The keys that a text has, by shelves; looked up once."""

    def __init__(self, text: Text) -> None:
        super().__init__()
        self._text: Final = text

    def __missing__(self, shelf: Shelf) -> Set[str | None]:
        self[shelf] = shelf.keys_of(self._text)
        return self[shelf]
