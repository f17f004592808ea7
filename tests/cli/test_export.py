"""`monitor export`, and that what it wrote is replayed into the same record."""

import gzip
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.commands import Run
from tests.replays import SEED, SEEDS, WIRE, Shot, edited, write_folder

START = datetime(2026, 1, 1, tzinfo=UTC)
STORY = "https://dailyinqilab.com/international/news/601234"
MOVED = "https://www.dailyinqilab.com/index.php/national/news/601234"
HTML = "text/html; charset=utf-8"
UNREADABLE = b"<html><body><p>synthetic: no story</p></body></html>"


def hour(number: int) -> datetime:
    return START + timedelta(hours=number, microseconds=number)


SYNTHETIC = [
    Shot(SEED, hour(0), STORY),
    Shot(edited(("কিম", "ইল")), hour(1), STORY),
    Shot(SEED, hour(2), MOVED, final_url=STORY),
    Shot(SEED, hour(3), STORY.replace("601234", "5")),
    Shot(UNREADABLE, hour(4), STORY.replace("601234", "6"), content_type=HTML),
    Shot(UNREADABLE, hour(5), STORY.replace("601234", "6"), content_type=HTML),
    Shot(SEED, hour(6)),
    Shot(WIRE, hour(7), "urn:sha256:" + "0" * 64, "wirecopy"),
    Shot(edited(("পেলমেনি", "পেলমেনী")), hour(8)),
    Shot(SEED, hour(9)),
]


def record_types(path: Path) -> list[str]:
    with path.open("rb") as file:
        return [record.rec_type for record in ArchiveIterator(file, check_digests="raise")]


def stories(run: Run, *options: object) -> Any:
    """All stories with all versions, without what is of this database alone."""
    shown = []
    for each in run("articles", *options, "--format", "json").json:
        story = run("show", each["key"], *options, "--format", "json").json
        for name in ("id", "added_at"):
            del story["article"][name]
        shown.append(story)
    return shown


def test_the_seeds_round_trip(run: Run, tmp_path: Path) -> None:
    run("once", "--replay", SEEDS)
    run("once", "--site", "inqilab", "--replay", SEEDS / "edited")
    done = run("export", "--warc", "a.warc.gz")
    assert (done.code, done.out) == (0, "")
    assert done.err == "wrote 3 captures to a.warc.gz\n"
    other = ("--database", "sqlite:///other.db")
    assert run("once", "--replay", "a.warc.gz", *other).code == 0
    assert stories(run, *other) == stories(run)
    again = run("once", "--replay", "a.warc.gz", *other, "--format", "json").json
    assert again["checked"] == again["unchanged"] == 3


def test_a_round_trip_with_all_there_is(run: Run, tmp_path: Path) -> None:
    run("once", "--replay", write_folder(tmp_path / "r", SYNTHETIC))
    done = run("export", "--warc", "a.warc.gz")
    assert "wrote 10 captures, 5 of them as references to an equal one" in done.err
    assert sorted(record_types(tmp_path / "a.warc.gz")) == ["resource"] * 2 + ["response"] * 3 + ["revisit"] * 5 + [
        "warcinfo"
    ]
    other = ("--database", "sqlite:///other.db")
    first = run("once", "--replay", "a.warc.gz", *other, "--format", "json")
    assert (first.code, first.json["checked"], first.json["failed"]) == (1, 10, 2)  # the unreadable ones
    assert stories(run, *other) == stories(run)
    assert run("export", "--warc", "b.warc.gz", *other).code == 0
    names = (tmp_path / name for name in ("a.warc.gz", "b.warc.gz"))
    assert len({tuple(sorted(record_types(name))) for name in names}) == 1


def test_a_damaged_file_is_an_exit_code_and_what_is_whole_is_used(run: Run, tmp_path: Path) -> None:
    run("once", "--replay", SEEDS)
    run("export", "--warc", "a.warc.gz")
    whole = (tmp_path / "a.warc.gz").read_bytes()
    (tmp_path / "cut.warc.gz").write_bytes(whole[:-100])
    done = run("once", "--replay", "cut.warc.gz", "--database", "sqlite:///other.db", "--format", "json")
    assert (done.code, done.json["published"], done.json["failed"]) == (1, 1, 1)
    assert "cut.warc.gz is damaged behind byte" in done.err
    assert "it breaks off" in done.err


@pytest.mark.parametrize(
    ("options", "records"),
    [
        (["--site", "wirecopy"], 1),
        (["--article", "1"], 1),
        (["--article", "wirecopy:sha256/" + "9" * 64], None),
        (["--since", "2999-01-01"], 0),
        (["--site", "inqilab", "--since", "2020-01-01"], 1),
    ],
)
def test_filters(run: Run, tmp_path: Path, options: list[str], records: int | None) -> None:
    run("once", "--replay", SEEDS)
    done = run("export", "--warc", "a.warc.gz", *options)
    if records is None:
        assert done.code == 2
        assert not (tmp_path / "a.warc.gz").exists()
    else:
        assert len(record_types(tmp_path / "a.warc.gz")) == 1 + records


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--warc", "a.warc.gz"], "a.warc.gz is there already; it was left as it is"),
        (["--warc", "a.warc"], "it will be compressed; name it a.warc.gz"),
        (["--warc", "folder.gz"], "that is a folder"),
        (["--warc", "b.warc.gz", "--site", "inqilb"], "did you mean 'inqilab'?"),
        (["--warc", "b.warc.gz", "--since", "yesterday"], "expected a date such as"),
        ([], "--warc"),
    ],
)
def test_mistakes(run: Run, tmp_path: Path, arguments: list[str], message: str) -> None:
    run("once", "--replay", SEEDS)
    (tmp_path / "a.warc.gz").write_bytes(b"mine")
    (tmp_path / "folder.gz").mkdir()
    before = sorted(tmp_path.iterdir())
    done = run("export", *arguments)
    assert (done.code, message in done.err) == (2, True), done.err
    assert (tmp_path / "a.warc.gz").read_bytes() == b"mine"
    assert sorted(tmp_path.iterdir()) == before


def test_a_file_that_is_there_is_kept_until_the_new_one_is_whole(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("once", "--replay", SEEDS)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"mine")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("monitor.warcfile.writing.CaptureWriter.write", full)
        done = run("export", "--warc", "a.warc.gz", "--force")
    assert (done.code, "No space left" in done.err) == (1, True)
    assert path.read_bytes() == b"mine"
    assert not list(tmp_path.glob(".*"))
    assert run("export", "--warc", "a.warc.gz", "--force").code == 0
    assert len(record_types(path)) == 3


def test_to_standard_output(run: Run, tmp_path: Path) -> None:
    run("once", "--replay", SEEDS)
    command = [sys.executable, "-m", "monitor", "export", "--warc", "-"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert gzip.decompress(done.stdout).startswith(b"WARC/1.1\r\n")
    assert len(list(ArchiveIterator(io.BytesIO(done.stdout)))) == 3
    assert done.stderr == b"wrote 2 captures\n"


def test_a_bar_on_a_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("once", "--replay", SEEDS)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "exporting" in run("export", "--warc", "a.warc.gz").err
