"""The live web: polite, bounded, and open about who asks.

    get(url)   robots.txt allows it?  -> the host's turn -> one request -> turn given back -> redirect? the next hop

The waiting times and robots.txt live in the record's host rows (`Hosts`), so that all processes share them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from monitor.core.outcomes import Deferred, Exchange, Failed, Hop, Outcome
from monitor.core.urls import is_web
from monitor.core.validators import Validators
from monitor.net.outcomes import outcome_of
from monitor.net.redirects import HOPS, redirect_of
from monitor.net.robots import Refusal, Robots
from monitor.net.turns import Turns


@dataclass(frozen=True, slots=True)
class WebFetcher:
    """Fetches pages. `delay` is the general number of seconds between two requests to one host."""

    turns: Turns
    robots: Robots
    delay: float
    conditional: ClassVar[bool] = True

    async def get(
        self, url: str, *, delay: float | None = None, validators: Validators | None = None
    ) -> Outcome | Deferred:
        """Ask for a page, following redirects; every hop asks robots.txt and waits its turn.

        Validators go to the URL asked for, and not to where it redirects: they were not given for that. `delay` None
        is the general one.
        """
        pause = self.delay if delay is None else delay
        here, hops = url, tuple[Hop, ...]()
        while True:
            received = await self._hop(here, pause, None if hops else validators)
            if isinstance(received, Deferred):
                return received
            exchange = received.exchange if isinstance(received, Failed) else received
            hops += exchange.hops
            target = redirect_of(received)
            astray = target and _astray(hops, target)
            if target is None or astray:
                break
            here = target
        if astray:
            received = Failed(exchange, astray)
        outcome = received if isinstance(received, Failed) else outcome_of(received)
        return replace(outcome, exchange=replace(outcome.exchange, url=url, hops=hops))

    def reaches(self, url: str) -> bool:
        """Whether the URL can be asked for at all."""
        return is_web(url)

    def pending(self, site: str) -> Sequence[str]:  # noqa: ARG002 - part of the port
        """Return nothing: on the web only sources say what there is."""
        return ()

    async def close(self) -> None:
        """Let go of connections."""
        await self.turns.client.close()

    async def _hop(self, url: str, pause: float, validators: Validators | None) -> Exchange | Failed | Deferred:
        """Make one hop, if it may be made."""
        if not is_web(url):
            return self._unasked(url, "not asked", f"not an http(s) address: {url}")
        word = await self.robots.allow(url, pause)
        if isinstance(word, Deferred):
            return word
        if isinstance(word, Refusal):
            return self._unasked(url, word.robots, word.why, unreachable=word.unreachable)
        received = await self.turns.request(url, delay=max(pause, word.delay), validators=validators)
        if isinstance(received, Deferred):
            return received
        exchange = received.exchange if isinstance(received, Failed) else received
        exchange = replace(exchange, hops=tuple(replace(hop, robots=word.robots) for hop in exchange.hops))
        return replace(received, exchange=exchange) if isinstance(received, Failed) else exchange

    def _unasked(self, url: str, robots: str, why: str, *, unreachable: bool = False) -> Failed:
        exchange = Exchange(url, url, self.turns.clock.now(), hops=(Hop(url, robots),))
        return Failed(exchange, why, retryable=False, unreachable=unreachable)


def _astray(hops: Sequence[Hop], target: str) -> str | None:
    """Say why a redirect is not followed, None if it is."""
    way = [hop.url for hop in hops]
    if target in way:
        return f"redirects in a loop: {' -> '.join([*way[way.index(target) :], target])}"
    if len(hops) > HOPS:
        return f"more than {HOPS} redirects, the last one to {target}"
    return None
