"""A program that delivers, and is killed: `python -m tests.daemon.posting URL PLAN`, in a folder with a database.

The plan is a list of [when, what, times] in JSON, as in `tests.daemon.killed`: each step is a process of its own, ten
minutes later by its clock, when every lease has ended. The last one is not killed. What is printed is how each ended.
"""

import asyncio
import json
import os
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from monitor.bootstrap import open_monitor
from monitor.clock import SystemClock
from monitor.config import Settings, defaults
from monitor.config.settings import FetchSettings
from monitor.core.addresses import allowed
from monitor.core.answers import Answer
from monitor.core.messages import Message
from monitor.core.receivers import Receiver, Webhook
from monitor.pipeline.deliver import deliver_due
from monitor.pipeline.delivery import Route
from monitor.pipeline.ports import Sender
from tests.daemon.killed import Killer
from tests.receivers import SECRET


class Later(SystemClock):
    """The present moment, minutes later."""

    def __init__(self, minutes: int) -> None:
        super().__init__()
        self._ahead = timedelta(minutes=minutes)

    def now(self) -> datetime:
        return super().now() + self._ahead


@dataclass(frozen=True)
class Today(Sender):
    """Sends with the true time, as the receiver's clock has it: only leases are of the future."""

    sender: Sender

    @property
    def at_once(self) -> int:
        return self.sender.at_once

    async def send(self, message: Message, *, at: datetime) -> Answer:
        return await self.sender.send(message, at=datetime.now(UTC))


def settings_for(url: str) -> Settings:
    fetch = FetchSettings(allow_private=(allowed("127.0.0.1"),))
    receivers = {"desk": Receiver("desk", Webhook(url, (SECRET,)), deadline=20.0)}
    return replace(defaults(Path.cwd()), fetch=fetch, receivers=receivers)


async def work(killer: Killer, settings: Settings, minutes: int) -> None:
    """Deliver until nothing is due."""
    event.listen(Engine, "commit", lambda _: killer.at("inside", "transaction"))
    with open_monitor(settings) as plain:
        assert plain.delivery is not None
        route = plain.delivery.routes["desk"]
        watched = Route(killer.watch("sender", Today(route.sender)), route.deadline)
        delivery = replace(
            plain.delivery, outbox=killer.watch("outbox", plain.delivery.outbox), routes={"desk": watched}
        )
        await deliver_due(replace(plain, delivery=delivery, clock=Later(minutes)), 60)
        await plain.close()


def main() -> None:
    """Go through the plan, each step in a child of this process, so that each starts in no time."""
    settings, codes = settings_for(sys.argv[1]), []
    with open_monitor(settings):
        """All that the children import is loaded."""
    for step, point in enumerate([*json.loads(sys.argv[2]), ["never", "", 0]]):
        child = os.fork()
        if child == 0:
            asyncio.run(work(Killer(*point), settings, minutes=10 * step))
            os._exit(0)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    print(json.dumps(codes))  # noqa: T201 - the result


if __name__ == "__main__":
    main()
