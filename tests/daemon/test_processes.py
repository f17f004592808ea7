"""The daemon as a real process: it finds, ends, reloads and refuses as its signals tell it."""

import json
import os
import signal
import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest

from tests.daemon.paper import CONFIG, SILENCE, Paper, environment, running, story

EVERY = "UPDATE articles SET next_check_at = '2020-01-01 00:00:00.000000'"


def test_it_finds_stories_checks_what_is_due_and_ends_when_told(paper: Paper) -> None:
    with running(paper.folder) as daemon:
        for _ in range(3):
            daemon.hears("published")
        paper.replies["/news/2"] = story("Another text.")
        paper.change(EVERY)
        assert "news/2" in daemon.hears("edited")
        daemon.tell(signal.SIGTERM)
        assert daemon.ends() == 0
    assert paper.rows("SELECT count(*) FROM versions") == [(4,)]
    assert paper.rows("SELECT count(*) FROM articles WHERE lease IS NOT NULL") == [(0,)]
    assert "stopped" in daemon.said[-1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_is_under_way_is_handed_back_at_a_second_signal(paper: Paper, number: signal.Signals) -> None:
    paper.replies["/news/2"] = SILENCE
    with running(paper.folder) as daemon:
        daemon.hears("news/1")
        paper.server.wait_for("/news/2")
        daemon.tell(number)
        daemon.hears("stopping")
        daemon.tell(number)
        assert daemon.ends() == 130
    assert paper.rows("SELECT count(*) FROM articles WHERE lease IS NOT NULL") == [(0,)]
    assert paper.rows("SELECT count(*) FROM hosts WHERE lease IS NOT NULL") == [(0,)]


def test_what_takes_longer_than_the_limit_is_handed_back(paper: Paper) -> None:
    paper.configure(CONFIG.replace("tick: 1s", "tick: 1s, stop_limit: 0"))
    paper.replies["/news/2"] = SILENCE
    with running(paper.folder) as daemon:
        paper.server.wait_for("/news/2")
        daemon.tell(signal.SIGTERM)
        assert "loopback" in daemon.hears("handing_back")
        assert daemon.ends() == 0
    assert paper.rows("SELECT count(*) FROM articles WHERE lease IS NOT NULL") == [(0,)]


def test_it_answers_as_long_as_something_is_under_way(paper: Paper) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    paper.configure(CONFIG.replace("tick: 1s", f"tick: 1s, http_port: {port}"))
    paper.replies["/news/2"] = SILENCE
    with running(paper.folder) as daemon:
        paper.server.wait_for("/news/2")
        daemon.tell(signal.SIGTERM)
        daemon.hears("stopping")
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10) as answer:
            assert answer.read() == b"alive\n"
        daemon.tell(signal.SIGTERM)
        assert daemon.ends() == 130


def test_it_ends_when_its_terminal_is_closed(paper: Paper) -> None:
    """The same signal tells a daemon without a terminal to read its configuration anew."""
    ours, its = os.openpty()
    command = [sys.executable, "-m", "monitor", "run"]
    with subprocess.Popen(command, cwd=paper.folder, env=environment(paper.folder), stdout=its, stderr=its) as process:
        os.close(its)
        said = b""
        while b"running" not in said:
            said += os.read(ours, 4096)
        os.close(ours)
        process.send_signal(signal.SIGHUP)
        assert process.wait(60) == 0
    assert paper.rows("SELECT count(*) FROM articles WHERE lease IS NOT NULL") == [(0,)]


class TestReload:
    """A configuration is read anew at SIGHUP, or when its file changes; a bad one changes nothing."""

    def test_at_a_signal(self, paper: Paper) -> None:
        with running(paper.folder) as daemon:
            daemon.hears("running")
            daemon.tell(signal.SIGHUP)
            daemon.hears("config_reloaded")
            daemon.hears("running")

    def test_a_changed_file(self, paper: Paper) -> None:
        paper.configure(CONFIG.replace("sites: {", "sites: {loopback: {enabled: false}, "))
        with running(paper.folder) as daemon:
            daemon.hears("running")
            assert paper.server.paths == []
            paper.configure(CONFIG)
            daemon.hears("published", times=3)

    @pytest.mark.parametrize(
        ("bad", "why"),
        [("run: {tick: soon}", "expected a duration"), ("database: sqlite:///other.db", "at the next start only")],
    )
    def test_a_bad_one_is_refused_and_the_old_one_holds(self, paper: Paper, bad: str, why: str) -> None:
        with running(paper.folder) as daemon:
            daemon.hears("published", times=3)
            paper.configure(bad)
            assert why in daemon.hears("config_refused")
            paper.lists(2, 3, 4)
            paper.change("UPDATE sources SET next_poll_at = NULL")
            assert "news/4" in daemon.hears("published")

    def test_a_file_that_is_gone_switches_no_site_on(self, paper: Paper) -> None:
        off = CONFIG.replace("sites: {", "sites: {loopback: {enabled: false}, ")
        paper.configure(off)
        with running(paper.folder) as daemon:
            daemon.hears("running")
            (paper.folder / "config.yaml").unlink()
            assert "there is no such file" in daemon.hears("config_refused")
            paper.configure(off)
            daemon.hears("config_reloaded")
        assert paper.server.paths == []


def test_a_second_daemon_is_refused_and_told_who_is_there(paper: Paper) -> None:
    with running(paper.folder) as first:
        first.hears("running")
        with running(paper.folder) as second:
            assert second.ends() == 3
        assert f"pid {first.process.pid}" in "".join(second.said)
        first.tell(signal.SIGKILL)
        assert first.ends() == -signal.SIGKILL
    with running(paper.folder) as third:
        third.hears("running")


def test_the_lock_is_one_for_all_names_of_a_database(paper: Paper) -> None:
    with running(paper.folder) as first:
        first.hears("running")
        (paper.folder / "alias.db").symlink_to(paper.folder / "monitor.db")
        with running(paper.folder, "--database", "sqlite:///alias.db") as second:
            assert second.ends() == 3


class TestAlerts:
    """The daemon tells receivers, by rules that may change while it runs."""

    CONFIG = f"{CONFIG}receivers: {{file: {{command: [/bin/sh, -c, 'cat >> told; echo >> told']}}}}\n"

    def test_a_rule_that_is_added_while_it_runs(self, paper: Paper) -> None:
        paper.configure(self.CONFIG)
        with running(paper.folder) as daemon:
            daemon.hears("published", times=3)
            add = [sys.executable, "-m", "monitor", "rules", "add", "another", "another", "--to", "file"]
            subprocess.run(add, cwd=paper.folder, env=environment(paper.folder), check=True)
            daemon.hears("rules_taken")
            paper.replies["/news/2"] = story("Another text.")
            paper.change(EVERY)
            daemon.hears("delivered")
            daemon.tell(signal.SIGTERM)
            assert daemon.ends() == 0
        (told,) = (json.loads(line) for line in (paper.folder / "told").read_text("utf-8").splitlines())
        assert (told["type"], told["data"]["story"]["key"]) == ("story.edited", "news/2")
