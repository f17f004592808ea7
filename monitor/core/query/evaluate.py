"""Does a query match a text, and where?

    matches(query, Text(after, before), lexicon)  ->  Match | None

A query holds, or does not; only where it does, the places of all its parts that match are gathered. What a query says
about a change is told by the two texts, each for itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.query.documents import Place, Text
from monitor.core.query.lexicon import Lexicon
from monitor.core.query.nodes import And, Change, Changed, Named, Near, Node, Not, Or, Words
from monitor.core.query.parse import Query
from monitor.core.query.sides import Side
from monitor.core.query.spans import Span


@dataclass(frozen=True, slots=True)
class Match:
    """Where a query matches: the places in the text as it is, and those in the text before a change.

    They are in order and do not overlap. Both are empty where there is nothing to show, as for `NOT x`.
    """

    after: tuple[Place, ...] = ()
    before: tuple[Place, ...] = ()


def matches(query: Query, text: Text, lexicon: Lexicon) -> Match | None:
    """Return where a query matches, None if it does not. The lexicon is that of the text's language."""
    return Evaluation(text, lexicon).match(query)


class Evaluation:
    """Tries queries on one text; what they have in common is looked up once."""

    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.after: Final = Side(text.after, lexicon)
        self.before: Final = Side(text.before, lexicon) if text.before else None

    def match(self, query: Query) -> Match | None:
        """Return where a query matches, None if it does not."""
        if not self._holds(query.node, self.after):
            return None
        after, before = set[Span](), set[Span]()
        for side, spans in self._found(query.node, self.after):
            (after if side is self.after else before).update(spans)
        return Match(self.after.places(after), self.before.places(before) if self.before else ())

    def _holds(self, node: Node, side: Side) -> bool:
        holds = True  # as `Everything` does
        match node:
            case Words() | Near():
                holds = bool(side.spans(node))
            case And(parts=parts):
                holds = all(self._holds(part, side) for part in parts)
            case Or(parts=parts):
                holds = any(self._holds(part, side) for part in parts)
            case Not(part=part):
                holds = not self._holds(part, side)
            case Named(field=field, name=name):
                holds = side.document.names[field] == name
            case Changed(change=change, part=part):
                holds = self._changed(change, part)
        return holds

    def _found(self, node: Node, side: Side) -> Iterator[tuple[Side, Sequence[Span]]]:
        """Yield the places of all parts that match, of a query that does."""
        match node:
            case Words() | Near():
                yield side, side.spans(node)
            case And(parts=parts):
                for part in parts:
                    yield from self._found(part, side)
            case Or(parts=parts):
                for part in parts:
                    if self._holds(part, side):
                        yield from self._found(part, side)
            case Changed(change=change, part=part) if self.before:
                yield from self._found(part, self.after if change.is_after else self.before)

    def _changed(self, change: Change, part: Node) -> bool:
        if self.before is None:
            return False
        now, then = (self.after, self.before) if change.is_after else (self.before, self.after)
        if change in {Change.GAINED, Change.LOST}:
            return self._holds(part, now) and not self._holds(part, then)
        return self._count(part, now) > self._count(part, then)

    def _count(self, node: Node, side: Side) -> int:
        """Return in how many places a query matches; in none if as a whole it does not."""
        if not self._holds(node, side):
            return 0
        return len({span for _, spans in self._found(node, side) for span in spans})
