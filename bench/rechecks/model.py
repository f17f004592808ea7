"""Made-up stories that are edited as published measurements say, and real ones from a file. Times are hours of age.

A story has a liveliness, log-normal over stories. Its first edit comes at a rate that depends on its age, every further
one at a rate that depends on the time since the one before; after that, age matters no more:

    first edit      liveliness x SCALE x FIRST[age]
    further edits   liveliness x FURTHER / (quiet + 0.25) ** POWER, none in the first quarter of an hour

What this is fitted to:

- the history of a BBC feed (4,893 articles, 2021), edits per article-hour by age: .40 (1/2 to 1 h), .25 (1 to 2 h),
  .14 (3 to 4 h), .08 (8 to 12 h), .017 (18 to 24 h), at most .004 after 36 h; further edits at about 1 / quiet;
- six Flemish outlets read every 15 minutes for 24 h (291,666 articles): 35 % updated, 1.94 updates each, about 5 % of
  them more than nine (edits that are closer together no such reading can tell apart);
- GDELT's recrawl (88 M addresses): 17.9 % changed after 7 d against 15.1 % after 24 h, a ratio of 1.19;
- a feed's signals: 59 % of title changes move its pubDate in the same poll, 27 % never do.

One story in a hundred is a live blog: three edits an hour for eight hours, about a quarter of all versions.
"""

import json
import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp, inf
from pathlib import Path
from typing import Final, Protocol

MONTH: Final = 30 * 24.0
PRECISION: Final = 0.5

_LIVE: Final = 0.01
_LIVE_RATE: Final = 3.0
_LIVE_HOURS: Final = 8.0
_SPREAD: Final = 1.0
_SCALE: Final = 0.23
_FURTHER: Final = 0.034
_POWER: Final = 1.2
_LEAD: Final = 0.5
_REST: Final = 0.25
# (from this age, edits an article-hour, to scale)
_FIRST: Final = (
    (0.0, 0.20), (0.5, 0.40), (1.0, 0.21), (2.0, 0.15), (3.0, 0.10), (8.0, 0.15), (12.0, 0.08), (18.0, 0.025),
    (24.0, 0.014), (36.0, 0.007), (72.0, 0.003), (168.0, 0.0005), (MONTH, 0.0),
)  # fmt: skip
_AGES: Final = tuple(age for age, _ in _FIRST)
# edits expected until each of these ages
_UNTIL: Final = tuple(accumulate((rate * (end - age) for (age, rate), (end, _) in pairwise(_FIRST)), initial=0.0))

_POLL: Final = 0.25
_LISTED: Final = 24.0
_AT_ONCE: Final = 0.59
_EVER: Final = 0.73


class Nature(Protocol):
    """How a story is really edited: what only an oracle knows."""

    def until(self, edits: float, age: float, changed: float | None) -> float:
        """Return the age by which so many more edits are expected, the last one being at `changed`; or infinity."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story's edits and what its feed reports, by age; it is under watch until `seen`."""

    edits: tuple[float, ...]
    seen: float = MONTH
    signals: tuple[float, ...] = ()
    nature: Nature | None = None

    @property
    def is_live(self) -> bool:
        """Whether this is a live blog."""
        return isinstance(self.nature, _LiveBlog)


@dataclass(frozen=True, slots=True)
class _Usual:
    liveliness: float

    def until(self, edits: float, age: float, changed: float | None) -> float:
        if changed is None:
            return _first_after(age, edits / (self.liveliness * _SCALE))
        return changed + _further_after(age - changed, edits / (self.liveliness * _FURTHER))


@dataclass(frozen=True, slots=True)
class _LiveBlog:
    def until(self, edits: float, age: float, changed: float | None) -> float:  # noqa: ARG002
        at = age + edits / _LIVE_RATE
        return at if at < _LIVE_HOURS else inf


def stories(seed: int, count: int, *, live: bool) -> list[Story]:
    """Make stories up, with live blogs among them or without."""
    chance = random.Random(seed)
    return [_story(chance, live=live) for _ in range(count)]


def histories(path: Path) -> list[Story]:
    """Read real stories: {name: {"edit_ages_h": [hours, …], "observed_h": hours}}, both counted from publication."""
    found = json.loads(path.read_text(encoding="utf-8")).values()
    return [Story(tuple(sorted(set(story["edit_ages_h"]))), min(story["observed_h"], MONTH)) for story in found]


def figures(made: Sequence[Story]) -> Iterator[str]:
    """Hold what was made up against what was published."""
    day = [updates for story in made if (updates := sum(edit < 24 for edit in story.edits))]
    week = sum(bool(story.edits) and story.edits[0] < 168 for story in made)
    yield f"updated within 24 h     {len(day) / len(made):6.1%}   published 35 %"
    yield f"updates of an updated   {sum(day) / len(day):6.2f}   published 1.94"
    yield f"more than nine of them  {sum(n > 9 for n in day) / len(day):6.1%}   published about 5 %"
    yield f"7 d against 24 h        {week / len(day):6.2f}   published 1.19"
    ages = ((0.5, 1, 0.40), (1, 2, 0.25), (3, 4, 0.14), (8, 12, 0.08), (18, 24, 0.017), (36, 72, 0.004))
    rates = {(low, high): sum(low <= edit < high for story in made for edit in story.edits) for low, high, _ in ages}
    top = rates[0.5, 1] / 0.5
    for low, high, published in ages:
        rate = rates[low, high] / (high - low) / top
        yield f"edits an hour, {low:>3}-{high:<2} h  {rate:6.3f}   published {published / 0.40:.3f} (1/2 to 1 h: 1)"


def _story(chance: random.Random, *, live: bool) -> Story:
    is_live = chance.random() < _LIVE
    nature = _LiveBlog() if live and is_live else _Usual(exp(chance.gauss(-(_SPREAD**2) / 2, _SPREAD)))
    edits: list[float] = []
    age = nature.until(chance.expovariate(1), 0.0, None)
    while age < MONTH:
        edits.append(age)
        age = nature.until(chance.expovariate(1), age, age)
    return Story(tuple(edits), MONTH, tuple(_signals(chance, edits)), nature)


def _signals(chance: random.Random, edits: Sequence[float]) -> list[float]:
    """One false report for each true one: moves of a date that show nothing."""
    found = []
    for edit in edits:
        drawn = chance.random()
        if drawn < _EVER:
            found.append(edit + chance.uniform(0, _POLL) + (0 if drawn < _AT_ONCE else 1))
            found.append(chance.uniform(0, _LISTED))
    return sorted(signal for signal in found if signal < _LISTED)


def _first_after(age: float, edits: float) -> float:
    place = min(bisect_right(_AGES, age), len(_AGES) - 1) - 1
    goal = _UNTIL[place] + _FIRST[place][1] * (age - _AGES[place]) + edits
    if age >= MONTH or goal >= _UNTIL[-1]:
        return inf
    place = bisect_right(_UNTIL, goal) - 1
    return _AGES[place] + (goal - _UNTIL[place]) / _FIRST[place][1]


def _further_after(quiet: float, edits: float) -> float:
    left = (max(quiet - _REST, 0.0) + _LEAD) ** (1 - _POWER) - edits * (_POWER - 1)
    return left ** (1 / (1 - _POWER)) - _LEAD + _REST if left > 0 else inf
