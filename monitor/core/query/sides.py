"""Where one document has what queries ask for."""

from collections.abc import Iterable
from typing import Final

from monitor.core.query.documents import Document, Place
from monitor.core.query.lexicon import Atom, Chain, Lexicon, Path
from monitor.core.query.nodes import Near, Words
from monitor.core.query.spans import Span, joined, near, spread


class Side:
    """A document before or after a change. Words that many queries ask for are looked up once."""

    def __init__(self, document: Document, lexicon: Lexicon) -> None:
        self.document: Final = document
        self._lexicon: Final = lexicon
        self._known: Final[dict[Words, list[Span]]] = {}

    def spans(self, node: Words | Near) -> list[Span]:
        """Return where words, or words near each other, stand."""
        if isinstance(node, Near):
            rows = [{span for words in operand for span in self.spans(words)} for operand in node.operands]
            return [span for row in near(rows, node.distances) for span in row]
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

    def _find(self, words: Words) -> list[Span]:
        chain = self._lexicon.chain(words)
        spans = self._spread(chain, words.slop) if words.slop else self._in_a_row(chain)
        first, behind = self.document.reach(words.scope)
        return [span for span in spans if first <= span[0] < behind]

    def _in_a_row(self, chain: Chain) -> set[Span]:
        """Return where all the words of a chain stand, one step right behind the other."""
        reached: list[set[Span]] = [set() for _ in range(len(chain) + 1)]
        for at, steps in enumerate(chain):
            for step in steps if at == 0 or reached[at] else ():
                spans = self._alternatives(step.paths)
                reached[at + step.length] |= joined(reached[at], spans) if at else spans
        return reached[-1]

    def _spread(self, chain: Chain, others: int) -> set[Span]:
        """Return where all the words of a chain stand, in any order and with so many others between them."""
        return spread([self._alternatives(steps[0].paths) for steps in chain], others)

    def _alternatives(self, paths: Iterable[tuple[Atom, ...]]) -> set[Span]:
        """Return where any of some paths stands."""
        return set[Span]().union(*map(self._path, paths))

    def _path(self, path: Path) -> set[Span]:
        spans = self._atom(path[0])
        for atom in path[1:]:
            spans = joined(spans, self._atom(atom))
        return spans

    def _atom(self, atom: Atom) -> set[Span]:
        return {(at, at) for key in atom.keys for at in self.document.positions(atom.how, key)}
