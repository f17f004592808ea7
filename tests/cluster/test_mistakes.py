"""What a cluster cannot do without, said with what to do."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from tests.commands import Run

COMMANDS = [("run", "--enqueue"), ("worker",)]


@pytest.fixture(autouse=True)
def log() -> Iterator[None]:
    """What a command sets up for its log ends with it."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    structlog.reset_defaults()
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_sqlite_file_is_refused(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command)
    assert (done.code, "postgresql://" in done.err) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_without_its_packages_it_is_refused(
    run: Run, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.bootstrap.find_spec", lambda _: None)
    done = run(*command, "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert (done.code, 'pip install "monitor[cluster]"' in done.err) == (2, True)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there(run: Run, command: tuple[str, ...]) -> None:
    assert run(*command, "--database", "postgresql://nobody@127.0.0.1:1/none").code == 3
