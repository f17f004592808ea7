"""A program that watches the paper, and is killed: `python -m tests.daemon.killed PLAN`, in the paper's folder.

The plan is a list of [when, what, times] in JSON: before or after the so-manieth call of a port, or inside a
transaction. Each step is a process of its own, eight days later by its clock, when everything is due; the last one is not
killed. What is printed is how each step ended.
"""

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event
from sqlalchemy.engine import Engine

from monitor import config
from monitor.bootstrap import only_daemon, open_daemon, sites_to_run
from monitor.clock import SystemClock
from monitor.daemon.rounds import Rounds
from monitor.pipeline.tick import Terms, Witness
from monitor.sites import load


class Later(SystemClock):
    """The present moment, days later."""

    def __init__(self, days: int) -> None:
        super().__init__()
        self._ahead = timedelta(days=days)

    def now(self) -> datetime:
        return super().now() + self._ahead


@dataclass
class Killer:
    """Kills this process at a point of the plan."""

    when: str
    what: str
    times: int

    def at(self, when: str, what: str) -> None:
        if (when, what) == (self.when, self.what):
            self.times -= 1
            if self.times == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, name: str, port: Any) -> Any:
        """Return a port whose every call is a point before and after it."""
        return _Watched(self, name, port)


class _Watched:
    def __init__(self, killer: Killer, name: str, port: Any) -> None:
        self._killer, self._name, self._port = killer, name, port

    def __getattr__(self, attribute: str) -> Any:
        call = getattr(self._port, attribute)
        return self._around(f"{self._name}.{attribute}", call) if callable(call) else call

    def _around(self, point: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(call)
        async def later(*given: Any, **named: Any) -> Any:
            self._killer.at("before", point)
            result = await call(*given, **named)
            self._killer.at("after", point)
            return result

        @wraps(call)
        def now(*given: Any, **named: Any) -> Any:
            self._killer.at("before", point)
            result = call(*given, **named)
            self._killer.at("after", point)
            return result

        return later if iscoroutinefunction(call) else now


async def work(killer: Killer, days: int) -> None:
    """Work until nothing is due."""
    settings = config.load(Path("config.yaml"), environ={}, site_names=load().names)
    event.listen(Engine, "commit", lambda _: killer.at("inside", "transaction"))
    with only_daemon(settings), open_daemon(settings, Later(days)) as (plain, leases):
        turns = plain.fetcher.turns  # type: ignore[attr-defined]
        turns = replace(turns, hosts=killer.watch("hosts", turns.hosts))
        fetcher = replace(plain.fetcher, turns=turns)  # type: ignore[type-var]
        monitor = replace(plain, store=killer.watch("store", plain.store), fetcher=killer.watch("fetcher", fetcher))
        slots, deadline = asyncio.Semaphore(16), timedelta(seconds=30)
        terms = Terms(slots, deadline, settings.fetch.delay, asyncio.Event(), lambda: uuid.uuid4().hex)
        sites = sites_to_run(monitor.sites, settings, None)
        rounds = Rounds(monitor, killer.watch("leases", leases), terms, Witness(), structlog.get_logger(), sites)
        await rounds.tick()
        while rounds.lanes:
            await asyncio.wait(rounds.lanes.values())
            await rounds.tick()
        await fetcher.close()


def main() -> None:
    """Go through the plan, each step in a child of this process, so that each starts in no time."""
    codes = []
    for step, point in enumerate([*json.loads(sys.argv[1]), ["never", "", 0]]):
        child = os.fork()
        if child == 0:
            asyncio.run(work(Killer(*point), days=8 * step))
            os._exit(0)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print(json.dumps(codes))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
