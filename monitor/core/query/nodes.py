"""What a query is made of, once parsed. No word of it is analysed yet: that depends on the language of a text."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

UNSCOPED: Final = ""
"""The scope of words that no field is named for: title, sub-heading, body and captions."""

SCOPES: Final = ("title", "subheading", "body", "captions", "byline", "section", "credit")
"""The fields that have words; the first four make up a text that no field is named for."""

NAMES: Final = ("site", "lang")
"""The fields that have one name, compared as a whole."""


class How(StrEnum):
    """How a word of a query is compared with a word of a text."""

    LEMMA = "lemma"
    EXACT = "exact"
    PREFIX = "prefix"


class Change(StrEnum):
    """What must have become of the words of a query between two texts."""

    GAINED = "gained"
    LOST = "lost"
    MORE = "more"
    FEWER = "fewer"

    @property
    def is_after(self) -> bool:
        """Whether the words are to be found in the text after the change, and not in the one before."""
        return self in {Change.GAINED, Change.MORE}


class Term(NamedTuple):
    """A word as it was written. The analyser may find several in it, which then stand in a row (উত্তর-কোরিয়া)."""

    text: str
    how: How


class Words(NamedTuple):
    """Words in a row, or with `slop` > 0 in any order with up to so many others between them.

    A tuple, as a hash that costs next to nothing makes it quick to remember where a text has it.
    """

    terms: tuple[Term, ...]
    slop: int
    scope: str


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query."""


@dataclass(frozen=True, slots=True)
class Named:
    """The site or the language is called so; compared without regard to case."""

    field: str
    name: str


@dataclass(frozen=True, slots=True)
class Near:
    """Each operand within so many words of the one before it: `distances` has one number fewer than `operands`.

    An operand is any of some words or phrases.
    """

    operands: tuple[tuple[Words, ...], ...]
    distances: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class And:
    """All parts match."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part matches."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not match."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Changed:
    """The part matches one of two texts and not the other, or in more places."""

    change: Change
    part: "Node"


Node: TypeAlias = Everything | Words | Named | Near | And | Or | Not | Changed


def leaves(node: Node) -> tuple[Words | Named | Changed, ...]:
    """Return the words, names and changes in a query, from left to right; a change before what is in it."""
    match node:
        case Words() | Named():
            return (node,)
        case Changed(part=part):
            return (node, *leaves(part))
        case Not(part=part):
            return leaves(part)
        case Near(operands=operands):
            return tuple(words for operand in operands for words in operand)
        case And(parts=parts) | Or(parts=parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Everything():
            return ()
