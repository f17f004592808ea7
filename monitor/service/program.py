"""A program that stays, from its start to its end: term after term, each with the settings that held when it began.

term      open the monitor -> tick, tick, tick … -> drain: finish, or hand back
ended by  a signal to stop     the last term, as where its terminal is closed, or another program leads by now
          new settings         SIGHUP or a changed file, if they can be read; a file that is refused changes nothing
          a clock set back     the scheduler would wait for times that were long ago: all of it begins anew

A second signal to stop hands back at once. What cannot be handed back in time is left behind, which is safe: nothing of
it is on record yet, and its lease ends by itself.
"""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from structlog.typing import FilteringBoundLogger

from monitor.bootstrap import open_daemon, sites_to_run
from monitor.config import Settings
from monitor.core.errors import AlreadyLedError, ConfigError, Exit, MonitorError, StoreError, UsageError
from monitor.core.schedules import Every
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Leases
from monitor.pipeline.tick import Terms
from monitor.service.figures import Figures
from monitor.service.health import serve_health
from monitor.service.metrics import Metrics
from monitor.service.systemd import Systemd
from monitor.service.timing import new_scheduler, trigger_of
from monitor.service.work import Engage, SiteWork, Term, Work
from monitor.sitekit.site import Site

_BEAT: Final = 1.0
_RETRY: Final = 30.0
_LEAD: Final = 10.0
_SET_BACK: Final = 60.0
_DAY: Final = 86_400.0
_LAST_MOMENT: Final = 2.0
_LAST_RESORT: Final = 10.0


@dataclass(slots=True)
class Program:
    """The running program. `read` reads the settings anew, and `file` is where they stand.

    `names` are the sites asked for on the command line, none for all. `engage` makes the work of each term. `hung_up`
    says whether the terminal on which it was started is closed. `settings` hold at present. `oversees` says that it
    warns of what is wrong with the whole. `keep_lead` makes sure that no other program leads the database, or raises
    AlreadyLedError.
    """

    read: Callable[[], Settings]
    file: Path
    names: Sequence[str]
    engage: Engage
    metrics: Metrics
    log: FilteringBoundLogger
    systemd: Systemd
    hung_up: Callable[[], bool]
    settings: Settings
    oversees: bool = True
    keep_lead: Callable[[], None] = lambda: None
    stopping: bool = False
    hurried: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    works: list[Work] = field(default_factory=list)
    lost: AlreadyLedError | None = None
    _seen: tuple[int, int, int] | None = None
    _offset: float = 0.0
    _refused: str | None = None

    async def serve(self) -> None:
        """Work until told to stop; AlreadyLedError where another program leads by now."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop, number.name)
        loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        self._seen, self._offset = _stat(self.file), _clock_offset()
        heart = asyncio.create_task(self._beat())
        try:
            await self._terms()
        finally:
            heart.cancel()
        self.log.info("stopped")
        if self.lost is not None:
            raise self.lost

    async def _terms(self) -> None:
        """Work term after term.

        A database that cannot be opened ends the program at its start only. So do settings that do not go with the
        rules on record, or with what is installed: later, those before hold on.
        """
        failing, held = False, self.settings
        while not self.stopping:
            self.ended.clear()
            try:
                with open_daemon(self.settings) as (monitor, leases):
                    held = self.settings
                    try:
                        await self._term(monitor, leases)
                    finally:
                        await monitor.close()
            except StoreError as error:
                if not self.works:
                    raise
                await self._wait_for_database(error, told=failing)
                failing = True
            except ConfigError as error:
                if self.settings is held:
                    raise
                self._hold_on_to(held, error)
            else:
                failing = False

    def _hold_on_to(self, settings: Settings, error: ConfigError) -> None:
        self.log.error("config_refused", error=str(error))
        self.settings = settings

    async def _wait_for_database(self, error: StoreError, *, told: bool) -> None:
        """Say it once, and wait until it is worth another try."""
        if not told:
            self.log.error("database_failing", error=str(error))
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ended.wait(), _RETRY)

    async def _term(self, monitor: Monitor, leases: Leases) -> None:
        sites = sites_to_run(monitor.sites, self.settings, self.names)
        term = Term(monitor, leases, self._conditions(), self.settings, sites)
        at_sites, beside = self.engage(term)
        self.works = [at_sites, *beside]
        scheduler = new_scheduler()
        scheduler.add_job(self._take_rules, trigger_of(Every(self.settings.run.tick)), (monitor,), id="rules")
        for work in self.works:
            scheduler.add_job(work.tick, trigger_of(Every(self.settings.run.tick)))
        scheduler.add_job(self._warn, trigger_of(Every(_DAY)), (monitor,), id="warn")
        scheduler.add_job(self._lead, trigger_of(Every(_LEAD)), (monitor,), id="lead")
        for site in sites:
            if schedule := term.schedules.get(site.name):
                trigger = trigger_of(schedule, site.timezone)
                scheduler.add_job(_begin, trigger, (at_sites, site), id=f"site {site.name}")
        scheduler.start()
        figures = Figures(monitor, at_sites, self.metrics, [site.name for site in sites], self.settings.run.tick)
        async with self._answering(figures):
            try:
                for work in self.works:
                    await work.tick()
                self.systemd.ready()
                self.log.info("running", sites=len(sites), pid=os.getpid())
                await self._warn(monitor)
                await self.ended.wait()
            finally:
                scheduler.shutdown(wait=False)
                await asyncio.gather(*(work.drain(self.settings.run.stop_limit) for work in self.works))

    @asynccontextmanager
    async def _answering(self, figures: Figures) -> AsyncIterator[None]:
        """Say how it goes to whoever asks, if that is set; a port that is not free is no reason to do no work."""
        async with AsyncExitStack() as stack:
            if (port := self.settings.run.http_port) is not None:
                try:
                    await stack.enter_async_context(serve_health(port, figures=figures.text, ready=figures.ready))
                except UsageError as error:
                    self.log.warning("health_not_served", error=str(error))
            yield

    async def _warn(self, monitor: Monitor) -> None:
        """Warn of sites whose stories have outgrown what their host allows."""
        if not self.oversees:
            return
        with suppress(StoreError):
            told = await monitor.call(monitor.rechecks.warnings, monitor.archive, monitor.clock.now())
            for warning in told:
                self.log.warning("outgrown", why=warning)

    async def _lead(self, monitor: Monitor) -> None:
        """End where another program leads by now. A database that is away is told of by the ticks."""
        try:
            await monitor.call(self.keep_lead)
        except AlreadyLedError as error:
            self.lost = error
        except StoreError:
            return
        if self.lost is not None and not self.stopping:
            self._end(why=str(self.lost))

    async def _take_rules(self, monitor: Monitor) -> None:
        """Take up rules that were added or switched by command; a database that fails is told elsewhere."""
        taken = why = None
        with suppress(StoreError):
            try:
                taken = await monitor.call(monitor.alerting.refresh)
            except ConfigError as error:
                why = str(error)
        if taken is not None:
            self.log.info("rules_taken", rules=taken)
        if why not in {None, self._refused}:
            self.log.error("rules_refused", error=why)
        self._refused = why

    def _conditions(self) -> Terms:
        run = self.settings.run
        slots, deadline = asyncio.Semaphore(run.concurrency), timedelta(seconds=run.deadline)
        return Terms(slots, deadline, self.settings.fetch.delay, asyncio.Event(), lambda: uuid.uuid4().hex)

    async def _beat(self) -> None:
        """Look after what must not wait for the scheduler, whose time is the machine's clock.

        A changed file is read when it has rested for a beat: one that is just being written is empty at first, and an
        empty one would be fine.
        """
        before = self._seen
        while True:
            await asyncio.sleep(_BEAT)
            self.systemd.alive()
            seen, offset = _stat(self.file), _clock_offset()
            if seen == before != self._seen:
                self._reload()
            before = seen
            if offset < self._offset - _SET_BACK:
                self.log.warning("clock_set_back", seconds=round(self._offset - offset))
                self.ended.set()
            self._offset = offset

    def _stop(self, name: str) -> None:
        if not self.stopping:
            self._end(signal=name)
            return
        self.hurried = True
        asyncio.get_running_loop().call_later(_LAST_MOMENT, os._exit, Exit.INTERRUPTED)
        for work in self.works:
            work.abandon()

    def _end(self, **because: str) -> None:
        limit = self.settings.run.stop_limit
        self.log.info("stopping", **because, limit=limit)
        self.systemd.stopping()
        self.stopping = True
        asyncio.get_running_loop().call_later(limit + _LAST_RESORT, os._exit, Exit.SOME_FAILED)
        self.ended.set()

    def _hang_up(self) -> None:
        """Two things are meant by SIGHUP: read the configuration anew, and your terminal is gone."""
        if self.hung_up():
            self._stop(signal.SIGHUP.name)
        else:
            self._reload()

    def _reload(self) -> None:
        self._seen = _stat(self.file)
        if self.stopping:
            return
        self.systemd.reloading()
        settings = self._read()
        if isinstance(settings, str):
            self.log.error("config_refused", error=settings)
            self.systemd.ready()
            return
        self.settings = settings
        self.log.info("config_reloaded")
        self.ended.set()

    def _read(self) -> Settings | str:
        """Read the settings anew, or say why they are refused: without a file all sites would be on."""
        if self._seen is None:
            return f"{self.file}: there is no such file; what was set before holds"
        try:
            settings = self.read()
        except (MonitorError, OSError) as error:
            return str(error)
        if settings.database != self.settings.database:
            return f"{self.file}: another database takes effect at the next start only"
        return settings


async def _begin(work: SiteWork, site: Site) -> None:
    """Begin a site at its own time: what is early is asked too, for the next time may be far away."""
    work.begin(site, early=True)


def _stat(file: Path) -> tuple[int, int, int] | None:
    """What changes when a file is written or replaced; None while there is none."""
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _clock_offset() -> float:
    """How far the machine's clock is ahead of one that nobody can set."""
    return time.time() - time.monotonic()
