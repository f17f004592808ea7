"""Requests in turn: of all processes together, one at a time for each host, and none before the host's time.

request(url)   take the turn -> one request -> give the turn back, and say what came of it
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from monitor.core.headers import Headers
from monitor.core.outcomes import Deferred, Exchange, Failed
from monitor.core.politeness import Report, Turn, Wait, retry_after
from monitor.core.urls import host_of
from monitor.core.validators import Validators, to_send
from monitor.net.request import Client
from monitor.pipeline.ports import Clock, Hosts
from monitor.pipeline.unbroken import or_undone

_MARGIN: Final = 15.0
"""Seconds for what surrounds a request: only a turn whose owner is dead may end by itself."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Sends requests, each in its host's turn.

    `patience` is for how many seconds a turn is waited for. `chance` names turns and spreads waiting times; nothing
    secret hangs on it.
    """

    client: Client
    hosts: Hosts
    clock: Clock
    chance: Random
    patience: float = 120.0

    async def request(
        self, url: str, *, delay: float, validators: Validators | None = None, cut_at: int | None = None
    ) -> Exchange | Failed | Deferred:
        """Send one request when the host's turn comes, Deferred if that takes longer than one has patience for.

        `delay` is in seconds. `validators` are sent if they are fresh and the host is to be believed. `cut_at` as in
        `Client.request`.
        """
        turn = await self._take(host_of(url), delay)
        if isinstance(turn, Deferred):
            return turn
        known = None if turn.distrusted else to_send(validators, turn.at)
        return await self._ask(turn, url, delay, known.headers if known else (), cut_at)

    async def _take(self, host: str, delay: float) -> Turn | Deferred:
        token = f"{self.chance.getrandbits(128):032x}"
        hold = max(self.client.deadline + _MARGIN, delay)
        patience_ends = self.clock.now() + timedelta(seconds=self.patience)
        while True:
            now = self.clock.now()
            taking = asyncio.to_thread(self.hosts.take, host, token=token, now=now, hold=hold)
            answer = await or_undone(taking, lambda answer: self._unused(answer, delay))
            if isinstance(answer, Turn):
                return answer
            if answer.until > patience_ends:
                return Deferred(host, answer.until, answer.why)
            await self.clock.sleep((answer.until - now).total_seconds())

    async def _unused(self, answer: Turn | Wait, delay: float) -> None:
        if isinstance(answer, Turn):
            await self._give_back(answer, Report(), delay)

    async def _ask(self, turn: Turn, url: str, delay: float, headers: Headers, cut_at: int | None) -> Exchange | Failed:
        report = Report()
        try:
            received = await self.client.request(url, headers=headers, cut_at=cut_at)
            report = _report(received)
        finally:
            # also when the program is interrupted: the next one need not wait for the end of the lease
            await self._give_back(turn, report, delay)
        return received

    async def _give_back(self, turn: Turn, report: Report, delay: float) -> None:
        now, jitter = self.clock.now(), self.chance.random()
        await asyncio.to_thread(self.hosts.give_back, turn, report, now=now, delay=delay, jitter=jitter)


def _report(received: Exchange | Failed) -> Report:
    """Say what an answer means for its host; one that was refused on this side says nothing of it."""
    if isinstance(received, Exchange):
        said = None if received.status in range(200, 300) else retry_after(received.headers, received.at)
        return Report(received.status, received.elapsed, said)
    elapsed = sum(hop.elapsed for hop in received.exchange.hops)
    return Report(elapsed=elapsed, failure=received.why if received.retryable else None)
