"""Lanes for receivers: a hanging one delays no other, a failing database is told once, an end hands back what is held."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.typing import EventDict

from monitor.core.answers import Answer, Delivered, Failed, Stop
from monitor.core.errors import StoreError
from monitor.core.messages import Message
from monitor.net.egress import Egress
from monitor.net.posting import HttpPoster
from monitor.net.request import new_http_client
from monitor.pipeline.delivery import Delivery, Route
from monitor.pipeline.ports import Sender
from monitor.service.deliveries import Deliveries
from monitor.service.journal import Postmark
from monitor.service.metrics import Metrics
from monitor.store.database import connect
from monitor.store.mailroom import SqlMailroom
from monitor.store.outbox import SqlOutbox
from tests.pipeline.daily import Desk
from tests.service.test_metrics import samples
from tests.store.posts import alert, rows, states, write


@dataclass
class Sink(Sender):
    """Answers as told; one that hangs does not."""

    answer: Answer = field(default_factory=Delivered)
    hangs: bool = False
    at_once: int = 4
    begun: int = 0

    async def send(self, message: Message, *, at: object) -> Answer:
        self.begun += 1
        if self.hangs:
            await asyncio.Event().wait()
        return self.answer


class Office(Desk):
    """Receivers by name, and the lanes to them."""

    def __init__(self, url: str, **sinks: Sink) -> None:
        super().__init__(connect(url))
        self.sinks, self.metrics = sinks, Metrics()
        write(self.database, *(alert(f"k{number}", *sinks) for number in range(2)), at=self.clock.now())

    def deliveries(self) -> Deliveries:
        poster = HttpPoster(new_http_client("monitor/test", egress=Egress()), self.clock)
        routes = {name: Route(sink, 60.0) for name, sink in self.sinks.items()}
        tokens = iter(map(str, range(1_000)))
        outbox, mailroom = SqlOutbox(self.database), SqlMailroom(self.database)
        delivery = Delivery(outbox, mailroom, routes, poster, lambda: 0.0, lambda: next(tokens))
        log = structlog.get_logger()
        return Deliveries(replace(self.monitor, delivery=delivery), delivery, Postmark(log, self.metrics), log)


@pytest.fixture
def said() -> Iterator[list[EventDict]]:
    with capture_logs() as logs:
        yield logs


async def settled(deliveries: Deliveries, *busy: str) -> None:
    while others := [lane for name, lane in deliveries.lanes.items() if name not in busy]:
        await asyncio.wait(others)
        await asyncio.sleep(0)


def test_a_hanging_receiver_delays_no_other_and_is_handed_back(sqlite_url: str, said: list[EventDict]) -> None:
    office = Office(sqlite_url, fine=Sink(), hung=Sink(hangs=True))

    async def scene() -> None:
        deliveries = office.deliveries()
        for _ in range(3):
            await deliveries.tick()
            await settled(deliveries, "hung")
        while office.sinks["hung"].begun < 2:
            await asyncio.sleep(0)
        assert set(deliveries.lanes) == {"hung"}
        await deliveries.drain(0)
        await deliveries.tick()  # nothing begins after the end
        assert deliveries.lanes == {}

    with closing(office.database):
        asyncio.run(scene())
        assert office.sinks["hung"].begun == 2
        assert {key: state for key, state in states(office.database).items() if "fine" in key} == {
            "k0-fine": "delivered",
            "k1-fine": "delivered",
        }
        assert {row.lease for row in rows(office.database, "messages")} == {None}
    assert [each["event"] for each in said] == ["delivered", "delivered", "handing_back"]
    assert said[-1]["receivers"] == ["hung"]


@pytest.mark.parametrize(
    ("answer", "told", "counted"),
    [
        (Delivered(), ["delivered", "delivered"], {"delivered": 2}),
        (Failed("no connection"), ["not_delivered", "not_delivered"], {"waiting": 2}),
        (Stop("HTTP 410"), ["message_dead", "receiver_disabled", "message_dead"], {"dead": 2}),
    ],
)
def test_what_is_said_and_counted(
    sqlite_url: str, said: list[EventDict], answer: Answer, told: list[str], counted: dict[str, int]
) -> None:
    office = Office(sqlite_url, desk=Sink(answer))

    async def scene() -> None:
        deliveries = office.deliveries()
        await deliveries.tick()
        await settled(deliveries)

    with closing(office.database):
        asyncio.run(scene())
    assert [each["event"] for each in said] == told
    for state, number in counted.items():
        assert samples(office.metrics)["monitor_messages_total", "desk", state] == number


def test_a_failing_database_is_told_once(
    sqlite_url: str, said: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(sqlite_url, desk=Sink())

    def fail(*_: object, **__: object) -> list[str]:
        raise StoreError("the disk is full")

    async def scene() -> None:
        deliveries = office.deliveries()
        with monkeypatch.context() as patch:
            patch.setattr(deliveries.delivery.outbox, "ready", fail)
            for _ in range(3):
                await deliveries.tick()
        office.clock.at = office.clock.at.replace(hour=23)
        await deliveries.tick()
        await settled(deliveries)

    with closing(office.database):
        asyncio.run(scene())
        assert set(states(office.database).values()) == {"delivered"}
    assert [each["event"] for each in said] == ["database_failing", "delivered", "delivered", "database_recovered"]
