"""What a user can get wrong: a message that helps, and its exit code; never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import Run
from tests.replays import SEEDS, Shot, edited, write_folder


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["onec"], 2, "once"),
        (["once", "--fromat", "json"], 2, "--format"),
        (["once", "--format", "xml"], 2, "xml"),
        (["once", "--site", "inqilb"], 2, "did you mean 'inqilab'?"),
        (["once", "--replay", "nowhere"], 2, "no such folder of captures: nowhere"),
        (["once", "--config", "nowhere.yaml"], 2, "nowhere.yaml"),
        (["once", "--database", "mysql://x"], 2, "--database"),
        (["once", "--database", "sqlite:///nowhere/monitor.db"], 3, "nowhere"),
        (["show", "12"], 2, "no story '12' on record"),
        (["show", "https://example.org/a"], 2, "no story"),
        (["diff", "inqilab:news/1"], 2, "no story"),
        (["check", "inqilab:news/1"], 2, "not on record"),
        (["check", "https://example.org/a"], 2, "no site claims https://example.org/a"),
        (["watch", "https://dailyinqilab.com/"], 2, "no site claims"),
        (["articles", "--since", "0001-01-01T00:00:00+14:00"], 2, "expected a date such as"),
        (["articles", "--limit", "99999999999999999999"], 2, "--limit"),
        (["articles", "--database", ""], 2, "--database"),
        (["articles", "--since", "yesterday"], 2, "expected a date such as"),
        (["articles", "--change", "none"], 2, "new, edited or reverted"),
        (["articles", "--site", "bbc"], 2, "known: inqilab, wirecopy"),
    ],
)
def test_mistake(run: Run, arguments: list[str], code: int, message: str) -> None:
    done = run(*arguments)
    assert done.code == code
    assert message in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_a_bad_configuration_is_refused_before_anything_runs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("fetch:\n  dealy: 5\nsites:\n  inqilb: {}\n")
    done = run("once", "--replay", SEEDS)
    assert done.code == 2
    assert 'config.yaml:2: fetch.dealy: unknown key; did you mean "delay"?' in done.err
    assert 'config.yaml:4: sites.inqilb: unknown site; did you mean "inqilab"?' in done.err
    assert not (tmp_path / "monitor.db").exists()


def test_init_writes_a_configuration_once(run: Run, tmp_path: Path) -> None:
    assert run("init").code == 0
    written = (tmp_path / "config.yaml").read_text()
    assert "database: sqlite:///monitor.db" in written
    assert run("once", "--replay", SEEDS).code == 0
    again = run("init")
    assert again.code == 2
    assert "is there already" in again.err


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"not a database at all" * 100, "monitor.db"), (b"SQLite format 3\0" + b"\xff" * 4096, "monitor.db")],
)
def test_a_file_that_is_no_database(run: Run, tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "monitor.db").write_bytes(content)
    done = run("once", "--replay", SEEDS)
    assert done.code == 3
    assert message in done.err
    assert (tmp_path / "monitor.db").read_bytes() == content


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_any_encoding_of_the_terminal_will_do(tmp_path: Path, encoding: str) -> None:
    command = [
        sys.executable,
        "-m",
        "monitor",
        "once",
        "--replay",
        str(SEEDS),
        "--database",
        f"sqlite:///{tmp_path}/m.db",
    ]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False)


@pytest.mark.parametrize(("redirect", "code"), [(">/dev/full", 1), (">&-", 0), (">&- 2>&-", 0)])
def test_output_that_cannot_be_written(tmp_path: Path, redirect: str, code: int) -> None:
    command = f"{sys.executable} -m monitor sites {redirect}"
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (code, False)


def test_version_and_help(run: Run) -> None:
    assert run("--version").out.startswith("monitor 0.")
    assert "Exit codes" in run("--help").out
    for command in ("once", "check", "watch", "articles", "show", "diff"):
        assert "$ monitor" in run(command, "--help").out


def test_interrupted_while_it_still_loads(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Loading:
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "monitor.cli.app", Loading())
    done = run("sites")
    assert done.code == 130
    assert done.err.startswith("monitor: interrupted")


def test_what_a_page_says_cannot_steer_the_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = edited(("পুতিন-কিম বৈঠক", "\x1b]0;owned\x07\x1b[2J\x9b31mপুতিন"), ("কিম জং উন", "\x1b[31mকিম\u202e"))
    folder = write_folder(tmp_path / "r", [Shot(hostile), Shot(edited(("পেলমেনি", "\x1b[5mx"), of=hostile))])
    monkeypatch.setenv("FORCE_COLOR", "1")
    said = [run("once", "--replay", folder), run("show", 1), run("diff", 1), run("articles")]
    monkeypatch.delenv("FORCE_COLOR")
    said += [run("show", 1), run("articles"), run("diff", 1), run("once", "--replay", folder)]
    for done in said:
        for control in ("\x1b]", "\x1b[2J", "\x07", "\x9b", "\x1b[5m", "\u202e"):
            assert control not in done.out + done.err
    assert "\x1b[2J" in run("show", 1, "--format", "json").json["versions"][0]["title"]
