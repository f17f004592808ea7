"""A replay of generated captures end to end into SQLite: all new, then all checked again and unchanged."""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from bench.pages import HTML, URL, page
from monitor.bootstrap import open_monitor
from monitor.config import defaults
from monitor.core.records import Result
from monitor.pipeline.once import Progress, run_once

CAPTURES = 2_000
GOALS = {Result.PUBLISHED: 250, Result.UNCHANGED: 400}


def run() -> Iterator[str]:
    """Measure, and yield a line a pass."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bodies = [page(number) for number in range(1, CAPTURES + 1)]
        yield f"{CAPTURES:,} captures of {len(bodies[0]):,} bytes, one process, index and all"
        for day, result in enumerate((Result.PUBLISHED, Result.UNCHANGED)):
            captures = _folder(folder / str(day), bodies, datetime(2026, 1, 1 + day, tzinfo=UTC))
            floor = _floor(captures)
            seconds = _replay(folder, captures, result)
            rate = CAPTURES / seconds
            yield (
                f"{result:<10}{rate:8.0f} checks/s (goal {GOALS[result]}), {seconds / floor:6.1f} x "
                "reading the same files and writing one row each"
            )


def _folder(folder: Path, bodies: list[bytes], at: datetime) -> Path:
    folder.mkdir()
    lines = ["captures:"]
    for number, body in enumerate(bodies, 1):
        (folder / f"{number}.html").write_bytes(body)
        entry = {
            "file": f"{number}.html",
            "site": "inqilab",
            "url": URL.format(number=number),
            "content_type": HTML,
            "status": 200,
            "captured_at": (at + timedelta(seconds=number)).isoformat(),
            "bytes": len(body),
            "sha256": sha256(body).hexdigest(),
            "origin": "synthetic, made to measure",
        }
        lines += [f"  {'-' if key == 'file' else ' '} {key}: {value}" for key, value in entry.items()]
    (folder / "index.yaml").write_text("\n".join(lines), encoding="utf-8")
    return folder


def _replay(folder: Path, captures: Path, result: Result) -> float:
    started = time.perf_counter()
    with open_monitor(defaults(folder), replay=captures) as monitor:
        done = asyncio.run(run_once(monitor, [monitor.sites.get("inqilab")], Progress()))
    seconds = time.perf_counter() - started
    if done.counts != {result: CAPTURES}:
        raise ValueError(f"expected {CAPTURES} {result}, got {dict(done.counts)}")
    return seconds


def _floor(captures: Path) -> float:
    """Read the files, and commit one row for each: what no program that keeps a record can do without."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        connection = sqlite3.connect(Path(name) / "floor.db", isolation_level=None)
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (hash TEXT)")
        for path in captures.glob("*.html"):
            connection.execute("INSERT INTO t VALUES (?)", [sha256(path.read_bytes()).hexdigest()])
        connection.close()
    return time.perf_counter() - started
