"""One shift at a site: what is due there is claimed, and goes through the very steps of `monitor once`.

claim     a portion under one lease: sources first, then stories, the longest overdue first
work      poll | check, one after the other, each within its deadline; a commit ends the lease of what it is about
          Deferred, out of time, or a bug: put off, so that nothing is asked again at once
give back what was not come to, as the lease runs out or the program is to end
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from monitor.core.errors import StoreError
from monitor.core.events import Event
from monitor.core.health import Tried
from monitor.core.leases import Claimed, ClaimedSource, Lease
from monitor.core.outcomes import Deferred
from monitor.core.urls import host_of
from monitor.pipeline.check import check
from monitor.pipeline.health import examine, tried_source, tried_story
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.poll import Polled, poll
from monitor.pipeline.ports import Leases, Lost
from monitor.pipeline.unbroken import or_undone
from monitor.pipeline.weigh import Checked
from monitor.sitekit.site import Site

_SHIFT: Final = timedelta(minutes=1)
"""For how long one portion is worked on before the rest of it is given back."""

_PORTION: Final = 20
_AFTER_TIMEOUT: Final = timedelta(minutes=10)
_AFTER_BUG: Final = timedelta(hours=1)


class Witness:
    """Told what comes of the work, as it comes. This one says nothing."""

    def polled(self, site: Site, url: str, polled: Polled) -> None:
        """A source was read, or could not be."""

    def checked(self, checked: Checked) -> None:
        """A story was checked, and that is on record."""

    def judged(self, site: Site, event: Event) -> None:
        """A site began to fail as a whole, or recovered."""

    def deferred(self, site: Site, deferred: Deferred) -> None:
        """A host is to be left alone, and what was claimed of it waits."""

    def timed_out(self, site: Site, name: str) -> None:
        """A source or a story took longer than its deadline, and waits."""

    def broke(self, site: Site, name: str, error: Exception) -> None:
        """A bug came up at a source or a story, which waits."""

    def lost(self, site: Site, name: str) -> None:
        """What was done came to nothing: its lease had ended."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what terms work is done.

    `slots` bounds how much is done at once over all sites. `deadline` is for one source or story. `delay` is the
    general number of seconds between two requests to a host: it is waited for without taking up a slot. `stop` is set
    when nothing new is to be begun. `token` makes names for leases.
    """

    slots: asyncio.Semaphore
    deadline: timedelta
    delay: float
    stop: asyncio.Event
    token: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Shift:
    """The work at one site. `tries` say how it went, until the site is judged by them."""

    monitor: Monitor
    leases: Leases
    terms: Terms
    witness: Witness
    site: Site
    tries: list[Tried | None] = field(default_factory=list)

    async def work(self, *, early: bool = False, longest: timedelta = timedelta.max) -> None:
        """Work until nothing is due any more, the lease is lost to somebody else, or the program is to end.

        `early` asks at first all sources that may be asked. After `longest` no further portion is claimed. Raises
        StoreError where the database cannot serve.
        """
        began = self.monitor.clock.now()
        while not self.terms.stop.is_set() and self.monitor.clock.now() - began < longest:
            claimed = await self._claim(early=early)
            early = False
            left = list(claimed.each())
            is_all = len(left) < self._limit and not claimed.sources  # what a source lists is to be checked next
            try:
                await self._portion(claimed, left)
                await self._judge()
            except Lost:
                return  # whoever took it for dead has taken the rest of the portion too, and works here now
            finally:
                if left:
                    await self._give_back(claimed)
            if is_all and not left:
                return

    async def _claim(self, *, early: bool) -> Claimed:
        now = self.monitor.clock.now()
        lease = Lease(self.terms.token(), now, now + self.terms.deadline + _SHIFT)
        claiming = self.monitor.call(self.leases.claim, self.site, lease, limit=self._limit, early=early)
        return await or_undone(claiming, self._give_back)

    async def _give_back(self, claimed: Claimed) -> None:
        await self.monitor.call(self.leases.give_back, claimed)

    async def _portion(self, claimed: Claimed, left: list[Claimed]) -> None:
        """Work on what is left of a portion, one after the other; what was not come to stays in the list.

        Raises Lost if the lease does not hold any more.
        """
        closed: set[str] = set()
        while left:
            one, began = left[0], self.monitor.clock.now()
            if self.terms.stop.is_set() or began + self.terms.deadline > claimed.lease.until:
                return
            if host_of(_url(one)) in closed:
                left.pop(0)
                continue
            async with self.terms.slots:
                if self.terms.stop.is_set():
                    return
                deferred = await self._within_deadline(one)
            left.pop(0)
            if deferred is None:
                await self._rest(began)
            else:
                closed.add(deferred.host)
                await self._leave_alone(claimed, one, deferred)

    async def _within_deadline(self, one: Claimed) -> Deferred | None:
        """Do one piece of work; whatever goes wrong with it, the others are not to suffer."""
        try:
            async with asyncio.timeout(self.terms.deadline.total_seconds()):
                return await self._do(one)
        except Lost:
            self.witness.lost(self.site, _name(one))
            raise
        except TimeoutError:
            self.witness.timed_out(self.site, _name(one))
            await self._put_off(one, _AFTER_TIMEOUT, "the last check took longer than its deadline")
        except StoreError:
            raise
        except Exception as error:
            self.witness.broke(self.site, _name(one), error)
            await self._put_off(one, _AFTER_BUG, f"the last check ended with a bug: {type(error).__name__}")
        return None

    async def _do(self, one: Claimed) -> Deferred | None:
        if one.sources:
            return await self._poll(one.sources[0], one.lease.token)
        (ref,) = one.articles
        came = await check(self.monitor, ref, ref.url, lease=one.lease.token)
        if isinstance(came, Deferred):
            return came
        self.tries.append(tried_story(came))
        self.witness.checked(came)
        if came.site_event:
            self.witness.judged(self.site, came.site_event)
        return None

    async def _poll(self, claimed: ClaimedSource, token: str) -> Deferred | None:
        source = next(each for each in self.site.sources if each.url == claimed.url)
        polled = await poll(self.monitor, self.site, source, lease=token)
        self.tries.append(tried_source(source.url, polled))
        if polled.deferred is None or polled.trouble or polled.events:
            self.witness.polled(self.site, source.url, polled)
        return polled.deferred

    async def _judge(self) -> None:
        told = await examine(self.monitor, self.site, self.tries)
        self.tries.clear()
        for event in told:
            self.witness.judged(self.site, event)

    async def _leave_alone(self, claimed: Claimed, one: Claimed, deferred: Deferred) -> None:
        """Let all that was claimed of a host wait until it may be asked again, and what led there by a redirect."""
        self.witness.deferred(self.site, deferred)
        why = f"{deferred.host} is to be left alone until {deferred.until:%Y-%m-%d %H:%M} UTC: {deferred.why}"
        for waiting in (claimed.at_host(deferred.host), one):
            await self.monitor.call(self.leases.put_off, waiting, until=deferred.until, why=why)

    async def _put_off(self, one: Claimed, wait: timedelta, why: str) -> None:
        await self.monitor.call(self.leases.put_off, one, until=self.monitor.clock.now() + wait, why=why)

    @property
    def _limit(self) -> int:
        """How much can be claimed together, so that it can be done within a shift."""
        return max(min(int(_SHIFT.total_seconds() / max(self._pause, 1.0)), _PORTION), 1)

    @property
    def _pause(self) -> float:
        return self.terms.delay if self.site.delay is None else self.site.delay

    async def _rest(self, began: datetime) -> None:
        """Wait until the host may be asked again, or the program is to end."""
        left = self._pause - (self.monitor.clock.now() - began).total_seconds()
        if left <= 0:
            return
        waits = [
            asyncio.ensure_future(self.monitor.clock.sleep(left)),
            asyncio.ensure_future(self.terms.stop.wait()),
        ]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()


def _url(one: Claimed) -> str:
    return one.sources[0].url if one.sources else one.articles[0].url


def _name(one: Claimed) -> str:
    return one.sources[0].url if one.sources else one.articles[0].name
