"""What the index of the search holds of a text, and what it is asked for: so that only a few versions are judged.

The index knows of a version which *marks* it has: the lemmas of its words, and what it is (its site, an edit). It only
preselects. What it finds for a query is all that could match, and more: `matches` decides. So the marks of a query
leave out whatever they cannot say: NOT, fields, the order of words, and how often they stand there.

A query asks for marks of the text after a change and of the one before it. Both are plain trees of "all of" and "any
of", which an index of either database understands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from monitor.core.articles import Article
from monitor.core.query.documents import texts_of
from monitor.core.query.lexicon import Atom, Chain, Lexicon
from monitor.core.query.nodes import And, Changed, How, Named, Near, Node, Or, Words
from monitor.language.analyse import Analyser

_LONG: Final = "#long"  # of texts with more lemmas than an index takes: these are judged whatever is asked for
_SITE: Final = "#site-"
_MOST_BYTES: Final = 500_000  # Postgres takes 1 MB of a text, with some bytes more for each lemma
_LONGEST: Final = 64  # of a mark, in characters: nobody asks for longer words
_DEEPEST: Final = 8  # what stands inside more parentheses is left to `matches`: SQLite's parser has a small stack
# Marks are words to the tokenizers of both databases, and need no quoting: what ASCII has beside letters and digits
# is written in its full-width form, which the analyser folds away.
_WRITTEN: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()} | {
    code: code + 0x2400 for code in (*range(0x21), 0x7F)
}


EVERY: Final = "#".translate(_WRITTEN)
"""The mark that all versions have."""

EDIT: Final = "#edit".translate(_WRITTEN)
"""The mark of versions that have one before them."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark, or with `is_prefix` every mark that begins so."""

    text: str
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """All parts are there; of none, everything is."""

    parts: "tuple[Marks, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is there; of none, nothing is."""

    parts: "tuple[Marks, ...]"


Marks: TypeAlias = Mark | AllOf | AnyOf

ALL: Final = AllOf(())
NONE: Final = AnyOf(())


@dataclass(frozen=True, slots=True)
class Preselection:
    """The marks of the versions that could match a query, and those of the versions before them."""

    after: Marks
    before: Marks

    def at(self, sites: Iterable[str]) -> "Preselection":
        """Return the same at some sites only."""
        return Preselection(_all_of((_any_of(Mark(_site(site)) for site in sites), self.after)), self.before)


def marks_of(article: Article, *, site: str, analyser: Analyser) -> tuple[str, ...]:
    """Return the marks of a text; the versions that have one before them have `EDIT`, too."""
    words = (word for _, texts in texts_of(article) for text in texts for word in analyser.words(text))
    lemmas = sorted(map(_written, {lemma for word in words for lemma in word.lemmas if lemma}))
    if sum(len(lemma.encode()) for lemma in lemmas) > _MOST_BYTES:
        lemmas = [_written(_LONG)]
    return (EVERY, _site(site), *lemmas)


def preselect(node: Node, lexicon: Lexicon, *, site: str, language: str) -> Preselection:
    """Return what the versions of a site that could match a query have."""
    names = {"site": site.casefold(), "lang": language.casefold()}
    after, before = (_Selector(lexicon, names, is_after=is_after).marks(node) for is_after in (True, False))
    return Preselection(_or_long(after), _or_long(before))


class _Selector:
    """Finds the marks on one side of a change."""

    def __init__(self, lexicon: Lexicon, names: dict[str, str], *, is_after: bool) -> None:
        self._lexicon: Final = lexicon
        self._names: Final = names
        self._is_after: Final = is_after

    def marks(self, node: Node, depth: int = 0, *, is_after: bool = True) -> Marks:
        """Return the marks of a part of a query that is about the text after a change, or the one before it."""
        match node:
            case And(parts=parts) | Or(parts=parts) if depth < _DEEPEST:
                found = (self.marks(part, depth + 1, is_after=is_after) for part in parts)
                return _all_of(found) if isinstance(node, And) else _any_of(found)
            case Named(field=field, name=name):
                return ALL if self._names[field] == name else NONE
            case Changed(change=change, part=part):
                marks = self.marks(part, depth, is_after=change.is_after)
                return _all_of((Mark(EDIT), marks)) if self._is_after else marks
            case Words() | Near() if is_after == self._is_after:
                return self._words(node)
        return ALL

    def _words(self, node: Words | Near) -> Marks:
        if isinstance(node, Near):
            return _all_of(_any_of(map(self._words, operand)) for operand in node.operands)
        chain = self._lexicon.chain(node)
        return _all_of(_any_of(_over(chain, at)) for at in range(len(chain)))


def _over(chain: Chain, at: int) -> Iterator[Marks]:
    """Yield what stands for a word of a phrase in a text, alone or as a part of something longer."""
    for start in range(at + 1):
        for step in chain[start]:
            if start + step.length > at:
                yield from (_all_of(map(_atom, path)) for path in step.paths)


def _atom(atom: Atom) -> Marks:
    """A form, too, is among the lemmas of its word."""
    return _any_of(Mark(_written(key), atom.how is How.PREFIX) for key in atom.keys)


def _or_long(marks: Marks) -> Marks:
    return marks if marks in {ALL, NONE} else _any_of((marks, Mark(_written(_LONG))))


def _all_of(parts: Iterable[Marks]) -> Marks:
    every: dict[Marks, None] = {}
    for part in parts:
        if part == NONE:
            return NONE
        every.update(dict.fromkeys(part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(every)) if len(every) == 1 else AllOf(tuple(every))


def _any_of(parts: Iterable[Marks]) -> Marks:
    some: dict[Marks, None] = {}
    for part in parts:
        if part == ALL:
            return ALL
        some.update(dict.fromkeys(part.parts if isinstance(part, AnyOf) else (part,)))
    return next(iter(some)) if len(some) == 1 else AnyOf(tuple(some))


def _site(name: str) -> str:
    return f"{_SITE}{name.casefold()}".translate(_WRITTEN)  # whole, however long


def _written(mark: str) -> str:
    return mark[:_LONGEST].translate(_WRITTEN)
