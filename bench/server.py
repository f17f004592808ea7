"""`python -m bench.server SIZE`: fifty hosts of one news site on loopback, in a process of their own.

Prints its port, and serves until its standard input ends. Each host has any number of stories, no two alike, at
`/news/NUMBER`, and no robots.txt.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from bench.pages import HTML, page

HOSTS: Final = tuple(f"127.0.1.{number}" for number in range(1, 51))
_NUMBER: Final = b"7654321"
_GONE: Final = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def serving(size: int) -> Iterator[int]:
    """Give the port at which all of HOSTS serve pages of about `size` bytes."""
    command = [sys.executable, "-m", "bench.server", str(size)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        yield int(process.stdout.readline())
        process.stdin.close()


async def _serve(size: int) -> None:
    body = page(int(_NUMBER), size=size)
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {HTML}\r\nContent-Length: {len(body)}\r\n\r\n"
    template = head.encode() + body

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while request := await reader.readuntil(b"\r\n\r\n"):
                number = request.split(b" ", 2)[1].rpartition(b"/news/")[2]
                writer.write(template.replace(_NUMBER, number.zfill(len(_NUMBER))) if number.isdigit() else _GONE)
                await writer.drain()
        writer.close()

    first = await asyncio.start_server(answer, HOSTS[0], 0)
    port = first.sockets[0].getsockname()[1]
    others = [await asyncio.start_server(answer, host, port) for host in HOSTS[1:]]
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    for each in (first, *others):
        each.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
