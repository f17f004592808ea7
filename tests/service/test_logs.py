"""The log as a person and as a program reads it; what it must not tell, and what must not come through it."""

import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from monitor.service.logs import configure_logs, without_secrets


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def line(stream: io.StringIO) -> Callable[[], dict[str, object]]:
    """What the last line says, read as a program does."""
    return lambda: json.loads(stream.getvalue().splitlines()[-1])


def test_json_where_there_is_no_terminal(stream: io.StringIO, line: Callable[[], dict[str, object]]) -> None:
    configure_logs(stream, terminal=False).info("source_failed", site="inqilab", why='HTTP 500: "শেষ"\nno', tries=3)
    said = line()
    assert str(said.pop("at")).endswith("Z")
    assert said == {
        "level": "info",
        "event": "source_failed",
        "site": "inqilab",
        "why": 'HTTP 500: "শেষ"\nno',
        "tries": 3,
    }
    assert stream.getvalue().count("\n") == 1
    assert "শেষ" in stream.getvalue()


@pytest.mark.parametrize(
    ("no_colour", "expected"),
    [
        ("1", 'source failed  site=inqilab why="HTTP 500: not now" links=[1, 2] url=https://x.example/?a=1'),
        ("", "\x1b[33msource failed\x1b[0m  site=inqilab"),
    ],
)
def test_a_line_for_a_person(
    stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, no_colour: str, expected: str
) -> None:
    monkeypatch.setenv("NO_COLOR", no_colour)
    log = configure_logs(stream, terminal=True)
    log.warning("source_failed", site="inqilab", why="HTTP 500:\nnot now", links=[1, 2], url="https://x.example/?a=1")
    assert expected in stream.getvalue()
    assert stream.getvalue().count("\n") == 1
    assert ("\x1b" in stream.getvalue()) is (not no_colour)


@pytest.mark.parametrize("terminal", [True, False])
def test_scraped_text_steers_no_terminal(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch, terminal: bool) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    log = configure_logs(stream, terminal=terminal)
    log.info("edited", title="\x1b[2J\x9b31m\u202eevil\r\x07\x00", nested={"\x1b[0m": ["\x1b]0;x\x07"]})
    assert not set(stream.getvalue()) & set("\x1b\x9b\u202e\r\x07\x00")
    assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://me:hunter2@db/x failed", "postgresql://…@db/x failed"),
        ("https://x.example/feed?api_key=abc&page=2", "https://x.example/feed?api_key=…&page=2"),
        ("https://x.example/?access_token=abc#top", "https://x.example/?access_token=…#top"),
        ("host=db password=hunter2 dbname=x", "host=db password=… dbname=x"),
        ("https://x.example/author=me", "https://x.example/author=me"),
        ("https://x.example/compass=north", "https://x.example/compass=north"),
        ("mail me@x.example", "mail me@x.example"),
    ],
)
def test_secrets_in_texts(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize("terminal", [True, False])
def test_no_secret_is_told_wherever_it_stands(stream: io.StringIO, terminal: bool) -> None:
    log = configure_logs(stream, terminal=terminal)
    url = "postgresql://me:hunter2@db/x"
    try:
        int(url)
    except ValueError:
        log.exception("broke", database=url, token="hunter2", more=[{"at": url}], other=ValueError(url))  # noqa: S106
    assert "hunter2" not in stream.getvalue()
    assert "ValueError: invalid literal for int() with base 10: 'postgresql://…@db/x'" in stream.getvalue()


def test_an_error_may_be_handed_over(stream: io.StringIO, line: Callable[[], dict[str, object]]) -> None:
    configure_logs(stream, terminal=False).error("bug", exc_info=KeyError("x"))
    assert line()["traceback"] == "KeyError: 'x'"


class Closed(io.StringIO):
    """A stream that leads nowhere any more: its terminal was closed, or who read it has ended."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def test_where_nobody_reads_it_the_work_goes_on() -> None:
    log = configure_logs(Closed(), terminal=False)
    log.info("edited")
    logging.getLogger("apscheduler").error("a job broke")


def test_what_is_of_no_interest_is_left_out(stream: io.StringIO) -> None:
    configure_logs(stream, terminal=False).debug("unchanged")
    assert stream.getvalue() == ""


def test_libraries_warn_in_the_same_form(stream: io.StringIO, line: Callable[[], dict[str, object]]) -> None:
    configure_logs(stream, terminal=False)
    configure_logs(stream, terminal=False)  # a second time adds nothing
    logging.getLogger("apscheduler").info("not this")
    logging.getLogger("apscheduler").warning("run time of %s was missed", "tick")
    assert (line()["level"], line()["logger"], line()["message"]) == (
        "warning",
        "apscheduler",
        "run time of tick was missed",
    )
    assert stream.getvalue().count("\n") == 1


def test_every_logger_of_the_process_is_this_one(stream: io.StringIO, line: Callable[[], dict[str, object]]) -> None:
    configure_logs(stream, terminal=False)
    structlog.get_logger().info("running", pid=1)
    assert line()["event"] == "running"
