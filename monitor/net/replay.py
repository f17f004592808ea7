"""A folder of captures that answers requests in place of the web.

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

Several captures of one URL are successive checks, in time order; those of unknown time follow in the order listed.
"""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from monitor.core.errors import UsageError
from monitor.core.outcomes import Exchange, Failed, Outcome
from monitor.core.urls import is_web, urn_digest
from monitor.core.validators import Validators
from monitor.net.outcomes import outcome_of
from monitor.pipeline.ports import Clock
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
class _Shot:
    """A capture in its place: `ref` names it for good, so that a second replay is known as one."""

    entry: Entry
    ref: str


class ReplayFetcher:
    """Answers each request for a URL with its next capture. Raises UsageError for a folder that is none."""

    conditional = False

    def __init__(self, folder: Path, *, site_names: Collection[str], clock: Clock, max_bytes: int) -> None:
        self._folder = folder
        self._clock = clock
        self._max_bytes = max_bytes
        entries = read_index(folder, site_names)
        self._waiting: dict[str, deque[_Shot]] = defaultdict(deque)
        for shot in _in_time_order(entries):
            self._waiting[shot.entry.address].append(shot)
        self._addresses = [(entry.site, entry.address) for entry in entries]

    async def get(
        self,
        url: str,
        *,
        delay: float | None = None,  # noqa: ARG002 - a folder needs no politeness
        validators: Validators | None = None,  # noqa: ARG002 - and gives every capture it has
    ) -> Outcome:
        """Answer with the URL's next capture; Failed where there is none or its file is not what the index says."""
        if not self._waiting.get(url):
            return Failed(
                Exchange(url, url, self._clock.now()),
                f"{self._folder} holds no further capture of it",
                retryable=False,
            )
        shot = self._waiting[url].popleft()
        entry = shot.entry
        at = entry.captured_at or self._clock.now()
        try:
            body = self._bytes(entry)
        except _NotWhole as problem:
            return Failed(Exchange(url, url, at, ref=shot.ref), str(problem), retryable=False)
        headers = (("Content-Type", entry.content_type),)
        final_url, dated = entry.final_url or url, entry.captured_at is not None
        return outcome_of(Exchange(url, final_url, at, entry.status, headers, body, ref=shot.ref, dated=dated))

    def reaches(self, url: str) -> bool:
        """Whether a capture of this URL is still to be given."""
        return bool(self._waiting.get(url))

    def pending(self, site: str) -> Sequence[str]:
        """Return the site's captured URLs, each as often as captures of it wait."""
        return [url for owner, url in self._addresses if owner == site and self.reaches(url)]

    async def close(self) -> None:
        """Nothing is held open."""

    def _bytes(self, entry: Entry) -> bytes:
        path = self._folder / entry.file
        try:
            if path.exists() and not path.is_file():
                raise _NotWhole(f"{path}, named in {INDEX}, is no regular file")
            with path.open("rb") as file:
                body = file.read(self._max_bytes + 1)
        except OSError as error:
            raise _NotWhole(f"{path}, named in {INDEX}, cannot be read: {error.strerror or error}") from error
        if len(body) > self._max_bytes:
            raise _NotWhole(f"{path} has more than the limit of {self._max_bytes:,} bytes")
        if len(body) < entry.bytes:
            raise _NotWhole(f"{path} was cut short: {len(body):,} bytes of the {entry.bytes:,} in {INDEX}")
        if sha256(body).hexdigest() != entry.sha256:
            raise _NotWhole(f"{path} was altered: its bytes do not have the sha256 in {INDEX}")
        return body


class _NotWhole(Exception):  # noqa: N818 - becomes an outcome
    pass


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


def _in_time_order(entries: Sequence[Entry]) -> Iterator[_Shot]:
    last = datetime.max.replace(tzinfo=UTC)
    seen: Counter[tuple[str, str]] = Counter()
    for entry in sorted(entries, key=lambda entry: entry.captured_at or last):
        if entry.captured_at:
            yield _Shot(entry, f"{entry.sha256}@{entry.captured_at.astimezone(UTC).isoformat()}")
        else:
            # the same bytes listed twice without a time are two checks, the first and the second
            seen[entry.address, entry.sha256] += 1
            yield _Shot(entry, f"{entry.sha256}#{seen[entry.address, entry.sha256]}")
