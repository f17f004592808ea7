"""Timing on noisy machines: the parts are run in turn, many times, and the medians compared."""

import statistics
import time
from collections.abc import Callable, Mapping


def medians(parts: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run each part once a round, in turn, and return the median seconds of each."""
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, part in parts.items():
            started = time.perf_counter()
            part()
            times[name].append(time.perf_counter() - started)
    return {name: statistics.median(each) for name, each in times.items()}
