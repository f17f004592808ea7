"""Rules for when to look again: ours, those of other programs, and that of an oracle. Each has one knob, its price.

A rule returns the age (in hours) at which it looks next. Others' rules, as far as they decide this:

- a fixed interval; the knob is its length;
- newsdiffs: by the time since the last change, under 3 h every 15 min, 1 d 1 h, 7 d 3 h, 30 d 3 d; the knob stretches;
- diffengine: when (time since the check) / age reaches .2; the knob is that ratio;
- News Sniffer: 30 min, 1.2 times as long after each check without a change, from the start after one; the knob is the
  start;
- x1.5 / halve: 1.5 times as long after a check without a change, after one halfway to the shortest; the knob is the
  shortest; or the shortest is 15 min, and the knob is the growth, less one.

None waits less than 5 minutes or longer than 7 days. The oracle knows how lively a story is and the law that its edits
follow, though it sees them only by looking; it looks when so many unseen edits (the knob) are to be expected.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.rechecks.model import MONTH, PRECISION, Story
from monitor.core.rechecks import History, next_check

_BORN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SHORTEST: Final = 5 / 60
_LONGEST: Final = 7 * 24.0
_FIRST_LOOK: Final = 0.05


@dataclass(slots=True)
class View:
    """What is known of a story after a look: when that was, whether it showed a change, and all changes so far."""

    story: Story
    fetched: float = _FIRST_LOOK
    wait: float = 0.0
    changed: bool = False
    changes: list[tuple[float, float]] = field(default_factory=list)


Rule = Callable[[View, float], float]


def ours(view: View, price: float) -> float:
    """Ask the program itself."""
    return _asked(view, price, None)


def ours_reported(view: View, price: float, signal: float) -> float:
    """Ask the program itself, at the moment when a feed reports a change."""
    return _asked(view, price, signal)


def reported(view: View, _knob: float, signal: float) -> float:
    """Look at once where a feed reports a change, for rules that say nothing of it themselves."""
    return max(signal, view.fetched + _SHORTEST)


def fixed(view: View, interval: float) -> float:
    """Look at one interval."""
    return view.fetched + interval


def newsdiffs(view: View, stretch: float) -> float:
    """Look by steps of the time since the last change."""
    quiet = view.fetched - (view.changes[-1][1] if view.changes else 0.0)
    for until, wait in ((3.0, 0.25), (24.0, 1.0), (168.0, 3.0)):
        if quiet < until:
            return view.fetched + max(wait * stretch, _SHORTEST)
    return view.fetched + 72.0 * stretch


def diffengine(view: View, ratio: float) -> float:
    """Look in proportion to the age."""
    return view.fetched + _within(view.fetched * ratio / (1 - ratio) if ratio < 1 else _LONGEST, _SHORTEST)


def sniffer(view: View, shortest: float) -> float:
    """Look less and less often, and from the start after a change."""
    return view.fetched + _within(0.0 if view.changed else view.wait * 1.2, shortest)


def halving(view: View, shortest: float) -> float:
    """Look less and less often, and halfway back after a change."""
    return view.fetched + _within((view.wait + shortest) / 2 if view.changed else view.wait * 1.5, shortest)


def growing(view: View, growth: float) -> float:
    """Look less and less often, by a growth to choose, and halfway back to a quarter of an hour after a change."""
    return view.fetched + _within((view.wait + 0.25) / 2 if view.changed else view.wait * (1 + growth), 0.25)


def oracle(view: View, edits: float) -> float:
    """Look when so many unseen edits are to be expected, and once at the end."""
    if view.story.nature is None:
        raise ValueError("nobody knows what a real story will do; ask the oracle about made-up ones")
    since = sum(view.changes[-1]) / 2 if view.changes else None
    at = max(view.story.nature.until(edits, view.fetched, since), view.fetched + _SHORTEST)
    return min(at, MONTH - 1e-6) if view.fetched < MONTH - 1 else MONTH


def _within(wait: float, shortest: float) -> float:
    return min(max(wait, shortest, _SHORTEST), _LONGEST)


def _asked(view: View, price: float, signal: float | None) -> float:
    history = History(
        published=_BORN,
        first_seen=_BORN + timedelta(hours=_FIRST_LOOK),
        last_fetch=_time(view.fetched),
        changes=tuple((_time(before), _time(after)) for before, after in view.changes),
        signals=() if signal is None else (_time(signal),),
        signal_precision=PRECISION,
    )
    at = next_check(history, now=_time(view.fetched if signal is None else signal), price=price).at
    return MONTH if at is None else (at - _BORN) / timedelta(hours=1)


def _time(age: float) -> datetime:
    return _BORN + timedelta(hours=age)
