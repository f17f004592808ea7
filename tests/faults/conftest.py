"""What the tests of faults share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile

import pytest

from monitor.store.database import connect
from monitor.store.schema import prepare

pytest.register_assert_rewrite("tests.faults.strikes")

from tests.faults.press import Press, at_press  # noqa: E402 - asserts that are not rewritten say nothing


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, to be copied: making it takes a fifth of the time of a test."""
    file = tmp_path_factory.mktemp("empty") / "press.db"
    with closing(connect(f"sqlite:///{file}")) as database:
        prepare(database)
    return file


@pytest.fixture
def folder(tmp_path: Path, empty: Path) -> Path:
    """A folder with a database that has all tables."""
    copyfile(empty, tmp_path / empty.name)
    return tmp_path


@pytest.fixture
def press(folder: Path) -> Iterator[Press]:
    """Two papers and a monitor of them, before the first run."""
    with at_press(folder) as press:
        yield press
