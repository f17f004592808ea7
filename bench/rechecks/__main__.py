"""`python -m bench.rechecks [--histories FILE]`: rules for when to look again, at equal cost, in a few minutes.

Each rule's knob is set on one half of the stories, what is printed is measured on the other. A version counts as
captured if it was seen before the next edit; only versions made by edits count. Delays are of what was captured.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from bench.rechecks import rules
from bench.rechecks.model import Story, figures, histories, stories
from bench.rechecks.simulate import Score, knob_for, watch
from monitor.core.rechecks import price_for

_BUDGETS: Final = (5, 10, 20, 40)
_REAL_BUDGETS: Final = (4, 8, 16, 24)
_SET: Final = 1_200
_MEASURED: Final = 4_000
_RULES: Final[dict[str, rules.Rule]] = {
    "fixed interval": rules.fixed,
    "newsdiffs": rules.newsdiffs,
    "diffengine": rules.diffengine,
    "News Sniffer": rules.sniffer,
    "x1.5 / halve": rules.halving,
    "growth / halve": rules.growing,
    "ours": rules.ours,
    "oracle": rules.oracle,
}
_HEAD: Final = f"{'':<16}{'knob':>8}{'fetches':>9}{'captured':>10}{'in 1 h':>8}{'median':>9}{'p95':>8}"


def report(path: Path | None) -> Iterator[str]:
    """Measure, and yield the tables line by line."""
    yield "The model against what was published"
    yield from figures(stories(1, 20_000, live=True))
    for live in (False, True):
        halves = stories(2, _SET, live=live), stories(3, _MEASURED, live=live)
        for signals in (False, True):
            told = f"{'with' if live else 'without'} live blogs, {'with' if signals else 'without'} signals"
            for budget in _BUDGETS:
                yield f"\nModel, {told}, {budget} fetches an article in 30 days"
                yield from _table(halves, budget, _RULES, signals=signals)
            yield f"\nModel, {told}: fetches an article at price_for(...)"
            yield from _prices(halves[1], signals=signals)
    if path is not None:
        real = histories(path)
        known = {name: rule for name, rule in _RULES.items() if rule is not rules.oracle}
        for budget in _REAL_BUDGETS:
            yield f"\n{path.name}, {len(real):,} stories, no signals, {budget} fetches an article while it was observed"
            yield from _table((real[::2], real[1::2]), budget, known, signals=False)


def _table(
    halves: tuple[Sequence[Story], Sequence[Story]], budget: float, known: dict[str, rules.Rule], *, signals: bool
) -> Iterator[str]:
    yield _HEAD
    for name, rule in known.items():
        knob = knob_for(budget, halves[0], rule, signals=signals)
        yield _line(name, knob, watch(halves[1], rule, knob, signals=signals))


def _line(name: str, knob: float, score: Score) -> str:
    median, p95 = score.late
    return (
        f"{name:<16}{knob:8.3f}{score.fetches_a_story:9.1f}{score.captured:10.1%}{score.within_an_hour:8.1%}"
        f"{median:7.2f} h{p95:6.1f} h"
    )


def _prices(measured: Sequence[Story], *, signals: bool) -> Iterator[str]:
    scores = {n: watch(measured, rules.ours, price_for(n), signals=signals) for n in _BUDGETS}
    yield "   ".join(f"{n}: {score.fetches_a_story:.1f}" for n, score in scores.items())


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rechecks", description="rules for when to look again")
    parser.add_argument("--histories", type=Path, help="JSON: {name: {edit_ages_h: [hours], observed_h: hours}}")
    for line in report(parser.parse_args().histories):
        print(line, flush=True)


if __name__ == "__main__":
    _main()
