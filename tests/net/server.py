"""A server on loopback that answers with exactly the bytes a test gives it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Server:
    """`requests` are the heads of all requests, in order; `most_open` is how many came at the same time at most."""

    url: str
    other: str
    requests: list[str] = field(default_factory=list)
    open: int = 0
    most_open: int = 0
    asked: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, path: str) -> None:
        """Wait until something has been asked for; only where it is served in a thread."""
        with self.asked:
            assert self.asked.wait_for(lambda: path in self.paths, timeout=60)

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
async def serve(replies: Mapping[str, bytes | Sequence[bytes]]) -> AsyncIterator[Server]:
    """Serve raw replies by path, of a sequence one after the other, the last one again and again.

    An unknown path is 404; an empty reply closes, one that ends in `…` hangs after it. `{other}` in a reply's head is
    the server's own address under another name, and so another host.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.open += 1
        server.most_open = max(server.most_open, server.open)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        with server.asked:
            server.requests.append(head)
            server.asked.notify_all()
        raw = _next(replies, server)
        writer.write(raw.replace(b"{other}", server.other.encode()).removesuffix("…".encode()))
        await writer.drain()
        if raw.endswith("…".encode()):
            await stopped.wait()
        server.open -= 1
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    stopped = asyncio.Event()
    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    try:
        yield server
    finally:
        stopped.set()
        listener.close()
        await listener.wait_closed()


@contextmanager
def serve_in_thread(replies: Mapping[str, bytes | Sequence[bytes]]) -> Iterator[Server]:
    """Serve for programs that run meanwhile, here or in other processes."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    served: list[Server] = []

    async def keep_serving() -> None:
        async with serve(replies) as server:
            served.append(server)
            ready.set()
            await stop.wait()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: loop.run_until_complete(keep_serving()))
    thread.start()
    assert ready.wait(10)
    try:
        yield served[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def _next(replies: Mapping[str, bytes | Sequence[bytes]], server: Server) -> bytes:
    path = server.paths[-1]
    given = replies.get(path, reply(b"none", 404))
    if isinstance(given, bytes):
        return given
    return given[min(server.paths.count(path), len(given)) - 1]
