"""What queries mean, said in the slow and obvious way, to hold the real thing against.

A query is a nested tuple such as ("and", ("words", (("কিম", "lemma"),), 0, ""), …). A document is a dictionary of fields,
each a list of paragraphs, each a list of words as they stand. Nothing here is shared with monitor.core.query.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, TypeAlias

Tree: TypeAlias = tuple[Any, ...]
Paragraphs: TypeAlias = Sequence[Sequence[str]]
Story: TypeAlias = Mapping[str, Any]
Lemmas: TypeAlias = Callable[[str], frozenset[str]]
Place: TypeAlias = tuple[str, int, int, int]
TEXT = ("title", "subheading", "body", "captions")


class Slow:
    """Evaluates a query by going over every word of a text, again and again."""

    def __init__(self, lemmas: Lemmas, groups: Sequence[Sequence[str]] = ()) -> None:
        self.lemmas = lemmas
        self.groups = [[member.split() for member in group] for group in groups]

    def holds(self, tree: Tree, after: Story, before: Story | None) -> bool:
        kind, *parts = tree
        match kind:
            case "all":
                return True
            case "and":
                return all([self.holds(part, after, before) for part in parts])
            case "or":
                return any([self.holds(part, after, before) for part in parts])
            case "not":
                return not self.holds(parts[0], after, before)
            case "site" | "lang":
                return bool(after[kind] == parts[0])
            case "words" | "near":
                return bool(self.places(tree, after))
            case "gained":
                return (
                    before is not None and self.holds(parts[0], after, None) and not self.holds(parts[0], before, None)
                )
            case "lost":
                return (
                    before is not None and self.holds(parts[0], before, None) and not self.holds(parts[0], after, None)
                )
            case "more":
                return before is not None and self.count(parts[0], after) > self.count(parts[0], before)
            case "fewer":
                return before is not None and self.count(parts[0], after) < self.count(parts[0], before)
        raise ValueError(kind)

    def count(self, tree: Tree, story: Story) -> int:
        return len(self.found(tree, story)) if self.holds(tree, story, None) else 0

    def found(self, tree: Tree, story: Story) -> set[Place]:
        """All places of the parts that match, in one story, of a query that matches."""
        kind, *parts = tree
        if kind in {"words", "near"}:
            return self.places(tree, story)
        if kind in {"and", "or"}:
            return {place for part in parts if self.holds(part, story, None) for place in self.found(part, story)}
        return set()

    def places(self, tree: Tree, story: Story) -> set[Place]:
        if tree[0] == "words":
            _, terms, slop, scope = tree
            return {
                (field, number, first, last)
                for field in ((scope,) if scope else TEXT)
                for number, words in enumerate(story[field])
                for first in range(len(words))
                for last in range(first, len(words))
                if (self.spread if slop else self.row)(terms, words, first, last, slop)
            }
        _, operands, distances = tree
        spans = [{place for words in operand for place in self.places(words, story)} for operand in operands]
        return {place for row in product(*spans) if _is_near(row, distances) for place in row}

    def row(self, terms: Sequence[tuple[str, str]], words: Sequence[str], first: int, last: int, _slop: int) -> bool:
        """Whether the words from first to last are those of a phrase."""
        stretch = words[first : last + 1]
        if not terms or not stretch:
            return not terms and not stretch
        return any(
            self.row(terms[taken:], stretch, given, len(stretch) - 1, 0)
            for taken, written in self.ways(terms)
            for given in [len(written)]
            if len(stretch) >= given and all(map(self.is_word, written, stretch))
        )

    def ways(self, terms: Sequence[tuple[str, str]]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """How a phrase may go on: so many of its terms, written so."""
        yield 1, [terms[0]]
        for group in self.groups:
            for member in group:
                begun = terms[: len(member)]
                if len(begun) == len(member) and all(
                    how == "lemma" and self.lemmas(word) & self.lemmas(other)
                    for (word, how), other in zip(begun, member, strict=True)
                ):
                    for other in group:
                        yield len(member), [(word, "lemma") for word in other]

    def spread(self, terms: Sequence[tuple[str, str]], words: Sequence[str], first: int, last: int, slop: int) -> bool:
        """Whether the stretch has each word of a phrase and few others, and would not without its first or last."""

        def has_all(low: int, high: int) -> bool:
            return all(
                any(
                    self.row(written, words, start, start + len(written) - 1, 0)
                    for taken, written in self.ways([term])
                    for start in range(low, high + 2 - len(written))
                )
                for term in terms
            )

        begins = any(
            self.row(written, words, first, first + len(written) - 1, 0)
            for term in terms
            for _, written in self.ways([term])
        )
        return begins and last - first < len(terms) + slop and has_all(first, last) and not has_all(first, last - 1)

    def is_word(self, term: tuple[str, str], word: str) -> bool:
        text, how = term
        match how:
            case "lemma":
                return bool(self.lemmas(text) & self.lemmas(word))
            case "exact":
                return text == word
            case "prefix":
                return word.startswith(text)
        raise ValueError(how)


def _is_near(row: Sequence[Place], distances: Sequence[int]) -> bool:
    return all(
        one[:2] == other[:2] and 1 <= max(other[2] - one[3], one[2] - other[3]) <= distance
        for one, other, distance in zip(row, row[1:], distances, strict=False)
    )
