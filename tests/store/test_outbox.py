"""Claiming and settling messages (`monitor.pipeline.ports.Outbox`), on SQLite and on Postgres alike."""

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from monitor.core.alerts import Limit, NewAlert
from monitor.core.answers import Answer, Delivered, Failed, Refused, Stop
from monitor.core.delivery import Attempt
from monitor.core.events import Event, EventKind
from monitor.core.messages import Message
from monitor.pipeline.ports import Lost
from monitor.store.database import Database
from monitor.store.outbox import SqlOutbox
from monitor.store.record import SqlStore
from tests.store.builders import START, known, minute, untold
from tests.store.posts import DESK, alert, claim, keys, lease, payload, rows, settle, states, write

DOWN = Failed("no connection")
NOT_THIS = Refused("HTTP 400", 400)
GONE = Stop("HTTP 410: it wants nothing any more", 410)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


@pytest.fixture
def stories(store: SqlStore) -> list[int]:
    return [known(store, number).id for number in range(1, 4)]


def is_ready(outbox: SqlOutbox, at: float = 0) -> bool:
    return outbox.ready([DESK, "nobody"], now=minute(at)) == [DESK]


class TestClaims:
    """The oldest first, each once, and never two about one story."""

    def test_a_message_is_all_that_its_receiver_is_told(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, alert("k1"), story=None)
        (message,) = claim(outbox)
        assert message == Message(1, "k1", DESK, payload("k1"), lease(), START)
        assert message.body.startswith(b'{"id":"k1","type":"story.edited","version":1,')
        assert "পুতিন".encode() in message.body

    @pytest.mark.parametrize("held", [False, True])
    def test_what_a_clock_made_that_was_a_year_ahead(self, database: Database, outbox: SqlOutbox, held: bool) -> None:
        ahead = 60 * 24 * 365
        write(database, alert("k1", held_until=minute(ahead + 60) if held else None), at=minute(ahead))
        assert is_ready(outbox)
        outbox.gather(DESK, now=START, key=lambda: "digest")
        assert keys(claim(outbox)) == ["k1"]

    def test_the_oldest_first_and_no_more_than_wanted(self, database: Database, outbox: SqlOutbox) -> None:
        for number in (3, 1, 2):
            write(database, alert(f"k{number}"), at=minute(-number))
        assert keys(claim(outbox, limit=2)) == ["k3", "k2"]
        assert keys(claim(outbox, by="b")) == ["k1"]
        assert keys(claim(outbox, by="c")) == []

    def test_messages_about_one_story_keep_their_order(
        self, database: Database, outbox: SqlOutbox, stories: list[int]
    ) -> None:
        write(database, alert("k1"), alert("k2"), story=stories[0])
        write(database, alert("k3"), story=stories[1])
        write(database, alert("k4"), alert("k5"))
        first, *others = claim(outbox)
        assert keys([first, *others]) == ["k1", "k3", "k4", "k5"]
        assert not is_ready(outbox)
        settle(outbox, first)
        assert keys(claim(outbox, by="b")) == ["k2"]

    @pytest.mark.parametrize(
        ("answer", "later", "free"),
        [(DOWN, 0, False), (NOT_THIS, 0, False), (DOWN, 4_321, True), (NOT_THIS, 4_321, True), (Delivered(), 0, True)],
    )
    def test_a_later_one_waits_until_the_earlier_is_delivered_or_dead(
        self, database: Database, outbox: SqlOutbox, stories: list[int], answer: Answer, later: float, *, free: bool
    ) -> None:
        write(database, alert("k1"), alert("k2"), story=stories[0])
        (first,) = claim(outbox)
        settle(outbox, replace(first, tried_since=START), answer, minute(later))
        assert keys(claim(outbox, minute(later + 60), "b")) == (["k2"] if free else ["k1"])

    def test_other_receivers_have_their_own_order(
        self, database: Database, outbox: SqlOutbox, stories: list[int]
    ) -> None:
        write(database, alert("k1", "night"), alert("k2"), story=stories[0])
        assert keys(claim(outbox)) == ["k2"]

    def test_a_lease_ends_by_itself(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, alert("k1"))
        (late,) = claim(outbox)
        assert not is_ready(outbox, 1.9)
        assert is_ready(outbox, 2)
        (again,) = claim(outbox, minute(2), "b")
        with pytest.raises(Lost):
            settle(outbox, late)
        assert rows(database, "tries") == []
        settle(outbox, again)
        assert states(database) == {"k1": "delivered"}

    def test_what_is_given_back_may_be_claimed_by_another(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, alert("k1"), alert("k2"))
        claimed = claim(outbox)
        settle(outbox, claimed[0])
        outbox.give_back(claimed)
        assert keys(claim(outbox, by="b")) == ["k2"]
        outbox.give_back(claimed)  # not theirs any more
        assert keys(claim(outbox, by="c")) == []

    def test_of_many_who_claim_at_once_each_gets_others(
        self, database: Database, outbox: SqlOutbox, stories: list[int]
    ) -> None:
        for number in range(60):
            write(database, alert(f"k{number}"), story=stories[number % 3] if number < 30 else None)
        with ThreadPoolExecutor(8) as threads:
            works = [threads.submit(claim, outbox, START, f"t{number}", 5) for number in range(8)]
            claimed = [key for work in works for key in keys(work.result())]
        assert sorted(claimed) == sorted(["k0", "k1", "k2", *(f"k{number}" for number in range(30, 60))])


class TestSettlements:
    """An answer, and what it means for the message and its receiver, are written together."""

    @pytest.mark.parametrize(
        ("answer", "state", "due", "ended", "why"),
        [
            (Delivered(204), "delivered", 0, True, None),
            (NOT_THIS, "waiting", 10, False, "HTTP 400"),
            (DOWN, "waiting", 10, False, "no connection"),
            (Failed("HTTP 503", 503, 600.0), "waiting", 600, False, "HTTP 503"),
            (GONE, "dead", 0, True, GONE.why),
        ],
    )
    def test_the_message_and_its_try(
        self, database: Database, outbox: SqlOutbox, *, answer: Answer, state: str, due: float, why: str, ended: bool
    ) -> None:
        write(database, alert("k1"))
        (message,) = claim(outbox)
        outbox.settle(message, Attempt(answer, minute(1), 1.5, 0.0), untold)
        end, (row,), (one,) = minute(1) + timedelta(seconds=1.5), rows(database, "messages"), rows(database, "tries")
        assert (row.state, row.tries, row.tried_since, row.why) == (state, 1, minute(1), why)
        assert row.ended_at == (end if ended else None)
        assert row.due_at == (end + timedelta(seconds=due) if due else START)
        assert (row.lease, row.leased_until) == (None, None)
        assert (one.message_id, one.at, one.elapsed, one.status, one.why) == (1, minute(1), 1.5, answer.status, why)

    def test_the_same_bytes_at_every_try(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, alert("k1"))
        bodies = set()
        for number in range(3):
            (message,) = claim(outbox, minute(number * 10), f"t{number}")
            assert message.tries == number
            bodies.add(message.body)
            settle(outbox, message, NOT_THIS, minute(number * 10))
        assert len(bodies) == 1

    def test_one_who_fails_is_tried_with_one_message_after_the_other(
        self, database: Database, outbox: SqlOutbox
    ) -> None:
        write(database, *(alert(f"k{number}") for number in range(4)))
        first, second, *others = claim(outbox)
        outbox.give_back(others)
        settle(outbox, first, DOWN)
        assert not is_ready(outbox)  # the second is under way
        settle(outbox, second, DOWN)
        assert not is_ready(outbox, 0.1)
        assert is_ready(outbox, 0.2)
        (probe,) = claim(outbox, minute(0.2), "b")
        assert probe.key == "k2"  # that was tried least
        assert claim(outbox, minute(0.2), "c") == []
        settle(outbox, probe, Delivered(), minute(0.2))
        assert keys(claim(outbox, minute(0.2), "d")) == ["k3", "k0", "k1"]  # the longest due first

    def test_a_message_that_alone_fails_holds_up_no_other(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, *(alert(f"k{number}") for number in range(3)))
        poison, *others = claim(outbox)
        outbox.give_back(others)
        settle(outbox, poison, Failed("HTTP 500", 500))
        (one,) = claim(outbox, by="b")
        assert one.key == "k1"
        settle(outbox, one)
        assert keys(claim(outbox, by="c")) == ["k2"]
        assert keys(claim(outbox, minute(1), "d")) == ["k0"]

    def test_when_it_is_back_all_that_waits_is_due(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, *(alert(f"k{number}") for number in range(3)))
        for number, at in enumerate((0, 1, 2, 5, 9)):
            (message,) = claim(outbox, minute(at), f"t{number}", limit=1)
            settle(outbox, message, DOWN, minute(at))
        (message,) = claim(outbox, minute(20), "u")
        assert claim(outbox, minute(20), "v") == []
        settle(outbox, message, Delivered(), minute(20))
        assert len(claim(outbox, minute(20), "w")) == 2

    def test_what_waited_for_three_days_is_dead_when_it_has_been_failing_for_so_long(
        self, database: Database, outbox: SqlOutbox
    ) -> None:
        write(database, alert("k1"), alert("k2"))
        for each in claim(outbox):
            settle(outbox, each, DOWN)
        write(database, alert("k3"), at=minute(1))
        (probe,) = claim(outbox, minute(3 * 1_440), "b")
        settle(outbox, probe, DOWN, minute(3 * 1_440))
        too_long = "its receiver has been failing for three days"
        assert [(row.key, row.state, row.why) for row in rows(database, "messages")] == [
            ("k1", "dead", too_long),
            ("k2", "dead", too_long),
            ("k3", "waiting", "no connection"),
        ]

    def test_the_outcomes_of_many_at_once_agree(self, database: Database, outbox: SqlOutbox) -> None:
        write(database, *(alert(f"k{number}") for number in range(16)))
        claimed = claim(outbox, limit=16)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda each: settle(outbox, each, DOWN), claimed))
        (row,) = rows(database, "receivers")
        assert (row.failures, row.suspect) == (1, None)
        assert len(rows(database, "tries")) == 16


class TestTheDisabled:
    """Who wants nothing more is an event, once; what waits for it waits untried."""

    @pytest.fixture
    def claimed(self, database: Database, outbox: SqlOutbox) -> list[Message]:
        write(database, *(alert(f"k{number}") for number in range(3)))
        first, second, third = claim(outbox)
        outbox.give_back([third])
        return [first, second]

    def test_it_is_told_in_the_same_transaction(
        self, database: Database, outbox: SqlOutbox, claimed: list[Message]
    ) -> None:
        def tell(event: Event) -> Event:
            return replace(event, alerts=(NewAlert("watch", {"editor": "told"}, {"type": "receiver.disabled"}, START),))

        attempt = Attempt(GONE, START, 0.0, 0.0)
        for each in claimed:
            outbox.settle(each, attempt, tell)
        events = [row for row in rows(database, "events") if row.kind == EventKind.RECEIVER_DISABLED]
        assert [event.why for event in events] == [f"receiver desk: {GONE.why}"]
        assert states(database) == {"k0": "dead", "k1": "dead", "k2": "waiting", "told": "waiting"}
        assert outbox.ready([DESK, "editor"], now=minute(60)) == ["editor"]
        assert claim(outbox, minute(60), "b") == []

    def test_nothing_is_written_if_it_cannot_be_told(
        self, database: Database, outbox: SqlOutbox, claimed: list[Message]
    ) -> None:
        def broken(_: Event) -> Event:
            raise RuntimeError("a rule broke")

        with pytest.raises(RuntimeError, match="a rule broke"):
            outbox.settle(claimed[0], Attempt(GONE, START, 0.0, 0.0), broken)
        assert states(database)["k0"] == "waiting"
        assert rows(database, "tries") == []


class TestTheHeld:
    """What was held is sent as it is where it is alone, else told of in a digest of its rule."""

    @pytest.fixture
    def key(self) -> Callable[[], str]:
        numbers = itertools.count(1)
        return lambda: f"digest-{next(numbers)}"

    def test_nothing_before_its_time(self, database: Database, outbox: SqlOutbox, key: Callable[[], str]) -> None:
        write(database, alert("k1", held_until=minute(60)))
        assert not is_ready(outbox, 59)
        outbox.gather(DESK, now=minute(59), key=key)
        assert states(database) == {"k1": "held"}
        assert is_ready(outbox, 60)

    def test_one_alone_is_sent_as_it_is(self, database: Database, outbox: SqlOutbox, key: Callable[[], str]) -> None:
        write(database, alert("k1", held_until=minute(60)), alert("k2", rule="kim", held_until=minute(60)))
        outbox.gather(DESK, now=minute(60), key=key)
        claimed = claim(outbox, minute(60))
        assert [(each.key, each.payload["type"]) for each in claimed] == [
            ("k1", "story.edited"),
            ("k2", "story.edited"),
        ]
        assert {row.created_at for row in rows(database, "messages")} == {minute(60)}

    def test_several_of_a_rule_are_told_of_in_one(
        self, database: Database, outbox: SqlOutbox, key: Callable[[], str]
    ) -> None:
        for number in range(3):
            write(database, alert(f"k{number}", held_until=minute(60)), at=minute(number))
        write(database, alert("other", "night", held_until=minute(60)))
        outbox.gather(DESK, now=minute(60), key=key)
        outbox.gather(DESK, now=minute(60), key=key)
        (message,) = claim(outbox, minute(60))
        assert (message.key, message.story) == ("digest-1", None)
        line = {
            "type": "story.edited",
            "timestamp": "2026-11-22T06:00:00Z",
            "story": {"name": "daily:news/1", "url": "https://daily.example/news/1", "title": "k0", "version": 2},
            "site": "daily",
            "announced": False,
            "why": "of k0",
        }
        data = message.payload["data"]
        assert message.payload == {
            "type": "digest",
            "version": 1,
            "timestamp": "2026-11-22T07:00:00Z",
            "data": {
                "rule": {"name": "putin", "query": "পুতিন"},
                "count": 3,
                "since": "2026-11-22T06:00:00Z",
                "until": "2026-11-22T06:02:00Z",
                "alerts": data["alerts"],  # type: ignore[index]
            },
        }
        assert data["alerts"][0] == {"id": "k0", **line}  # type: ignore[index]
        assert [each["id"] for each in data["alerts"]] == ["k0", "k1", "k2"]  # type: ignore[index]
        assert states(database) == {
            "k0": "digested",
            "k1": "digested",
            "k2": "digested",
            "digest-1": "waiting",
            "other": "held",
        }
        assert {row.digest_id for row in rows(database, "messages") if row.state == "digested"} == {message.id}

    def test_a_digest_tells_of_a_hundred_and_counts_all(
        self, database: Database, outbox: SqlOutbox, key: Callable[[], str]
    ) -> None:
        write(database, *(alert(f"k{number}", held_until=minute(60)) for number in range(1_203)))
        outbox.gather(DESK, now=minute(60), key=key)
        (message,) = claim(outbox, minute(60))
        data = message.payload["data"]
        assert (data["count"], len(data["alerts"])) == (1_203, 100)  # type: ignore[index]
        assert list(states(database).values()).count("digested") == 1_203

    def test_what_is_told_of_a_site_is_in_it_too(
        self, database: Database, outbox: SqlOutbox, key: Callable[[], str]
    ) -> None:
        write(database, *(alert(f"k{number}", story=None, held_until=minute(60)) for number in range(2)))
        outbox.gather(DESK, now=minute(60), key=key)
        data = claim(outbox, minute(60))[0].payload["data"]
        assert [each["story"] for each in data["alerts"]] == [None, None]  # type: ignore[index]

    def test_more_than_a_rule_may_say_is_held(
        self, database: Database, outbox: SqlOutbox, key: Callable[[], str]
    ) -> None:
        """As many as the limit allows, the rest in a digest when the time is over; and that counts as one more."""
        limit = Limit(2, timedelta(hours=1))
        for number in range(5):
            write(database, alert(f"k{number}", limit=limit), at=minute(number))
        assert list(states(database).values()) == ["waiting", "waiting", "held", "held", "held"]
        outbox.gather(DESK, now=minute(61), key=key)
        assert states(database)["digest-1"] == "waiting"
        write(database, alert("k5", limit=limit), alert("k6", limit=limit), at=minute(70))
        assert (states(database)["k5"], states(database)["k6"]) == ("waiting", "held")

    def test_a_limit_holds_no_longer_than_its_time(self, database: Database) -> None:
        """Though the clock has been set back since the last message."""
        limit = Limit(1, timedelta(hours=1))
        write(database, alert("k0", limit=limit), at=minute(60 * 24 * 365))
        write(database, alert("k1", limit=limit))
        assert [(row.state, row.due_at) for row in rows(database, "messages")][1] == ("held", minute(60))


def test_half_a_sign_of_a_page_can_be_sent(database: Database, outbox: SqlOutbox) -> None:
    """As a headline that was cut in the middle of an emoji ends in."""
    write(database, replace(alert("k1"), payload=payload("পুতিন \ud83d\0")))
    (message,) = claim(outbox)
    assert json.loads(message.body)["data"]["story"]["title"] == "পুতিন \ufffd\ufffd"


def test_a_test_is_sent_however_its_receiver_stands(database: Database, outbox: SqlOutbox) -> None:
    write(database, alert("k1"))
    settle(outbox, claim(outbox)[0], GONE)
    message = outbox.test(DESK, lease("b"), key="test-1")
    assert message.payload["type"] == "test"
    settle(outbox, message)
    assert states(database) == {"k1": "dead", "test-1": "delivered"}
    assert claim(outbox, minute(60), "c") == []


@pytest.mark.parametrize("seed", range(5))
def test_in_any_order_of_events_each_message_ends_once(
    database: Database, outbox: SqlOutbox, stories: list[int], seed: int
) -> None:
    """Two workers at one receiver that answers at random: the order of each story is kept, and all come to an end."""
    chance, order, at = Random(seed), dict[str, list[str]](), 0.0  # noqa: S311
    for number in range(24):
        write(database, alert(f"s{number % 3}-{number:02}"), story=stories[number % 3], at=START)
    answers: list[Answer] = [Delivered(), Delivered(), DOWN, NOT_THIS]
    tokens = (f"t{number}" for number in itertools.count())
    while "waiting" in states(database).values():
        at += chance.choice([0, 1, 15, 300])
        under_way = [each for _ in range(2) for each in claim(outbox, minute(at), next(tokens), chance.randint(1, 5))]
        assert len({each.story for each in under_way}) == len(under_way)
        for each in chance.sample(under_way, len(under_way)):
            answer = chance.choice(answers)
            settle(outbox, each, answer, minute(at))
            if answer == Delivered():
                order.setdefault(each.key[:2], []).append(each.key)
    assert sum(map(len, order.values())) == 24
    assert all(each == sorted(each) for each in order.values())
