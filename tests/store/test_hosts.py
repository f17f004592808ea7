"""What all programs together know of hosts (`monitor.pipeline.ports.Hosts`), on SQLite and on Postgres alike."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from typing import Any

import pytest

from monitor.core.politeness import Report, Turn, Wait
from monitor.core.records import RobotsRecord
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from tests.store.builders import START, catch, minute

HOST = "a.example"
HOLD = 75.0
DELAY = 10.0


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def ask(hosts: SqlHosts, now: datetime, token: str = "mine", host: str = HOST) -> Turn | Wait:  # noqa: S107
    return hosts.take(host, token=token, now=now, hold=HOLD)


def answered(hosts: SqlHosts, now: datetime, report: Report, host: str = HOST) -> None:
    turn = ask(hosts, now, host=host)
    assert isinstance(turn, Turn)
    hosts.give_back(turn, report, now=now, delay=DELAY, jitter=0)


class TestTurns:
    """The decisions are those of monitor.core.politeness; here it is that they are kept, for each host."""

    def test_the_first_to_ask_has_it_until_it_is_given_back(self, hosts: SqlHosts) -> None:
        turn = ask(hosts, START)
        assert turn == Turn(HOST, "mine", START)
        assert ask(hosts, START, "yours") == Wait(START + seconds(0.5), "another request to it is under way")
        assert isinstance(turn, Turn)
        hosts.give_back(turn, Report(200), now=START + seconds(1), delay=DELAY, jitter=0)
        assert ask(hosts, START + seconds(2), "yours") == Wait(START + seconds(DELAY), "one request every 10 s")
        assert ask(hosts, START + seconds(DELAY), "yours") == Turn(HOST, "yours", START + seconds(DELAY))

    def test_hosts_do_not_wait_for_each_other(self, hosts: SqlHosts) -> None:
        assert isinstance(ask(hosts, START), Turn)
        assert isinstance(ask(hosts, START, host="b.example"), Turn)

    def test_what_it_asked_for_is_kept(self, hosts: SqlHosts) -> None:
        answered(hosts, START, Report(429, retry_after=600))
        assert ask(hosts, minute(1)) == Wait(minute(10), "asked for 10 min by Retry-After")
        answered(hosts, minute(10), Report(200))
        assert ask(hosts, minute(10)) == Wait(minute(10.3), "one request every 18 s since it asked for fewer")

    def test_failures_in_a_row_are_counted(self, hosts: SqlHosts) -> None:
        for number in range(3):
            answered(hosts, minute(number), Report(failure="no connection"))
        assert ask(hosts, minute(2)) == Wait(minute(3), "3 failures in a row: no connection")

    def test_a_turn_lost_to_another_changes_nothing_for_it(self, hosts: SqlHosts) -> None:
        late = ask(hosts, START)
        assert isinstance(late, Turn)
        assert isinstance(ask(hosts, minute(2), "yours"), Turn)
        hosts.give_back(late, Report(200), now=minute(2), delay=DELAY, jitter=0)
        assert ask(hosts, minute(2), "third") == Wait(minute(2) + seconds(0.5), "another request to it is under way")

    def test_a_clock_set_back_is_put_on_record_once(self, hosts: SqlHosts) -> None:
        answered(hosts, minute(1000), Report(200))
        assert ask(hosts, START) == Wait(START + seconds(DELAY), "one request every 10 s")
        assert isinstance(ask(hosts, START + seconds(DELAY)), Turn)

    def test_a_liar_is_told_apart(self, hosts: SqlHosts, database: Database) -> None:
        catch(database, HOST)
        assert ask(hosts, START) == Turn(HOST, "mine", START, distrusted=True)
        assert ask(hosts, START, host="b.example") == Turn("b.example", "mine", START)


@dataclass
class Shared:
    """Time, and who is sending a request: what the clients of one host see of each other, were they one program."""

    time: Any
    sending: Any
    lock: Any

    @classmethod
    def new(cls) -> "Shared":
        context = get_context("spawn")
        return cls(context.Value("i", 0, lock=False), context.Value("i", 0, lock=False), context.Lock())

    def tick(self) -> datetime:
        """Let a tenth of a second pass; who is held up for a minute counts as one whose clock is wrong."""
        with self.lock:
            self.time.value += 1
            return START + seconds(self.time.value / 10)

    def send(self, change: int) -> int:
        with self.lock:
            self.sending.value += change
            return int(self.sending.value)


def five_requests(hosts: SqlHosts, shared: Shared, name: str) -> list[datetime]:
    """Send five requests, each as soon as it may; return when they started."""
    starts: list[datetime] = []
    for number in range(100_000):
        answer = hosts.take(HOST, token=f"{name}.{number}", now=shared.tick(), hold=100_000)
        if isinstance(answer, Wait):
            continue
        assert shared.send(+1) == 1
        starts.append(answer.at)
        for _ in range(3):
            shared.tick()
        assert shared.send(-1) == 0
        hosts.give_back(answer, Report(200), now=shared.tick(), delay=1, jitter=0)
        if len(starts) == 5:
            return starts
    raise AssertionError("it never got a turn")


def five_requests_each(url: str, shared: Shared, name: str, starts: Any) -> None:
    """What one of several programs does."""
    with closing(connect(url)) as database, ThreadPoolExecutor(2) as threads:
        hosts = SqlHosts(database)
        for part in threads.map(lambda number: five_requests(hosts, shared, f"{name}.{number}"), range(2)):
            starts.extend([moment.timestamp() for moment in part])


def assert_apart(starts: list[float], number: int) -> None:
    starts = sorted(starts)
    assert len(starts) == number
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 1


class TestContention:
    """Never two at once, and never closer than the delay."""

    def test_eight_threads(self, hosts: SqlHosts) -> None:
        shared = Shared.new()
        with ThreadPoolExecutor(8) as threads:
            parts = list(threads.map(lambda name: five_requests(hosts, shared, str(name)), range(8)))
        assert_apart([moment.timestamp() for part in parts for moment in part], 40)

    def test_two_programs_of_two_threads(self, database_url: str) -> None:
        context, shared = get_context("spawn"), Shared.new()
        with context.Manager() as manager:
            starts = manager.list()
            programs = [
                context.Process(target=five_requests_each, args=(database_url, shared, name, starts)) for name in "ab"
            ]
            for program in programs:
                program.start()
            for program in programs:
                program.join(60)
            assert [program.exitcode for program in programs] == [0, 0]
            assert_apart(list(starts), 20)


class TestRobots:
    """The last robots.txt of a host is kept whole."""

    @pytest.mark.parametrize(
        "record",
        [
            RobotsRecord(200, b"User-agent: *\n\xff\0", START, START),
            RobotsRecord(404, b"", START, START),
            RobotsRecord(200, b"Disallow: /", START, minute(90), minute(80)),
            RobotsRecord(None, b"", None, minute(1), START),
            RobotsRecord(503, b"", None, minute(1), START),
        ],
    )
    def test_it_comes_back_and_is_replaced(self, hosts: SqlHosts, record: RobotsRecord) -> None:
        assert hosts.robots(HOST) is None
        hosts.keep_robots(HOST, RobotsRecord(200, b"old", minute(-5), minute(-5), minute(-9)))
        hosts.keep_robots(HOST, record)
        assert hosts.robots(HOST) == record
        assert hosts.robots("b.example") is None

    def test_turns_and_robots_txt_leave_each_other_alone(self, hosts: SqlHosts, database: Database) -> None:
        answered(hosts, START, Report(429, retry_after=600))
        catch(database, HOST)
        assert hosts.robots(HOST) is None
        record = RobotsRecord(404, b"", START, START)
        hosts.keep_robots(HOST, record)
        assert isinstance(ask(hosts, minute(9)), Wait)
        assert ask(hosts, minute(10)) == Turn(HOST, "mine", minute(10), distrusted=True)
        assert hosts.robots(HOST) == record
