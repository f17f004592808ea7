"""The table of word pairs, for the tests and for the bench."""

from pathlib import Path
from typing import Final, NamedTuple

_TABLE: Final = Path(__file__).with_name("bn_pairs.tsv")


class Pair(NamedTuple):
    """Two Bengali words, whether a reader takes them for one, and why."""

    one: str
    other: str
    join: bool
    why: str


def pairs() -> list[Pair]:
    """Read the table."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return [Pair(one, other, {"join": True, "apart": False}[verdict], why) for one, other, verdict, why in rows]
