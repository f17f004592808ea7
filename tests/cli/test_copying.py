"""`monitor db copy` from the command line: a record that moves to Postgres and back reads the same."""

from pathlib import Path

import pytest

from tests.commands import Run
from tests.replays import SEEDS


def test_a_record_moves_to_postgres_and_back(run: Run, tmp_path: Path, postgres_url: str) -> None:
    run("once", "--replay", SEEDS / "edited")
    before = run("articles", "--format", "json")
    moved = run("db", "copy", "sqlite:///monitor.db", postgres_url)
    assert (moved.code, moved.err) == (0, "")
    assert moved.out.startswith("copied ")
    assert moved.out.endswith("both databases hold the same\n")
    back = run("db", "copy", postgres_url, "sqlite:///back.db", "--format", "json")
    assert back.json["rows"] == sum(back.json["tables"].values()) > 0
    for url in (postgres_url, "sqlite:///back.db"):
        assert run("articles", "--format", "json", "--database", url).out == before.out
    assert run("once", "--replay", SEEDS / "edited", "--format", "json", "--database", postgres_url).json["edited"] == 0


@pytest.mark.parametrize(
    ("source", "target", "code", "message"),
    [
        ("sqlite:///monitor.db", "sqlite:///monitor.db", 2, "it cannot be copied into itself"),
        ("sqlite:///no.db", "sqlite:///new.db", 3, "there is no such file"),
        ("news.db", "sqlite:///new.db", 2, "expected sqlite:///FILE or postgresql://"),
    ],
)
def test_mistakes(run: Run, source: str, target: str, code: int, message: str) -> None:
    run("once", "--replay", SEEDS / "edited")
    done = run("db", "copy", source, target)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
