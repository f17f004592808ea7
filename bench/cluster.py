"""Workers of a cluster beside the daemon, as real processes on one Postgres: how many checks a second.

Fifty hosts on loopback with a distance of 0 between requests, twenty new stories each, 60 kB a page, in a new database
each time. All of it runs on this one machine, its database and its hosts too: what more workers bring ends where its
cores do. Starting up is not counted.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg

from bench.pages import SIZE
from bench.postgres import serving_postgres
from bench.server import HOSTS, serving
from bench.toys import follow, toys
from monitor.bootstrap import open_monitor
from monitor.config import defaults

_STORIES: Final = range(1, 21)
_CHECKS: Final = len(HOSTS) * len(_STORIES)
_LIMIT: Final = 600.0
_WORKERS: Final = (1, 2, 4)
_SITES: Final = """
from bench.toys import toys
for site in toys({port}):
    globals()[site.name.upper()] = site
"""
_CONFIG: Final = """
database: {url}
fetch: {{delay: 0, allow_private: [127.0.0.0/8]}}
run: {{tick: 1s}}
sites: {{inqilab: {{enabled: false}}, wirecopy: {{enabled: false}}}}
"""
_DONE: Final = "SELECT count(*), min(observed_at), max(observed_at) FROM observations WHERE article_id IS NOT NULL"


def run() -> Iterator[str]:
    """Measure, and yield a line a figure."""
    with serving(SIZE) as port, serving_postgres() as postgres, tempfile.TemporaryDirectory() as name:
        _install(Path(name), port)
        programs = {"the daemon": [["run"]]}
        programs |= {f"{n} of a cluster": [["run", "--enqueue"], *[["worker"]] * n] for n in _WORKERS}
        floor = 0.0
        for number, (what, commands) in enumerate(programs.items()):
            url = postgres(f"bench{number}")
            _configure(Path(name), port, url)
            speed = _speed(Path(name), url, commands)
            floor = floor or speed
            yield f"{what:<20}{speed:7.0f} checks/s: {speed / floor:4.2f} x the daemon's"


def _install(folder: Path, port: int) -> None:
    package = folder / "plugin"
    (package / "toys-1.dist-info").mkdir(parents=True)
    (package / "toys-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1\n")
    names = "".join(f"{site.name} = toy_sites:{site.name.upper()}\n" for site in toys(port))
    (package / "toys-1.dist-info" / "entry_points.txt").write_text(f"[monitor.sites]\n{names}")
    (package / "toy_sites.py").write_text(_SITES.format(port=port))


def _configure(folder: Path, port: int, url: str) -> None:
    (folder / "config.yaml").write_text(_CONFIG.format(url=url))
    with open_monitor(replace(defaults(folder), database=url)) as plain:
        monitor = replace(plain, sites=toys(port))
        for site in monitor.sites:
            follow(monitor, site, _STORIES)


def _speed(folder: Path, url: str, commands: list[list[str]]) -> float:
    """Run programs until all stories are on record; return how many a second."""
    ends = time.monotonic() + _LIMIT
    with ExitStack() as stack, psycopg.connect(url, autocommit=True) as connection:
        for command in commands:
            stack.enter_context(_running(folder, command))
        while time.monotonic() < ends:
            row = connection.execute(_DONE).fetchone()
            if row is not None and row[0] == _CHECKS:
                return float((_CHECKS - 1) / (row[2] - row[1]).total_seconds())
            time.sleep(0.2)
    raise TimeoutError(f"{commands} did not end")


@contextmanager
def _running(folder: Path, command: list[str]) -> Iterator[None]:
    path = os.pathsep.join([str(folder / "plugin"), str(Path(__file__).parents[1])])
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(
            [sys.executable, "-m", "monitor", *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": path},
            stderr=log,
        ) as process,
    ):
        try:
            yield
        finally:
            process.terminate()
