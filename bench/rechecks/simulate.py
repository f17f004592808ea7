"""Follow stories by a rule: what is fetched, which versions are seen and how late; and set its knob to a budget."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import exp, log
from statistics import quantiles
from typing import Final

from bench.rechecks.model import Story
from bench.rechecks.rules import Rule, View, ours, ours_reported, reported

_ROUNDS: Final = 8
_WIDEST: Final = 8.0
_CLOSE: Final = 0.005


@dataclass(slots=True)
class Score:
    """Looks, versions (made by edits: the first version of a story every rule sees), and how late each was seen."""

    stories: int = 0
    fetches: int = 0
    versions: int = 0
    delays: list[float] = field(default_factory=list)

    @property
    def fetches_a_story(self) -> float:
        """Looks at a story on the average, the first one included."""
        return self.fetches / self.stories

    @property
    def captured(self) -> float:
        """The share of versions that were seen at all."""
        return len(self.delays) / self.versions

    @property
    def within_an_hour(self) -> float:
        """The share of all versions that were seen within an hour."""
        return sum(delay <= 1 for delay in self.delays) / self.versions

    @property
    def late(self) -> tuple[float, float]:
        """The median and the 95th percentile of the delay of what was seen, in hours."""
        twentieths = quantiles(self.delays, n=20)
        return twentieths[9], twentieths[18]


def watch(stories: Sequence[Story], rule: Rule, knob: float, *, signals: bool) -> Score:
    """Follow all stories, each as long as it is under watch."""
    score = Score()
    for story in stories:
        _follow(story, rule, knob, score, signals=signals)
    return score


def knob_for(budget: float, stories: Sequence[Story], rule: Rule, *, signals: bool) -> float:
    """Return the knob at which a rule takes that many fetches a story, or as near as it can: by false position."""

    def excess(log_knob: float) -> float:
        return log(watch(stories, rule, exp(log_knob), signals=signals).fetches_a_story / budget)

    low, high = _bracket(excess)
    for _ in range(_ROUNDS):
        (left, above), (right, below) = low, high
        if above <= 0 or below >= 0:
            break
        knob = left + (right - left) * min(max(above / (above - below), 0.1), 0.9)
        left_over = excess(knob)
        if abs(left_over) < _CLOSE:
            return exp(knob)
        low, high = ((knob, left_over), high) if left_over > 0 else (low, (knob, left_over))
    return exp(min(low, high, key=lambda found: abs(found[1]))[0])


def _bracket(excess: Callable[[float], float]) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return two knobs with the budget between them: what is too cheap, what is too dear."""
    low = high = (0.0, excess(0.0))
    while low[1] < 0 and low[0] > -_WIDEST:
        high, low = low, (low[0] - 1, excess(low[0] - 1))
    while high[1] > 0 and high[0] < _WIDEST:
        low, high = high, (high[0] + 1, excess(high[0] + 1))
    return low, high


def _follow(story: Story, rule: Rule, knob: float, score: Score, *, signals: bool) -> None:
    view = View(story)
    score.stories += 1
    score.versions += len(story.edits)
    seen = -1
    while view.fetched < story.seen:
        score.fetches += 1
        shown = bisect_right(story.edits, view.fetched) - 1
        view.changed = shown > seen
        if view.changed:
            score.delays.append(view.fetched - story.edits[shown])
            view.changes.append((view.fetched - view.wait, view.fetched))
            seen = shown
        at = rule(view, knob)
        if signals:
            at = min(at, _signalled(view, rule, knob, at))
        view.wait = at - view.fetched
        view.fetched = at


def _signalled(view: View, rule: Rule, knob: float, planned: float) -> float:
    """Return when the next report since the last look makes a story due, and the planned time if none comes first."""
    place = bisect_right(view.story.signals, view.fetched)
    if place == len(view.story.signals) or view.story.signals[place] >= planned:
        return planned
    signal = view.story.signals[place]
    return (ours_reported if rule is ours else reported)(view, knob, signal)
