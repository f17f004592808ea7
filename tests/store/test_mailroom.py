"""Looking at messages and letting them be sent again (`monitor.pipeline.ports.Mailroom`), on SQLite and on Postgres."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.alerts import MessageState
from monitor.core.answers import Failed, Stop
from monitor.core.messages import MessageQuery, ReceiverStatus, Try
from monitor.store.database import Database
from monitor.store.mailroom import SqlMailroom
from monitor.store.outbox import SqlOutbox
from tests.store.builders import START, minute
from tests.store.posts import DESK, alert, claim, keys, lease, payload, rows, settle, states, write

DOWN = Failed("no connection")
GONE = Stop("HTTP 410", 410)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


@pytest.fixture
def mailroom(database: Database, outbox: SqlOutbox) -> SqlMailroom:
    """Five messages: delivered, dead, waiting, held for another receiver, and one told of in a digest."""
    write(database, alert("sent"), alert("dead", rule="kim"), at=minute(-10))
    sent, dead = claim(outbox)
    settle(outbox, sent)
    settle(outbox, replace(dead, tried_since=START - timedelta(days=4)), DOWN, minute(1))
    write(database, alert("waits"), at=minute(2))
    write(database, alert("held", "night", held_until=minute(90)), at=minute(3))
    return SqlMailroom(database)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (MessageQuery(), ["held", "waits", "dead", "sent"]),
        (MessageQuery(limit=2), ["held", "waits"]),
        (MessageQuery(state=MessageState.DEAD), ["dead"]),
        (MessageQuery(state=MessageState.WAITING), ["waits"]),
        (MessageQuery(receiver="night"), ["held"]),
        (MessageQuery(rule="kim"), ["dead"]),
        (MessageQuery(since=minute(2)), ["held", "waits"]),
        (MessageQuery(rule="kim", state=MessageState.HELD), []),
    ],
)
def test_what_is_listed(mailroom: SqlMailroom, query: MessageQuery, found: list[str]) -> None:
    assert [each.key for each in mailroom.messages(query)] == found


def test_one_with_all_its_tries(mailroom: SqlMailroom) -> None:
    log = mailroom.message("dead")
    assert log is not None
    assert log.message.state is MessageState.DEAD
    assert (log.message.why, log.message.tries, log.message.payload) == ("no connection", 1, payload("dead", "kim"))
    assert log.tries == [Try(minute(1), 0.0, None, "no connection")]
    assert mailroom.message(str(log.message.id)) == log
    for unknown in ("999", "nobody", "", "9" * 30, "১"):
        assert mailroom.message(unknown) is None


def test_one_that_a_digest_told_of_names_it(database: Database, mailroom: SqlMailroom, outbox: SqlOutbox) -> None:
    write(database, alert("held2", "night", held_until=minute(90)), at=minute(4))
    outbox.gather("night", now=minute(90), key=lambda: "digest-1")
    found = {each.key: each for each in mailroom.messages(MessageQuery(receiver="night"))}
    assert [(found[key].state, found[key].digest) for key in ("held", "held2")] == [("digested", "digest-1")] * 2
    assert found["digest-1"].payload["type"] == "digest"


def test_how_receivers_stand(mailroom: SqlMailroom) -> None:
    assert mailroom.receivers() == [
        ReceiverStatus(
            name=DESK,
            waiting=1,
            dead=1,
            oldest_at=minute(2),
            failures=1,
            failing_since=minute(1),
            next_try_at=minute(1) + timedelta(seconds=10),
            why="no connection",
        ),
        ReceiverStatus(name="night", held=1),
    ]


def test_what_is_retried_is_sent_now_and_for_three_days(
    database: Database, mailroom: SqlMailroom, outbox: SqlOutbox
) -> None:
    ids = {row.key: row.id for row in rows(database, "messages")}
    later = minute(5 * 1_440)
    assert mailroom.retry([ids["dead"], ids["held"], 999], now=later) == 1
    (dead,) = claim(outbox, later, "b", limit=1)
    assert (dead.key, dead.tries, dead.tried_since) == ("dead", 0, later)
    assert mailroom.retry([ids["dead"]], now=later) == 0  # it is on the way
    settle(outbox, dead, DOWN, later)
    assert states(database)["dead"] == "waiting"


def test_who_fails_is_not_waited_for_by_what_is_retried(
    database: Database, mailroom: SqlMailroom, outbox: SqlOutbox
) -> None:
    for number, at in enumerate((2, 3, 5)):
        for each in claim(outbox, minute(at), f"t{number}"):
            settle(outbox, each, DOWN, minute(at))
    assert claim(outbox, minute(5.5), "u") == []
    mailroom.retry([row.id for row in rows(database, "messages") if row.key == "dead"], now=minute(5.5))
    assert len(claim(outbox, minute(5.5), "v")) == 1


@pytest.mark.parametrize(
    ("since", "receiver", "again"),
    [(-10, None, ["dead", "sent"]), (-9, None, []), (-10, DESK, ["dead", "sent"]), (-10, "night", [])],
)
def test_what_has_ended_is_replayed_under_its_key(
    database: Database,
    mailroom: SqlMailroom,
    outbox: SqlOutbox,
    *,
    since: float,
    receiver: str | None,
    again: list[str],
) -> None:
    settle(outbox, outbox.test(DESK, lease("t"), key="test-1"), at=minute(4))
    assert mailroom.replay(minute(since), now=minute(20), receiver=receiver) == len(again)
    assert sorted(keys(claim(outbox, minute(20), "b"))) == sorted([*again, "waits"])


def test_one_who_wanted_nothing_more_is_enabled_and_gets_what_waited(
    database: Database, mailroom: SqlMailroom, outbox: SqlOutbox
) -> None:
    assert not mailroom.enable(DESK, now=minute(2))
    settle(outbox, outbox.test(DESK, lease("t"), key="test-1"), GONE, minute(4))
    (desk,) = (each for each in mailroom.receivers() if each.name == DESK)
    assert (desk.disabled_at, desk.why) == (minute(4), "HTTP 410")
    later = minute(9 * 1_440)
    assert claim(outbox, later, "b") == []
    assert mailroom.enable(DESK, now=later)
    (waits,) = claim(outbox, later, "b")
    assert (waits.key, waits.tried_since) == ("waits", later)
    assert mailroom.receivers()[0] == ReceiverStatus(name=DESK, waiting=1, dead=2, oldest_at=minute(2))
