"""A folder of captures with an index.

DIR/index.yaml     captures: a list, one entry for each capture
    file           path within the folder
    site           whose page it is
    url            its address; left out or null where unknown: it is then urn:sha256:<hex of the bytes>
    final_url      where redirects led; left out where they led nowhere else
    content_type   the header as sent
    status         the HTTP status
    captured_at    ISO 8601 with offset, null where unknown
    bytes, sha256  what the file must be, or it was cut short or altered
    origin         where it comes from, for people
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from monitor.core.errors import UsageError
from monitor.core.outcomes import Exchange
from monitor.core.urls import is_web, urn_digest
from monitor.net.shots import NotWhole
from monitor.yamlfile.readers import Reader, listed, matching, moment, one_of, optional, section, text, whole
from monitor.yamlfile.tree import Limits, Refused, Value, read

INDEX: Final = "index.yaml"

_LIMITS: Final = Limits(bytes=100_000_000, values=5_000_000, fast=True)
_SHA256: Final = re.compile("[0-9a-f]{64}")
_FILE_NAME: Final = re.compile(r"(?!/|.*(?:^|/)\.\.?(?:/|$))[^\\\x00]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of an index, as documented above."""

    file: str
    site: str
    content_type: str
    status: int
    bytes: int
    sha256: str
    url: str | None = None
    final_url: str | None = None
    captured_at: datetime | None = None
    origin: str = ""

    @property
    def address(self) -> str:
        """The capture's URL, made of the hash it should have where none is known."""
        return self.url or f"urn:sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class FolderShot:
    """A capture in its folder: `monitor.net.shots.Shot`."""

    folder: Path
    entry: Entry
    ref: str
    max_bytes: int

    @property
    def site(self) -> str:
        """Whose page it is."""
        return self.entry.site

    @property
    def address(self) -> str:
        """What is asked for to get it."""
        return self.entry.address

    @property
    def at(self) -> datetime | None:
        """When it was captured."""
        return self.entry.captured_at

    def read(self, at: datetime) -> Exchange:
        """Read it, as observed at a moment; NotWhole if its file is not what the index says."""
        body = self._bytes()
        entry = self.entry
        headers, final_url = (("Content-Type", entry.content_type),), entry.final_url or self.address
        dated = entry.captured_at is not None
        return Exchange(self.address, final_url, at, entry.status, headers, body, ref=self.ref, dated=dated)

    def _bytes(self) -> bytes:
        entry = self.entry
        path = self.folder / entry.file
        try:
            if path.exists() and not path.is_file():
                raise NotWhole(f"{path}, named in {INDEX}, is no regular file")
            with path.open("rb") as file:
                body = file.read(self.max_bytes + 1)
        except OSError as error:
            raise NotWhole(f"{path}, named in {INDEX}, cannot be read: {error.strerror or error}") from error
        if len(body) > self.max_bytes:
            raise NotWhole(f"{path} has more than the limit of {self.max_bytes:,} bytes")
        if len(body) < entry.bytes:
            raise NotWhole(f"{path} was cut short: {len(body):,} bytes of the {entry.bytes:,} in {INDEX}")
        if sha256(body).hexdigest() != entry.sha256:
            raise NotWhole(f"{path} was altered: its bytes do not have the sha256 in {INDEX}")
        return body


def shots_in(folder: Path, site_names: Collection[str], *, max_bytes: int) -> list[FolderShot]:
    """Return a folder's captures as listed; UsageError for a folder that is none."""
    entries = read_index(folder, site_names)
    return [FolderShot(folder, entry, ref, max_bytes) for entry, ref in zip(entries, _refs(entries), strict=True)]


def read_index(folder: Path, site_names: Collection[str]) -> tuple[Entry, ...]:
    """Read a folder's index; raise UsageError that says what is wrong with it, line by line."""
    path = folder / INDEX
    if not folder.is_dir():
        raise UsageError(f"no such folder of captures: {folder}")
    try:
        entries = read(path, limits=_LIMITS).interpret(_schema(site_names))
    except Refused as refused:
        raise UsageError("\n".join(problem.render(str(path)) for problem in refused.problems)) from None
    if not entries:
        raise UsageError(f"{path} lists no captures: there is nothing to replay")
    return entries


def _schema(site_names: Collection[str]) -> Reader[tuple[Entry, ...]]:
    entry = section(
        Entry,
        required=("file", "site", "content_type", "status", "bytes", "sha256"),
        file=matching(_FILE_NAME, "the path of a file within this folder"),
        site=one_of("site", site_names),
        url=optional(_address),
        final_url=optional(_address),
        content_type=text,
        status=whole(100, 599),
        captured_at=optional(moment),
        bytes=whole(0, 2**40),
        sha256=matching(_SHA256, "64 hex digits"),
        origin=text,
    )
    return section(_captures_of, captures=optional(listed(entry)), note=text)


def _captures_of(*, captures: tuple[Entry, ...] | None = None, note: str = "") -> tuple[Entry, ...]:  # noqa: ARG001
    return captures or ()


def _address(value: Value) -> str:
    url = text(value)
    if not is_web(url) and urn_digest(url) is None:
        raise value.unexpected("an http(s) URL or urn:sha256:<64 hex digits>")
    return url


def _refs(entries: Sequence[Entry]) -> Iterator[str]:
    seen: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        if entry.captured_at:
            yield f"{entry.sha256}@{entry.captured_at.astimezone(UTC).isoformat()}"
        else:
            # the same bytes listed twice without a time are two checks, the first and the second
            seen[entry.address, entry.sha256] += 1
            yield f"{entry.sha256}#{seen[entry.address, entry.sha256]}"
