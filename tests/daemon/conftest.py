"""A paper that is being served and installed, for daemons that run in processes of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.paper import CONFIG, Paper, install
from tests.net.server import Reply, serve_in_thread


@pytest.fixture
def paper_url(tmp_path: Path) -> str:
    """The database in which the record of the paper is kept."""
    return f"sqlite:///{tmp_path}/monitor.db"


@pytest.fixture
def paper(tmp_path: Path, paper_url: str) -> Iterator[Paper]:
    """Serve a paper with three stories, and install it for daemons that are started in its folder."""
    replies: dict[str, Reply] = {}
    with serve_in_thread(replies) as server:
        install(tmp_path, server.url)
        paper = Paper(tmp_path, server, replies, paper_url)
        paper.configure(CONFIG)
        paper.lists(1, 2, 3)
        yield paper
