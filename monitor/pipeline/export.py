"""Captures on record, to a WARC file."""

from collections.abc import Callable
from dataclasses import dataclass

from monitor.core.kept import CaptureQuery
from monitor.pipeline.ports import Archive
from monitor.warcfile.writing import CaptureWriter


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: so many captures, of which `revisits` refer to an equal body before them."""

    captures: int
    revisits: int


def export_warc(archive: Archive, query: CaptureQuery, writer: CaptureWriter, tell: Callable[[], object]) -> Exported:
    """Write the captures a query asks for; `tell` is called after each. Raises StoreError for a damaged one."""
    captures = revisits = 0
    for kept in archive.captures(query):
        revisits += writer.write(kept)
        captures += 1
        tell()
    return Exported(captures, revisits)
