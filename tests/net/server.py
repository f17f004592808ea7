"""A server on loopback that answers with exactly the bytes a test gives it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Server:
    """`requests` are the heads of all requests, in order."""

    url: str
    requests: list[str] = field(default_factory=list)

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


@asynccontextmanager
async def serve(replies: Mapping[str, bytes]) -> AsyncIterator[Server]:
    """Serve raw replies by path; an unknown path is 404; an empty reply closes, one that ends in `…` hangs after it."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        server.requests.append(head)
        raw = replies.get(head.split(" ", 2)[1], reply(b"none", 404))
        writer.write(raw.removesuffix("…".encode()))
        await writer.drain()
        if raw.endswith("…".encode()):
            await stopped.wait()
        writer.close()

    stopped = asyncio.Event()
    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}")
    try:
        yield server
    finally:
        stopped.set()
        listener.close()
        await listener.wait_closed()
