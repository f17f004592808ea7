"""From a story to a receiver in one command: `once` with a rule, on the seeds."""

import json
from pathlib import Path

import pytest

from tests.commands import Done, Run
from tests.replays import SEEDS

CONFIG = """
receivers:
  script: {command: [/bin/sh, -c, "cat >> told.jsonl; echo >> told.jsonl"]}
rules:
  kim: {match: পুতিন AND কিম, to: [script]}
"""


@pytest.fixture(autouse=True)
def config(run: Run) -> None:
    """A rule and a receiver, in the folder in which the commands run."""
    Path("config.yaml").write_text(CONFIG, "utf-8")


def told() -> list[str]:
    """The stories that the receiver was told of."""
    file = Path("told.jsonl")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return [json.loads(line)["data"]["site"]["name"] for line in lines]


def states(run: Run) -> list[str]:
    return [each["state"] for each in run("alerts", "list", "--format", "json").json]


def last_line(done: Done) -> str:
    return done.err.splitlines()[-1]


def test_a_replay_is_of_the_past(run: Run) -> None:
    run("once", "--replay", SEEDS)
    assert (told(), states(run)) == ([], [])


def test_each_of_the_seeds_is_told_once(run: Run) -> None:
    done = run("once", "--replay", SEEDS, "--alert-history")
    assert (done.code, last_line(done)) == (0, "alerts: 2 delivered")
    run("once", "--replay", SEEDS, "--alert-history")
    assert (sorted(told()), states(run)) == (["inqilab", "wirecopy"], ["delivered"] * 2)


def test_what_is_held_a_later_run_sends(run: Run) -> None:
    run("once", "--replay", SEEDS, "--alert-history", "--no-alerts")
    assert (told(), states(run)) == ([], ["waiting"] * 2)
    done = run("once", "--replay", SEEDS / "edited")
    assert last_line(done) == "alerts: 2 delivered"
    assert sorted(told()) == ["inqilab", "wirecopy"]


def test_a_receiver_in_trouble_is_named(run: Run) -> None:
    Path("config.yaml").write_text(CONFIG.replace("cat >>", "echo no room >&2; false #"), "utf-8")
    done = run("once", "--replay", SEEDS, "--alert-history")
    *_, counts, why = done.err.splitlines()
    assert (done.code, counts) == (0, "alerts: 2 waiting")
    assert why.startswith("receiver script: ")
    assert "no room" in why
    assert states(run) == ["waiting"] * 2


def test_one_story_that_is_checked(run: Run) -> None:
    run("once", "--replay", SEEDS)
    Path("config.yaml").write_text(CONFIG.replace("to: [script]", "to: [script], on: [silent]"), "utf-8")
    run("check", "1", "--replay", SEEDS / "edited", "--alert-history")
    assert told() == ["inqilab"]


def test_a_rule_that_was_added_by_command(run: Run) -> None:
    run("rules", "add", "wire", "site:wirecopy", "--to", "script")
    run("rules", "disable", "kim")
    run("once", "--replay", SEEDS, "--alert-history")
    assert told() == ["wirecopy"]
