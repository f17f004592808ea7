"""Killed between the commit of an alert and the answer to it, and started again: each alert arrives, in order, once."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from monitor.store.database import Database, connect
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from tests.daemon.paper import environment
from tests.receivers import Receiver, receiving_in_thread
from tests.store.builders import SITE, START, found
from tests.store.posts import alert, rows, states, write

# What is called as all is delivered, and at which times of it the program is killed.
CALLS = {
    "outbox.ready": (1,),
    "outbox.gather": (1,),
    "outbox.claim": (1, 2),
    "sender.send": (1, 3),
    "outbox.settle": (1, 3),
}
STORIES = 25


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving_in_thread(Receiver()) as receiver:
        yield receiver


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(connect(f"sqlite:///{tmp_path}/monitor.db")) as database:
        prepare(database)
        yield database


def fill(database: Database, each: int) -> None:
    """Put so many alerts on record of each story."""
    refs = SqlStore(database).discovered(SITE, [found(number) for number in range(STORIES)], at=START)
    for number in range(each):
        for ref in refs:
            write(database, alert(f"{ref.id:02}-{number:03}", story=ref.id), story=ref.id, at=START)


def killed(folder: Path, receiver: Receiver, plan: Sequence[tuple[str, str, int]]) -> list[int]:
    """Deliver, killed as the plan has it, and then to the end; return how each step ended."""
    command = [sys.executable, "-m", "tests.daemon.posting", receiver.url, json.dumps(plan)]
    done = subprocess.run(  # noqa: PLW1510 - the test says more than an exception would
        command, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    codes: list[int] = json.loads(done.stdout.splitlines()[-1])
    return codes


def audit(database: Database, receiver: Receiver) -> None:
    """Check the books against what the receiver has."""
    written = states(database)
    assert set(written.values()) == {"delivered"}
    assert receiver.refused == []
    assert sorted(receiver.handled) == sorted(written)
    assert all(keys == sorted(keys) for keys in receiver.stories().values())
    tries = [row.message_id for row in rows(database, "tries")]
    assert len(set(tries)) == len(tries) == len(written)
    assert len(receiver.heard) >= len(tries)
    assert {row.lease for row in rows(database, "messages")} == {None}


def test_killed_before_and_after_every_step(tmp_path: Path, database: Database, receiver: Receiver) -> None:
    fill(database, 4)
    plan = [(when, call, number) for call, times in CALLS.items() for when in ("before", "after") for number in times]
    assert killed(tmp_path, receiver, plan) == [-signal.SIGKILL] * len(plan) + [0]
    audit(database, receiver)
    assert len(receiver.heard) > len(receiver.handled), "what was answered but not settled is told again"


def test_killed_anywhere_again_and_again(tmp_path: Path, database: Database, receiver: Receiver) -> None:
    chance = Random(20261125)  # noqa: S311 - nothing secret hangs on it
    fill(database, 13)
    plan = [("inside", "transaction", chance.randint(1, 7)) for _ in range(50)]
    plan += [
        (chance.choice(("before", "after")), chance.choice(("sender.send", "outbox.settle")), chance.randint(1, 8))
        for _ in range(50)
    ]
    chance.shuffle(plan)
    assert killed(tmp_path, receiver, plan) == [-signal.SIGKILL] * 100 + [0]
    audit(database, receiver)
