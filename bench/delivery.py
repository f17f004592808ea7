"""Alerts delivered to a receiver on loopback, from the outbox to the settlement in SQLite, beside bare POSTs.

The receiver is a process of its own. The floor posts the same bodies, as many at once, with a bare httpx client.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from monitor.bootstrap import open_monitor
from monitor.config import Settings, defaults
from monitor.config.settings import FetchSettings
from monitor.core.addresses import allowed
from monitor.core.alerts import MessageState, NewAlert
from monitor.core.digests import test_note
from monitor.core.events import Event, EventKind
from monitor.core.receivers import Receiver, Webhook
from monitor.pipeline.deliver import deliver_due
from monitor.pipeline.monitor import Monitor
from monitor.store.events import write_events

_MESSAGES: Final = 2_000
_AT_ONCE: Final = 4
_TEXT: Final = "পুতিনের সঙ্গে বৈঠক করতে রাশিয়া সফর করছেন কিম। " * 60
_SECRET: Final = "whsec_" + "YmVuY2ggYmVuY2ggYmVuY2ggYmVuY2g="


def run() -> Iterator[str]:
    """Measure, and yield a line a figure."""
    with _receiving() as url, tempfile.TemporaryDirectory() as folder, open_monitor(_settings(Path(folder), url)) as it:
        bodies = _fill(it)
        yield f"{_MESSAGES:,} messages of {len(bodies[0]):,} bytes, {_AT_ONCE} at once"
        floor, cpu_floor, wall, cpu = asyncio.run(_measured(it, url, bodies))
    yield f"{'bare httpx (floor)':<20}{_MESSAGES / floor:7.0f} alerts/s {cpu_floor / _MESSAGES * 1000:6.2f} ms CPU each"
    yield (
        f"{'delivered':<20}{_MESSAGES / wall:7.0f} alerts/s {cpu / _MESSAGES * 1000:6.2f} ms CPU each: "
        f"{wall / floor:.1f} x the time and {cpu / cpu_floor:.1f} x the CPU of the floor"
    )


async def _measured(monitor: Monitor, url: str, bodies: Sequence[bytes]) -> tuple[float, float, float, float]:
    floor = await _cost(_floor(url, bodies))
    delivered = await _cost(_deliver(monitor))
    await monitor.close()
    return *floor, *delivered


async def _cost(work: Awaitable[None]) -> tuple[float, float]:
    """Seconds gone by, and seconds of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - wall, time.process_time() - cpu


async def _floor(url: str, bodies: Sequence[bytes]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:

        async def post(some: Sequence[bytes]) -> None:
            for body in some:
                (await client.post(url, content=body)).raise_for_status()

        await asyncio.gather(*(post(bodies[number::_AT_ONCE]) for number in range(_AT_ONCE)))


async def _deliver(monitor: Monitor) -> None:
    tally = await deliver_due(monitor, 600)
    if tally.states != {MessageState.DELIVERED: _MESSAGES}:
        raise ValueError(f"expected all to be delivered, got {tally}")


def _settings(folder: Path, url: str) -> Settings:
    fetch = FetchSettings(allow_private=(allowed("127.0.0.1"),))
    return replace(defaults(folder), fetch=fetch, receivers={"desk": Receiver("desk", Webhook(url, (_SECRET,)))})


def _fill(monitor: Monitor) -> list[bytes]:
    """Put alerts on record, and return what is to be sent of them."""
    database = monitor.store._database  # type: ignore[attr-defined]
    now = datetime.now(UTC)
    payload = {**test_note(now), "data": {"note": _TEXT}}
    with database.writing() as connection:
        for number in range(_MESSAGES):
            alert = NewAlert("bench", {"desk": f"msg_{number:032}"}, payload, now)
            write_events(connection, (Event(EventKind.EDITED, None, "made", alerts=(alert,)),), now, {})
    return [f"{{{number:032}{_TEXT}".encode() for number in range(_MESSAGES)]


@contextmanager
def _receiving() -> Iterator[str]:
    command = [sys.executable, "-m", "bench.delivery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/hook"
        process.stdin.close()


async def _serve() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                await reader.readexactly(int(length.partition(b":")[2]))
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    listener.close()


if __name__ == "__main__":
    asyncio.run(_serve())
