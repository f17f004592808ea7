"""The main job from the command line: the seeds, then an edited copy; and the JSON that programs rely on."""

from pathlib import Path

import pytest

from tests.commands import Run
from tests.replays import SEED, SEEDS, URL, Shot, edited, write_folder

EDITED = SEEDS / "edited"
ONCE = ["checked", "published", "edited", "reverted", "restamped", "unchanged", "gone", "blocked", "failed", "silent"]
ARTICLE = [
    "id",
    "key",
    "url",
    "site",
    "outcome",
    "change",
    "announced",
    "why",
    "version",
    "title",
    "published_at",
    "updated_at",
]
VERSION = [
    "seq", "change", "announced", "why", "title", "title_derived", "subheading", "paragraphs", "byline", "section",
    "credit", "dateline", "published_at", "updated_at", "first_seen_at", "last_seen_at", "content_hash", "parser",
]  # fmt: skip


def test_the_seeds_are_published_and_a_second_replay_adds_nothing(run: Run) -> None:
    first = run("once", "--replay", SEEDS, "--format", "json")
    assert first.code == 0
    assert list(first.json)[: len(ONCE)] == ONCE
    assert first.json["checked"] == first.json["published"] == 2
    assert [list(article) for article in first.json["articles"]] == [ARTICLE, ARTICLE]
    inqilab, wire = first.json["articles"]
    assert (inqilab["site"], inqilab["outcome"], inqilab["change"], inqilab["version"]) == (
        "inqilab",
        "published",
        "new",
        1,
    )
    assert inqilab["title"] == SEED.decode().splitlines()[0]
    assert inqilab["published_at"] == inqilab["updated_at"] == "2023-09-14T13:15:00+06:00"
    assert inqilab["url"] == URL
    assert (wire["site"], wire["published_at"], wire["updated_at"]) == ("wirecopy", None, None)
    shown = run("show", 1, "--format", "json").json
    second = run("once", "--replay", SEEDS, "--format", "json").json
    assert second["checked"] == second["unchanged"] == 2
    assert run("show", 1, "--format", "json").json == shown


def test_the_silent_edit_of_the_demonstration(run: Run) -> None:
    run("once", "--replay", SEEDS)
    done = run("once", "--site", "inqilab", "--replay", EDITED, "--format", "json")
    assert (done.code, done.json["edited"], done.json["silent"]) == (0, 1, 1)
    (article,) = done.json["articles"]
    assert (article["change"], article["announced"], article["version"]) == ("edited", False, 2)
    shown = run("show", URL, "--format", "json").json
    old, new = shown["versions"]
    assert [name for name in VERSION if name not in old] == []
    assert (old["seq"], old["change"], new["seq"], new["change"]) == (1, "new", 2, "edited")
    assert new["changed_after"] == old["last_seen_at"]
    assert len(old["paragraphs"]) == len(new["paragraphs"]) == 6
    diff = run("diff", 1, "--format", "json").json
    (field,) = diff["fields"]
    changed = [(span["op"], span["text"].strip()) for span in field["spans"] if span["op"] != "equal"]
    assert changed == [("delete", "করেছেন"), ("insert", "করেননি"), ("delete", "শুইগো"), ("insert", "শোইগু")]
    assert [each["id"] for each in run("articles", "--silent", "--format", "jsonl").jsonl] == [1]


def test_only_the_site_asked_for(run: Run) -> None:
    done = run("once", "--site", "wirecopy", "--replay", SEEDS, "--format", "json").json
    assert [article["site"] for article in done["articles"]] == ["wirecopy"]


def test_several_captures_of_one_url_are_a_line_each(run: Run, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "r", [Shot(SEED), Shot(SEED.replace("৭০".encode(), "৭১".encode())), Shot(SEED)])
    lines = run("once", "--replay", folder, "--format", "jsonl").jsonl
    assert [(line["outcome"], line["announced"]) for line in lines] == [
        ("published", None),
        ("edited", False),
        ("reverted", False),
    ]


def test_a_failure_is_told_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    shots = [
        Shot(SEED[:99], claimed=SEED),
        Shot(edited(("কিম", "ইল")), url="https://dailyinqilab.com/international/news/1"),
    ]
    done = run("once", "--replay", write_folder(tmp_path / "r", shots), "--format", "json")
    assert (done.code, done.json["failed"], done.json["published"]) == (1, 1, 1)
    assert "cut short" in done.err


@pytest.mark.parametrize(
    "reference",
    [
        "1",
        "inqilab:news/601234",
        "https://dailyinqilab.com/international/news/601234",
        "https://www.dailyinqilab.com/index.php/national/news/601234?utm_source=x",
    ],
)
def test_a_story_by_any_of_its_names(run: Run, tmp_path: Path, reference: str) -> None:
    shot = Shot(SEED, url="https://dailyinqilab.com/international/news/601234")
    run("once", "--replay", write_folder(tmp_path / "r", [shot]))
    assert run("show", reference, "--format", "json").json["article"]["key"] == "inqilab:news/601234"


def test_check_takes_the_next_capture_of_one_story(run: Run, tmp_path: Path) -> None:
    url = "https://dailyinqilab.com/international/news/601234"
    folder = write_folder(tmp_path / "r", [Shot(SEED, url=url), Shot(SEED, url=url.replace("601234", "5"))])
    done = run("check", url, "--replay", folder, "--format", "json")
    assert (done.code, done.json["checked"], done.json["published"]) == (0, 1, 1)
    assert done.json["articles"][0]["key"] == "inqilab:news/601234"


def test_check_takes_all_captures_of_a_story_under_whatever_address(run: Run, tmp_path: Path) -> None:
    url = "https://www.dailyinqilab.com/index.php/national/news/601234"
    folder = write_folder(tmp_path / "r", [Shot(SEED, url=url), Shot(edited(("কিম", "ইল")), url=url)])
    done = run("check", "https://dailyinqilab.com/national/news/601234", "--replay", folder, "--format", "json")
    assert [article["outcome"] for article in done.json["articles"]] == ["published", "edited"]


def test_a_watched_story_is_on_record_and_checked_by_once(run: Run, tmp_path: Path) -> None:
    url = "https://dailyinqilab.com/international/news/601234"
    assert run("watch", url).code == 0
    assert run("watch", "inqilab:news/601234").code == 0
    folder = write_folder(tmp_path / "r", [Shot(SEED, url=url)])
    assert run("once", "--replay", folder, "--format", "json").json["published"] == 1
    assert run("articles", "--format", "json").json[0]["versions"] == 1


def test_filters_of_articles(run: Run) -> None:
    run("once", "--replay", SEEDS)
    run("once", "--site", "inqilab", "--replay", EDITED)

    def listed(*filters: object) -> list[int]:
        return [each["id"] for each in run("articles", *filters, "--format", "json").json]

    assert listed() == [1, 2]
    assert listed("--site", "wirecopy") == [2]
    assert listed("--change", "edited") == [1]
    assert listed("--change", "new") == [2]
    assert listed("--silent") == [1]
    assert listed("--limit", 1) == [1]
    assert listed("--since", "2020-01-01") == [1, 2]
    assert listed("--since", "2999-01-01T00:00+06:00") == []


def test_sites(run: Run) -> None:
    assert [site["name"] for site in run("sites", "--format", "json").json] == ["inqilab", "wirecopy"]


def test_a_pipe_gets_tab_separated_fields_and_a_terminal_gets_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = run("once", "--replay", SEEDS)
    head, *rows = (line.split("\t") for line in piped.out.splitlines())
    assert head == ["id", "outcome", "announced", "key", "title", "why"]
    assert [row[1] for row in rows] == ["published", "published"]
    run("once", "--site", "inqilab", "--replay", EDITED)
    assert "[-করেছেন-]{+করেননি+}" in run("diff", 1).out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("diff", 1).out
    assert "\x1b[" in coloured
    assert "[-" not in coloured
    assert "SILENT" in run("show", 1).out
    monkeypatch.setenv("NO_COLOR", "1")
    plain = run("diff", 1).out
    assert "[-শুইগো-]" in plain
    assert "\x1b[31" not in plain
