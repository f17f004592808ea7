"""`monitor search` on the two real captures, one of them edited: for eyes, for pipes and for programs."""

import pytest

from monitor.core.errors import Exit
from tests.commands import Run
from tests.replays import SEEDS


@pytest.fixture(autouse=True)
def record(run: Run) -> None:
    """Both stories, and an edit of the first."""
    run("once", "--replay", SEEDS)
    run("once", "--replay", SEEDS / "edited")


def test_a_pipe_gets_fields(run: Run) -> None:
    done = run("search", "করেননি")
    head, row = (line.split("\t") for line in done.out.splitlines())
    assert head == ["id", "version", "key", "first seen", "state", "title", "words"]
    assert (row[0], row[1], row[4]) == ("1", "2", "")
    assert "করেননি" in row[-1]


def test_programs_get_the_places(run: Run) -> None:
    (hit,) = run("search", "gained:করেননি", "--format", "jsonl").jsonl
    assert (hit["id"], hit["version"], hit["versions"], hit["gone"]) == (1, 2, 2, False)
    (snippet,) = hit["snippets"]
    assert [snippet["text"][start:end] for start, end in snippet["marks"]] == ["করেননি"]
    assert (snippet["field"], snippet["before"]) == ("body", False)


def test_the_words_that_are_gone(run: Run) -> None:
    document = run("search", '"বিস্তারিত বিবরণ প্রকাশ করেছেন" site:inqilab', "--gone", "--format", "json").json
    (hit,) = document["hits"]
    assert (hit["version"], hit["gone"], document["more"]) == (1, True, False)


@pytest.mark.parametrize(
    ("page", "versions", "said"),
    [(1, [(1, 2), (1, 1)], "there is more: --page 2"), (2, [(2, 1)], ""), (3, [], "there is no page 3")],
)
def test_pages(run: Run, page: int, versions: list[tuple[int, int]], said: str) -> None:
    done = run("search", "পুতিন কিম", "--limit", 2, "--page", page, "--format", "jsonl")
    assert [(hit["id"], hit["version"]) for hit in done.jsonl] == versions
    assert said in done.err


def test_a_terminal_shows_the_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    done = run("search", "পুতিন", "--site", "inqilab")
    assert "\x1b[1;30;43mপুতিন\x1b[0m" in done.out
    assert "version 2 of 2" in done.out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("পুতিন AND",), "after AND"),
        (("পুতিন", "--site", "inqilap"), "did you mean 'inqilab'"),
        (("পুতিন", "--since", "yesterday"), "--since"),
    ],
)
def test_mistakes(run: Run, arguments: tuple[str, ...], why: str) -> None:
    done = run("search", *arguments)
    assert done.code == Exit.USAGE
    assert why in done.err
