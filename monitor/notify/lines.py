"""Alerts as lines of JSON on the standard output of this program."""

import os
import threading
from datetime import datetime
from typing import ClassVar, TextIO

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.harmless import escaped
from monitor.core.messages import Message
from monitor.notify.threads import in_thread
from monitor.pipeline.ports import Sender


class LineSender(Sender):
    """Writes a line for each alert. What would steer a terminal is written as escapes: it means the same."""

    at_once: ClassVar[int] = 1

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self._turn = threading.Lock()

    async def send(self, message: Message, *, at: datetime) -> Answer:  # noqa: ARG002 - it is told what the message says
        """Write the line past all buffers, so that it is out or not."""
        line = f"{escaped(message.body.decode())}\n".encode()
        try:
            return await in_thread(lambda: self._write(line))
        except OSError as error:
            return Failed(f"standard output: {error.strerror or error}")

    def _write(self, line: bytes) -> Answer:
        if not self._turn.acquire(blocking=False):
            return Failed("standard output: the line before was not read yet")
        try:
            self.out.flush()
            while line:
                line = line[os.write(self.out.fileno(), line) :]
        finally:
            self._turn.release()
        return Delivered()
