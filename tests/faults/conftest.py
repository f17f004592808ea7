"""What the tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.press import Press, at_press


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """Two papers and a monitor of them, before the first run."""
    with at_press(tmp_path) as press:
        yield press
