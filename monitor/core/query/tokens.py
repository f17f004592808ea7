"""A query cut into tokens: words, phrases, parentheses, operators and fields."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from monitor.core.query.errors import QueryError
from monitor.core.query.nodes import NAMES, SCOPES, Change

FIELDS: Final = (*SCOPES, *NAMES, *Change)
LONGEST: Final = 8_192
"""How long a query may be, in characters."""

FARTHEST: Final = 1_000
"""The greatest distance, in words, that NEAR/n and "…"~n take."""

_NEAR: Final = 10
_QUOTES: Final = '"“”„‟«»″＂'
_SPACE: Final = re.compile(r"\s+")
_PHRASE: Final = re.compile(rf"(?P<exact>=?)[{_QUOTES}](?P<text>[^{_QUOTES}]*)(?P<end>[{_QUOTES}]?)(?P<slop>~\w*)?")
# Bare words go on to the next space, parenthesis, quotation mark or doubled operator.
_BARE: Final = re.compile(rf"(?:(?!&&|\|\|)[^\s(){_QUOTES}])+")
_FIELD: Final = re.compile(r"(?P<name>[A-Za-z]+):")


class Kind(Enum):
    """What a token is."""

    WORDS = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    FIELD = auto()
    END = auto()


_SIGNS: Final = {"(": Kind.OPEN, ")": Kind.CLOSE, "&&": Kind.AND, "||": Kind.OR}
_OPERATORS: Final = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and its place.

    `text` is the name of a field, the words of a phrase without its quotation marks, or the token as it stands.
    `number` is the distance of NEAR, or the slop of a phrase. `exact` says that "=" stands before a phrase.
    """

    kind: Kind
    offset: int
    length: int
    text: str
    number: int = 0
    quoted: bool = False
    exact: bool = False


def tokens_of(text: str) -> list[Token]:
    """Cut a query into tokens; the last one is its end. QueryError says what cannot be read."""
    if len(text) > LONGEST:
        raise QueryError(f"a query may have up to {LONGEST:,} characters: write two rules", text, LONGEST)
    tokens, at = [], _skip(text, 0)
    while at < len(text):
        token = _token(text, at)
        tokens.append(token)
        at = _skip(text, at + token.length)
    return [*tokens, Token(Kind.END, len(text.rstrip()), 1, "the end")]


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _token(text: str, at: int) -> Token:
    for sign, kind in _SIGNS.items():
        if text.startswith(sign, at):
            return Token(kind, at, len(sign), sign)
    phrase = _PHRASE.match(text, at)
    return _phrase(text, at, phrase) if phrase else _bare(text, at)


def _phrase(text: str, at: int, found: re.Match[str]) -> Token:
    if not found["end"]:
        raise QueryError('this quotation does not end: put a " where it should', text, at)
    slop = 0
    if found["slop"]:
        slop = _number(found["slop"][1:], QueryError(_takes('"…"~'), text, *_place(found, "slop")))
    is_exact = bool(found["exact"])
    return Token(Kind.WORDS, at, len(found[0]), found["text"], slop, quoted=True, exact=is_exact)


def _bare(text: str, at: int) -> Token:
    found = _BARE.match(text, at)
    word = found[0] if found else text[at]
    if word in _OPERATORS:
        return Token(_OPERATORS[word], at, len(word), word)
    if word == "NEAR" or word.startswith("NEAR/"):
        error = QueryError(_takes("NEAR/"), text, at, len(word))
        return Token(Kind.NEAR, at, len(word), word, _number(word[5:], error) if "/" in word else _NEAR)
    if word.upper() in {*_OPERATORS, "NEAR"}:
        raise QueryError(f'write {word.upper()} in capitals, or "{word}" to find the word', text, at, len(word))
    if word[0] == "!" or (word[0] == "-" and not _ends(text, at + 1)):
        return Token(Kind.NOT, at, 1, word[0])
    field = _FIELD.match(word)
    return _field(text, at, field["name"]) if field else Token(Kind.WORDS, at, len(word), word)


def _field(text: str, at: int, name: str) -> Token:
    if name.lower() not in FIELDS:
        known = ", ".join(FIELDS)
        raise QueryError(
            f"no field {name}: there are {known}; put text with a colon in quotes", text, at, len(name) + 1
        )
    return Token(Kind.FIELD, at, len(name) + 1, name.lower())


def _number(digits: str, error: QueryError) -> int:
    if not (digits.isdecimal() and len(digits) <= len(str(FARTHEST)) and 1 <= int(digits) <= FARTHEST):
        raise error
    return int(digits)


def _takes(what: str) -> str:
    return f"{what} takes a number of words, 1 to {FARTHEST:,}, without a space"


def _place(found: re.Match[str], group: str) -> tuple[int, int]:
    return found.start(group), len(found[group])


def _ends(text: str, at: int) -> bool:
    return at == len(text) or text[at].isspace() or text[at] == ")"
