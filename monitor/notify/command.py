"""A program that is told of alerts: started for each of them, without a shell, with the message on its standard input.

Exit code 0 means that it has the alert; all else is a failure, and why is the first line of its standard error. When
its time is over, it is killed with all that it started.
"""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, ClassVar, Final

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.harmless import harmless
from monitor.core.messages import Message
from monitor.pipeline.ports import Sender

_LONGEST: Final = 300


class CommandSender(Sender):
    """Starts a program for each alert, one after the other."""

    at_once: ClassVar[int] = 1

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = tuple(argv)

    async def send(self, message: Message, *, at: datetime) -> Answer:  # noqa: ARG002 - it is told what the message says
        """Start the program and wait for its end."""
        # files, not pipes: a program may read or not, and what it leaves running may keep them open
        with TemporaryFile() as stdin, TemporaryFile() as stderr:
            stdin.write(message.body)
            stdin.seek(0)
            try:
                process = await asyncio.create_subprocess_exec(
                    *self.argv, stdin=stdin, stdout=asyncio.subprocess.DEVNULL, stderr=stderr, start_new_session=True
                )
            except OSError as error:
                return Failed(f"cannot start {self.argv[0]}: {error.strerror or error}")
            code = await _end_of(process)
            return Delivered() if code == 0 else Failed(_why(code, stderr))


async def _end_of(process: asyncio.subprocess.Process) -> int:
    try:
        return await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise


def _why(code: int, stderr: IO[bytes]) -> str:
    stderr.seek(0)
    said = harmless(stderr.readline(_LONGEST).decode(errors="replace")).strip()
    ended = f"exit code {code}" if code > 0 else f"ended by signal {-code}"
    return f"{ended}: {said}" if said else ended
