"""`python -m bench.memory`: whether many fetches in one run need more memory than few do. A process of its own.

One run over 20,000 stories: what is in memory after the first 2,000, and at the end.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.server import HOSTS, serving
from bench.toys import follow, opened
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.once import Progress, run_once
from monitor.pipeline.weigh import Checked

_FETCHES: Final = 20_000
_WARM_UP: Final = 2_000
_STATM: Final = Path("/proc/self/statm")


class _Watched(Progress):
    """Reads the resident memory, in bytes, when so many checks are done."""

    def __init__(self) -> None:
        self.done = 0
        self.resident: dict[int, int] = {}

    def checked(self, checked: Checked) -> None:  # noqa: ARG002 - as the base class has it
        self.done += 1
        if self.done in (_WARM_UP, _FETCHES):
            self.resident[self.done] = int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def run() -> Iterator[str]:
    """Measure, and yield the lines to print."""
    if not _STATM.exists():
        yield "memory: not measured, for this machine has no /proc"
        return
    watched = _Watched()
    with serving(size=0) as port, tempfile.TemporaryDirectory() as name, opened(Path(name), port) as monitor:
        asyncio.run(_fetched(monitor, watched))
    before, after = watched.resident[_WARM_UP], watched.resident[_FETCHES]
    yield (
        f"memory: {before / 1e6:.1f} MB after {_WARM_UP:,} fetches of one run, "
        f"{after / 1e6:.1f} MB after {_FETCHES:,}: "
        f"{(after - before) / (_FETCHES - _WARM_UP):,.0f} bytes a fetch"
    )


async def _fetched(monitor: Monitor, watched: _Watched) -> None:
    for site in monitor.sites:
        follow(monitor, site, range(1, _FETCHES // len(HOSTS) + 1))
    try:
        await run_once(monitor, list(monitor.sites), watched)
    finally:
        await monitor.fetcher.close()


if __name__ == "__main__":
    for line in run():
        print(line)
