"""From the text of a query to its tree.

    query    either?
    either   both ( OR both )*
    both     negated ( AND? negated )*          words side by side must all be there
    negated  ( NOT | - | ! )* near
    near     primary ( NEAR primary )*
    primary  words | ( either ) | FIELD: primary

A field holds for all that its parentheses enclose, but for what names another one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from monitor.core.query.errors import QueryError
from monitor.core.query.nodes import (
    NAMES,
    UNSCOPED,
    And,
    Change,
    Changed,
    Everything,
    How,
    Named,
    Near,
    Node,
    Not,
    Or,
    Term,
    Words,
)
from monitor.core.query.tokens import Kind, Token, tokens_of

DEEPEST: Final = 40
"""How many parentheses, fields and negations may stand inside each other."""

LONGEST_CHAIN: Final = 20
"""How many may stand in a row with NEAR between them: what is near what is tried for each two of them."""

_BEGINS: Final = frozenset({Kind.WORDS, Kind.OPEN, Kind.NOT, Kind.FIELD})
_EXPECTED: Final = 'a word, a "phrase" or ('


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its text as it was written, by which two are compared, and what it means."""

    text: str
    node: Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read a query; an empty one matches everything. QueryError says what is wrong, where, and what to do."""
        return cls(text, _Parser(text).query())


class _Parser:
    """Reads the tokens from left to right, by descent; `scope` is the field that holds where it is."""

    def __init__(self, text: str) -> None:
        self.text: Final = text
        self.tokens: Final = tokens_of(text)
        self.at = 0
        self.depth = 0
        self.scope = UNSCOPED
        self.change: Change | None = None

    def query(self) -> Node:
        if self.token.kind is Kind.END:
            return Everything()
        node = self.either()
        if self.token.kind is Kind.CLOSE:
            raise self.error("this ) closes nothing: take it away, or put a ( before")
        return node

    def either(self) -> Node:
        parts = [self.both()]
        while self.take(Kind.OR):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        parts = [self.negated()]
        while self.take(Kind.AND) or self.token.kind in _BEGINS:
            parts.append(self.negated())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def negated(self) -> Node:
        if not self.take(Kind.NOT):
            return self.near()
        with self.deeper():
            return Not(self.negated())

    def near(self) -> Node:
        start, node = self.token, self.primary()
        if self.token.kind is not Kind.NEAR:
            return node
        operands, distances = [self.operand(start, node)], []
        while self.take(Kind.NEAR):
            distances.append(self.tokens[self.at - 1].number)
            start = self.token
            operands.append(self.operand(start, self.primary()))
            if len(operands) > LONGEST_CHAIN:
                raise self.error(f"more than {LONGEST_CHAIN} in one chain of NEAR: write two rules", start)
        return Near(tuple(operands), tuple(distances))

    def operand(self, start: Token, node: Node) -> tuple[Words, ...]:
        if isinstance(node, Words):
            return (node,)
        if isinstance(node, Or):
            return tuple(words for part in node.parts for words in self.operand(start, part))
        raise self.error("NEAR takes words, phrases, and such in parentheses with OR between them", start)

    def primary(self) -> Node:
        token = self.token
        if self.take(Kind.WORDS):
            return self.words(token)
        if self.take(Kind.OPEN):
            return self.group(token)
        if self.take(Kind.FIELD):
            return self.field(token)
        where = f"after {self.written(self.tokens[self.at - 1])}" if self.at else f"before {token.text}"
        raise self.error(f"expected {_EXPECTED} {where}")

    def group(self, opened: Token) -> Node:
        if self.token.kind is Kind.CLOSE:
            raise self.error(f"expected {_EXPECTED} between the parentheses")
        with self.deeper():
            node = self.either()
        if not self.take(Kind.CLOSE):
            raise self.error("this ( is never closed: put a ) where it should be", opened)
        return node

    def field(self, token: Token) -> Node:
        if token.text not in {*Change}:
            outer, self.scope = self.scope, token.text
            with self.deeper():
                node = self.primary()
            self.scope = outer
            return node
        if self.change:
            raise self.error(f"{token.text}: cannot stand inside {self.change}:", token)
        self.change = Change(token.text)
        with self.deeper():
            node = Changed(self.change, self.primary())
        self.change = None
        return node

    def words(self, token: Token) -> Node:
        if self.scope in NAMES:
            return self.name(token)
        pieces = token.text.split() if token.quoted else [token.text]
        terms = tuple(self.term(piece, token) for piece in pieces if _has_words(piece))
        if not terms:
            raise self.error("there is no word in this: write one, or take it away", token)
        return Words(terms, token.number, self.scope)

    def name(self, token: Token) -> Node:
        name = token.text.strip()
        if token.number or token.exact or not name or any(sign in name for sign in "*=~"):
            raise self.error(f"{self.scope}: takes the whole name and no other signs", token)
        return Named(self.scope, name.casefold())

    def term(self, text: str, token: Token) -> Term:
        is_exact, is_prefix = token.exact or text.startswith("="), text.endswith("*")
        word = text.removeprefix("=").removesuffix("*")
        if is_exact and is_prefix:
            raise self.error("= is for the exact form and * for every ending: take one of them", token)
        if "*" in word:
            raise self.error("* can only stand at the end of a word", token)
        if not token.quoted and ("~" in word or "^" in word):
            raise self.error('words have no ~ or ^; "…"~5 allows 5 other words between those of a phrase', token)
        return Term(word, How.EXACT if is_exact else How.PREFIX if is_prefix else How.LEMMA)

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self, kind: Kind) -> bool:
        """Go on behind the next token if it is of this kind."""
        is_it = self.token.kind is kind
        self.at += is_it
        return is_it

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """Count what stands inside something else, and refuse what could exhaust the stack."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} levels inside each other: write two rules")
        yield
        self.depth -= 1

    def written(self, token: Token) -> str:
        return self.text[token.offset : token.offset + token.length]

    def error(self, message: str, token: Token | None = None) -> QueryError:
        where = token or self.token
        return QueryError(message, self.text, where.offset, where.length)


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))
