"""A cluster of real processes on one Postgres, in which they are killed, put to sleep and cut off: its books balance.

Four workers and two that enqueue, on papers at hosts of their own that note every request. Of each edition of each
story there is one version in the end, however often a worker died over it; no host was asked for two things at once, or
too soon after the last; and nothing is left under way.
"""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, Final

import psycopg
import pytest

from monitor.core.errors import Exit
from tests.cluster.press import STORIES, Press, at_press, install
from tests.daemon.paper import Running, running
from tests.databases import Server, own_server

PAPERS: Final = 40
EDITIONS: Final = 3
WORKERS, ENQUEUERS = 4, 2
DELAY: Final = 0.25
SILENCE: Final = 3.0
LIMIT: Final = 240.0

# A request's turn is taken before it arrives, and arrives the later the busier this machine is. The delay is kept from
# turn to turn; by when they arrive two requests may be a bit closer.
LATE: Final = 0.15


@dataclass
class Cluster:
    """The processes that run, and what is done to them."""

    folder: Path
    url: str
    press: Press
    server: Server
    chance: Random
    stack: ExitStack
    workers: list[Running] = field(default_factory=list)
    enqueuers: list[Running] = field(default_factory=list)
    asleep: list[tuple[Running, float]] = field(default_factory=list)
    all: list[Running] = field(default_factory=list)

    def start_worker(self) -> None:
        self.workers.append(self._start("worker"))

    def start_enqueuer(self) -> None:
        self.enqueuers.append(self._start("run", "--enqueue"))

    def _start(self, *command: str) -> Running:
        program = ("-m", "monitor", *command)
        self.all.append(self.stack.enter_context(running(self.folder, program=program)))
        return self.all[-1]

    def kill_worker(self) -> None:
        self._kill(self.workers)
        self.start_worker()

    def kill_enqueuer(self) -> None:
        self._kill(self.enqueuers)
        self.start_enqueuer()

    def _kill(self, some: list[Running]) -> None:
        awake = [each for each in some if each not in [one for one, _ in self.asleep]]
        victim = self.chance.choice(awake)
        some.remove(victim)
        victim.tell(signal.SIGKILL)

    def put_to_sleep(self) -> None:
        """Stop a worker for longer than the others believe it to be alive."""
        victim = self.chance.choice(self.workers)
        victim.tell(signal.SIGSTOP)
        self.asleep.append((victim, time.monotonic() + SILENCE + 3))

    def restart(self) -> None:
        """Restart Postgres, in order or with a crash."""
        self.server.restart(self.chance.choice(("fast", "immediate")))

    def wake(self, *, at: float) -> None:
        for victim, until in [*self.asleep]:
            if at >= until:
                self.asleep.remove((victim, until))
                victim.tell(signal.SIGCONT)

    def rows(self, query: str) -> list[Any]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def until(self, done: Callable[[], bool], trouble: list[tuple[int, Callable[[], None]]]) -> None:
        """Wait until something is so; at its number of requests each trouble comes."""
        ends = time.monotonic() + LIMIT
        while not done():
            assert time.monotonic() < ends, self.said()
            self.wake(at=time.monotonic())
            self.look_after()
            while trouble and self.press.total >= trouble[0][0]:
                trouble.pop(0)[1]()
            for _ in range(10):
                self.press.wait(0.1)

    def look_after(self) -> None:
        """Start again, as systemd would, what came up while there was no Postgres."""
        for some, start in ((self.workers, self.start_worker), (self.enqueuers, self.start_enqueuer)):
            for each in [each for each in some if each.process.poll() == Exit.DATABASE]:
                some.remove(each)
                start()

    def said(self) -> str:
        return "\n\n".join("".join(each.heard()) for each in self.all)

    def read(self, edition: int) -> bool:
        """Whether this edition of every story is on record; those of which it is not are due."""
        self.rows(
            "UPDATE articles SET next_check_at = now() - interval '1 hour' WHERE next_check_at > now() AND NOT EXISTS"
            f" (SELECT 1 FROM versions v WHERE v.article_id = articles.id AND v.seq = {edition + 1}) RETURNING id"
        )
        return self.rows(f"SELECT count(*) FROM versions WHERE seq = {edition + 1}") == [(PAPERS * STORIES,)]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        press = stack.enter_context(at_press(PAPERS))
        server = stack.enter_context(own_server())
        install(tmp_path, press, url=server.uri, delay=DELAY, silence=SILENCE)
        yield Cluster(tmp_path, server.uri, press, server, Random(7), stack)  # noqa: S311 - nothing secret hangs on it


def test_killed_asleep_and_cut_off_it_reads_every_edition_once(cluster: Cluster) -> None:
    for _ in range(ENQUEUERS):
        cluster.start_enqueuer()
    for _ in range(WORKERS):
        cluster.start_worker()
    for each in cluster.all:
        each.hears('"running"')  # on an empty database: whoever came first has made the tables
    troubles = [cluster.kill_worker, cluster.put_to_sleep, cluster.restart, cluster.kill_worker]
    troubles += [cluster.kill_enqueuer, cluster.restart]
    cluster.chance.shuffle(troubles)
    requests = PAPERS * (2 + STORIES * EDITIONS)
    at = sorted(cluster.chance.randrange(requests // 20, requests * 3 // 4) for _ in troubles)
    trouble = list(zip(at, troubles, strict=True))
    for edition in range(EDITIONS):
        cluster.press.edition = edition
        cluster.until(lambda edition=edition: cluster.read(edition), trouble)  # type: ignore[misc]
    cluster.until(lambda: not (cluster.asleep or trouble), trouble)
    end(cluster)
    assert_polite(cluster.press)
    assert_balanced(cluster)


def end(cluster: Cluster) -> None:
    """Let all that was enqueued be done, also what the dead had, and stop."""
    cluster.until(lambda: cluster.rows("SELECT count(*) FROM procrastinate_jobs") == [(0,)], [])
    # whoever was started anew a moment ago does not listen to signals yet
    cluster.until(lambda: all("running" in "".join(each.heard()) for each in cluster.enqueuers), [])
    for each in cluster.enqueuers:
        each.tell(signal.SIGTERM)
    assert [each.ends() for each in cluster.enqueuers] == [0] * ENQUEUERS, cluster.said()
    for each in cluster.workers:
        each.tell(signal.SIGTERM)
    assert [each.ends() for each in cluster.workers] == [0] * WORKERS, cluster.said()


def assert_polite(press: Press) -> None:
    for host, visits in press.visits.items():
        for one, following in pairwise(visits):
            assert following.came >= one.went, (host, one, following)
            assert following.came - one.came >= DELAY - LATE, (host, one, following)


def assert_balanced(cluster: Cluster) -> None:
    rows = cluster.rows
    assert rows("SELECT count(*) FROM articles") == [(PAPERS * STORIES,)]
    assert rows("SELECT seq - 1, count(*) FROM versions GROUP BY 1 ORDER BY 1") == [
        (edition, PAPERS * STORIES) for edition in range(EDITIONS)
    ]
    assert rows("SELECT count(*) FROM events") == [(PAPERS * STORIES * EDITIONS,)]
    # every fetch on record raised the revision of its story by one, and was a request
    assert not rows(
        "SELECT id FROM articles a WHERE revision <> (SELECT count(*) FROM observations WHERE article_id = a.id)"
    )
    [(fetches,)] = rows("SELECT count(*) FROM observations WHERE article_id IS NOT NULL")
    visits = sum(visit.path.startswith("/news/") for some in cluster.press.visits.values() for visit in some)
    assert PAPERS * STORIES * EDITIONS <= fetches <= visits
    for table in ("articles", "sources"):
        assert rows(f"SELECT count(*) FROM {table} WHERE lease IS NOT NULL") == [(0,)], cluster.said()
    assert rows("SELECT status, args FROM procrastinate_jobs") == [], cluster.said()
