"""The words of queries as one language has them, with the synonyms of a user.

A query is the same for all languages; which words of a text are its words is for the analyser of that text's language
to say. What a phrase may look like is a chain: at each of its words, steps that go on by one word, or by several where
they are a synonym as a whole.

    "মন্ত্রী সের্গেই শোইগু", with শোইগু = শুইগো and সের্গেই শোইগু = Sergei Shoigu
        at 0   1 word: মন্ত্রী
        at 1   1 word: সের্গেই         2 words: সের্গেই শোইগু, Sergei Shoigu
        at 2   1 word: শোইগু, শুইগো
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from monitor.core.query.nodes import How, Term, Words
from monitor.language.analyse import Analyser

_REMEMBERED: Final = 65_536


class Atom(NamedTuple):
    """One word of a text, known by any of these keys: lemmas, or a form, or the beginning of one."""

    how: How
    keys: tuple[str, ...]


Path: TypeAlias = tuple[Atom, ...]
"""Words in a row."""


class Step(NamedTuple):
    """So many words of a phrase, and the paths any of which stands for them in a text."""

    length: int
    paths: tuple[Path, ...]


Chain: TypeAlias = tuple[tuple[Step, ...], ...]
"""The steps that can be taken at each word of a phrase; the first of them is always one word long."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Groups of words and phrases that mean the same to a user: each stands for all of its group."""

    groups: tuple[tuple[str, ...], ...] = ()


class _Group(NamedTuple):
    """One way to write a group, and all of them."""

    written: Path
    paths: tuple[Path, ...]


class Lexicon:
    """Tells what the words of queries are in the language of an analyser."""

    def __init__(self, analyser: Analyser, synonyms: Synonyms | None = None) -> None:
        self.analyser: Final = analyser
        self._groups: Final[dict[str, list[_Group]]] = {}
        for group in (synonyms or Synonyms()).groups:
            self._add([path for text in group if (path := self._path(Term(text, How.LEMMA)))])
        self.chain: Final = lru_cache(_REMEMBERED)(self._chain)

    def needs(self, words: Words) -> tuple[frozenset[str], ...]:
        """Return groups of lemmas: a text has words only if it has a lemma of each group, in their scope.

        A word that is to have an exact form is one of its own lemmas; the beginning of a word tells none.
        """
        chain = self.chain(words)
        if any(len(path) > 1 for steps in chain for step in steps for path in step.paths):
            return ()
        atoms = ([path[0] for step in steps for path in step.paths] for steps in chain)
        known = (each for each in atoms if all(atom.how is not How.PREFIX for atom in each))
        return tuple(frozenset(key for atom in each for key in atom.keys) for each in known)

    def is_plain(self, words: Words) -> bool:
        """Whether what words need is enough: they are one word, in any form."""
        chain = self.chain(words)
        paths = chain[0][0].paths if len(chain) == 1 else ()
        return bool(paths) and all(len(path) == 1 and path[0].how is How.LEMMA for path in paths)

    def _add(self, paths: Sequence[Path]) -> None:
        for written in paths:
            for lemma in written[0].keys:
                self._groups.setdefault(lemma, []).append(_Group(written, tuple(paths)))

    def _chain(self, words: Words) -> Chain:
        path = tuple(atom for term in words.terms for atom in self._path(term))
        return tuple(tuple(self._steps(path, at)) for at in range(len(path)))

    def _path(self, term: Term) -> Path:
        """Return the words in a term: of several in a row, * is about the last one."""
        words = self.analyser.words(term.text)
        hows = [How.LEMMA if term.how is How.PREFIX else term.how] * (len(words) - 1) + [term.how]
        return tuple(
            Atom(how, tuple(sorted(word.lemmas)) if how is How.LEMMA else (word.form,))
            for how, word in zip(hows, words, strict=False)
        )

    def _steps(self, path: Path, at: int) -> Iterator[Step]:
        alike: dict[int, set[Path]] = {1: {(path[at],)}}
        for lemma in path[at].keys if path[at].how is How.LEMMA else ():
            for written, paths in self._groups.get(lemma, ()):
                if _same(written, path[at : at + len(written)]):
                    alike.setdefault(len(written), set()).update(paths)
        return (Step(length, tuple(sorted(alike[length]))) for length in sorted(alike))


def _same(one: Path, other: Path) -> bool:
    """Whether two paths are the same words: each pair has a lemma in common."""
    return len(one) == len(other) and all(
        atom.how is How.LEMMA and not set(atom.keys).isdisjoint(like.keys)
        for like, atom in zip(one, other, strict=True)
    )
