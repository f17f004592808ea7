"""What systemd is told, on a socket as it makes them."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.service.systemd import Systemd


@pytest.fixture(params=["file", "abstract"])
def ear(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    name = str(tmp_path / "notify") if request.param == "file" else f"@monitor-test-{tmp_path.name}"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as channel:
        channel.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        channel.settimeout(10)
        yield name, channel


def test_what_it_is_told(ear: tuple[str, socket.socket]) -> None:
    name, channel = ear
    systemd = Systemd.of({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"}, 7)
    for tell, said in (
        (systemd.ready, b"READY=1"),
        (systemd.alive, b"WATCHDOG=1"),
        (systemd.stopping, b"STOPPING=1"),
        (systemd.reloading, b"RELOADING=1\nMONOTONIC_USEC="),
    ):
        tell()
        assert channel.recv(100).startswith(said)


@pytest.mark.parametrize(
    ("environ", "watchdog"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog(environ: dict[str, str], watchdog: float | None) -> None:
    assert Systemd.of(environ, 7).watchdog == watchdog


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}])
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    systemd = Systemd.of({**environ, "WATCHDOG_USEC": "1"}, 7)
    systemd.ready()
    systemd.alive()
