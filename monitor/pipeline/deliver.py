"""Telling receivers for certain: what waits for one of them is claimed, tried, and settled by what it answered.

gather    what was held until now is let go of, several alerts of a rule as one digest
claim     a portion under one lease, never two messages about one story
try       so many at once as the way allows, each within the receiver's deadline
settle    delivered | waits, after a growing time | dead: with the receiver's standing, in one transaction
give back what was not come to: the receiver fails, the lease runs out, or the program is to end

A message is claimed before it is sent and settled after it was answered. Whoever is killed in between has told the
receiver perhaps, and nobody knows: so it is told again when the lease has ended, under the same key.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from monitor.core.alerts import MessageState
from monitor.core.answers import Answer, Failed
from monitor.core.delivery import Attempt, Verdict
from monitor.core.leases import Lease
from monitor.core.messages import Message
from monitor.pipeline.delivery import Delivery, Route
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Lost
from monitor.pipeline.unbroken import or_undone

_SHIFT: Final = timedelta(minutes=1)
"""For how long one portion is worked on before the rest of it is given back."""

_PORTION: Final = 20


class Witness:
    """Told what comes of the work, as it comes. This one says nothing."""

    def tried(self, message: Message, attempt: Attempt, verdict: Verdict) -> None:
        """A message was tried, and that is on record."""

    def lost(self, message: Message) -> None:
        """A message was tried, but its lease had ended: it may be sent twice."""

    def broke(self, message: Message, error: Exception) -> None:
        """A bug came up as a message was sent; it counts as a failure."""


@dataclass(slots=True)
class Tally(Witness):
    """What came of a run: how many messages were delivered, wait or are dead, and what the last problems were."""

    states: Counter[MessageState] = field(default_factory=Counter)
    problems: dict[str, str] = field(default_factory=dict)

    def tried(self, message: Message, attempt: Attempt, verdict: Verdict) -> None:  # noqa: ARG002
        """Count it; one that was delivered after all leaves no problem behind."""
        self.states[verdict.state] += 1
        if verdict.why is None:
            self.problems.pop(message.receiver, None)
        else:
            self.problems[message.receiver] = verdict.why


@dataclass(frozen=True, slots=True)
class Errand:
    """The work for one receiver, until nothing is due or `stop` is set."""

    monitor: Monitor
    delivery: Delivery
    receiver: str
    stop: asyncio.Event
    witness: Witness

    async def work(self) -> None:
        """Work until nothing can be sent any more. Raises StoreError where the database cannot serve."""
        outbox, now = self.delivery.outbox, self.monitor.clock.now()
        await self.monitor.call(outbox.gather, self.receiver, now=now, key=self.new_key)
        while not self.stop.is_set():
            lease = self.new_lease()
            claiming = self.monitor.call(outbox.claim, self.receiver, lease, limit=_PORTION)
            portion = _Portion(lease, await or_undone(claiming, self._give_back))
            if not portion.left:
                return
            try:
                await _together([self._carry(portion) for _ in portion.left[: self._route.sender.at_once]])
            finally:
                if portion.left:
                    await self._give_back(portion.left)

    async def attempt(self, message: Message) -> Attempt:
        """Try a claimed message once, and put on record what came of it."""
        await self._settled(message, attempt := await self._tried(message))
        return attempt

    def new_lease(self) -> Lease:
        """Return a lease that is long enough for a portion."""
        now = self.monitor.clock.now()
        return Lease(self.delivery.token(), now, now + self._deadline + _SHIFT)

    def new_key(self) -> str:
        """Return a key that no other message has."""
        return f"msg_{self.delivery.token()}"

    async def _carry(self, portion: "_Portion") -> None:
        """Send one message after the other, as long as the receiver takes them."""
        while portion.left and not self.stop.is_set() and not portion.closed:
            if self.monitor.clock.now() + self._deadline > portion.lease.until:
                return
            message = portion.left.pop(0)
            try:
                attempt = await self._tried(message)
            except asyncio.CancelledError:
                portion.left.append(message)
                raise
            verdict = await self._settled(message, attempt)
            if verdict is not None and not verdict.standing.is_well:
                portion.closed = True

    async def _tried(self, message: Message) -> Attempt:
        clock = self.monitor.clock
        at = clock.now()
        answer = await self._answer(message, at)
        return Attempt(answer, at, (clock.now() - at).total_seconds(), self.delivery.chance())

    async def _answer(self, message: Message, at: datetime) -> Answer:
        try:
            async with asyncio.timeout(self._route.deadline):
                return await self._route.sender.send(message, at=at)
        except TimeoutError:
            return Failed(f"no answer within {self._route.deadline:g} s")
        except Exception as error:
            self.witness.broke(message, error)
            return Failed(f"a bug came up: {type(error).__name__}")

    async def _settled(self, message: Message, attempt: Attempt) -> Verdict | None:
        tell = self.monitor.alerting.of_receiver(self.receiver, attempt.at)
        try:
            settling = self.monitor.call(self.delivery.outbox.settle, message, attempt, tell)
            verdict = await or_undone(settling, _nothing)
        except Lost:
            self.witness.lost(message)
            return None
        self.witness.tried(message, attempt, verdict)
        return verdict

    async def _give_back(self, messages: Sequence[Message]) -> None:
        await self.monitor.call(self.delivery.outbox.give_back, messages)

    @property
    def _route(self) -> Route:
        return self.delivery.routes[self.receiver]

    @property
    def _deadline(self) -> timedelta:
        return timedelta(seconds=self._route.deadline)


@dataclass(slots=True)
class _Portion:
    """What was claimed together and is not yet sent; `closed` when its receiver takes no more."""

    lease: Lease
    left: list[Message]
    closed: bool = False


async def deliver_due(monitor: Monitor, limit: float) -> Tally:
    """Try what is due until nothing is, for so many seconds at most; return what came of it."""
    tally, stop, delivery = Tally(), asyncio.Event(), monitor.delivery
    if delivery is None:
        return tally
    with suppress(TimeoutError):
        async with asyncio.timeout(limit):
            while ready := await monitor.call(delivery.outbox.ready, delivery.routes, now=monitor.clock.now()):
                await _together([Errand(monitor, delivery, name, stop, tally).work() for name in ready])
    return tally


async def send_test(monitor: Monitor, delivery: Delivery, receiver: str) -> Answer:
    """Send a receiver a message that is of no alert, and return its answer. It is tried again like any other."""
    errand = Errand(monitor, delivery, receiver, asyncio.Event(), Witness())
    message = await monitor.call(delivery.outbox.test, receiver, errand.new_lease(), key=errand.new_key())
    return (await errand.attempt(message)).answer


async def _together(works: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Do work side by side; where one part breaks, the others are broken off, and its error is raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _nothing(_: Verdict) -> None:
    """What is on record stays there."""
