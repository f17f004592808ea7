"""Killed at any step and started again: one version for each change, one event for each version, nothing forgotten."""

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest

from tests.daemon.paper import CONFIG, Paper, environment, story

# What is called in a day's work, and how often: there is a feed, and six stories.
CALLS = {
    "leases.enrol": 1,
    "leases.ready": 2,
    "leases.claim": 2,
    "hosts.take": 7,
    "hosts.give_back": 7,
    "fetcher.get": 7,
    "store.source": 1,
    "store.polled": 1,
    "store.state": 6,
    "store.commit": 6,
}
STORIES = range(1, 7)


@pytest.fixture
def paper_url(database_url: str) -> str:
    """A database of either kind."""
    return database_url


@pytest.fixture
def restless(paper: Paper) -> Paper:
    """A paper each of whose stories says something else at every second look at it."""
    asked: Counter[str] = Counter()

    async def answer(head: str, writer: asyncio.StreamWriter) -> None:
        path = head.split()[1]
        writer.write(story(f"Text {asked[path] // 2}."))
        asked[path] += 1

    for number in STORIES:
        paper.replies[f"/news/{number}"] = answer
    paper.lists(*STORIES)
    paper.configure(f"{CONFIG}rechecks: {{horizon: 36500d}}\n")  # the plans take longer than 90 days
    return paper


def work(paper: Paper, plan: Sequence[tuple[str, str, int]]) -> list[int]:
    """Run the plan, and return how each of its steps ended."""
    command = [sys.executable, "-m", "tests.daemon.killed", json.dumps(plan)]
    done = subprocess.run(  # noqa: PLW1510 - the test says more than an exception would
        command, cwd=paper.folder, env=environment(paper.folder), capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr
    codes: list[int] = json.loads(done.stdout.splitlines()[-1])
    return codes


def audit(paper: Paper) -> None:
    """Check the books."""
    versions = paper.rows(
        "SELECT a.key, v.seq, r.paragraphs, e.kind FROM articles a JOIN versions v ON v.article_id = a.id "
        "JOIN readings r ON r.version_id = v.id LEFT JOIN events e ON e.version_id = v.id ORDER BY a.key, v.seq"
    )
    for number in STORIES:
        mine = [row for row in versions if row[0] == f"news/{number}"]
        assert [row[1] for row in mine] == list(range(1, len(mine) + 1))
        assert [row[3] for row in mine] == ["published", *["edited"] * (len(mine) - 1)]
        shown = [int(str(row[2]).split()[1].split(".")[0]) for row in mine]
        assert shown == sorted(set(shown))
        last_look = paper.server.paths.count(f"/news/{number}") - 1
        assert shown[-1] == last_look // 2, "what was looked at last is on record"
    halves = "SELECT key FROM articles a WHERE revision <> (SELECT count(*) FROM observations WHERE article_id = a.id)"
    assert paper.rows(halves) == []
    for table in ("articles", "sources", "hosts"):
        assert paper.rows(f"SELECT * FROM {table} WHERE lease IS NOT NULL") == []
    assert paper.rows("SELECT count(*) FROM articles WHERE next_check_at IS NULL") == [(0,)]


@pytest.mark.parametrize("last", [False, True])
def test_killed_before_and_after_every_step(restless: Paper, *, last: bool) -> None:
    plan = [(when, port, times if last else 1) for port, times in CALLS.items() for when in ("before", "after")]
    assert work(restless, plan) == [-signal.SIGKILL] * len(plan) + [0]
    audit(restless)


def test_killed_anywhere_again_and_again(restless: Paper) -> None:
    chance = Random(20261122)  # noqa: S311 - nothing secret hangs on it
    steps = [("before", port, chance.randint(1, times)) for port, times in CALLS.items()]
    steps += [("after", port, chance.randint(1, times)) for port, times in CALLS.items()]
    steps += [("inside", "transaction", number) for number in range(1, 31)]
    chance.shuffle(steps)
    assert work(restless, steps) == [-signal.SIGKILL] * 50 + [0]
    audit(restless)
