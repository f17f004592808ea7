"""From the synchronous command line into the asynchronous pipeline."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from monitor.pipeline.monitor import Monitor

T = TypeVar("T")


def in_loop(monitor: Monitor, work: Coroutine[Any, Any, T]) -> T:
    """Run a use case, and close the monitor in the same loop, whatever happens."""

    async def run() -> T:
        try:
            return await work
        finally:
            await monitor.close()

    return asyncio.run(run())
