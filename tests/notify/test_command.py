"""A program that is told of alerts: real ones, started and killed."""

import asyncio
import json
import os
import sys
import time
from pathlib import Path

import pytest

from monitor.core.answers import Answer, Delivered, Failed
from monitor.notify.command import CommandSender
from tests.notify.messages import NOW, message


def send(*argv: str, deadline: float = 20.0) -> Answer:
    async def within() -> Answer:
        async with asyncio.timeout(deadline):
            return await CommandSender(argv).send(message(), at=NOW)

    return asyncio.run(within())


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_it_reads_the_message_from_standard_input(tmp_path: Path) -> None:
    assert send("/bin/sh", "-c", 'cat > "$0"', str(tmp_path / "told")) == Delivered()
    told = json.loads((tmp_path / "told").read_bytes())
    assert (told["id"], told["data"]["story"]["title"]) == ("msg_1", "পুতিন-কিম বৈঠক")


@pytest.mark.parametrize(
    ("script", "answer"),
    [
        ("exit 0", Delivered()),
        ("echo talk; exit 0", Delivered()),
        ("exit 3", Failed("exit code 3")),
        ("echo '  no desk  ' >&2; echo more >&2; exit 1", Failed("exit code 1: no desk")),
        ("printf '\\033[2J\\377' >&2; exit 1", Failed("exit code 1: �[2J�")),
        ("kill -TERM $$", Failed("ended by signal 15")),
        ("head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1", Failed(f"exit code 1: {'x' * 300}")),
    ],
)
def test_its_exit_code_is_the_answer(script: str, answer: Answer) -> None:
    assert send("/bin/sh", "-c", script) == answer


def test_no_shell_reads_its_arguments(tmp_path: Path) -> None:
    touch = f"$(touch {tmp_path}/x)"
    assert send(*python(f"import sys; sys.exit(sys.argv[1] != {touch!r})"), touch) == Delivered()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("program", ["/nowhere/program", "/"])
def test_a_program_that_cannot_be_started(program: str) -> None:
    answer = send(program)
    assert isinstance(answer, Failed)
    assert answer.why.startswith(f"cannot start {program}: ")


def test_what_it_leaves_running_is_not_waited_for() -> None:
    began = time.monotonic()
    assert send("/bin/sh", "-c", "sleep 15 & exit 0") == Delivered()
    assert time.monotonic() - began < 10


def test_when_its_time_is_over_it_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = 'sleep 60 & echo $! > "$0"; echo $$ >> "$0"; wait'

    async def broken_off() -> None:
        sending = asyncio.create_task(CommandSender(("/bin/sh", "-c", script, str(pids))).send(message(), at=NOW))
        while not (pids.exists() and len(pids.read_text().split()) == 2):
            await asyncio.sleep(0.01)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    began = time.monotonic()
    asyncio.run(broken_off())
    assert time.monotonic() - began < 30
    for pid in map(int, pids.read_text().split()):
        assert _is_gone(pid)


def _is_gone(pid: int) -> bool:
    """Whether a process has ended; a zombie that nobody has waited for yet has, too."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.01)
    return False
