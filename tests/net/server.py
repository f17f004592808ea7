"""A server on loopback that answers with exactly the bytes a test gives it, or as badly as a test wants it to."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

Handler: TypeAlias = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""Answers the head of a request; the connection is closed afterwards."""

Reply: TypeAlias = bytes | Handler
Replies: TypeAlias = Mapping[str, Reply | Sequence[Reply]]

HANGS = "…".encode()


@dataclass
class Server:
    """`requests` are the heads of all requests, in order; `most_open` is how many came at the same time at most."""

    url: str
    other: str
    requests: list[str] = field(default_factory=list)
    open: int = 0
    most_open: int = 0

    @property
    def paths(self) -> list[str]:
        return [head.split(" ", 2)[1] for head in self.requests]


def reply(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """Return a whole response; header names are given with underscores."""
    fields = {
        "content-length": str(len(body)),
        "connection": "close",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


def stream(head: bytes, chunk: bytes, times: int) -> Handler:
    """Send a head, then a chunk so many times, without holding what is sent, each as a write of its own."""

    async def answer(head_of_request: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(times):
            writer.write(chunk)
            await writer.drain()
            await asyncio.sleep(0)  # a drain with nothing to wait for lets nobody else run

    return answer


@asynccontextmanager
async def serve(replies: Replies, *, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Serve raw replies by path, of a sequence one after the other, the last one again and again.

    An unknown path is 404; an empty reply closes, one that ends in `…` hangs after it. `{here}` and `{other}` in a
    reply are the server's own address, and the same under another name, and so another host.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.open += 1
        server.most_open = max(server.most_open, server.open)
        with suppress(OSError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            server.requests.append(head)
            await send(_next(replies, server), head, writer)
        server.open -= 1
        with suppress(OSError):
            writer.close()
            await writer.wait_closed()

    async def send(given: Reply, head: str, writer: asyncio.StreamWriter) -> None:
        if not isinstance(given, bytes):
            await given(head, writer)
            return
        raw = given.replace(b"{here}", server.url.encode()).replace(b"{other}", server.other.encode())
        writer.write(raw.removesuffix(HANGS))
        await writer.drain()
        if raw.endswith(HANGS):
            await stopped.wait()

    stopped = asyncio.Event()
    listener = await asyncio.start_server(answer, "127.0.0.1", port, ssl=tls, family=socket.AF_INET)
    port = listener.sockets[0].getsockname()[1]
    scheme = "https" if tls else "http"
    server = Server(f"{scheme}://127.0.0.1:{port}", f"{scheme}://localhost:{port}")
    try:
        yield server
    finally:
        stopped.set()
        listener.close()
        await listener.wait_closed()


def _next(replies: Replies, server: Server) -> Reply:
    path = server.paths[-1]
    given = replies.get(path, reply(b"none", 404))
    if isinstance(given, bytes) or callable(given):
        return given
    return given[min(server.paths.count(path), len(given)) - 1]
