"""How the daemon is asked how it is: a few pages over HTTP, for programs of this machine alone.

    /healthz    200 while the program runs and its loop turns
    /readyz     200 while it can work, else 503 with the reason
    /metrics    what it counts (monitor.service.metrics)

No page of the web can read them through somebody's browser: a request must name this machine as its host.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from monitor.core.errors import StoreError, UsageError
from monitor.service.metrics import CONTENT_TYPE

_LONGEST_HEAD: Final = 8_192
_SECONDS: Final = 5.0
_AT_ONCE: Final = 16
_HERE: Final = re.compile(r"(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_TEXT: Final = "text/plain; charset=utf-8"
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    503: "Service Unavailable",
}

Ready = Callable[[], Awaitable[str | None]]
"""Says why the daemon cannot work, None if it can."""

Figures = Callable[[], Awaitable[bytes]]
"""Says what it counts, as Prometheus reads it."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    text: bytes
    content_type: str = _TEXT


async def why_not_ready(
    reach: Callable[[], Awaitable[None]], last_tick: datetime | None, *, now: datetime, longest: timedelta
) -> str | None:
    """Say why the daemon cannot work, None if it can: the database is out of reach, or the ticks stand still.

    `reach` asks the database for anything, and raises StoreError or never returns if it cannot. `longest` is how old
    the last tick may be.
    """
    if last_tick is None:
        return "no tick yet"
    if now - last_tick > longest:
        return f"the last tick was at {last_tick:%Y-%m-%d %H:%M:%S} UTC"
    try:
        async with asyncio.timeout(_SECONDS / 2):
            await reach()
    except TimeoutError:
        return "the database does not answer"
    except StoreError:
        return "the database cannot be reached"
    return None


@asynccontextmanager
async def serve_health(port: int, *, figures: Figures, ready: Ready) -> AsyncIterator[int]:
    """Answer while the block runs; gives the port, which is another one if 0 was asked for.

    UsageError if the port is not free.
    """
    places = asyncio.Semaphore(_AT_ONCE)
    try:
        server = await asyncio.start_server(
            partial(_serve, figures, ready, places), "127.0.0.1", port, limit=_LONGEST_HEAD
        )
    except OSError as error:
        raise UsageError(f"run.http_port: 127.0.0.1:{port} cannot be listened on: {error.strerror or error}") from error
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def _serve(
    figures: Figures,
    ready: Ready,
    places: asyncio.Semaphore,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Answer one request on a connection, and close it; whoever is slow or one too many is turned away."""
    with suppress(OSError, TimeoutError):
        try:
            if not places.locked():
                async with places, asyncio.timeout(_SECONDS):
                    await _converse(figures, ready, reader, writer)
        finally:
            writer.close()


async def _converse(figures: Figures, ready: Ready, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return
    method, _, rest = head.partition(" ")
    answer = await _answer(method, rest.partition(" ")[0], _host(head), figures, ready)
    writer.write(_head(answer) + (b"" if method == "HEAD" else answer.text))
    await writer.drain()


async def _answer(method: str, target: str, host: str | None, figures: Figures, ready: Ready) -> _Answer:
    if host is None or not _HERE.fullmatch(host):
        return _Answer(403, b"this is for programs of this machine\n")
    if method not in {"GET", "HEAD"}:
        return _Answer(405, b"only GET and HEAD\n")
    match target.partition("?")[0]:
        case "/healthz":
            return _Answer(200, b"alive\n")
        case "/readyz":
            why = await ready()
            return _Answer(200, b"ready\n") if why is None else _Answer(503, f"{why}\n".encode())
        case "/metrics":
            return _Answer(200, await figures(), CONTENT_TYPE)
        case _:
            return _Answer(404, b"/healthz /readyz /metrics\n")


def _host(head: str) -> str | None:
    fields = (line.partition(":") for line in head.split("\r\n")[1:])
    return next((value.strip() for name, _, value in fields if name.strip().lower() == "host"), None)


def _head(answer: _Answer) -> bytes:
    return (
        f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}\r\nContent-Type: {answer.content_type}\r\n"
        f"Content-Length: {len(answer.text)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n"
    ).encode("latin-1")
