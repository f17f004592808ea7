"""Readers: functions that take a value of a YAML file and return what it means, or raise Refused.

`section`, `named` and `listed` put readers together and gather what they refuse, so that all problems of a file are
told at once. A new kind of file is a class and a table of readers.
"""

import difflib
import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar

from monitor.yamlfile.tree import Problem, Refused, Value

T = TypeVar("T")
Reader: TypeAlias = Callable[[Value], T]

_SECONDS: Final = MappingProxyType({"s": 1, "m": 60, "h": 3600, "d": 86_400})
_BYTES: Final = MappingProxyType(
    {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
)
_AMOUNT: Final = re.compile(r"(?P<number>[0-9]{1,12}(\.[0-9]{1,6})?) ?(?P<unit>[A-Za-z]+)")
# What people write who know YAML 1.1, where these are truth values, or who put quotes around everything.
_MEANT: Final = MappingProxyType(
    {
        **dict.fromkeys(("yes", "y", "on"), "true"),
        **dict.fromkeys(("no", "n", "off"), "false"),
        "true": "true, unquoted",
        "false": "false, unquoted",
    }
)


def section(make: Callable[..., T], /, *, required: Collection[str] = (), **readers: Reader[Any]) -> Reader[T]:
    """Read keys that are known beforehand and make one thing of them."""

    def reader(value: Value) -> T:
        missing = [key for key in required if key not in _entries(value)]
        if missing:
            raise value.refused(f"missing: {', '.join(missing)}")
        return make(**_each(value, readers, "key"))

    return reader


def named(noun: str, names: Collection[str], reader: Reader[T]) -> Reader[Mapping[str, T]]:
    """Read things of one kind, each under its name."""
    readers = dict.fromkeys(names, reader)
    return lambda value: MappingProxyType(_each(value, readers, noun))


def called(pattern: re.Pattern[str], expected: str, reader: Reader[T]) -> Reader[Mapping[str, T]]:
    """Read things of one kind, each under a name that the user gives it."""

    def read_called(value: Value) -> Mapping[str, T]:
        odd = [child for name, child in _entries(value).items() if not pattern.fullmatch(name)]
        if odd:
            raise Refused(*(Problem(child.line, f"expected {expected} as a name", child.label) for child in odd))
        return MappingProxyType(_each(value, dict.fromkeys(_entries(value), reader), "key"))

    return read_called


def listed(reader: Reader[T]) -> Reader[tuple[T, ...]]:
    """Read a list of things of one kind."""

    def read_list(value: Value) -> tuple[T, ...]:
        if not isinstance(value.data, list):
            raise value.unexpected("a list")
        results: list[T] = []
        problems: list[Problem] = []
        for item in value.data:
            try:
                results.append(reader(item))
            except Refused as refused:
                problems += refused.problems
        if problems:
            raise Refused(*problems)
        return tuple(results)

    return read_list


def optional(reader: Reader[T]) -> Reader[T | None]:
    """Read null as None, and anything else as it is."""
    return lambda value: None if value.data is None else reader(value)


def text(value: Value) -> str:
    """Read a text that is not empty."""
    if isinstance(value.data, str) and value.data.strip():
        return value.data
    raise value.unexpected("a text")


def one_of(noun: str, names: Collection[str]) -> Reader[str]:
    """Read a name of a known set."""

    def reader(value: Value) -> str:
        name = text(value)
        if name not in names:
            raise value.refused(f'"{name}": {_unknown(noun, name, names)}')
        return name

    return reader


def matching(pattern: re.Pattern[str], expected: str) -> Reader[str]:
    """Read a text that fits a pattern as a whole."""

    def reader(value: Value) -> str:
        if isinstance(value.data, str) and pattern.fullmatch(value.data):
            return value.data
        raise value.unexpected(expected)

    return reader


def whole(low: int, high: int) -> Reader[int]:
    """Read a whole number."""

    def reader(value: Value) -> int:
        number = value.data
        if isinstance(number, int) and not isinstance(number, bool) and low <= number <= high:
            return number
        raise value.unexpected(f"a whole number from {low} to {high}")

    return reader


def moment(value: Value) -> datetime:
    """Read a time in ISO 8601 with its offset."""
    try:
        at = datetime.fromisoformat(text(value))
    except ValueError:
        raise value.unexpected("a time such as 2023-09-14T13:15:00+06:00") from None
    if at.tzinfo is None:
        raise value.unexpected("a time with its offset, such as 2023-09-14T13:15:00+06:00")
    if not 1990 <= at.year <= 2200:
        raise value.unexpected("a time between 1990, when the web began, and 2200")
    return at


def _each(value: Value, readers: Mapping[str, Reader[T]], noun: str) -> dict[str, T]:
    """Each entry as its reader has it. Raises Refused with the problems of all."""
    results: dict[str, T] = {}
    problems: list[Problem] = []
    for key, child in _entries(value).items():
        try:
            if key not in readers:
                raise child.refused(_unknown(noun, key, readers))
            results[key] = readers[key](child)
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(*problems)
    return results


def _entries(value: Value) -> Mapping[str, Value]:
    if value.data is None:  # a heading below which every line is commented out
        return {}
    if not isinstance(value.data, dict):
        raise value.unexpected("keys with values")
    return value.data


def _unknown(noun: str, key: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(key.lower(), known, n=1)
    guess = f'; did you mean "{near[0]}"?' if near else ""
    return f"unknown {noun}{guess} (known: {', '.join(sorted(known)) or 'none'})"


def boolean(value: Value) -> bool:
    if isinstance(value.data, bool):
        return value.data
    meant = _MEANT.get(value.written.lower())
    raise value.unexpected("true or false", f"; write {meant}" if meant else "")


def duration(low: int, high: int) -> Reader[float]:
    """Read seconds: a number, or text such as "5s", "2m", "1.5 h", "30d"."""

    def reader(value: Value) -> float:
        seconds = _amount(value, _SECONDS)
        if seconds is None:
            raise value.unexpected('a duration such as 5 or "5s"')
        if not low <= seconds <= high:
            raise value.unexpected(f"a duration from {low} to {high} seconds")
        return float(seconds)

    return reader


def size(low: int, high: int) -> Reader[int]:
    """Read bytes: a whole number, or text such as "512 kB", "1.5 MiB"."""

    def reader(value: Value) -> int:
        size = _amount(value, _BYTES)
        if size is None or isinstance(size, float):
            raise value.unexpected('a size such as 1000000 or "1 MB"')
        if not low <= size <= high:
            raise value.unexpected(f"a size from {low:,} to {high:,} bytes")
        return int(size)

    return reader


def _amount(value: Value, units: Mapping[str, int]) -> int | float | Decimal | None:
    """A number as it stands, or a text with one of the units; None if it is neither."""
    if isinstance(value.data, int | float) and not isinstance(value.data, bool):
        return value.data
    match = _AMOUNT.fullmatch(value.data) if isinstance(value.data, str) else None
    unit = units.get(match["unit"].lower()) if match else None
    return Decimal(match["number"]) * unit if match and unit else None
