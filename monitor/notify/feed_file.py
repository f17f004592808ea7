"""A file with the latest alerts as a feed, for feed readers and for other programs.

The file is exchanged as a whole, so that whoever reads it finds an old one or a new one, never half of one. An alert
that comes again is in it already. Programs that write to one file wait for each other.
"""

import fcntl
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Final

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.messages import Message
from monitor.notify.feeds import ATOM, JSON, Entry, NoFeed, iri
from monitor.notify.texts import told
from monitor.notify.threads import in_thread
from monitor.pipeline.ports import Sender

KEPT: Final = 100
"""How many alerts a feed holds, the latest ones."""


class FeedFileSender(Sender):
    """Puts alerts into a feed: Atom, or JSON Feed where the name of the file ends in .json."""

    at_once: ClassVar[int] = 1

    def __init__(self, path: Path) -> None:
        self.path = path
        self.form = JSON if path.suffix.lower() == ".json" else ATOM
        self._turn = threading.Lock()

    async def send(self, message: Message, *, at: datetime) -> Answer:  # noqa: ARG002 - an entry bears the event's time
        """Put an alert into the file."""
        try:
            return await in_thread(lambda: self._put(_entry(message)))
        except OSError as error:
            return Failed(f"{self.path}: {error.strerror or error}")
        except NoFeed as error:
            return Failed(f"{self.path} is left as it is: {error}; move it away, or name another file")

    def _put(self, entry: Entry) -> Answer:
        if not self._turn.acquire(blocking=False):
            return Failed(f"{self.path}: the alert before is not written yet")
        try:
            with _alone(self.path.parent):
                self._add(entry)
        finally:
            self._turn.release()
        return Delivered()

    def _add(self, entry: Entry) -> None:
        entries = self._kept()
        if entry.id not in {each.id for each in entries}:
            latest = sorted([entry, *entries], key=lambda each: each.at, reverse=True)[:KEPT]
            _exchange(self.path, self.form.write(iri(self.path.absolute().as_uri()), latest))

    def _kept(self) -> list[Entry]:
        try:
            document = self.path.read_bytes()
        except FileNotFoundError:
            return []
        return self.form.read(document) if document.strip() else []


def _entry(message: Message) -> Entry:
    shown = told(message.payload)
    type_, at = str(message.payload["type"]), str(message.payload["timestamp"])
    return Entry(iri(message.key), type_, at, shown.title, shown.text, shown.link)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which ends with the program that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _exchange(path: Path, document: bytes) -> None:
    """Write a file beside the old one, and put it in its place once it is on the disk; it may be read by all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(document)
            file.flush()
            os.fchmod(handle, 0o644)
            os.fsync(handle)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
