"""What all programs together know of hosts (`monitor.pipeline.ports.Hosts`), on SQLite and on Postgres alike."""

from datetime import timedelta

from monitor.core.records import RobotsRecord
from monitor.store.hosts import SqlHosts
from tests.store.builders import START, minute


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


class TestReserve:
    """Requests to one host keep their distance, however they are booked and whatever the clock did."""

    def test_the_first_request_goes_at_once(self, hosts: SqlHosts) -> None:
        assert hosts.reserve("a.example", now=START, delay=10) == START

    def test_requests_keep_their_distance(self, hosts: SqlHosts) -> None:
        booked = [hosts.reserve("a.example", now=START, delay=10) for _ in range(4)]
        assert booked == [START + seconds(number) for number in (0, 10, 20, 30)]
        assert hosts.reserve("a.example", now=minute(5), delay=10) == minute(5)
        assert hosts.reserve("a.example", now=minute(5) + seconds(4), delay=10) == minute(5) + seconds(10)

    def test_no_delay(self, hosts: SqlHosts) -> None:
        assert [hosts.reserve("a.example", now=START, delay=0) for _ in range(2)] == [START, START]

    def test_hosts_do_not_wait_for_each_other(self, hosts: SqlHosts) -> None:
        assert hosts.reserve("a.example", now=START, delay=10) == hosts.reserve("b.example", now=START, delay=10)

    def test_a_long_queue_is_believed(self, hosts: SqlHosts) -> None:
        for _ in range(3):
            hosts.reserve("a.example", now=START, delay=86_400)
        assert hosts.reserve("a.example", now=minute(1), delay=86_400) == START + timedelta(days=3)

    def test_a_clock_a_little_behind_waits(self, hosts: SqlHosts) -> None:
        hosts.reserve("a.example", now=START, delay=10)
        assert hosts.reserve("a.example", now=START - seconds(30), delay=10) == START + seconds(10)

    def test_a_clock_set_back_closes_no_host(self, hosts: SqlHosts) -> None:
        tomorrow = START + timedelta(days=1)
        for _ in range(3):
            hosts.reserve("a.example", now=tomorrow, delay=10)
        assert hosts.reserve("a.example", now=START, delay=10) == START + seconds(30)
        assert hosts.reserve("a.example", now=START + seconds(1), delay=10) == START + seconds(40)


class TestRobots:
    """The last robots.txt of a host is kept whole."""

    def test_it_comes_back_and_is_replaced(self, hosts: SqlHosts) -> None:
        assert hosts.robots("a.example") is None
        for record in (RobotsRecord(200, b"User-agent: *\n\xff\0", START), RobotsRecord(None, b"", minute(1))):
            hosts.keep_robots("a.example", record)
            assert hosts.robots("a.example") == record
        assert hosts.robots("b.example") is None

    def test_a_booking_is_no_robots_txt_and_the_other_way_round(self, hosts: SqlHosts) -> None:
        hosts.reserve("a.example", now=START, delay=10)
        assert hosts.robots("a.example") is None
        hosts.keep_robots("a.example", RobotsRecord(404, b"", START))
        assert hosts.reserve("a.example", now=START, delay=10) == START + seconds(10)
        hosts.keep_robots("b.example", RobotsRecord(404, b"", START))
        assert hosts.reserve("b.example", now=START, delay=10) == START
