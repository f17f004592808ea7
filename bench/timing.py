"""Timing on noisy machines: the parts are run in turn, many times, and the medians compared."""

import statistics
import time
from collections.abc import Callable, Mapping


def medians(
    parts: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, float]:
    """Run each part once a round, in turn, and return the median seconds of each.

    With `time.process_time` for a clock, what else the machine does counts less; it is for parts that only compute.
    """
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            started = clock()
            part()
            times[name].append(clock() - started)
    return {name: statistics.median(each) for name, each in times.items()}
