"""From the outbox to a real receiver on loopback that verifies, keeps keys and misbehaves. The days are virtual."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from random import Random
from typing import Any

import pytest
import standardwebhooks.webhooks

from monitor.core.addresses import allowed
from monitor.core.answers import Answer, Delivered, Failed, Stop
from monitor.core.messages import Message
from monitor.core.receivers import Webhook
from monitor.net.egress import Egress
from monitor.net.posting import HttpPoster
from monitor.net.request import new_http_client
from monitor.notify.webhook import WebhookSender
from monitor.pipeline.deliver import Tally, deliver_due, send_test
from monitor.pipeline.delivery import Delivery, Route
from monitor.pipeline.monitor import Monitor, directly
from monitor.pipeline.ports import Sender
from monitor.store.database import Database, connect
from monitor.store.mailroom import SqlMailroom
from monitor.store.outbox import SqlOutbox
from tests.pipeline.daily import Desk
from tests.receivers import SECRET, Heard, Reaction, Receiver, receiving, status
from tests.store.builders import SITE, found
from tests.store.posts import DESK, alert, rows, states, write

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STORIES = 3

Misbehaviour = Callable[["Office", Heard], Reaction | None]


class Office(Desk):
    """A monitor that tells a receiver. Its clock is the test's, also for the library that verifies signatures."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.start, self.keys = self.clock.at, (f"k{number:03}" for number in count())
        refs = self.store.discovered(SITE, [found(number) for number in range(STORIES)], at=self.start)
        self.stories = [ref.id for ref in refs]

    @property
    def past(self) -> timedelta:
        return self.clock.at - self.start

    def writes(self, *receivers: str) -> None:
        """Put an alert on record of each story."""
        for number, story in enumerate(self.stories):
            given = alert(next(self.keys), *receivers, story=number + 1)
            write(self.database, given, story=story, at=self.clock.now())

    @asynccontextmanager
    async def telling(
        self, deadline: float = 10.0, **senders: Sender | Receiver
    ) -> AsyncIterator[Callable[[], Awaitable[Tally]]]:
        """Give what delivers all that is due now."""
        poster = HttpPoster(new_http_client("monitor/test", egress=Egress([allowed("127.0.0.1")])), self.clock)
        routes = {
            name: Route(
                WebhookSender(Webhook(each.url, (SECRET,)), poster) if isinstance(each, Receiver) else each, deadline
            )
            for name, each in senders.items()
        }
        outbox, mailroom = SqlOutbox(self.database), SqlMailroom(self.database)
        tokens = (f"{number:032}" for number in count())
        chance = Random(5)  # noqa: S311
        self.delivery = Delivery(outbox, mailroom, routes, poster, chance.random, lambda: next(tokens))
        try:
            yield lambda: deliver_due(self.telling_monitor, 60)
        finally:
            await poster.close()

    @property
    def telling_monitor(self) -> Monitor:
        return replace(self.monitor, delivery=self.delivery, call=directly)

    def live(self, receiver: Receiver, *, writing: timedelta, step: timedelta, deadline: float = 10.0) -> None:
        """Let time pass: alerts are written for a while, and what is due is delivered until nothing waits."""

        async def scene() -> None:
            async with receiving(receiver), self.telling(deadline, desk=receiver) as deliver:
                while self.past < writing or "waiting" in states(self.database).values():
                    assert self.past < 4 * DAY
                    if self.past < writing:
                        self.writes()
                    await deliver()
                    self.clock.at = self.clock.at + step if self.past < writing else self._next_try()

        asyncio.run(scene())

    def _next_try(self) -> datetime:
        """Return when something is to be tried next, as far as that is told; a tick later at the least."""
        (receiver,) = rows(self.database, "receivers")
        soon = self.clock.at + timedelta(seconds=5)
        later = [row.due_at for row in rows(self.database, "messages") if row.state == "waiting" and row.due_at > soon]
        return max(receiver.next_try_at or min(later, default=soon), soon)


@pytest.fixture
def office(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """On SQLite alone: that both databases answer alike is shown by the tests of the outbox."""
    with closing(connect(sqlite_url)) as database:
        office = Office(database)

        class Virtual(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> "Virtual":
                return cls.fromtimestamp(office.clock.at.timestamp(), tz or UTC)

        monkeypatch.setattr(standardwebhooks.webhooks, "datetime", Virtual)
        yield office


def down(office: Office, _: Heard) -> Reaction | None:
    return Reaction(b"", handles=False) if office.past < 2 * DAY else None


def flapping(office: Office, _: Heard) -> Reaction | None:
    return Reaction(status(502), handles=False) if int(office.past / timedelta(minutes=7)) % 3 else None


def redirecting(office: Office, _: Heard) -> Reaction | None:
    return Reaction(status(307, "Location: http://127.0.0.1:9/"), handles=False) if office.past < HOUR else None


def garbled(office: Office, _: Heard) -> Reaction | None:
    return Reaction(b"\x16\x03\x01 how do you do\r\n\r\n", handles=False) if office.past < HOUR else None


def refusing(office: Office, _: Heard) -> Reaction | None:
    return Reaction(status(404), handles=False) if office.past < 2 * HOUR else None


def late(office: Office, heard: Heard) -> Reaction | None:
    """It handles what it gets, and answers when nobody waits for it any more."""
    return Reaction(b"", hangs=True) if heard.key.endswith("4") and office.past < HOUR else None


def silent(office: Office, _: Heard) -> Reaction | None:
    """It handles what it gets, and closes the connection."""
    return Reaction(b"") if office.past < HOUR else None


def impatient(office: Office, _: Heard) -> Reaction | None:
    return Reaction(status(429, "Retry-After: 1800"), handles=False) if office.past < HOUR else None


@pytest.mark.parametrize(
    ("misbehaves", "writing", "step", "deadline"),
    [
        (lambda *_: None, HOUR, 10, 10),
        (down, 2 * DAY, 60, 10),
        (flapping, 6 * HOUR, 5, 10),
        (redirecting, 2 * HOUR, 10, 10),
        (garbled, 2 * HOUR, 10, 10),
        (refusing, 3 * HOUR, 15, 10),
        (late, 2 * HOUR, 10, 0.2),
        (silent, 2 * HOUR, 10, 10),
        (impatient, 2 * HOUR, 10, 10),
    ],
)
def test_every_alert_arrives_in_the_order_of_its_story(
    office: Office, *, misbehaves: Misbehaviour, writing: timedelta, step: float, deadline: float
) -> None:
    receiver = Receiver(lambda heard: misbehaves(office, heard) or Reaction())
    office.live(receiver, writing=writing, step=timedelta(minutes=step), deadline=deadline)
    written = states(office.database)
    assert set(written.values()) == {"delivered"}
    assert sorted(receiver.handled) == sorted(written)
    assert len(receiver.stories()) == STORIES
    assert all(keys == sorted(keys) for keys in receiver.stories().values())
    assert receiver.refused == []
    for key in written:
        assert len({heard.body for heard in receiver.heard if heard.key == key}) == 1


def test_who_is_down_is_asked_every_ten_minutes_and_when_back_told_all_at_once(office: Office) -> None:
    """Two days: first after ten seconds, then less and less often."""
    moments: list[timedelta] = []

    def behave(heard: Heard) -> Reaction:
        moments.append(office.past)
        return down(office, heard) or Reaction()

    receiver = Receiver(behave)
    office.live(receiver, writing=timedelta(minutes=3), step=timedelta(minutes=1))
    probes = [at for at in moments if at < 2 * DAY]
    gaps = [later - earlier for earlier, later in pairwise(probes[12:])]
    assert timedelta(minutes=8) <= min(gaps)
    assert max(gaps) <= timedelta(minutes=10.1)
    assert 288 < len(probes) < 380
    after = [at for at in moments if at >= 2 * DAY]
    assert after[-1] - after[0] < timedelta(minutes=2)


def test_who_asks_for_patience_gets_it(office: Office) -> None:
    """Though others of the messages that were under way got through."""
    moments: list[timedelta] = []

    def behave(_: Heard) -> Reaction:
        moments.append(office.past)
        return Reaction(status(429, "Retry-After: 3600"), handles=False) if len(moments) == 1 else Reaction()

    async def scene() -> None:
        async with receiving(Receiver(behave)) as receiver, office.telling(desk=receiver) as deliver:
            for _ in range(20):
                office.writes()
                await deliver()
                office.clock.at += timedelta(minutes=5)

    asyncio.run(scene())
    later = [at for at in moments if at > timedelta(minutes=1)]
    assert len(moments) - len(later) == STORIES
    assert HOUR <= later[0] < HOUR + timedelta(minutes=6)
    assert set(states(office.database).values()) == {"delivered"}


@pytest.mark.parametrize("number", [400, 500])
def test_a_message_that_is_never_taken_holds_up_no_other_story(office: Office, number: int) -> None:
    moments: dict[str, timedelta] = {}

    def behave(heard: Heard) -> Reaction:
        if heard.key == "k000":
            return Reaction(status(number), handles=False)
        moments.setdefault(heard.key, office.past)
        return Reaction()

    receiver = Receiver(behave)
    office.live(receiver, writing=timedelta(minutes=40), step=timedelta(minutes=10))
    written = states(office.database)
    assert {key for key, state in written.items() if state == "dead"} == {"k000"}
    assert sorted(receiver.handled) == sorted(set(written) - {"k000"})
    created = {row.key: row.created_at - office.start for row in rows(office.database, "messages")}
    for key, at in moments.items():
        if int(key[1:]) % STORIES:  # of the other two stories
            assert at - created[key] < timedelta(minutes=1)
        else:
            assert at >= 3 * DAY
    assert 20 < receiver.tries["k000"] < 500


def test_one_who_wants_nothing_more_is_left_alone_until_it_is_enabled(office: Office) -> None:
    open_ = [False]
    receiver = Receiver(lambda _: Reaction() if open_[0] else Reaction(status(410), handles=False))

    async def scene() -> None:
        async with receiving(receiver), office.telling(desk=receiver) as deliver:
            office.writes()
            await deliver()
            heard = len(receiver.heard)
            assert 1 <= heard <= STORIES  # others may have been under way
            office.clock.at += 9 * DAY
            office.writes()
            await deliver()
            assert len(receiver.heard) == heard
            assert office.events().count("receiver disabled") == 1
            open_[0] = True
            assert office.delivery.mailroom.enable(DESK, now=office.clock.now())
            await deliver()

    asyncio.run(scene())
    assert len(receiver.handled) == 2 * STORIES - list(states(office.database).values()).count("dead")
    assert "waiting" not in states(office.database).values()


@dataclass
class Slow(Sender):
    """Holds what it is given until it is let go; says how many it holds at most."""

    at_once: int = 4
    answer: Answer = field(default_factory=Delivered)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    now: int = 0
    most: int = 0
    sent: list[str] = field(default_factory=list)

    async def send(self, message: Message, *, at: datetime) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.go.wait()
        finally:
            self.now -= 1
        self.sent.append(message.key)
        return self.answer


def test_a_slow_receiver_delays_no_other(office: Office) -> None:
    slow, receiver = Slow(), Receiver()

    async def scene() -> None:
        async with receiving(receiver), office.telling(desk=receiver, slow=slow) as deliver:
            office.writes(DESK, "slow")
            delivering = asyncio.ensure_future(deliver())
            while len(receiver.handled) < STORIES:
                await asyncio.sleep(0)
            assert slow.sent == []
            slow.go.set()
            await delivering

    asyncio.run(scene())
    assert len(slow.sent) == STORIES


@pytest.mark.parametrize(("at_once", "most"), [(1, 1), (2, 2), (9, 3)])
def test_no_more_at_once_than_the_way_allows(office: Office, at_once: int, most: int) -> None:
    slow = Slow(at_once)

    async def scene() -> None:
        async with office.telling(desk=slow) as deliver:
            office.writes()
            delivering = asyncio.ensure_future(deliver())
            while slow.now < most:
                await asyncio.sleep(0)
            slow.go.set()
            await delivering

    asyncio.run(scene())
    assert slow.most == most
    assert len(slow.sent) == STORIES


def test_what_takes_longer_than_the_deadline_is_a_failure(office: Office) -> None:
    slow = Slow()

    async def scene() -> Tally:
        async with office.telling(0.05, desk=slow) as deliver:
            office.writes()
            return await deliver()

    assert asyncio.run(scene()).problems == {"desk": "no answer within 0.05 s"}
    assert set(states(office.database).values()) == {"waiting"}


def test_a_run_that_is_broken_off_gives_back_what_it_had_in_hand(office: Office) -> None:
    slow = Slow()

    async def scene() -> None:
        async with office.telling(desk=slow) as deliver:
            office.writes()
            delivering = asyncio.ensure_future(deliver())
            while slow.now < STORIES:
                await asyncio.sleep(0)
            delivering.cancel()
            await asyncio.wait([delivering])

    asyncio.run(scene())
    assert [row.lease for row in rows(office.database, "messages")] == [None] * STORIES
    assert rows(office.database, "tries") == []


class Broken(Slow):
    """Has a bug."""

    async def send(self, message: Message, *, at: datetime) -> Answer:
        raise RuntimeError("a bug")


def test_a_bug_in_a_sender_is_a_failure_of_its_receiver_alone(office: Office) -> None:
    receiver = Receiver()

    async def scene() -> Tally:
        async with receiving(receiver), office.telling(desk=receiver, night=Broken()) as deliver:
            office.writes(DESK, "night")
            return await deliver()

    assert asyncio.run(scene()).problems == {"night": "a bug came up: RuntimeError"}
    assert len(receiver.handled) == STORIES


@pytest.mark.parametrize("answer", [Delivered(200), Failed("HTTP 500", 500), Stop("HTTP 410", 410)])
def test_a_test_is_sent_at_once_and_its_answer_told(office: Office, answer: Answer) -> None:
    slow = Slow(answer=answer)

    async def scene() -> Answer:
        slow.go.set()
        async with office.telling(desk=slow):
            return await send_test(office.telling_monitor, office.delivery, DESK)

    assert asyncio.run(scene()) == answer
    (row,) = rows(office.database, "messages")
    assert (row.key, row.payload["type"], row.tries) == (slow.sent[0], "test", 1)


def test_who_nobody_is_to_be_told_is_told_nothing(office: Office) -> None:
    office.writes()
    assert asyncio.run(deliver_due(office.monitor, 1)) == Tally()
