"""The live web: polite, bounded, and open about who asks.

    get(url)   robots.txt allows it?  -> wait for the host's next free moment -> one request -> redirect? the next hop

The waiting times and robots.txt live in the record's host rows (`Hosts`), so that all processes share them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.core.outcomes import Exchange, Failed, Outcome
from monitor.core.urls import host_of, is_web
from monitor.net.outcomes import outcome_of
from monitor.net.redirects import redirect_of
from monitor.net.request import Client
from monitor.net.robots import Refusal, Robots
from monitor.net.turns import wait_for_turn
from monitor.pipeline.ports import Clock, Hosts

_HOPS: Final = 5


@dataclass(frozen=True, slots=True)
class WebFetcher:
    """Fetches pages. `delay` is the general number of seconds between two requests to one host."""

    client: Client
    robots: Robots
    hosts: Hosts
    clock: Clock
    delay: float

    async def get(self, url: str, *, delay: float | None = None) -> Outcome:
        """Ask for a page, following redirects; every hop asks robots.txt and waits its turn."""
        pause = self.delay if delay is None else delay
        here = url
        for _ in range(_HOPS + 1):
            received = await self._ask(here, pause)
            target = redirect_of(received)
            if target is None:
                outcome = received if isinstance(received, Failed) else outcome_of(received)
                return replace(outcome, exchange=replace(outcome.exchange, url=url))
            here = target
        exchange = Exchange(url, here, self.clock.now())
        return Failed(exchange, f"more than {_HOPS} redirects, the last one to {here}")

    def reaches(self, url: str) -> bool:
        """Whether the URL can be asked for at all."""
        return is_web(url)

    def pending(self, site: str) -> Sequence[str]:  # noqa: ARG002 - part of the port
        """Return nothing: on the web only sources say what there is."""
        return ()

    async def close(self) -> None:
        """Let go of connections."""
        await self.client.close()

    async def _ask(self, url: str, pause: float) -> Exchange | Failed:
        """Make one hop, if it may be made."""
        exchange = Exchange(url, url, self.clock.now())
        if not is_web(url):
            return Failed(exchange, f"not an http(s) address: {url}", retryable=False)
        allowed = await self.robots.allows(url, pause)
        if isinstance(allowed, Refusal):
            return Failed(exchange, allowed.why, retryable=False, unreachable=allowed.unreachable)
        await wait_for_turn(self.hosts, self.clock, host_of(url), max(pause, allowed))
        return await self.client.request(url)
