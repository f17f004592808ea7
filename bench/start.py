"""Whole commands as a user waits for them, against a bare interpreter."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.timing import medians

ROUNDS = 7
SEEDS = Path(__file__).parents[1] / "seeds"


def run() -> Iterator[str]:
    """Measure, and yield a line a command."""
    with tempfile.TemporaryDirectory() as name:
        program = [sys.executable, "-m", "monitor"]
        database = f"sqlite:///{name}/monitor.db"
        parts = {
            "python -c pass (floor)": partial(_call, sys.executable, "-c", "pass"),
            "monitor --help": partial(_call, *program, "--help"),
            "monitor sites": partial(_call, *program, "sites"),
            "monitor once --replay seeds": partial(
                _call, *program, "once", "--replay", str(SEEDS), "--database", database
            ),
            "monitor articles": partial(_call, *program, "articles", "--database", database),
        }
        times = medians(parts, ROUNDS)
    floor = times["python -c pass (floor)"]
    for command, seconds in times.items():
        yield f"{command:<30}{seconds:7.3f} s {seconds / floor:7.1f} x"
    yield "goals: --help under 0.25 s, once --replay seeds under 1 s"


def _call(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
