"""Stretches of a text, as the positions of their first and last words, and how they can lie to each other."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""The positions of the first and of the last word."""


def joined(lefts: Collection[Span], rights: Iterable[Span]) -> set[Span]:
    """Return the stretches made of one of the left and one of the right that begins right behind it."""
    if not lefts:
        return set()
    ends: dict[int, list[int]] = {}
    for first, last in rights:
        ends.setdefault(first, []).append(last)
    return {(first, end) for first, last in lefts for end in ends.get(last + 1, ())}


def spread(words: Sequence[Collection[Span]], others: int) -> set[Span]:
    """Return the stretches that hold each of some words, in any order, and up to so many other words.

    One word of a text may stand for two of them, if it can be a form of both.
    """
    distinct = list(map(_FirstEnd, {frozenset(spans) for spans in words}))
    found = set()
    for start in {first for spans in words for first, _ in spans}:
        last = max(spans.after(start) for spans in distinct)
        if last - start < len(words) + others:
            found.add((start, int(last)))
    return found


class _FirstEnd:
    """Finds the first end of a span that does not begin before a position."""

    def __init__(self, spans: Collection[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[float] = [float("inf")]
        for first, last in sorted(spans, reverse=True):
            self._starts.append(-first)
            self._ends.append(min(last, self._ends[-1]))

    def after(self, position: int) -> float:
        return self._ends[bisect_left(self._starts, -position + 1)]


def near(operands: Sequence[Collection[Span]], distances: Sequence[int]) -> list[Collection[Span]]:
    """Return of each operand the spans that take part in a row in which each is near to the one before it.

    Near means that from the nearer ends of two spans it is at most so many words; they do not overlap.
    """
    rows = _forward(operands, distances)
    return _forward(rows[::-1], distances[::-1])[::-1]


def are_near(operands: Sequence[Collection[Span]], distances: Sequence[int]) -> bool:
    """Whether there is such a row. It is looked for from the end with more spans, as the others are gone over."""
    if len(operands[0]) < len(operands[-1]):
        return bool(_forward(operands[::-1], distances[::-1])[-1])
    return bool(_forward(operands, distances)[-1])


def _forward(operands: Sequence[Collection[Span]], distances: Sequence[int]) -> list[Collection[Span]]:
    rows = [operands[0]]
    for spans, distance in zip(operands[1:], distances, strict=True):
        rows.append(_beside(spans, rows[-1], distance))
    return rows


def _beside(spans: Iterable[Span], others: Collection[Span], distance: int) -> list[Span]:
    if not others:
        return []
    starts, ends = sorted([first for first, _ in others]), sorted([last for _, last in others])
    return [
        (first, last)
        for first, last in spans
        if _has(starts, last + 1, last + distance) or _has(ends, first - distance, first - 1)
    ]


def _has(numbers: Sequence[int], low: int, high: int) -> bool:
    """Whether one of some sorted numbers lies between two, or is one of them."""
    at = bisect_left(numbers, low)
    return at < len(numbers) and numbers[at] <= high
