"""What a text must hold for a query to match it: so that of many queries only a few need be tried.

The *anchor* of a query is a set of keys, at least one of which is in every text that it matches. A word has its own
lemmas for an anchor; of AND, of a phrase and of NEAR the rarest part will do; of OR all parts are needed. NOT has no
anchor, and a query without one has to be tried on every text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from monitor.core.query.documents import HEAD
from monitor.core.query.lexicon import Atom, Lexicon, Path
from monitor.core.query.nodes import And, Changed, How, Named, Near, Node, Or, Words, leaves


class Shelf(NamedTuple):
    """Which keys belong together: those looked for in the text after or before a change, and of one kind.

    The kind is how a word is compared (`How`), or the field that has a name.
    """

    is_after: bool
    kind: str


class Key(NamedTuple):
    """Something that a text has or has not: a lemma, a form, the beginning of a word, a name."""

    shelf: Shelf
    text: str


Anchor: TypeAlias = frozenset[Key]

# What a key of a kind is worth beside a lemma: a beginning is that of many words, and of names there are few.
_WEIGHTS: Final = MappingProxyType({How.LEMMA: 1, How.EXACT: 1, How.PREFIX: 20, "lang": 10**9, "site": 10**8})


class Anchors:
    """Chooses the anchors of queries in one language. The words that few queries mention are taken to be rare."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon: Final = lexicon
        self._mentions: Final = Counter[str]()

    def count(self, node: Node, by: int) -> None:
        """Count the words of a query as mentioned once more (1) or once less (-1)."""
        for key in {key for leaf in leaves(node) if isinstance(leaf, Words) for key in self._keys(leaf)}:
            self._mentions[key] += by
            if not self._mentions[key]:
                del self._mentions[key]

    def of(self, node: Node, *, is_after: bool = True) -> Anchor | None:
        """Return the cheapest anchor of a query, None if it has none."""
        anchor = None
        match node:
            case Words():
                anchor = self._cheapest(self._cuts(node, is_after=is_after))
            case Near(operands=operands):
                anchor = self._cheapest(self._any(operand, is_after=is_after) for operand in operands)
            case And(parts=parts):
                anchor = self._cheapest(self.of(part, is_after=is_after) for part in parts)
            case Or(parts=parts):
                anchor = self._any(parts, is_after=is_after)
            case Named(field=field, name=name):
                anchor = frozenset((Key(Shelf(is_after, field), name),))
            case Changed(change=change, part=part):
                anchor = self.of(part, is_after=change.is_after)
        return anchor

    def _any(self, parts: Iterable[Node], *, is_after: bool) -> Anchor | None:
        keys = set[Key]()
        for part in parts:
            anchor = self.of(part, is_after=is_after)
            if anchor is None:
                return None
            keys |= anchor
        return frozenset(keys)

    def _cuts(self, words: Words, *, is_after: bool) -> Iterator[Anchor]:
        """Yield for each word of a phrase what stands for it in a text, alone or as a part of something longer."""
        chain = self._lexicon.chain(words)
        for at in range(len(chain)):
            over = [step.paths for start in range(at + 1) for step in chain[start] if start + step.length > at]
            atoms = [self._rarest(path) for paths in over for path in paths]
            yield frozenset(_key(atom.how, key, is_after=is_after) for atom in atoms for key in atom.keys)

    def _rarest(self, path: Path) -> Atom:
        return min(path, key=lambda atom: sum(self._mentions[key] for key in atom.keys))

    def _cheapest(self, anchors: Iterable[Anchor | None]) -> Anchor | None:
        return min((anchor for anchor in anchors if anchor is not None), key=self._cost, default=None)

    def _cost(self, anchor: Anchor) -> tuple[int, int]:
        """Return how many texts have an anchor, by order; of two that are as rare the longer words come first."""
        cost = sum(_WEIGHTS[key.shelf.kind] * (1 + self._mentions[key.text]) for key in anchor)
        return cost, -sum(len(key.text) for key in anchor)

    def _keys(self, words: Words) -> Iterator[str]:
        for steps in self._lexicon.chain(words):
            for step in steps:
                yield from (key for path in step.paths for atom in path for key in atom.keys)


def _key(how: How, text: str, *, is_after: bool) -> Key:
    return Key(Shelf(is_after, how), text[:HEAD] if how is How.PREFIX else text)
