"""Scraped text on a terminal: it may hold control characters, and marks that turn the direction of writing around."""

from typing import Final

_STEERING: Final = dict.fromkeys(
    (*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), "\ufffd"
)
_ESCAPES: Final = {code: f"\\u{code:04x}" for code in _STEERING}


def harmless(text: str) -> str:
    """Return a text of the same length in which nothing can steer a terminal; line ends and tabs stay."""
    return text.translate(_STEERING)


def escaped(json: str) -> str:
    """Return JSON in which what steers a terminal is written as escapes: it means the same."""
    return json.translate(_ESCAPES)
