"""Real processes, really killed: what was checked is on record, and the next run goes on."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.replays import SEED, Shot, write_folder

COUNT = 120
T1 = datetime(2026, 1, 1, tzinfo=UTC)


def command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "monitor", *arguments, "--database", f"sqlite:///{folder}/monitor.db"]


def captures(folder: Path) -> Path:
    shots = [
        Shot(SEED, T1 + timedelta(seconds=number), url=f"https://dailyinqilab.com/national/news/{number}")
        for number in range(1, COUNT + 1)
    ]
    return write_folder(folder / "captures", shots)


def stop_after(arguments: Sequence[str], lines: int, signal_: signal.Signals) -> tuple[int, str]:
    """Start a run, wait until it has printed so many checks, and send it a signal."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline()
        os.kill(process.pid, signal_)
        _, said = process.communicate(timeout=60)
        return process.returncode, said


def run_json(arguments: Sequence[str]) -> Any:
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout)


@pytest.mark.parametrize("lines", [1, 7, 60])
def test_killed_in_the_middle_nothing_is_lost_or_done_twice(tmp_path: Path, lines: int) -> None:
    once = command(tmp_path, "once", "--replay", str(captures(tmp_path)))
    code, _ = stop_after([*once, "--format", "jsonl"], lines, signal.SIGKILL)
    assert code == -signal.SIGKILL
    done = run_json([*once, "--format", "json"])
    assert done["checked"] == COUNT
    assert done["unchanged"] >= lines
    assert done["published"] == COUNT - done["unchanged"]
    again = run_json([*once, "--format", "json"])
    assert again["unchanged"] == COUNT
    stories = run_json(command(tmp_path, "articles", "--format", "json"))
    assert [story["versions"] for story in stories] == [1] * COUNT


def test_interrupted_it_says_so_and_the_next_run_goes_on(tmp_path: Path) -> None:
    once = command(tmp_path, "once", "--replay", str(captures(tmp_path)))
    code, said = stop_after([*once, "--format", "jsonl"], 5, signal.SIGINT)
    assert code == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert run_json([*once, "--format", "json"])["checked"] == COUNT


def test_a_reader_that_goes_away_ends_the_program_quietly(tmp_path: Path) -> None:
    once = command(tmp_path, "once", "--replay", str(captures(tmp_path)), "--format", "jsonl")
    with subprocess.Popen(once, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()
