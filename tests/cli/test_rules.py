"""Rules by command, tried on the seeds."""

from pathlib import Path

import pytest

from tests.commands import Done, Run
from tests.replays import SEEDS

CONFIG = """
receivers: {desk: {output: true}}
rules: {wire: {match: "site:wirecopy", to: [desk]}}
synonyms: [[শোইগু, শুইগো]]
"""


@pytest.fixture
def desk(run: Run) -> Run:
    """Commands in a folder with a configuration and the seeds on record, the edited copy too."""
    Path("config.yaml").write_text(CONFIG, "utf-8")
    run("once", "--replay", SEEDS)
    run("once", "--replay", SEEDS / "edited")
    return run


def names(done: Done) -> list[str]:
    return [each["name"] for each in done.json]


class TestKept:
    """Rules that are added, switched off and on, and removed."""

    def test_added_and_listed(self, desk: Run) -> None:
        done = desk("rules", "add", "kim", "পুতিন AND কিম", "--to", "desk", "--on", "silent", "--limit", "5 per 1h")
        assert (done.code, done.err) == (
            0,
            "added; `monitor rules test 'পুতিন AND কিম'` shows what it would have caught\n",
        )
        kim, wire = desk("rules", "list", "--format", "json").json
        assert kim == {
            "name": "kim",
            "enabled": True,
            "origin": "command",
            "match": "পুতিন AND কিম",
            "on": ["silent"],
            "to": ["desk"],
            "alerts": 0,
            "last_at": None,
        }
        assert (wire["origin"], wire["on"]) == ("configuration", ["edited", "published"])

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("kim", "কিম AND", "--to", "desk"), 'kim.match: expected a word, a "phrase" or ( after AND\n  কিম AND\n        ^\n'),
            (("kim", "x", "--to", "dask"), 'kim.to[0]: "dask": unknown receiver; did you mean "desk"? (known: desk)\n'),
            (("a b", "x", "--to", "desk"), "a b: expected 1 to 40 letters of a to z, digits, - and _ as a name\n"),
            (("kim", "x", "--to", "desk", "--limit", "5"), 'kim.limit: expected a number of alerts and a time, such as "5 per 1h", found the text "5"\n'),
            (("wire", "x", "--to", "desk"), "there is a rule 'wire' already; take another name, or remove that one first\n"),
        ],
    )  # fmt: skip
    def test_refused(self, desk: Run, arguments: tuple[str, ...], message: str) -> None:
        done = desk("rules", "add", *arguments)
        assert (done.code, done.err) == (2, f"monitor: {message}")
        assert names(desk("rules", "list", "--format", "json")) == ["wire"]

    def test_off_and_on(self, desk: Run) -> None:
        desk("rules", "add", "kim", "কিম", "--to", "desk")
        for name in ("kim", "wire"):
            assert desk("rules", "disable", name).err == "disabled\n"
        assert [each["enabled"] for each in desk("rules", "list", "--format", "json").json] == [False, False]
        desk("rules", "enable", "wire")
        assert [each["enabled"] for each in desk("rules", "list", "--format", "json").json] == [False, True]

    def test_removed(self, desk: Run) -> None:
        desk("rules", "add", "kim", "কিম", "--to", "desk")
        assert desk("rules", "remove", "kim").code == 0
        assert names(desk("rules", "list", "--format", "json")) == ["wire"]

    @pytest.mark.parametrize(
        ("command", "name", "message"),
        [
            (
                "remove",
                "wire",
                "'wire' is in the configuration: take it out there, or run `monitor rules disable wire`",
            ),
            ("remove", "kim", "no rule 'kim' (known: wire)"),
            ("disable", "kim", "no rule 'kim' (known: wire)"),
            ("enable", "kim", "no rule 'kim' (known: wire)"),
        ],
    )
    def test_what_is_not_there(self, desk: Run, command: str, name: str, message: str) -> None:
        done = desk("rules", command, name)
        assert (done.code, done.err) == (2, f"monitor: {message}\n")


class TestTried:
    """What a rule would have caught."""

    @pytest.mark.parametrize(
        ("arguments", "caught"),
        [
            (("পুতিন AND কিম",), [("published", 1), ("published", 2)]),
            (("পুতিন AND কিম", "--every"), [("published", 1), ("published", 2), ("edited", 1)]),
            (("পুতিন AND কিম", "--site", "wirecopy"), [("published", 2)]),
            (("কিম", "--on", "silent"), [("edited", 1)]),
            (("কিম", "--on", "silent", "--min-change", "50"), []),
            (("কিম", "--since", "2999-01-01"), []),
            (("শুইগো",), [("published", 1), ("published", 2)]),
            (("=শোইগু",), [("published", 1), ("published", 2)]),
            (("কিমা",), []),
        ],
    )
    def test_on_the_seeds(self, desk: Run, arguments: tuple[str, ...], caught: list[tuple[str, int]]) -> None:
        done = desk("rules", "test", *arguments, "--format", "jsonl")
        assert [(each["event"], each["id"]) for each in done.jsonl] == caught
        assert done.code == 0

    def test_in_a_pipe(self, desk: Run) -> None:
        done = desk("rules", "test", "লাভরভ OR ল্যাভরভ")
        head, row = done.out.splitlines()
        assert head.split("\t") == ["at", "event", "key", "title", "words"]
        assert row.split("\t")[1] == "published"
        assert row.split("\t")[4] == "ল্যাভরভ"
        assert done.err.startswith("1 of 3 events since ")

    def test_what_stands_close_together_is_shown_once(self, desk: Run) -> None:
        (first, *_) = desk("rules", "test", "পুতিন AND কিম", "--format", "jsonl").jsonl
        excerpts = [each["excerpt"] for each in first["matched"] if each["field"] == "title"]
        assert excerpts == ["পুতিন-কিম বৈঠক, উত্তর কোরিয়া থেকে অস্ত্র কিনবে রাশিয়া"] * 2

    def test_a_broken_query(self, desk: Run) -> None:
        done = desk("rules", "test", "(কিম")
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[2] == "  ^"

    @pytest.mark.parametrize("since", ["yesterday", "30 years", "-3d"])
    def test_a_time_that_is_none(self, desk: Run, since: str) -> None:
        done = desk("rules", "test", "কিম", f"--since={since}")
        assert (done.code, done.err[:9]) == (2, "monitor: ")


class TestWords:
    @pytest.mark.parametrize(
        ("words", "one"),
        [
            (("পুতিনের", "পুতিনকে", "পুতিন"), True),
            (("কিম", "কিমা"), False),
            (("রাশিয়া", "রাশিয়ায়"), True),
            (("রাশিয়া", "রাশিয়ান"), False),
        ],
    )
    def test_which_count_as_one(self, run: Run, words: tuple[str, ...], one: bool) -> None:
        done = run("rules", "words", *words, "--format", "json")
        assert (done.json["one"], done.code) == (one, 0 if one else 1)

    def test_of_another_language(self, run: Run) -> None:
        assert run("rules", "words", "edits", "editing", "--language", "en").out.splitlines()[-1].split("\t") == [
            "one word",
            "edit",
        ]

    def test_signs_are_no_words(self, run: Run) -> None:
        assert run("rules", "words", "?!").code == 2


def test_a_rule_and_its_namesake_in_the_configuration(desk: Run) -> None:
    desk("rules", "add", "kim", "কিম", "--to", "desk")
    Path("config.yaml").write_text(CONFIG.replace("wire:", "kim:"), "utf-8")
    done = desk("once", "--site", "wirecopy", "--due")
    assert (done.code, done.err) == (
        2,
        "monitor: rules: kim is in the configuration, and was added by command too: rename or remove one\n",
    )
