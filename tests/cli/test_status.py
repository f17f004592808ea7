"""`monitor status`: for eyes, for programs, and live."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from monitor.cli.screens import screen
from monitor.cli.status import keep_showing
from monitor.core.health import Problem
from monitor.core.messages import ReceiverStatus
from monitor.core.status import MOST, FailingSource, SiteStatus, Status, WaitingHost
from tests.commands import Run
from tests.replays import SEEDS

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
FINE = SiteStatus(
    name="daily", fine_at=NOW - timedelta(minutes=3), sources=2, due=7, next_check_at=NOW + timedelta(hours=2)
)
FAILING = SiteStatus(
    name="weekly",
    fine_at=NOW - timedelta(days=2),
    problems=(Problem("reading", NOW - timedelta(hours=1), "HTTP 500 \x1b[2J"),),
    held_since=NOW - timedelta(days=1),
    held_ways=("restamped", "body \x1b[2J"),
    held=12,
    sources=2,
    failing_sources=(FailingSource("https://weekly.example/rss", NOW - timedelta(days=1), 9),),
    due_sources=1,
    due=MOST,
    suspected=3,
    unpublished=4,
    outgrown="900 stories under watch",
)
STATUS = Status(NOW, (FINE, FAILING), (WaitingHost("weekly.example", NOW + timedelta(hours=3), "HTTP 503"),))


def drawn(status: Status) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=120).print(screen(status))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_a_line_a_site_and_below_what_needs_attention() -> None:
    assert drawn(STATUS) == [
        "site state last read due next sources failing suspected unpublished",
        "daily fine 3 min ago 7 in 2 h 2",
        "weekly failing 2 d ago 10000+ + 1 2 1 3 4",
        "weekly: failing since 2026-11-22 05:00 UTC: HTTP 500 \ufffd[2J",
        "weekly: 900 stories under watch",
        "weekly: all of it changes (restamped; body \ufffd[2J): 12 changes held back since 2026-11-21 06:00 UTC",
        "weekly: https://weekly.example/rss: not to be read since 2026-11-21 06:00 UTC, 9 times in a row",
        "weekly.example: left alone until 2026-11-22 09:00 UTC: HTTP 503",
        "2 sites, 1 failing; 10007 stories due; 2026-11-22 06:00 UTC",
    ]


def test_receivers_that_need_attention() -> None:
    waits = ReceiverStatus(name="desk", waiting=7)
    fails = ReceiverStatus(
        name="web", waiting=3, dead=2, failures=4, failing_since=NOW, next_try_at=NOW, why="HTTP 500"
    )
    gone = ReceiverStatus(name="old", disabled_at=NOW, why="HTTP 410")
    assert drawn(replace(STATUS, receivers=(waits, gone, fails)))[-4:] == [
        "old: wants nothing since 2026-11-22 06:00:00 UTC (HTTP 410): `monitor alerts enable old`",
        "web: failing since 2026-11-22 06:00:00 UTC, 4 times in a row: HTTP 500; next try at 2026-11-22 06:00:00",
        "web: 2 given up: `monitor alerts retry --dead --receiver web` sends them again",
        "2 sites, 1 failing; 10007 stories due; 10 alerts to be sent; 2026-11-22 06:00 UTC",
    ]


@pytest.mark.parametrize(
    ("site", "state"),
    [
        (FINE, "fine"),
        (replace(FINE, fine_at=None), "never read"),
        (replace(FINE, held_since=NOW), "held"),
        (FAILING, "failing"),
        (replace(FAILING, enabled=False), "off"),
    ],
)
def test_states(site: SiteStatus, state: str) -> None:
    assert f"{site.name} {state} " in drawn(replace(STATUS, sites=(site,)))[1]


def test_a_site_that_is_off_counts_for_nothing() -> None:
    assert drawn(replace(STATUS, sites=(FINE, replace(FAILING, enabled=False))))[-1].startswith("1 sites; 7 stories")


def test_nothing_was_looked_at_yet(run: Run) -> None:
    done = run("status", "--format", "json")
    assert (done.code, done.json["due"], done.json["hosts"]) == (0, 0, [])
    (site,) = [each for each in done.json["sites"] if each["site"] == "inqilab"]
    assert (site["fine_at"], site["due"], site["enabled"]) == (None, 0, True)
    assert "never read" in run("status").out


def test_after_a_run(run: Run) -> None:
    run("once", "--replay", SEEDS)
    table = run("status", "--site", "inqilab")
    head, line = table.out.splitlines()
    assert head.split("\t")[:4] == ["site", "state", "last read", "due"]
    assert line.startswith("inqilab\t")
    assert "stories due" in table.err
    (shape,) = run("status", "--site", "inqilab", "--format", "jsonl").jsonl
    assert (shape["site"], shape["failing_since"], shape["problems"]) == ("inqilab", None, [])
    assert (shape["held_since"], shape["held_ways"], shape["held"]) == (None, [], 0)


def test_a_site_that_is_switched_off_is_shown_as_that(run: Run) -> None:
    run("once", "--replay", SEEDS)
    with open("config.yaml", "w", encoding="utf-8") as config:  # noqa: PTH123
        config.write("sites:\n  inqilab:\n    enabled: false\n")
    (shape,) = run("status", "--site", "inqilab", "--format", "jsonl").jsonl
    assert shape["enabled"] is False


@pytest.mark.parametrize("arguments", [(), ("--format", "json")])
def test_watching_needs_a_terminal(run: Run, arguments: tuple[str, ...]) -> None:
    done = run("status", "--watch", *arguments)
    assert (done.code, done.err) == (2, "monitor: --watch is for a terminal, and shows a table\n")


def test_a_site_that_does_not_exist(run: Run) -> None:
    assert run("status", "--site", "nowhere").code == 2


def test_watching_draws_it_anew_until_the_user_has_seen_enough() -> None:
    out, looks = io.StringIO(), iter([STATUS, replace(STATUS, sites=(replace(FINE, due=99),))])
    patience = [False, True]

    def wait() -> None:
        if not patience.pop():
            raise KeyboardInterrupt

    keep_showing(lambda: next(looks), wait, Console(file=out, force_terminal=True, width=120))
    assert "99 stories due" in out.getvalue()
