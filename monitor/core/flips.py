"""A story that shows two texts in turn: a trial of two headlines on the readers, or two servers that do not agree.

    A B A B, and A once more      the fourth change in a row between the same two texts: known to take turns
    A or B from then on           counted: no version, no edit. The two are on record, and which of them is shown
                                  follows from the count: after an even number of turns the last version's text
    any other text                an ordinary edit; the count begins anew with the new version

All is told by the versions and one number, the turns since the last version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.events import Event, EventKind
from monitor.core.masses import ALTERNATING

_PATTERN: Final = 4


@dataclass(frozen=True, slots=True)
class Turns:
    """What a look at a story that takes turns showed.

    `count` is the number of turns since the last version, this look's included; `turned` says whether this look is
    one; `back` is 1 where the last version's text is shown now, 2 where the one's before it.
    """

    count: int
    turned: bool
    back: int

    @property
    def becomes_known(self) -> bool:
        """Whether this look is the first that shows it."""
        return self.turned and self.count == 1


def turns_of(texts: Sequence[str], now: str, count: int) -> Turns | None:
    """Return what a look means for a story that takes turns between two texts; None for one that does not.

    `texts` are the fingerprints of the versions, oldest first, and `count` is the number of turns since the last one.
    """
    if len(texts) < _PATTERN:
        return None
    *pair, other, last = texts[-_PATTERN:]
    if other == last or pair != [other, last] or now not in pair:
        return None
    turned = now != (other if count % 2 else last)
    return Turns(count + turned, turned, 1 if now == last else 2)


def told(turns: Turns, last: int) -> tuple[str, tuple[Event, ...]]:
    """Return what to say of a turn, and the event where it is the first; `last` is the last version's number."""
    between = f"the texts of versions {last - 1} and {last} take turns"
    if not turns.becomes_known:
        return f"{between}, {turns.count:,} times since version {last}", ()
    why = f"{between}: they are on record, further turns are counted only"
    return why, (Event(EventKind.ALTERNATING, None, why, ALTERNATING),)
