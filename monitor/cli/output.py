"""How commands speak: results on standard output, everything else on standard error.

table   on a terminal: for eyes, with colour unless NO_COLOR is set. In a pipe: tab-separated, nothing cut off
json    one document
jsonl   one JSON object a line
"""

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text


class Format(StrEnum):
    """The forms of output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


# A page may hold what steers a terminal: control characters, and marks that turn the direction of writing around.
_STEERING: Final = dict.fromkeys(
    (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"
)
_ESCAPES: Final = {code: f"\\u{code:04x}" for code in _STEERING}


def harmless(text: str) -> str:
    """Return a text of the same length in which nothing can steer a terminal; line ends and tabs stay."""
    return text.translate(_STEERING)


def harmless_text(text: Text) -> Text:
    """Do the same for a text with styles."""
    clean = text.copy()
    clean.plain = harmless(text.plain)
    return clean


class _Console(Console):
    """A console on which scraped text does no harm."""

    def print(self, *objects: Any, **options: Any) -> None:
        """Print as rich does, made harmless."""
        super().print(*(harmless_text(each) if isinstance(each, Text) else each for each in objects), **options)


def console() -> Console:
    """Return the console for results."""
    return _Console(highlight=False, soft_wrap=True)


def errors() -> Console:
    """Return the console for progress and remarks."""
    return _Console(stderr=True, highlight=False, soft_wrap=True)


def say(message: str) -> None:
    """Remark something to the person at the keyboard."""
    errors().print(Text(message))


def print_json(document: Any) -> None:
    """Print one JSON document, indented, in its own script."""
    sys.stdout.write(_json(document, indent=2))


def print_line(document: Any) -> None:
    """Print one JSON object as a line, at once."""
    sys.stdout.write(_json(document, indent=None))
    sys.stdout.flush()


def _json(document: Any, *, indent: int | None) -> str:
    """Write JSON in its own script, but with what steers a terminal as escapes: it means the same."""
    return json.dumps(document, ensure_ascii=False, indent=indent).translate(_ESCAPES) + "\n"


def print_rows(head: Sequence[str], rows: Iterable[Sequence[Text]]) -> None:
    """Print a table: drawn on a terminal, tab-separated with a head line in a pipe."""
    out = console()
    if not out.is_terminal:
        print_fields(head)
        for row in rows:
            print_fields([cell.plain for cell in row])
        return
    table = Table(*head, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*map(harmless_text, row))
    Console(highlight=False).print(table)


def print_fields(fields: Sequence[str]) -> None:
    """Print one tab-separated line; tabs and line ends inside a field become spaces."""
    sys.stdout.write("\t".join(" ".join(harmless(field).split()) for field in fields) + "\n")
