"""Telling systemd how it is: the protocol of sd_notify(3), which is a datagram of lines to a socket it names."""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Systemd:
    """Where to tell it, and within how many seconds it wants to hear of us; None where it does not ask."""

    address: str | None
    watchdog: float | None

    @classmethod
    def of(cls, environ: Mapping[str, str], pid: int) -> "Systemd":
        """Read what systemd asks of this process; a child of a watched process is not watched itself."""
        limit = environ.get("WATCHDOG_USEC", "")
        asked = limit.isdigit() and environ.get("WATCHDOG_PID", str(pid)) == str(pid)
        return cls(environ.get("NOTIFY_SOCKET"), int(limit) / 1_000_000 if asked else None)

    def ready(self) -> None:
        """The program has begun its work."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """The configuration is read anew; `ready` ends that."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """The program comes to its end."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """The program is at work."""
        if self.watchdog is not None:
            self._tell("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        if not self.address:
            return
        # a name that begins with @ is abstract: it is in no file system
        address = f"\0{self.address[1:]}" if self.address.startswith("@") else self.address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.send(state.encode())
