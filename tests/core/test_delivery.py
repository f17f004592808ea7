"""When messages are tried again and given up, and what a receiver admits: after each answer, and for any order of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import MessageState
from monitor.core.answers import Answer, Delivered, Failed, Refused, Stop
from monitor.core.delivery import TRIED_FOR, Admission, Attempt, Standing, Verdict, judge
from monitor.core.leases import Lease
from monitor.core.messages import Message

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DOWN = Failed("no connection")
BUSY = Failed("HTTP 429", 429, retry_after=3_600)
NOT_THIS = Refused("HTTP 400", 400)
GONE = Stop("HTTP 410: it wants nothing any more", 410)
MANY, PROBE = Admission(), Admission(one=True, early=True)


def message(number: int = 1, **changes: object) -> Message:
    lease = Lease("mine", START, START + timedelta(minutes=1))
    return replace(Message(number, f"msg_{number}", "desk", {}, lease, START), **changes)  # type: ignore[arg-type]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def tried(standing: Standing, answer: Answer, at: datetime, number: int = 1, jitter: float = 0) -> Verdict:
    return judge(standing, message(number), Attempt(answer, at, 0.0, jitter))


def after(*answers: Answer, numbers: tuple[int, ...] = (), jitter: float = 0) -> tuple[Standing, datetime]:
    """Let a receiver answer as soon as it may be tried, to message 1, 2, 3, … or as told; return it and that moment."""
    standing, now = Standing(), START
    for index, answer in enumerate(answers):
        now = max(now, standing.next_try_at or now)
        number = numbers[index] if numbers else index + 1
        standing = tried(standing, answer, now, number, jitter).standing
    return standing, now


def schedule(answer: Answer, jitter: float = 0) -> list[float]:
    """Let one message be answered so again and again; return the seconds between its tries, until it is dead."""
    one, now, waits = message(), START, list[float]()
    while True:
        verdict = judge(Standing(), one, Attempt(answer, now, 0.0, jitter))
        if verdict.due_at is None:
            assert verdict.state is MessageState.DEAD
            return waits
        assert verdict.state is MessageState.WAITING
        waits.append((verdict.due_at - now).total_seconds())
        one, now = replace(one, tries=one.tries + 1, tried_since=one.tried_since or now), verdict.due_at


class TestTheMessage:
    """It is tried for three days, less and less often, and the last time when they are over."""

    @pytest.mark.parametrize("answer", [NOT_THIS, DOWN])
    def test_its_waits_grow(self, answer: Answer) -> None:
        waits = schedule(answer)
        assert waits[:8] == [10, 30, 90, 270, 810, 2_430, 7_290, 11_520]
        assert sum(waits) == TRIED_FOR.total_seconds()
        assert len(waits) == 29

    def test_chance_adds_up_to_a_quarter(self) -> None:
        assert schedule(NOT_THIS, jitter=1)[:8] == [12.5, 37.5, 112.5, 337.5, 1_012.5, 3_037.5, 9_112.5, 14_400]

    @pytest.mark.parametrize(("asked", "wait"), [(None, 10), (5.0, 10), (3_600.0, 3_600)])
    def test_it_waits_no_less_than_the_receiver_asks(self, asked: float | None, wait: float) -> None:
        assert schedule(Failed("HTTP 503", 503, asked))[0] == wait

    @given(st.lists(st.tuples(st.sampled_from([NOT_THIS, DOWN, BUSY]), st.floats(0, 1), st.floats(0, 300)), min_size=1))
    def test_it_is_never_tried_at_once_nor_for_longer(self, tries: list[tuple[Answer, float, float]]) -> None:
        one, now = message(), START
        for answer, jitter, elapsed in tries:
            attempt = Attempt(answer, now, elapsed, jitter)
            verdict = judge(Standing(), one, attempt)
            ended, end = now + seconds(elapsed), START + TRIED_FOR
            if verdict.state is MessageState.DEAD:
                assert ended >= end
                return
            assert verdict.due_at is not None
            assert ended < end
            assert min(ended + seconds(10), end) <= verdict.due_at <= min(ended + seconds(14_400), end)
            one, now = replace(one, tries=one.tries + 1, tried_since=START), verdict.due_at


class TestTheReceiver:
    """One that fails is tried with one message at a time, less and less often."""

    def test_its_waits_grow(self) -> None:
        waits, standing, now = [], Standing(), START
        for number in range(9):
            standing = tried(standing, DOWN, now, number).standing
            assert standing.next_try_at is not None
            waits.append((standing.next_try_at - now).total_seconds())
            now = standing.next_try_at
        assert waits == [10, 20, 40, 80, 160, 320, 480, 480, 480]
        assert standing.failures == 9
        assert standing.failing_since == START

    @given(st.lists(st.sampled_from([DOWN, BUSY]), min_size=1, max_size=40), st.floats(0, 1))
    def test_it_is_left_alone_for_ten_seconds_to_ten_minutes(self, answers: list[Answer], jitter: float) -> None:
        standing, now = after(*answers, jitter=jitter)
        assert standing.next_try_at is not None
        least, most = (3_600, 3_600) if answers[-1] is BUSY else (10, 600)
        assert seconds(least) <= standing.next_try_at - now <= seconds(most)

    @pytest.mark.parametrize(
        ("standing", "wait", "admitted"),
        [
            (Standing(), 0, MANY),
            (after(DOWN)[0], 0, Admission(one=True, but=1)),
            (after(DOWN)[0], 9, Admission(one=True, but=1)),
            (after(DOWN)[0], 10, PROBE),
            (after(DOWN, DOWN, numbers=(1, 1))[0], 29, Admission(one=True, but=1)),
            (after(DOWN, DOWN, numbers=(1, 1))[0], 30, PROBE),
            (after(DOWN, DOWN)[0], 29, None),
            (after(DOWN, DOWN)[0], 30, PROBE),
            (after(BUSY)[0], 3_599, None),
            (after(BUSY)[0], 3_600, PROBE),
            (after(DOWN, Delivered())[0], 10, MANY),
            (after(DOWN, NOT_THIS)[0], 10, MANY),
            (after(GONE)[0], 1_000_000, None),
            (after(DOWN, GONE)[0], 1_000_000, None),
        ],
    )
    def test_what_it_admits(self, standing: Standing, wait: float, admitted: Admission | None) -> None:
        assert standing.admits(START + seconds(wait)) == admitted

    def test_what_was_under_way_as_it_began_to_fail_counts_once(self) -> None:
        standing = Standing()
        for number in range(4):
            standing = tried(standing, DOWN, START, number).standing
        assert standing.failures == 1
        assert standing.suspect is None
        assert standing.next_try_at == START + seconds(10)

    def test_a_second_message_that_fails_clears_the_first(self) -> None:
        standing = tried(after(DOWN)[0], DOWN, START + seconds(5), 2).standing
        assert standing.admits(START + seconds(6)) is None
        assert standing.admits(START + seconds(10)) == PROBE

    def test_nor_does_what_was_under_way_and_got_through_say_that_it_is_well(self) -> None:
        busy = judge(Standing(), message(1), Attempt(BUSY, START, 2.0, 0.0)).standing
        for answer in (Delivered(), NOT_THIS):
            verdict = judge(busy, message(2), Attempt(answer, START + seconds(1), 3.0, 0.0))
            assert verdict.standing == busy
            assert not verdict.all_due

    def test_asked_for_patience_while_it_fails_it_gets_more(self) -> None:
        standing = tried(after(DOWN, DOWN)[0], BUSY, START + seconds(11), 3).standing
        assert standing.next_try_at == START + seconds(3_611)

    @pytest.mark.parametrize("answer", [Delivered(), NOT_THIS])
    @pytest.mark.parametrize(("answers", "all_due"), [((DOWN,), False), ((DOWN,) * 2, False), ((DOWN,) * 3, True)])
    def test_after_more_than_a_minute_all_that_waits_is_due(
        self, answer: Answer, answers: tuple[Answer, ...], *, all_due: bool
    ) -> None:
        standing, _ = after(*answers)
        assert standing.next_try_at is not None
        verdict = tried(standing, answer, standing.next_try_at)
        assert verdict.standing == Standing()
        assert verdict.all_due is all_due

    def test_after_three_days_what_has_waited_for_so_long_is_dead(self) -> None:
        failing = Standing(failures=400, failing_since=START, next_try_at=START)
        before = tried(failing, DOWN, START + TRIED_FOR - seconds(1))
        assert before.dead_before is None
        assert tried(failing, DOWN, START + TRIED_FOR).dead_before == START

    def test_who_wants_nothing_more_is_disabled_and_stays_so(self) -> None:
        verdict = tried(Standing(), GONE, START)
        assert verdict.state is MessageState.DEAD
        assert verdict.standing == Standing(disabled_at=START, why=GONE.why)
        for answer in (Delivered(), NOT_THIS, DOWN, GONE):  # to what was under way
            later = tried(verdict.standing, answer, START + seconds(5), 2)
            assert later.standing.disabled_at == START
            assert later.standing.admits(START + seconds(3_600)) is None

    def test_a_failure_of_a_clock_that_was_ahead_is_over_with_the_next_answer(self) -> None:
        ahead = START + timedelta(days=9)
        standing = Standing(failures=3, failing_since=ahead, next_try_at=ahead, why=DOWN.why)
        assert tried(standing, Delivered(), START).standing == Standing()
        assert tried(standing, NOT_THIS, START).standing == Standing()

    def test_a_clock_that_was_wrong_closes_nobody(self) -> None:
        standing = Standing(failures=3, failing_since=START, next_try_at=START + timedelta(days=900))
        assert standing.admits(START) == PROBE
        assert tried(standing, DOWN, START).standing.next_try_at == START + seconds(80)
