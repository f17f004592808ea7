"""The daemon as a real process, asked over HTTP how it goes; and what it says of a site that fails."""

import json
import socket
import urllib.error
import urllib.request

import pytest

from tests.daemon.paper import CONFIG, Paper, running
from tests.net.server import reply


@pytest.fixture
def port(paper: Paper) -> int:
    """A port that is free, and set."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = int(free.getsockname()[1])
    paper.configure(CONFIG.replace("tick: 1s", f"tick: 1s, http_port: {number}"))
    return number


def ask(port: int, page: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_it_says_that_it_is_ready_and_what_it_did(paper: Paper, port: int) -> None:
    with running(paper.folder) as daemon:
        daemon.hears("published", times=3)
        assert ask(port, "/healthz") == (200, "alive\n")
        assert ask(port, "/readyz") == (200, "ready\n")
        status, text = ask(port, "/metrics")
    assert status == 200
    assert 'monitor_checks_total{result="published",site="loopback"} 3.0' in text
    assert 'monitor_polls_total{result="read",site="loopback"} 1.0' in text
    assert 'monitor_due{site="loopback"} 0.0' in text
    assert "monitor_last_tick_timestamp_seconds 1." in text


def test_a_port_that_is_taken_stops_no_work(paper: Paper) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        paper.configure(CONFIG.replace("tick: 1s", f"tick: 1s, http_port: {number}"))
        with running(paper.folder) as daemon:
            assert f"127.0.0.1:{number} cannot be listened on" in daemon.hears("health_not_served")
            daemon.hears("published", times=3)


def test_a_site_that_fails_is_told_once_in_a_line_for_programs(paper: Paper) -> None:
    paper.lists(*range(1, 8))
    paper.replies |= {f"/news/{number}": reply(b"", 500) for number in range(1, 8)}
    with running(paper.folder) as daemon:
        said = json.loads(daemon.hears("site_failing"))
    assert (said["event"], said["level"], said["site"]) == ("site_failing", "error", "loopback")
    assert "HTTP 500" in said["why"]
    assert paper.rows("SELECT count(*) FROM events WHERE kind = 'site failing'") == [(1,)]
