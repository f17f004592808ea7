"""`monitor history` and `monitor db prune` from the command line, on replayed captures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands import Run
from tests.replays import SEED, Shot, edited, write_folder

URL = "https://dailyinqilab.com/international/news/601234"
T0 = datetime(2026, 1, 1, tzinfo=UTC)
OTHER = edited(("করেছেন", "করেননি"))
FETCH = [
    "at", "outcome", "version", "status", "bytes", "sha256", "milliseconds", "url", "final_url", "hops", "etag",
    "last_modified", "updated", "why", "ref",
]  # fmt: skip


def hour(number: float) -> datetime:
    return T0 + timedelta(hours=number)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seen at 0, 2 and 12; edited at 13; gone at 14; unreadable at 15."""
    shots = [
        Shot(SEED, hour(0), url=URL),
        Shot(SEED, hour(2), url=URL),
        Shot(SEED, hour(12), url=URL),
        Shot(OTHER, hour(13), url=URL),
        Shot(b"gone", hour(14), url=URL, status=404),
        Shot(b"nothing to read", hour(15), url=URL),
    ]
    return write_folder(tmp_path / "r", shots)


@pytest.fixture(autouse=True)
def replayed(run: Run, folder: Path) -> None:
    run("once", "--replay", folder)


def test_the_coverage_of_a_story(run: Run) -> None:
    done = run("history", 1, "--format", "json")
    assert (done.code, list(done.json)) == (0, ["article", "coverage", "fetches"])
    coverage = done.json["coverage"]
    versions, gaps = coverage.pop("versions"), coverage.pop("gaps")
    assert coverage == {
        "first_at": hour(0).isoformat(),
        "last_at": hour(15).isoformat(),
        "fetches": 6,
        "seen": 4,
        "older": 0,
        "not_modified": 0,
        "unreadable": 1,
        "gone": 1,
        "blocked": 0,
        "failed": 0,
        "pruned": 0,
        "whole_since": hour(0).isoformat(),
        "gone_since": "2026-01-01T14:00:00+00:00",
        "gone_confirmed": 0,
        "unpublished_at": None,
    }
    assert [(each["seq"], each["sights"], each["window_seconds"]) for each in versions] == [(1, 3, None), (2, 1, 3600)]
    assert versions[1]["changed_after"] == versions[0]["last_seen_at"] == hour(12).isoformat()
    assert [(each["seconds"] / 3600, each["version_before"], each["version_after"]) for each in gaps] == [
        (10, 1, 1),
        (2, 1, 1),
        (2, 2, None),
        (1, 1, 2),
    ]
    assert gaps[2]["missed"] == 2


def test_the_fetches(run: Run) -> None:
    fetches = run("history", 1, "--format", "json").json["fetches"]
    assert [list(each) for each in fetches] == [FETCH] * 6
    assert [(each["outcome"], each["version"], each["status"]) for each in fetches] == [
        ("fetched", 1, 200),
        ("fetched", 1, 200),
        ("fetched", 1, 200),
        ("fetched", 2, 200),
        ("gone", None, 404),
        ("unreadable", None, 200),
    ]
    assert fetches[0]["url"] == fetches[0]["final_url"] == URL
    assert fetches[0]["bytes"] == len(SEED)
    assert run("history", 1, "--format", "jsonl").jsonl == fetches
    assert run("history", 1, "--format", "jsonl", "--limit", 2).jsonl == fetches[-2:]


@pytest.mark.parametrize(
    ("threshold", "hours"), [("2h", [10, 2, 2]), ("90m", [10, 2, 2]), ("0.1d", [10]), ("1d", []), ("0s", [10, 2, 2, 1])]
)
def test_gaps_of_at_least_some_width(run: Run, threshold: str, hours: list[int]) -> None:
    gaps = run("history", 1, "--gaps", threshold, "--format", "json").json["coverage"]["gaps"]
    assert [each["seconds"] / 3600 for each in gaps] == hours


def test_a_table_for_people_is_in_the_zone_of_the_site(run: Run) -> None:
    said = run("history", URL).out
    for words in (
        "all times are of Asia/Dhaka",
        "6 fetches, the first 2026-01-01 06:00:00, the last 2026-01-01 21:00:00",
        "     4  seen whole",
        "     1  gone",
        "version 1  seen from 2026-01-01 06:00:00 to 2026-01-01 18:00:00, 3 sights",
        "changed between 2026-01-01 18:00:00 and 2026-01-01 19:00:00: within 1 h",
        "10 h  2026-01-01 08:00:00 to 2026-01-01 18:00:00  version 1 at both ends",
        "2 h  2026-01-01 19:00:00 to 2026-01-01 21:00:00  after version 2 was seen (2 fetches showed no text)",
    ):
        assert words in said
    assert len([line for line in said.splitlines() if line.startswith("2026-")]) == 6


def test_a_long_table_says_how_many_are_left_out(run: Run, tmp_path: Path) -> None:
    shots = [Shot(SEED, hour(100 + number), url=URL) for number in range(50)]
    run("once", "--replay", write_folder(tmp_path / "more", shots))
    said = run("history", 1).out
    assert "the last 40 fetches; 16 more before them (--limit 56 shows all)" in said
    assert said.count("\tfetched\t") == 40
    assert "more before them" not in run("history", 1, "--limit", 99).out


def test_a_story_that_was_never_fetched(run: Run) -> None:
    run("watch", "https://dailyinqilab.com/international/news/5")
    assert "never fetched" in run("history", "inqilab:news/5").out
    done = run("history", "inqilab:news/5", "--format", "json").json
    assert (done["coverage"]["fetches"], done["coverage"]["first_at"], done["fetches"]) == (0, None, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["history", "12"], "no story '12' on record"),
        (["history", "1", "--gaps", "6"], "--gaps '6': expected a duration such as 90m, 6h or 2d"),
        (["history", "1", "--gaps", "-1h"], "expected a duration"),
        (["history", "1", "--limit", "0"], "--limit"),
    ],
)
def test_mistakes(run: Run, arguments: list[str], message: str) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


class TestPrune:
    """The settings decide; without any nothing goes."""

    @pytest.fixture
    def config(self, tmp_path: Path) -> Path:
        path = tmp_path / "strict.yaml"
        path.write_text(f"database: sqlite:///{tmp_path}/monitor.db\nretention: {{observations: 1d, captures: 1d}}\n")
        return path

    def test_nothing_without_a_setting(self, run: Run) -> None:
        assert "`retention` in the configuration keeps all" in run("db", "prune").out
        assert run("db", "prune", "--format", "json").json == {
            "dry_run": False,
            "observations": 0,
            "captures": 0,
            "bodies": 0,
            "bytes": 0,
        }

    def test_what_would_go_and_what_went(self, run: Run, config: Path) -> None:
        would = run("db", "prune", "--dry-run", "--config", config, "--format", "json").json
        assert (would["dry_run"], would["captures"], would["bodies"]) == (True, 1, 1)
        assert run("db", "prune", "--config", config, "--format", "jsonl").jsonl == [{**would, "dry_run": False}]
        said = run("db", "prune", "--config", config, "--vacuum").out
        assert said == "freed 0 observations, 0 captures, 0 bodies (0 bytes)\n"

    def test_it_says_how_an_sqlite_file_gets_smaller(self, run: Run, config: Path) -> None:
        assert "--vacuum" not in run("db", "prune", "--dry-run", "--config", config).out
        said = run("db", "prune", "--config", config).out
        assert said.splitlines()[1:] == [
            "the file keeps its size and fills the room again; --vacuum gives it back to the disk"
        ]

    def test_what_is_shown_stays_and_a_replay_still_adds_nothing(self, run: Run, config: Path, folder: Path) -> None:
        def shown() -> list[str]:
            commands = (("show", 1), ("diff", 1), ("articles",))
            return [run(*command, "--format", "json").out for command in commands]

        before = shown()
        run("db", "prune", "--config", config)
        assert shown() == before
        again = run("once", "--replay", folder, "--format", "json").json
        assert (again["checked"], again["published"], again["edited"]) == (6, 0, 0)
        assert shown() == before

    def test_only_sqlite_takes_vacuum(self, run: Run, config: Path, postgres_url: str) -> None:
        done = run("db", "prune", "--vacuum", "--config", config, "--database", postgres_url)
        assert (done.code, "VACUUM FULL" in done.err) == (2, True)
