"""Where a document has what queries ask for, and two of them side by side."""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from monitor.core.query.documents import Document, Place, Text
from monitor.core.query.lexicon import Atom, Chain, Lexicon, Path
from monitor.core.query.nodes import UNSCOPED, How, Near, Words
from monitor.core.query.spans import Span, are_near, joined, near, spread


class Side:
    """A document before or after a change. Words that many queries ask for are looked up once."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document: Final = document
        self._lexicon: Final = lexicon
        self._known: Final[dict[Words, Collection[Span]]] = {}

    def has(self, node: Words | Near) -> bool:
        """Whether words, or words near each other, stand anywhere."""
        if isinstance(node, Near):
            return are_near(self._operands(node), node.distances)
        return bool(self.spans(node))

    def spans(self, node: Words | Near) -> Collection[Span]:
        """Return where words, or words near each other, stand."""
        if isinstance(node, Near):
            return [span for spans in near(self._operands(node), node.distances) for span in spans]
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._find(node)
        return found

    def places(self, spans: Iterable[Span]) -> tuple[Place, ...]:
        """Return where spans stand in the story, in order; those that overlap as one."""
        merged: list[Span] = []
        for first, last in sorted(spans):
            if merged and first <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(merged[-1][1], last))
            else:
                merged.append((first, last))
        return tuple(self.document.place(*span) for span in merged)

    def _operands(self, node: Near) -> list[Collection[Span]]:
        return [
            self.spans(words[0]) if len(words) == 1 else {span for each in words for span in self.spans(each)}
            for words in node.operands
        ]

    def _find(self, words: Words) -> Collection[Span]:
        chain = self._lexicon.chain(words)
        if words.slop:
            spans: Collection[Span] = spread([self._any(steps[0].paths) for steps in chain], words.slop)
        elif len(chain) == 1:
            spans = self._any(chain[0][0].paths)
        else:
            spans = self._in_a_row(chain)
        first, behind = self.document.reach(words.scope)
        return [span for span in spans if first <= span[0] < behind]

    def _in_a_row(self, chain: Chain) -> Collection[Span]:
        """Return where all the words of a chain stand, one step right behind the other."""
        reached: list[set[Span]] = [set() for _ in chain]
        for at, steps in enumerate(chain):
            for step in steps if at == 0 or reached[at - 1] else ():
                spans = self._any(step.paths)
                reached[at + step.length - 1].update(joined(reached[at - 1], spans) if at else spans)
        return reached[-1] if reached else ()

    def _any(self, paths: Sequence[Path]) -> Collection[Span]:
        """Return where any of some paths stands."""
        if len(paths) == 1:
            return self._path(paths[0])
        return {span for path in paths for span in self._path(path)}

    def _path(self, path: Path) -> Collection[Span]:
        spans = self._atom(path[0])
        for atom in path[1:]:
            spans = joined(spans, self._atom(atom))
        return spans

    def _atom(self, atom: Atom) -> Collection[Span]:
        if len(atom.keys) == 1:
            return self.document.spans(atom.how, atom.keys[0])
        return {span for key in atom.keys for span in self.document.spans(atom.how, key)}


class Sides:
    """A text as it is, and as it was before a change."""

    def __init__(self, text: Text, lexicon: Lexicon) -> None:
        self.lexicon: Final = lexicon
        self.after: Final = Side(text.after, lexicon)
        self.before: Final = Side(text.before, lexicon) if text.before else None
        self.lemmas: Final = text.after.keys(How.LEMMA, UNSCOPED)

    def side(self, *, is_after: bool) -> Side:
        """Return the text as it is, or as it was."""
        if is_after or self.before is None:
            return self.after
        return self.before
