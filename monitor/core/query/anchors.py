"""What a text must hold for a query to match it: so that of many queries only a few need be tried.

An *anchor* of a query is a set of keys, at least one of which is in every text that it matches. A word has its own
lemmas for an anchor; each part of AND, of a phrase and of NEAR has one; of OR all parts are one together. NOT has none,
and a query without an anchor has to be tried on every text.
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

    def of(self, node: Node) -> list[Anchor]:
        """Return the anchors of a query, that of which the fewest texts have a key first."""
        return sorted(self._of(node, is_after=True), key=self._cost)

    def _of(self, node: Node, *, is_after: bool) -> Iterator[Anchor]:
        match node:
            case Words():
                yield from self._cuts(node, is_after=is_after)
            case Near(operands=operands):
                for operand in operands:
                    yield from self._any(operand, is_after=is_after)
            case And(parts=parts):
                for part in parts:
                    yield from self._of(part, is_after=is_after)
            case Or(parts=parts):
                yield from self._any(parts, is_after=is_after)
            case Named(field=field, name=name):
                yield frozenset((Key(Shelf(is_after, field), name),))
            case Changed(change=change, part=part):
                yield from self._of(part, is_after=change.is_after)

    def _any(self, parts: Iterable[Node], *, is_after: bool) -> Iterator[Anchor]:
        anchors = [min(self._of(part, is_after=is_after), key=self._cost, default=None) for part in parts]
        known = [anchor for anchor in anchors if anchor is not None]
        if len(known) == len(anchors):
            yield frozenset().union(*known)

    def _cuts(self, words: Words, *, is_after: bool) -> Iterator[Anchor]:
        """Yield for each word of a phrase what stands for it in a text, alone or as a part of something longer."""
        chain = self._lexicon.chain(words)
        for at in range(len(chain)):
            over = [step.paths for start in range(at + 1) for step in chain[start] if start + step.length > at]
            atoms = [self._rarest(path) for paths in over for path in paths]
            yield frozenset(_key(atom.how, key, is_after=is_after) for atom in atoms for key in atom.keys)

    def _rarest(self, path: Path) -> Atom:
        return min(path, key=lambda atom: sum(self._mentions[key] for key in atom.keys))

    def _cost(self, anchor: Anchor) -> tuple[int, int]:
        """Return what sets anchors in order; of two that are as rare the one with the longer words comes first."""
        cost = sum(_WEIGHTS[key.shelf.kind] * (1 + self._mentions[key.text]) for key in anchor)
        return cost, -sum(len(key.text) for key in anchor)

    def _keys(self, words: Words) -> Iterator[str]:
        for steps in self._lexicon.chain(words):
            for step in steps:
                yield from (key for path in step.paths for atom in path for key in atom.keys)


def _key(how: How, text: str, *, is_after: bool) -> Key:
    return Key(Shelf(is_after, how), text[:HEAD] if how is How.PREFIX else text)
