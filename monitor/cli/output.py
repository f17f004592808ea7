"""How commands speak: results on standard output, everything else on standard error.

table   on a terminal: for eyes, with colour unless NO_COLOR is set. In a pipe: tab-separated, nothing cut off
json    one document
jsonl   one JSON object a line
"""

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from monitor.core.harmless import escaped, harmless


class Format(StrEnum):
    """The forms of output."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"


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
    return escaped(json.dumps(document, ensure_ascii=False, indent=indent)) + "\n"


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
