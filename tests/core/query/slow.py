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
        if kind in {"and", "or"}:
            held = [self.holds(part, after, before) for part in parts]
            return all(held) if kind == "and" else any(held)
        if kind == "not":
            return not self.holds(parts[0], after, before)
        if kind in {"site", "lang"}:
            return bool(after[kind] == parts[0])
        if kind in {"words", "near"}:
            return bool(self.places(tree, after))
        return before is not None and self.has_changed(kind, parts[0], after, before)

    def has_changed(self, change: str, tree: Tree, after: Story, before: Story) -> bool:
        now, then = self.count(tree, after), self.count(tree, before)
        is_now, was_then = self.holds(tree, after, None), self.holds(tree, before, None)
        return {
            "gained": is_now and not was_then,
            "lost": was_then and not is_now,
            "more": now > then,
            "fewer": now < then,
        }[change]

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
            self.row(terms[taken:], stretch, len(way), len(stretch) - 1, 0)
            for taken, way in self.ways(terms)
            if len(stretch) >= len(way) and all(map(self.is_word, way, stretch))
        )

    def ways(self, terms: Sequence[tuple[str, str]]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
        """How a phrase may go on: so many of its terms, written so."""
        yield 1, [terms[0]]
        for group in self.groups:
            for member in group:
                begun = terms[: len(member)]
                same = [
                    how == "lemma" and self.lemmas(word) & self.lemmas(other)
                    for (word, how), other in zip(begun, member, strict=False)
                ]
                if len(same) == len(member) and all(same):
                    yield from ((len(member), [(word, "lemma") for word in other]) for other in group)

    def spread(self, terms: Sequence[tuple[str, str]], words: Sequence[str], first: int, last: int, slop: int) -> bool:
        """Whether the stretch begins with a word of a phrase, has each of them, and would not without its last."""
        written = [[way for taken, way in self.ways([term])] for term in terms]

        def stands(way: Sequence[tuple[str, str]], low: int, high: int) -> bool:
            starts = range(low, high + 2 - len(way))
            return any(all(map(self.is_word, way, words[start:])) for start in starts)

        def has_all(low: int, high: int) -> bool:
            return all(any(stands(way, low, high) for way in ways) for ways in written)

        begins = any(
            stands(way, first, first + len(way) - 1)
            for ways in written
            for way in ways
            if first + len(way) <= len(words)
        )
        return begins and last - first < len(terms) + slop and has_all(first, last) and not has_all(first, last - 1)

    def is_word(self, term: tuple[str, str], word: str) -> bool:
        text, how = term
        if how == "lemma":
            return bool(self.lemmas(text) & self.lemmas(word))
        return word.startswith(text) if how == "prefix" else word == text


def _is_near(row: Sequence[Place], distances: Sequence[int]) -> bool:
    return all(
        one[:2] == other[:2] and 1 <= max(other[2] - one[3], one[2] - other[3]) <= distance
        for one, other, distance in zip(row, row[1:], distances, strict=False)
    )
