"""What the tests of faults share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.faults.strikes")

from tests.faults.press import Press, at_press  # noqa: E402 - asserts that are not rewritten say nothing


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    """Two papers and a monitor of them, before the first run."""
    with at_press(tmp_path) as press:
        yield press
