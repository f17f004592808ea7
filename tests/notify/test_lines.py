"""Lines of JSON on standard output: a real pipe, read, closed and full."""

import asyncio
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

import pytest

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.messages import Message
from monitor.notify.lines import LineSender
from tests.notify.messages import NOW, PAYLOAD, message


@dataclass
class Pipe:
    reader: int
    out: TextIO

    def read(self) -> bytes:
        return os.read(self.reader, 1_000_000)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as out:
        yield Pipe(reader, out)


def send(sender: LineSender, *messages: Message) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        return [await sender.send(each, at=NOW) for each in messages]

    return asyncio.run(all_of_them())


def test_a_line_each_at_once_and_after_what_was_said_before(pipe: Pipe) -> None:
    pipe.out.write("head\n")
    assert send(LineSender(pipe.out), message(1), message(2)) == [Delivered(), Delivered()]
    head, *lines = pipe.read().decode().splitlines()
    assert head == "head"
    assert [json.loads(line)["id"] for line in lines] == ["msg_1", "msg_2"]
    assert "পুতিন-কিম বৈঠক" in lines[0]


def test_what_steers_a_terminal_is_escaped(pipe: Pipe) -> None:
    payload = {**PAYLOAD, "data": {"note": "a\u009b2J\u202e\nb"}}
    send(LineSender(pipe.out), message(1, payload))
    (line,) = pipe.read().decode().split("\n")[:-1]
    assert line.isprintable()
    assert json.loads(line)["data"] == payload["data"]


def test_a_closed_pipe_is_a_failure(pipe: Pipe) -> None:
    os.close(pipe.reader)
    assert send(LineSender(pipe.out), message()) == [Failed("standard output: Broken pipe")]


def test_a_reader_that_does_not_read_stops_nothing_and_gets_whole_lines(pipe: Pipe) -> None:
    room = fcntl.fcntl(pipe.reader, fcntl.F_SETPIPE_SZ, 4096)
    sender, long = LineSender(pipe.out), message(1, {**PAYLOAD, "data": {"note": "x" * room}})

    async def too_late() -> Answer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await sender.send(long, at=NOW)
        return await sender.send(message(2), at=NOW)

    assert asyncio.run(too_late()) == Failed("standard output: the line before was not read yet")
    line = b""
    while not line.endswith(b"\n"):
        line += pipe.read()
    assert json.loads(line)["id"] == "msg_1"
