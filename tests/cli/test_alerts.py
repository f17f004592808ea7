"""`monitor alerts`: messages looked at and sent again, and receivers tried."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.core.alerts import NewAlert
from monitor.core.answers import Answer, Delivered, Failed, Stop
from monitor.core.messages import Message
from monitor.core.payloads import about_story
from monitor.store.database import Database, connect
from monitor.store.outbox import SqlOutbox
from monitor.store.schema import prepare
from tests.commands import Run
from tests.payloads import ALL, AT, MET, SILENT, SITE, STORY
from tests.store.posts import DESK, claim, settle, write

NOW = datetime.now(UTC).replace(microsecond=0)
EDIT = about_story(SILENT, AT, MET, SITE, STORY)
CONFIG = """
receivers:
  desk: {webhook: "http://127.0.0.1:9/"}
  script: {command: [/bin/sh, -c, "cat > told.json"]}
  broken: {command: [/bin/sh, -c, "echo no paper >&2; exit 7"]}
  readers: {feed: alerts.xml}
  lines: {output: true}
"""


@dataclass
class Post:
    """What is on record: made by the store itself, an hour ago."""

    database: Database

    def put(self, key: str, *, receiver: str = DESK, rule: str = "korea", at: datetime = NOW, **how: Any) -> None:
        write(self.database, NewAlert(rule, {receiver: key}, EDIT, at, **how), at=at)

    def answered(self, answer: Answer) -> Message:
        """Let the desk answer the next message that waits for it."""
        outbox = SqlOutbox(self.database)
        (message,) = claim(outbox, NOW, limit=1)
        settle(outbox, message, answer, NOW)
        return message


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Iterator[Post]:
    (tmp_path / "config.yaml").write_text(CONFIG)
    with closing(connect(f"sqlite:///{tmp_path}/monitor.db")) as database:
        prepare(database)
        yield Post(database)


def listed(run: Run, *arguments: object) -> list[str]:
    return [each["key"] for each in run("alerts", "list", "--format", "jsonl", *arguments).jsonl]


def state(run: Run, key: str) -> str:
    found: str = run("alerts", "show", key, "--format", "json").json["state"]
    return found


class TestList:
    def test_nothing_yet(self, run: Run) -> None:
        done = run("alerts", "list")
        assert (done.code, done.out.split(), done.err) == (
            0,
            ["id", "made", "state", "tries", "next", "receiver", "rule", "title", "why"],
            "",
        )
        assert run("alerts", "list", "--format", "json").json == []

    def test_a_line_each_the_latest_first(self, run: Run, post: Post) -> None:
        post.put("msg_a")
        post.answered(Failed("HTTP 503", 503))
        post.put("msg_b", held_until=NOW + timedelta(hours=9))
        _, second, first = run("alerts", "list").out.splitlines()
        made = f"{NOW:%Y-%m-%d %H:%M:%S}"
        title = "Daily Inqilab: silent edit: পুতিন-কিম বৈঠক"
        assert second.split("\t")[:4] == ["2", made, "held", ""]
        assert first.split("\t") == [
            "1",
            made,
            "waiting",
            "1",
            first.split("\t")[4],
            "desk",
            "korea",
            title,
            "HTTP 503",
        ]

    def test_what_waits_for_a_receiver_that_is_no_more(self, run: Run, post: Post) -> None:
        post.put("msg_a", receiver="gone")
        assert run("alerts", "list").err == "gone: is not in the configuration any more, and 1 messages wait for it\n"

    @pytest.mark.parametrize(
        ("arguments", "keys"),
        [
            ((), ["c", "b", "a"]),
            (("--state", "dead"), ["a"]),
            (("--state", "waiting"), ["c", "b"]),
            (("--receiver", "script"), ["c"]),
            (("--rule", "korea"), ["b", "a"]),
            (("--since", (NOW - timedelta(hours=1)).isoformat()), ["b", "a"]),
            (("--limit", "1"), ["c"]),
            (("--state", "dead", "--receiver", "script"), []),
        ],
    )
    def test_only_some(self, run: Run, post: Post, arguments: tuple[str, ...], keys: list[str]) -> None:
        post.put("a")
        post.answered(Stop("HTTP 410", 410))
        post.put("b")
        post.put("c", receiver="script", rule="other", at=NOW - timedelta(days=1))
        assert listed(run, *arguments) == keys

    def test_as_json(self, run: Run, post: Post) -> None:
        post.put("msg_a")
        (shape,) = run("alerts", "list", "--format", "json").json
        assert shape == {
            "id": 1,
            "key": "msg_a",
            "receiver": "desk",
            "rule": "korea",
            "type": "story.edited",
            "state": "waiting",
            "created_at": NOW.isoformat(),
            "due_at": NOW.isoformat(),
            "ended_at": None,
            "tries": 0,
            "why": None,
            "digest": None,
            "title": "Daily Inqilab: silent edit: পুতিন-কিম বৈঠক",
        }

    def test_what_is_wrong_with_receivers_is_remarked(self, run: Run, post: Post) -> None:
        post.put("a")
        post.answered(Failed("HTTP 503", 503))
        assert "desk: failing since" in run("alerts", "list").err
        assert "1 times in a row: HTTP 503; next try at" in run("alerts", "list").err

    def test_who_wants_nothing_any_more_is_remarked_with_what_to_do(self, run: Run, post: Post) -> None:
        post.put("a")
        post.answered(Stop("HTTP 410", 410))
        first, second = run("alerts", "list").err.splitlines()
        assert first.startswith("desk: wants nothing since ")
        assert first.endswith("UTC (HTTP 410): `monitor alerts enable desk`")
        assert second == "desk: 1 given up: `monitor alerts retry --dead --receiver desk` sends them again"


class TestShow:
    def test_what_is_told_and_what_came_of_each_try(self, run: Run, post: Post) -> None:
        post.put("msg_a")
        post.answered(Failed("HTTP 503", 503))
        lines = run("alerts", "show", "1").out.splitlines()
        assert lines[:2] == ["Daily Inqilab: silent edit: পুতিন-কিম বৈঠক", "https://x.example/news/601234"]
        assert "msg_a (id 1) to desk" in lines
        assert lines[-1] == f"  {NOW:%Y-%m-%d %H:%M:%S}  HTTP 503 (0.0 s)"

    def test_a_delivered_one(self, run: Run, post: Post) -> None:
        post.put("msg_a")
        post.answered(Delivered(202))
        assert run("alerts", "show", "msg_a").out.splitlines()[-2:] == [
            f"delivered at {NOW:%Y-%m-%d %H:%M:%S}",
            f"  {NOW:%Y-%m-%d %H:%M:%S}  delivered (HTTP 202, 0.0 s)",
        ]

    @pytest.mark.parametrize("reference", ["1", "msg_a"])
    @pytest.mark.parametrize("form", ["json", "jsonl"])
    def test_as_json(self, run: Run, post: Post, reference: str, form: str) -> None:
        post.put("msg_a")
        post.answered(Delivered(202))
        shape = json.loads(run("alerts", "show", reference, "--format", form).out)
        assert (shape["key"], shape["state"], shape["payload"]) == ("msg_a", "delivered", EDIT)
        assert shape["log"] == [{"at": NOW.isoformat(), "elapsed": 0.0, "status": 202, "why": None}]

    def test_every_type_can_be_shown(self, run: Run, post: Post) -> None:
        for number, payload in enumerate(ALL):
            write(post.database, NewAlert("all", {DESK: f"msg_{number}"}, payload, NOW))
        assert [run("alerts", "show", number + 1).code for number in range(len(ALL))] == [0] * len(ALL)
        assert len(run("alerts", "list").out.splitlines()) == 1 + len(ALL)

    @pytest.mark.parametrize("reference", ["7", "msg_z", "-1", "1" * 40])
    def test_one_that_does_not_exist(self, run: Run, post: Post, reference: str) -> None:
        done = run("alerts", "show", "--", reference)
        assert (done.code, done.err) == (
            2,
            f"monitor: no message {reference}: `monitor alerts list` shows their ids\n",
        )


class TestRetry:
    def test_the_dead_ones(self, run: Run, post: Post) -> None:
        post.put("a")
        post.answered(Stop("HTTP 410", 410))
        assert run("alerts", "retry", "--dead", "--receiver", "script").out == "nothing to send again\n"
        assert state(run, "a") == "dead"
        done = run("alerts", "retry", "--dead")
        assert done.out == "the next `monitor once`, or `monitor run` where it runs, sends 1 message\n"
        assert state(run, "a") == "waiting"

    def test_some_by_name_and_what_is_held_stays(self, run: Run, post: Post) -> None:
        post.put("a")
        post.answered(Delivered())
        post.put("b", held_until=NOW + timedelta(hours=9))
        done = run("alerts", "retry", "1", "b", "--format", "json")
        assert (done.code, done.json) == (0, {"messages": 1, "left": 1})
        assert (state(run, "a"), state(run, "b")) == ("waiting", "held")
        assert "1 left as they are: held" in run("alerts", "retry", "b").out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((), "which messages? Name them by id or key, or give --dead for all that were given up"),
            (("1", "--dead"), "which messages? Name them by id or key, or give --dead for all that were given up"),
            (("1", "--receiver", "desk"), "--receiver goes with --dead: messages that are named have theirs"),
            (("1", "99"), "no message 99: `monitor alerts list` shows their ids"),
        ],
    )
    def test_mistakes_change_nothing(self, run: Run, post: Post, arguments: tuple[str, ...], message: str) -> None:
        post.put("a")
        post.answered(Delivered())
        done = run("alerts", "retry", *arguments)
        assert (done.code, done.err) == (2, f"monitor: {message}\n")
        assert state(run, "a") == "delivered"


class TestReplay:
    @pytest.mark.parametrize(
        ("arguments", "again"),
        [
            (("--since", (NOW - timedelta(hours=1)).isoformat()), 1),
            (("--since", "2020-01-01"), 2),
            (("--since", "2020-01-01", "--receiver", "script"), 0),
            (("--since", (NOW + timedelta(hours=1)).isoformat()), 0),
        ],
    )
    def test_all_since_a_moment(self, run: Run, post: Post, arguments: tuple[str, ...], again: int) -> None:
        for key, at in (("a", NOW - timedelta(days=2)), ("b", NOW)):
            post.put(key, at=at)
            post.answered(Delivered())
        done = run("alerts", "replay", *arguments, "--format", "json")
        assert (done.code, done.json) == (0, {"messages": again, "left": 0})
        assert len(listed(run, "--state", "waiting")) == again

    def test_a_date_that_is_none(self, run: Run, post: Post) -> None:
        done = run("alerts", "replay", "--since", "yesterday")
        assert (done.code, done.err.startswith("monitor: --since 'yesterday': expected a date such as")) == (2, True)


class TestTest:
    def test_a_program_is_told(self, run: Run, post: Post, tmp_path: Path) -> None:
        done = run("alerts", "test", "script")
        assert (done.code, done.out) == (0, "script: delivered\n")
        told = json.loads((tmp_path / "told.json").read_bytes())
        assert told["type"] == "test"
        assert listed(run) == [told["id"]]

    def test_one_that_does_not_take_it(self, run: Run, post: Post) -> None:
        done = run("alerts", "test", "broken")
        assert (done.code, done.out) == (1, "broken: failed: exit code 7: no paper\n")
        (shape,) = run("alerts", "test", "broken", "--format", "jsonl").jsonl
        assert shape == {"receiver": "broken", "answer": "failed", "status": None, "why": "exit code 7: no paper"}

    def test_a_private_address_is_not_connected_to(self, run: Run, post: Post) -> None:
        done = run("alerts", "test", "desk", "--format", "json")
        assert (done.code, done.json["answer"]) == (1, "failed")
        assert "127.0.0.1" in done.json["why"]

    def test_a_feed(self, run: Run, post: Post, tmp_path: Path) -> None:
        assert run("alerts", "test", "readers").code == 0
        assert b"a test of monitor" in (tmp_path / "alerts.xml").read_bytes()

    def test_standard_output(self, post: Post, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "monitor", "alerts", "test", "lines", "--format", "jsonl"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        line, answer = map(json.loads, done.stdout.splitlines())
        assert (line["type"], answer["answer"]) == ("test", "delivered")

    def test_a_receiver_that_does_not_exist(self, run: Run, post: Post) -> None:
        done = run("alerts", "test", "nobody")
        assert (done.code, done.err) == (
            2,
            "monitor: no receiver nobody: there are broken, desk, lines, readers, script\n",
        )

    def test_no_receivers_at_all(self, run: Run) -> None:
        done = run("alerts", "test", "desk")
        assert (done.code, done.err) == (
            2,
            "monitor: no receiver desk: the configuration has none under `receivers`\n",
        )


class TestEnable:
    def test_who_wanted_nothing_is_told_again(self, run: Run, post: Post) -> None:
        post.put("a")
        post.answered(Stop("HTTP 410", 410))
        done = run("alerts", "enable", "desk")
        assert done.out == (
            "desk: enabled; the next `monitor once`, or `monitor run` where it runs, sends what waits\n"
        )
        assert run("alerts", "enable", "desk").out == "desk: was not disabled\n"
        assert run("alerts", "enable", "desk", "--format", "json").json == {"receiver": "desk", "enabled": False}

    def test_one_that_left_the_configuration(self, run: Run, post: Post) -> None:
        post.put("a", receiver="former")
        assert run("alerts", "enable", "former").code == 0

    def test_a_receiver_that_does_not_exist(self, run: Run, post: Post) -> None:
        assert run("alerts", "enable", "nobody").code == 2
