"""What a text must hold for a query to match it: so that of many queries only a few need be tried.

An *anchor* of a query is a set of keys, at least one of which is in every text that it matches. A word has its own
lemmas for an anchor; each part of AND, of a phrase and of NEAR has one; of OR all parts are one together. NOT has none,
and a query without an anchor has to be tried on every text.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from monitor.core.query.documents import HEAD, Text
from monitor.core.query.lexicon import Atom, Lexicon, Path
from monitor.core.query.nodes import NAMES, UNSCOPED, And, Changed, How, Named, Near, Node, Or, Words, leaves


class Shelf(NamedTuple):
    """Which keys belong together: words compared in one way, in one scope of the text after or before a change.

    Of names, `kind` is the field.
    """

    is_after: bool
    kind: str
    scope: str = UNSCOPED

    def keys_of(self, text: Text) -> Set[str | None]:
        """Return the keys of this shelf that a text has."""
        document = text.after if self.is_after else text.before
        if document is None:
            return frozenset()
        if self.kind in NAMES:
            return frozenset((document.names[self.kind],))
        return document.keys(How(self.kind), self.scope)


class Key(NamedTuple):
    """Something that a text has or has not: a lemma, a form, the beginning of a word, a name."""

    shelf: Shelf
    text: str


Anchor: TypeAlias = frozenset[Key]

# How many times as many texts have a key as have a lemma, roughly: of names there are few, and many words begin alike.
_NAMES: Final = MappingProxyType({"lang": 10**10, "site": 10**9})
_A_LETTER_LESS: Final = 8
_COMMON: Final = 1_000


class Anchors:
    """Chooses the anchors of queries in one language.

    A word, or a beginning, is taken to be rare if few queries mention it and it is not `common`: in some text of the
    language.
    """

    def __init__(self, lexicon: Lexicon, common: Set[str]) -> None:
        self._lexicon: Final = lexicon
        self._common: Final = common
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
            keys = (_key(atom, key, words.scope, is_after=is_after) for atom in atoms for key in atom.keys)
            yield frozenset(keys)

    def _rarest(self, path: Path) -> Atom:
        return min(path, key=lambda atom: sum(self._frequency(_cut(atom, key)) for key in atom.keys))

    def _cost(self, anchor: Anchor) -> tuple[int, int]:
        """Return what sets anchors in order; of two that are as rare the one with the longer words comes first."""
        cost = sum(_weight(key) * self._frequency(key.text) for key in anchor)
        return cost, -sum(len(key.text) for key in anchor)

    def _frequency(self, key: str) -> int:
        return (_COMMON if key in self._common else 1) + self._mentions[key]

    def _keys(self, words: Words) -> Iterator[str]:
        for steps in self._lexicon.chain(words):
            for step in steps:
                yield from (_cut(atom, key) for path in step.paths for atom in path for key in atom.keys)


def _key(atom: Atom, text: str, scope: str, *, is_after: bool) -> Key:
    """Return the key of a word: for an exact form its lemma, as a word is a form of itself."""
    kind = How.PREFIX if atom.how is How.PREFIX else How.LEMMA
    return Key(Shelf(is_after, kind, scope), _cut(atom, text))


def _cut(atom: Atom, text: str) -> str:
    return text[:HEAD] if atom.how is How.PREFIX else text


def _weight(key: Key) -> int:
    if key.shelf.kind is How.PREFIX:
        return int(_A_LETTER_LESS ** (HEAD + 1 - len(key.text)))
    return _NAMES.get(key.shelf.kind, 1)
