"""Does a query match a text, and where?

    matches(query, Text(after, before), lexicon)  ->  Match | None

A query becomes a *condition*: functions put together once, which then say of any text whether it matches. Where, is
found out by going over the tree again, for those that do. What a query says about a change is told by the two texts,
each for itself.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, TypeAlias

from monitor.core.query.documents import Place, Text
from monitor.core.query.lexicon import Lexicon
from monitor.core.query.nodes import UNSCOPED, And, Change, Changed, How, Named, Near, Node, Not, Or, Words
from monitor.core.query.parse import Query
from monitor.core.query.sides import Side, Sides
from monitor.core.query.spans import Span

Condition: TypeAlias = Callable[[Sides], bool]

_COUNTS: Final = frozenset({Change.MORE, Change.FEWER})


def matches(query: Query, text: Text, lexicon: Lexicon) -> "Match | None":
    """Return where a query matches, None if it does not. The lexicon is that of the text's language."""
    sides = Sides(text, lexicon)
    return Match(query, sides) if condition_of(query.node, lexicon)(sides) else None


class Match:
    """That a query matches, and where: looked up when it is asked for, as not everybody does.

    Places are in order and do not overlap. There are none where there is nothing to show, as for `NOT x`.
    """

    def __init__(self, query: Query, sides: Sides) -> None:
        self._query: Final = query
        self._sides: Final = sides

    @property
    def after(self) -> tuple[Place, ...]:
        """The places in the text as it is."""
        return self._places(self._sides.after)

    @property
    def before(self) -> tuple[Place, ...]:
        """The places in the text before a change, as for `lost:`."""
        return self._places(self._sides.before) if self._sides.before else ()

    def _places(self, side: Side) -> tuple[Place, ...]:
        found = _found(self._query.node, self._sides, is_after=True)
        return side.places({span for each, spans in found if each is side for span in spans})


def condition_of(node: Node, lexicon: Lexicon, *, is_after: bool = True) -> Condition:
    """Return what says whether a query matches the text on one side; before a change there must be one."""
    match node:
        case Words() | Near():
            return _has(node, lexicon, is_after=is_after)
        case And(parts=parts) | Or(parts=parts):
            conditions = [condition_of(part, lexicon, is_after=is_after) for part in parts]
            return _all(conditions) if isinstance(node, And) else _some(conditions)
        case Not(part=part):
            condition = condition_of(part, lexicon, is_after=is_after)
            return lambda sides: not condition(sides)
        case Named(field=field, name=name):
            return lambda sides: sides.after.document.names[field] == name
        case Changed(change=change, part=part):
            return _more(change, part) if change in _COUNTS else _only(change, part, lexicon)
    return lambda _: True


def _has(node: Words | Near, lexicon: Lexicon, *, is_after: bool) -> Condition:
    """Return the condition of words. What they need is looked up first, as that is quick and most texts have it not."""
    conditions = [
        _needs(need, words.scope, is_after=is_after)
        for words in ((node,) if isinstance(node, Words) else [each for each, *more in node.operands if not more])
        for need in lexicon.needs(words)
    ]
    if not (isinstance(node, Words) and lexicon.is_plain(node)):
        conditions.append(lambda sides: sides.side(is_after=is_after).has(node))
    return conditions[0] if len(conditions) == 1 else _all(conditions)


def _needs(lemmas: frozenset[str], scope: str, *, is_after: bool) -> Condition:
    if is_after and scope == UNSCOPED:  # by far the most common
        return lambda sides: not sides.lemmas.isdisjoint(lemmas)
    return lambda sides: not sides.side(is_after=is_after).document.keys(How.LEMMA, scope).isdisjoint(lemmas)


def _all(conditions: Sequence[Condition]) -> Condition:
    def condition(sides: Sides) -> bool:
        for each in conditions:  # noqa: SIM110 - twice as fast as all()
            if not each(sides):
                return False
        return True

    return condition


def _some(conditions: Sequence[Condition]) -> Condition:
    def condition(sides: Sides) -> bool:
        for each in conditions:  # noqa: SIM110 - twice as fast as any()
            if each(sides):
                return True
        return False

    return condition


def _only(change: Change, part: Node, lexicon: Lexicon) -> Condition:
    """Return the condition of gained: and lost:, which match one text and not the other."""
    now = condition_of(part, lexicon, is_after=change.is_after)
    then = condition_of(part, lexicon, is_after=not change.is_after)
    return lambda sides: sides.before is not None and now(sides) and not then(sides)


def _more(change: Change, part: Node) -> Condition:
    """Return the condition of more: and fewer:, which match in more places of one text than of the other."""

    def condition(sides: Sides) -> bool:
        if sides.before is None:
            return False
        now, then = (_count(part, sides, is_after=is_after) for is_after in (change.is_after, not change.is_after))
        return now > then

    return condition


def _count(node: Node, sides: Sides, *, is_after: bool) -> int:
    """Return in how many places a query matches; in none if as a whole it does not."""
    if not condition_of(node, sides.lexicon, is_after=is_after)(sides):
        return 0
    return len({span for _, spans in _found(node, sides, is_after=is_after) for span in spans})


def _found(node: Node, sides: Sides, *, is_after: bool) -> Iterator[tuple[Side, Collection[Span]]]:
    """Yield the places of all parts that match, of a query that does."""
    match node:
        case Words() | Near():
            side = sides.side(is_after=is_after)
            yield side, side.spans(node)
        case And(parts=parts):
            for part in parts:
                yield from _found(part, sides, is_after=is_after)
        case Or(parts=parts):
            for part in parts:
                if condition_of(part, sides.lexicon, is_after=is_after)(sides):
                    yield from _found(part, sides, is_after=is_after)
        case Changed(change=change, part=part):
            yield from _found(part, sides, is_after=change.is_after)
