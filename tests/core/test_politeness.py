"""When a host may be asked: after each kind of answer, whatever the clock does, and for any order of events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.core.politeness import Host, Report, Turn, Wait, in_words, retry_after

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOLD = 75.0
DAY = 86_400
GOOD = Report(200)
NO_CONNECTION = Report(failure="no connection")


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def turn_at(host: Host, now: datetime, token: str = "mine") -> tuple[Host, Turn]:  # noqa: S107
    host, answer = host.take(token, now=now, hold=HOLD)
    assert isinstance(answer, Turn)
    return host, answer


def reported(*reports: Report, delay: float = 5, jitter: float = 0, host: Host | None = None) -> tuple[Host, float]:
    """Send requests one after the other, each as soon as it may start; return the host and the wait from the last start."""
    host, now, wait = host or Host(name="a.example"), START, 0.0
    for report in reports:
        now += seconds(wait)
        host, turn = turn_at(host, now)
        ended = now + seconds(report.elapsed)
        host = host.give_back(turn, report, now=ended, delay=delay, jitter=jitter)
        assert host.next_request_at is not None
        wait = (host.next_request_at - now).total_seconds()
    return host, wait


def times(number: int, report: Report) -> list[Report]:
    return [report] * number


@pytest.mark.parametrize(
    ("reports", "delay", "wait", "why"),
    [
        # the delay, from start to start
        ([GOOD], 5, 5, "one request every 5 s"),
        ([Report(200, 0.5)], 5, 5, "one request every 5 s"),
        ([Report(404)], 5, 5, "one request every 5 s"),
        ([Report(200)], 0, 0, None),
        ([Report()], 5, 5, "one request every 5 s"),
        # rest after a slow answer, from its end: five times as long, at most six delays, at most 30 s
        ([Report(200, 2)], 5, 2 + 10, "it took 2 s to answer"),
        ([Report(200, 10)], 5, 10 + 30, "it took 10 s to answer"),
        ([Report(200, 10)], 2, 10 + 12, "it took 10 s to answer"),
        ([Report(200, 10)], 20, 10 + 30, "it took 10 s to answer"),
        ([Report(200, 10)], 0, 10, None),
        ([Report(None, 60, failure="no whole answer within 60 s")], 5, 60 + 30, "it took 1 min to answer"),
        # asked for less: a growing wait, or what Retry-After says if that is longer
        ([Report(429)], 5, 60, "it asks for fewer requests (HTTP 429)"),
        ([Report(503)], 5, 60, "it asks for fewer requests (HTTP 503)"),
        (times(3, Report(429)), 5, 240, "it asks for fewer requests (HTTP 429)"),
        (times(30, Report(429)), 5, DAY / 1.25, "it asks for fewer requests (HTTP 429)"),
        ([Report(429, retry_after=600)], 5, 600, "asked for 10 min by Retry-After"),
        ([Report(503, retry_after=20)], 5, 60, "it asks for fewer requests (HTTP 503)"),
        ([Report(301, retry_after=20)], 5, 20, "asked for 20 s by Retry-After"),
        ([Report(500, retry_after=20)], 5, 20, "asked for 20 s by Retry-After"),
        ([Report(429, retry_after=600)], 0, 600, "asked for 10 min by Retry-After"),
        ([Report(429)], 0, 0, None),
        # slower as a whole, until it has answered well for a while
        ([Report(429), GOOD], 5, 9, "one request every 9 s since it asked for fewer"),
        ([*times(9, Report(429)), GOOD], 5, 54, "one request every 54 s since it asked for fewer"),
        ([Report(429), *times(7, GOOD)], 5, 5, "one request every 5 s"),
        # failures: from the third in a row
        (times(2, NO_CONNECTION), 5, 5, "one request every 5 s"),
        (times(3, NO_CONNECTION), 5, 60, "3 failures in a row: no connection"),
        (times(3, Report(500)), 5, 60, "3 failures in a row: HTTP 500"),
        (times(5, NO_CONNECTION), 5, 240, "5 failures in a row: no connection"),
        (times(99, Report(500)), 5, DAY / 1.25, "99 failures in a row: HTTP 500"),
        # it may be our own network: a laptop that was offline does not wait for a day
        (times(99, NO_CONNECTION), 5, 3600 / 1.25, "99 failures in a row: no connection"),
        ([*times(5, NO_CONNECTION), GOOD], 5, 5, "one request every 5 s"),
        ([*times(5, NO_CONNECTION), Report(404), NO_CONNECTION], 5, 5, "one request every 5 s"),
        # a wall: whoever goes on asking in front of one is shut out for good
        (times(3, Report(403)), 5, 60, "3 failures in a row: HTTP 403"),
        ([*times(2, NO_CONNECTION), Report(), NO_CONNECTION], 5, 60, "3 failures in a row: no connection"),
        (times(5, NO_CONNECTION), 0, 0, None),
    ],
)
def test_after_answers_the_host_is_left_alone(
    reports: list[Report], delay: float, wait: float, why: str | None
) -> None:
    host, waited = reported(*reports, delay=delay)
    assert waited == pytest.approx(wait)
    if why:
        assert host.why == why


@pytest.mark.parametrize(("report", "shortest", "longest"), [(Report(429), 60, DAY), (NO_CONNECTION, 60, 3600)])
def test_growing_waits_are_spread_by_up_to_a_quarter_and_end(report: Report, shortest: float, longest: float) -> None:
    three = times(3, report)
    assert reported(*three, jitter=1)[1] == pytest.approx(1.25 * reported(*three)[1])
    assert reported(*times(50, report), jitter=1)[1] == pytest.approx(longest)


class TestTurns:
    """One at a time; the token says whose turn it is, and a lost turn ends by itself."""

    def test_while_one_has_the_turn_the_others_look_again_soon(self) -> None:
        host, _ = turn_at(Host(name="a.example"), START)
        same, answer = host.take("yours", now=START + seconds(1), hold=HOLD)
        assert same == host
        assert answer == Wait(START + seconds(1.5), "another request to it is under way")

    def test_before_its_time_one_is_told_until_when_and_why(self) -> None:
        host, wait = reported(Report(429, retry_after=600))
        _, answer = host.take("yours", now=START + seconds(1), hold=HOLD)
        assert answer == Wait(START + seconds(wait), "asked for 10 min by Retry-After")

    def test_a_turn_that_is_not_given_back_ends_by_itself(self) -> None:
        host, _ = turn_at(Host(name="a.example"), START)
        assert isinstance(host.take("yours", now=START + seconds(HOLD - 0.1), hold=HOLD)[1], Wait)
        assert turn_at(host, START + seconds(HOLD), "yours")[1].token == "yours"  # noqa: S105

    @pytest.mark.parametrize(
        ("report", "failures", "pace", "wait"),
        [(GOOD, 4, 4.0, 30), (NO_CONNECTION, 5, 4.0, 240), (Report(429, retry_after=2000), 5, 8.0, 2000)],
    )
    def test_given_back_too_late_it_only_makes_the_host_slower(
        self, report: Report, failures: int, pace: float, wait: float
    ) -> None:
        host, late = turn_at(Host(name="a.example", failures=4, pace=4), START)
        now = START + seconds(HOLD)
        host, mine = turn_at(replace(host, next_request_at=now), now, "yours")
        host = replace(host, next_request_at=now + seconds(30))
        after = host.give_back(late, report, now=now, delay=5, jitter=0)
        assert (after.lease, after.leased_until) == ("yours", now + seconds(HOLD))
        assert (after.failures, after.pace) == (failures, pace)
        assert after.next_request_at == now + seconds(wait)
        assert after.give_back(mine, GOOD, now=now, delay=5, jitter=0).lease is None

    @pytest.mark.parametrize(("days", "distrusted"), [(0, True), (29, True), (30, False)])
    def test_a_liar_is_not_believed_for_a_month(self, days: int, distrusted: bool) -> None:
        host = Host(name="a.example", lied_at=START - timedelta(days=days))
        assert turn_at(host, START)[1].distrusted is distrusted


class TestClocks:
    """Bookings count by the clock that made them."""

    def test_a_clock_a_little_behind_waits(self) -> None:
        host, _ = reported(GOOD)
        assert host.take("yours", now=START - seconds(30), hold=HOLD)[1] == Wait(START + seconds(5), host.why or "")

    @pytest.mark.parametrize("back", [seconds(61), timedelta(days=1), timedelta(days=9000)])
    def test_a_clock_set_back_closes_no_host(self, back: timedelta) -> None:
        host, _ = reported(Report(429, retry_after=600))
        host, answer = host.take("yours", now=START - back, hold=HOLD)
        assert answer == Wait(START - back + seconds(600), host.why or "")
        # asked again, it is not put off again
        assert turn_at(host, START - back + seconds(600))

    def test_nor_does_a_turn_taken_before(self) -> None:
        host, _ = turn_at(Host(name="a.example"), START)
        host, _ = host.take("yours", now=START - timedelta(days=1), hold=HOLD)
        assert turn_at(host, START - timedelta(days=1) + seconds(HOLD))


@pytest.mark.parametrize(
    ("value", "date", "expected"),
    [
        ("120", None, 120),
        (" 120 ", None, 120),
        ("999999", None, DAY),
        ("9" * 5000, None, DAY),
        ("Sun, 22 Nov 2026 06:10:00 GMT", None, 600),
        ("Sunday, 22-Nov-26 06:10:00 GMT", None, 600),
        ("Sun Nov 22 06:10:00 2026", None, 600),
        ("Fri, 31 Dec 2999 23:59:59 GMT", None, DAY),
        # the host's own clock is a day behind
        ("Sat, 21 Nov 2026 06:10:00 GMT", "Sat, 21 Nov 2026 06:00:00 GMT", 600),
        ("Sun, 22 Nov 2026 06:10:00 GMT", "nonsense", 600),
        ("Sun, 22 Nov 2026 05:50:00 GMT", None, None),
        ("0", None, None),
        ("-5", None, None),
        ("1.5", None, None),
        ("১২০", None, None),
        ("²", None, None),
        ("soon", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_retry_after(value: str | None, date: str | None, expected: float | None) -> None:
    headers = tuple((name, text) for name, text in (("Retry-After", value), ("date", date)) if text is not None)
    assert retry_after(headers, START) == expected


@given(st.text(), st.none() | st.text())
def test_retry_after_may_be_anything(value: str, date: str | None) -> None:
    headers = (("retry-after", value),) if date is None else (("retry-after", value), ("date", date))
    said = retry_after(headers, START)
    assert said is None or 0 < said <= DAY


@pytest.mark.parametrize(
    ("span", "words"), [(0.25, "0.2 s"), (45, "45 s"), (60, "1 min"), (90, "1.5 min"), (3600, "1 h"), (DAY, "24 h")]
)
def test_in_words(span: float, words: str) -> None:
    assert in_words(span) == words


REPORTS = st.builds(
    Report,
    status=st.sampled_from([None, 200, 304, 404, 429, 500, 503]),
    elapsed=st.floats(0, 60),
    retry_after=st.none() | st.floats(1, DAY),
    failure=st.none() | st.just("no connection"),
)


class AnyOrder(RuleBasedStateMachine):
    """Several clients of one host: they ask, answer, are late, die, and their clock is set back."""

    DELAY = 5.0

    def __init__(self) -> None:
        super().__init__()
        self.host = Host(name="a.example")
        self.time, self.behind = START, seconds(0)
        self.turns: dict[str, tuple[Turn, datetime]] = {}
        self.last_start: datetime | None = None
        self.tokens = 0

    @property
    def now(self) -> datetime:
        return self.time - self.behind

    def _take(self) -> Turn | Wait:
        self.tokens += 1
        self.host, answer = self.host.take(str(self.tokens), now=self.now, hold=HOLD)
        if isinstance(answer, Turn):
            assert all(self.time - started >= seconds(HOLD) for _, started in self.turns.values())
            assert self.last_start is None or self.time - self.last_start >= seconds(self.DELAY)
            self.last_start = self.time
            self.turns[answer.token] = answer, self.time
        return answer

    @rule()
    def ask(self) -> None:
        answer = self._take()
        if isinstance(answer, Wait):
            assert self.now < answer.until <= self.now + seconds(DAY + 60)
            assert answer.why

    @rule(span=st.floats(0.001, 100))
    def time_passes(self, span: float) -> None:
        self.time += seconds(span)

    @rule(span=st.sampled_from([1, 59, 61, 3600, 10 * DAY]))
    def the_clock_is_set_back(self, span: float) -> None:
        self.behind += seconds(span)

    @precondition(lambda self: self.turns)
    @rule(data=st.data(), report=REPORTS, jitter=st.floats(0, 1))
    def answer(self, data: st.DataObject, report: Report, jitter: float) -> None:
        turn, _ = self.turns.pop(data.draw(st.sampled_from(sorted(self.turns))))
        before = self.host
        self.host = before.give_back(turn, report, now=self.now, delay=self.DELAY, jitter=jitter)
        if before.lease != turn.token:
            assert self.host.lease == before.lease
            assert self.host.failures >= before.failures
            assert self.host.pace >= before.pace

    @precondition(lambda self: self.turns)
    @rule(data=st.data())
    def one_dies(self, data: st.DataObject) -> None:
        # its request went on for as long as its turn at most
        self.time += seconds(HOLD)
        del self.turns[data.draw(st.sampled_from(sorted(self.turns)))]

    @rule()
    def who_waits_as_told_gets_a_turn(self) -> None:
        for _ in range(int(2 * (HOLD + 60)) + 3):
            answer = self._take()
            if isinstance(answer, Turn):
                return
            self.time += answer.until - self.now
        raise AssertionError("the host is closed for ever")

    @invariant()
    def its_pace_is_in_bounds(self) -> None:
        assert 1 <= self.host.pace <= 12
        assert self.host.failures >= 0


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=25)
