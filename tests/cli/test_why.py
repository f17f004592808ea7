"""`monitor why` from the command line, on replayed captures: the sentence, and what it follows from."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.commands import Run
from tests.replays import SEED, Shot, edited, write_folder

URL = "https://dailyinqilab.com/international/news/601234"
NOW = datetime.now(UTC).replace(microsecond=0)
FIRST, SECOND = NOW - timedelta(hours=5), NOW - timedelta(hours=1)


@pytest.fixture(autouse=True)
def replayed(run: Run, tmp_path: Path) -> None:
    """A story that was seen five hours ago, and edited when it was seen an hour ago."""
    shots = [Shot(SEED, FIRST, url=URL), Shot(edited(("করেছেন", "করেননি")), SECOND, url=URL)]
    assert run("once", "--replay", write_folder(tmp_path / "r", shots)).code == 0


def test_the_reasons(run: Run) -> None:
    done = run("why", URL, "--format", "json")
    found = done.json
    assert (done.code, list(found)) == (
        0,
        ["article", "next_check_at", "why", "quiet_since", "last_fetch", "changes", "signals", "budget"],
    )
    assert found["article"]["key"] == "inqilab:news/601234"
    assert found["quiet_since"] == (FIRST + timedelta(hours=2)).isoformat()
    wait = datetime.fromisoformat(found["next_check_at"]) - SECOND
    assert wait == pytest.approx(timedelta(hours=2.5) * 0.406, rel=0.01)
    assert found["why"].startswith("1 change, the last between ")
    assert "quiet (2.0 h + 30 min) x 41% = 61 min" in found["why"]
    assert found["last_fetch"] == {"at": SECOND.isoformat(), "outcome": "fetched", "why": None}
    assert found["changes"] == [
        {"version": 2, "change": "edited", "after": FIRST.isoformat(), "before": SECOND.isoformat()}
    ]
    assert found["signals"] == {"since": None, "looked_into": 0, "true": 0, "trusted": True}
    budget = found["budget"]
    assert (budget["stories"], budget["fetches_per_article"], budget["requests_allowed"]) == (1, 20, 17_280)
    assert budget["warning"] is None


def test_the_reasons_for_a_person(run: Run) -> None:
    out = run("why", "1").out
    for line in (
        "next look  ", "because    1 change, the last between ", "last fetch ",
        "change     version 2, edited between ", "reports    of the site's last 0, 0 were true",
        "budget     20 fetches an article in its first 30 days (price 0.45); quiet ones are left after 90 d",
        "site       1 story under watch takes about ", " requests a day; its host allows 17,280",
    ):  # fmt: skip
        assert line in out, line
    assert run("why", "1", "--format", "jsonl").jsonl[0]["article"]["id"] == 1


@pytest.mark.parametrize(
    ("config", "line"),
    [
        ("rechecks: {fetches_per_article: 8, horizon: 30d}", "budget     8 fetches an article in its first 30 days (price 1.55); quiet ones are left after 30 d"),
        ("rechecks: {fetches_per_article: 8}\nsites: {inqilab: {rechecks: {fetches_per_article: 40}}}", "budget     40 fetches"),
        ("rechecks: {requests_a_day: 1}", "first 30 days, stretched to "),
        ("sites: {inqilab: {rechecks: {requests_a_day: 1}}}", "first 30 days, stretched to "),
        ("sites: {inqilab: {delay: 1h}}", "its host allows 24"),
        ("fetch: {delay: 0}", "requests a day\n"),
        ("sites: {inqilab: {enabled: false}}", "budget     none: the site is switched off"),
    ],
)  # fmt: skip
def test_the_settings_count(run: Run, tmp_path: Path, config: str, line: str) -> None:
    (tmp_path / "config.yaml").write_text(config)
    assert line in run("why", "1").out


def test_a_story_that_is_not_on_record(run: Run) -> None:
    done = run("why", "99")
    assert (done.code, "no story '99' on record" in done.err) == (2, True)
