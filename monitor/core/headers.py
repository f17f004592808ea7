"""HTTP headers as they were received: names and values in order, repetitions kept."""

from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]


def header(headers: Headers, name: str) -> str | None:
    """Return the first value of a header, whatever the case of its name; None if it was not sent."""
    wanted = name.lower()
    return next((value for each, value in headers if each.lower() == wanted), None)
