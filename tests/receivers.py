"""A receiver of webhooks on loopback: it verifies what it gets, keeps the keys of what it has handled, and may misbehave."""

import asyncio
import json
import socket
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from standardwebhooks import Webhook

SECRET = "whsec_" + "bW9uaXRvciB0ZXN0cyB0aGlzIHNlY3JldA=="
OK = b"HTTP/1.1 204 X\r\n\r\n"


def status(number: int, *lines: str, body: bytes = b"") -> bytes:
    """Return a raw response."""
    head = "\r\n".join((f"HTTP/1.1 {number} X", f"Content-Length: {len(body)}", *lines))
    return f"{head}\r\n\r\n".encode() + body


@dataclass(frozen=True)
class Heard:
    """A request that came in. `payload` is its body, verified."""

    key: str
    head: str
    headers: dict[str, str]
    body: bytes
    payload: dict[str, Any]


@dataclass(frozen=True)
class Reaction:
    """What a receiver does: whether it handles the message, what it answers, and whether it hangs after that."""

    raw: bytes = OK
    handles: bool = True
    hangs: bool = False


Behaviour: TypeAlias = Callable[[Heard], Reaction]


@dataclass
class Receiver:
    """`heard` is all that came in, in order; `handled` are the keys it acted on, each once."""

    behave: Behaviour = field(default=lambda _: Reaction())
    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    handled: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tries: Counter[str] = field(default_factory=Counter)
    came: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, done: Callable[["Receiver"], bool]) -> None:
        """Wait until something has come to pass; only where it runs in a thread."""
        with self.came:
            assert self.came.wait_for(lambda: done(self), timeout=60), f"{len(self.handled)} handled"

    def take(self, head: str, headers: dict[str, str], body: bytes) -> Reaction:
        """Act on a request."""
        with self.came:
            try:
                payload = Webhook(SECRET).verify(body, headers)
            except Exception as error:
                self.refused.append(repr(error))
                return Reaction(status(401), handles=False)
            one = Heard(headers["webhook-id"], head, headers, body, payload)
            assert payload["id"] == one.key
            self.heard.append(one)
            self.tries[one.key] += 1
            reaction = self.behave(one)
            if reaction.handles and one.key not in self.handled:
                self.handled.append(one.key)
            self.came.notify_all()
            return reaction

    def stories(self) -> dict[str, list[str]]:
        """Return the keys that were handled, in order, by the story that they are about."""
        about = {each.key: json.loads(each.body)["data"]["story"]["name"] for each in self.heard}
        found: dict[str, list[str]] = {}
        for key in self.handled:
            found.setdefault(about[key], []).append(key)
        return found


@asynccontextmanager
async def receiving(receiver: Receiver) -> AsyncIterator[Receiver]:
    """Let a receiver listen."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.current_task())
        with suppress(OSError, asyncio.IncompleteReadError):
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                headers = {name.lower(): value.strip() for name, _, value in map(_parts, head.split("\r\n")[1:-2])}
                body = await reader.readexactly(int(headers["content-length"]))
                reaction = receiver.take(head, headers, body)
                writer.write(reaction.raw)
                await writer.drain()
                if reaction.hangs:
                    await stopped.wait()
                if not reaction.raw.startswith(b"HTTP/1.1") or reaction.hangs:
                    break
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    stopped, connections = asyncio.Event(), set[asyncio.Task[None] | None]()
    listener = await asyncio.start_server(answer, "127.0.0.1", 0, family=socket.AF_INET)
    receiver.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
    try:
        yield receiver
    finally:
        stopped.set()
        listener.close()
        await asyncio.gather(*filter(None, connections), return_exceptions=True)


@contextmanager
def receiving_in_thread(receiver: Receiver) -> Iterator[Receiver]:
    """Let a receiver listen while programs run in other processes."""
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def keep_listening() -> None:
        async with receiving(receiver):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(keep_listening()))
    thread.start()
    assert ready.wait(10)
    try:
        yield receiver
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def _parts(line: str) -> tuple[str, str, str]:
    return line.partition(":")
