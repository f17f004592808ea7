"""Thirty days under a virtual clock, with an outage, new starts and kills: nothing is wrong, late or forgotten."""

from datetime import timedelta
from pathlib import Path

from bench.soak import soak

STORIES = 2_000


def test_thirty_days_of_two_thousand_stories(tmp_path: Path) -> None:
    books = soak(f"sqlite:///{tmp_path}/monitor.db", STORIES)
    assert (books.read, books.wrong, books.overdue) == (STORIES, 0, 0)
    assert books.late <= timedelta(minutes=45)
    assert books.seen / books.edits > 0.75
    assert books.fetches / STORIES < 20
