"""What the tests of the network share."""

from pathlib import Path

import pytest

from tests.net.visits import Visit


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    """A fetcher, a server and a clock."""
    return Visit(tmp_path)
