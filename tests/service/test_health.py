"""The pages on which the daemon says how it is, over real connections on loopback."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.errors import StoreError, UsageError
from monitor.service.health import serve_health, why_not_ready
from monitor.service.metrics import Metrics

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


async def figures() -> bytes:
    metrics = Metrics()
    metrics.checked("inqilab", "edited")
    return metrics.text()


async def ready() -> str | None:
    return None


async def ask(port: int, request: str) -> str:
    """Send bytes as they are, and return all that comes back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer.decode()


def answer(request: str, *, why: str | None = None) -> str:
    async def as_told() -> str | None:
        return why

    async def run() -> str:
        async with serve_health(0, figures=figures, ready=as_told) as port:
            return await ask(port, request)

    return asyncio.run(run())


def get(path: str, *, method: str = "GET", host: str = "127.0.0.1:9100") -> str:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "why", "status", "text"),
    [
        (get("/healthz"), None, 200, "alive\n"),
        (get("/healthz"), "no tick yet", 200, "alive\n"),
        (get("/healthz?verbose=1"), None, 200, "alive\n"),
        (get("/healthz", method="HEAD"), None, 200, ""),
        (get("/readyz"), None, 200, "ready\n"),
        (get("/readyz"), "no tick yet", 503, "no tick yet\n"),
        (get("/readyz", host="localhost"), None, 200, "ready\n"),
        (get("/readyz", host="[::1]:9100"), None, 200, "ready\n"),
        (get("/"), None, 404, "/healthz /readyz /metrics\n"),
        (get("/healthz", method="POST"), None, 405, "only GET and HEAD\n"),
        (get("/metrics", host="evil.example"), None, 403, "this is for programs of this machine\n"),
        (get("/metrics", host="127.0.0.1.evil.example"), None, 403, "this is for programs of this machine\n"),
        ("GET /metrics HTTP/1.0\r\n\r\n", None, 403, "this is for programs of this machine\n"),
    ],
)
def test_answers(request_: str, why: str | None, status: int, text: str) -> None:
    head, _, body = answer(request_, why=why).partition("\r\n\r\n")
    assert (int(head.split()[1]), body) == (status, text)


def test_metrics_are_served_in_their_own_type() -> None:
    head, _, body = answer(get("/metrics")).partition("\r\n\r\n")
    assert "Content-Type: text/plain; version=" in head
    assert f"Content-Length: {len(body.encode())}" in head
    assert 'monitor_checks_total{result="edited",site="inqilab"} 1.0' in body


@pytest.mark.parametrize("request_", ["", "GET /healthz HTTP/1.1\r\nHost: local", "x" * 10_000, "\r\n\r\n"])
def test_what_is_no_request_is_hung_up_on(request_: str) -> None:
    assert "200" not in answer(request_)


def test_one_too_many_is_turned_away_and_the_slow_ones_hold_up_nothing_else() -> None:
    async def run() -> tuple[bytes, str]:
        async with serve_health(0, figures=figures, ready=ready) as port:
            slow = [await asyncio.open_connection("127.0.0.1", port) for _ in range(16)]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            turned_away = await reader.read()
            for there, here in [*slow, (reader, writer)]:
                here.close()
                await there.read()
            return turned_away, await ask(port, get("/healthz"))

    turned_away, later = asyncio.run(run())
    assert turned_away == b""
    assert later.endswith("alive\n")


def test_a_port_that_is_taken_is_told() -> None:
    async def run() -> None:
        async with (
            serve_health(0, figures=figures, ready=ready) as port,
            serve_health(port, figures=figures, ready=ready),
        ):
            pass

    with pytest.raises(UsageError, match=r"run\.http_port: 127\.0\.0\.1:\d+ cannot be listened on"):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("last_tick", "error", "why"),
    [
        (None, None, "no tick yet"),
        (NOW - timedelta(seconds=30), None, None),
        (NOW + timedelta(hours=1), None, None),
        (NOW - timedelta(seconds=31), None, "the last tick was at 2026-11-22 05:59:29 UTC"),
        (NOW, StoreError("database monitor.db is locked"), "the database cannot be reached"),
        (NOW, TimeoutError(), "the database does not answer"),
    ],
)
def test_why_it_cannot_work(last_tick: datetime | None, error: Exception | None, why: str | None) -> None:
    async def reach() -> None:
        if error is not None:
            raise error

    assert asyncio.run(why_not_ready(reach, last_tick, now=NOW, longest=timedelta(seconds=30))) == why
