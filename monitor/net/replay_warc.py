"""WARC files as captures: ours, and those of other tools.

A record is a capture of the site that our own field in it names; without one, of the site that claims its URL for a
story, or that has it as a source. Of the rest (pictures, scripts, other sites) nothing is kept. Redirects are passed
over too: the page that they lead to is a capture of its own. Files are walked through once, without their bodies; a
body is read when its capture is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeAlias

from monitor.core.errors import UsageError
from monitor.core.outcomes import Exchange
from monitor.core.urls import is_web, urn_digest
from monitor.net.shots import NotWhole
from monitor.pipeline.monitor import Remark
from monitor.sitekit.catalogue import Catalogue
from monitor.warcfile.http import BadRecord
from monitor.warcfile.index import Damage, Entry, walk
from monitor.warcfile.reading import read

_ENDINGS: Final = (".warc", ".warc.gz")
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_LAST: Final = datetime.max.replace(tzinfo=UTC)

_Reference: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WarcShot:
    """A capture in a WARC file: `monitor.net.shots.Shot`. `original` holds the body, if that is another record."""

    site: str
    entry: Entry
    original: Entry | None
    max_bytes: int

    @property
    def address(self) -> str:
        """What is asked for to get it."""
        return self.entry.asked or self.entry.url

    @property
    def at(self) -> datetime | None:
        """When it was captured."""
        return self.entry.at

    @property
    def ref(self) -> str:
        """Its record's own id: the bytes, which name it for good, are not known before they are read."""
        return self._ref_of(self.entry.record_id or f"{self.entry.path.name}:{self.entry.offset}")

    def read(self, at: datetime) -> Exchange:
        """Read it, as observed at a moment; NotWhole if it was cut short, is damaged or too long."""
        entry = self.entry
        try:
            response = read(entry, self.original, self.max_bytes)
        except BadRecord as problem:
            raise NotWhole(f"{entry.path}, the record at byte {entry.offset:,}: {problem}") from problem
        ref = self._ref_of(sha256(response.body).hexdigest())
        return Exchange(
            self.address, entry.url, at, response.status, response.headers, response.body,
            ref=ref, dated=entry.at is not None,
        )  # fmt: skip

    def _ref_of(self, name: str) -> str:
        return f"{name}@{self.at.astimezone(UTC).isoformat()}" if self.at else f"{name}#{self.entry.record_id}"


def files_in(path: Path) -> list[Path]:
    """Return the WARC files that a path names: itself, or those in it if it is a folder."""
    if not path.is_dir():
        return [path] if path.exists() else []
    return sorted(each for each in path.iterdir() if each.name.lower().endswith(_ENDINGS) and each.is_file())


def shots_in(files: Sequence[Path], sites: Catalogue, *, max_bytes: int) -> tuple[list[WarcShot], list[Remark]]:
    """Return the captures in files in time order, and what there is to say of the rest.

    Raises UsageError for a file that is no WARC file, or if there is no capture in any of them.
    """
    found = _Found(sites)
    for path in files:
        for each in walk(path):
            found.add(each)
    if not found.entries and not found.damages:
        raise UsageError(f"{_names(files)}: no capture of a known site in it{found.rest()}")
    originals = _originals([entry for _, entry in found.entries])
    shots = [WarcShot(site, entry, _original(entry, originals), max_bytes) for site, entry in found.entries]
    remarks = [Remark(str(damage), damage=True) for damage in found.damages]
    if rest := found.rest():
        remarks.append(Remark(f"{_names(files)}: {len(shots):,} captures of known sites{rest}"))
    return sorted(shots, key=lambda shot: shot.at or _LAST), remarks


@dataclass(slots=True)
class _Found:
    """What a walk through files came upon; what was passed over is counted."""

    sites: Catalogue
    entries: list[tuple[str, Entry]] = field(default_factory=list)
    damages: list[Damage] = field(default_factory=list)
    strange: int = 0
    redirects: int = 0

    def add(self, each: Entry | Damage) -> None:
        if isinstance(each, Damage):
            self.damages.append(each)
        elif is_web(each.url) or urn_digest(each.url):
            site = self._site_of(each)
            if site is None:
                self.strange += 1
            elif each.status in _REDIRECTS:
                self.redirects += 1
            else:
                self.entries.append((site, each))

    def rest(self) -> str:
        """Say what was passed over; empty if nothing was."""
        strange = f"{self.strange:,} records of no known site or story" if self.strange else ""
        redirects = f"{self.redirects:,} redirects" if self.redirects else ""
        told = " and ".join(filter(None, (strange, redirects)))
        return told and f"; passed over: {told}"

    def _site_of(self, entry: Entry) -> str | None:
        if entry.site is not None:
            return entry.site if entry.site in self.sites.by_name else None
        if site := self.sites.claim(entry.url):
            return site.name
        listing = (site.name for site in self.sites for source in site.sources if source.url == entry.url)
        return next(listing, None)


def _originals(entries: Sequence[Entry]) -> dict[_Reference, Entry]:
    """Return the records that hold bodies, by what revisits may call them."""
    wanted = {name for entry in entries if entry.kind == "revisit" for name in _called(entry)}
    held = (entry for entry in entries if entry.kind != "revisit")
    return {name: entry for entry in held for name in _names_of(entry) if name in wanted}


def _called(revisit: Entry) -> Iterator[_Reference]:
    """Yield what a revisit calls the record with its body, the surest first."""
    if revisit.refers_to_id:
        yield ("id", revisit.refers_to_id)
    if revisit.refers_to_url and revisit.refers_to_at:
        yield ("at", revisit.refers_to_url, revisit.refers_to_at)
    if revisit.payload_digest:
        yield ("digest", revisit.payload_digest)


def _names_of(entry: Entry) -> Iterator[_Reference]:
    yield ("id", entry.record_id)
    yield ("at", entry.url, entry.date)
    if entry.payload_digest:
        yield ("digest", entry.payload_digest)


def _original(entry: Entry, originals: Mapping[_Reference, Entry]) -> Entry | None:
    if entry.kind != "revisit":
        return None
    return next((originals[name] for name in _called(entry) if name in originals), None)


def _names(files: Sequence[Path]) -> str:
    return str(files[0]) if len(files) == 1 else f"{files[0].parent} ({len(files)} files)"
