"""What is in a WARC file, and where: a walk over all its records, of which none is kept.

fastwarc finds the records. It ends silently where a file was cut, so lengths and the end of the file are looked at
here; and behind damage the walk goes on at the next place where a record begins.
"""

import os
import re
import zlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from fastwarc.warc import ArchiveIterator, WarcRecord

from monitor.core.errors import UsageError
from monitor.warcfile.fields import ASKED, NOT_MODIFIED, SITE, moment_of
from monitor.warcfile.http import status_of

_KINDS: Final = frozenset({"response", "resource", "revisit"})
_GZIP: Final = b"\x1f\x8b\x08"
_WARC: Final = b"WARC/"
_GZIP_START: Final = re.compile(re.escape(_GZIP))
_PLAIN_START: Final = re.compile(rb"WARC/1\.\d\r?\n")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_STEP: Final = 1 << 20
_OVERLAP: Final = 16
_MOST_HEAD: Final = 32_768  # fastwarc's own limit
_MOST_STRETCHES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record that holds a response, or refers to one; None is what it does not say.

    `url` is where the response came from, `asked` the address asked for if that is another one. `refers_to_…` are
    what a revisit says of the record that holds its body. `flaw` says why the record is not whole, if it is not.
    """

    path: Path
    offset: int
    kind: str
    record_id: str
    url: str
    date: str
    site: str | None
    asked: str | None
    status: int | None
    payload_digest: str | None
    refers_to_id: str | None
    refers_to_url: str
    refers_to_at: str | None
    flaw: str | None

    @property
    def at(self) -> datetime | None:
        """When the response was received, None where that is not said to the minute."""
        return moment_of(self.date)


@dataclass(frozen=True, slots=True)
class Damage:
    """A place behind which something of a file is lost. `offset` is in bytes of the file as it is stored."""

    path: Path
    offset: int
    why: str

    def __str__(self) -> str:
        return f"{self.path} is damaged behind byte {self.offset:,}: {self.why}; what is whole is used"


def walk(path: Path) -> Iterator[Entry | Damage]:
    """Yield what is in a file, in its order; UsageError if it is no WARC file, or can only be read as a whole."""
    try:
        with path.open("rb") as file:
            yield from _Walk(file, path, packed=_is_packed(file, path)).run()
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from error


def record_at(file: BinaryIO, offset: int) -> WarcRecord:
    """Return the record at a place in an open file; OSError if there is none."""
    file.seek(offset)
    for record in ArchiveIterator(file, parse_http=False):
        return record
    raise OSError("no record begins there")


class _Walk:
    """Over one file, in stretches without damage. `last` is where the last record began that could be read."""

    def __init__(self, file: BinaryIO, path: Path, *, packed: bool) -> None:
        self._file, self._path, self._packed = file, path, packed
        self._last = 0
        self._size = 0

    def run(self) -> Iterator[Entry | Damage]:
        start = 0
        for _ in range(_MOST_STRETCHES):
            problem, found = yield from self._stretch(start)
            # where nothing is found it was no beginning of a record, only what looks like one
            if problem is not None and (found or start == 0):
                yield Damage(self._path, self._last, problem)
            following = None if problem is None else self._next_start()
            if following is None:
                return
            start = following
        yield Damage(self._path, self._last, "there is too much damage, and the rest was not looked at")

    def _stretch(self, start: int) -> Generator[Entry, None, tuple[str | None, bool]]:
        """Yield records from a place on; return what is wrong where they end, and whether there were any."""
        self._file.seek(start)
        self._last, found = start, False
        records = iter(ArchiveIterator(self._file, parse_http=False))
        while True:
            try:
                record = next(records, None)
            except OSError as error:
                return str(error), found
            if record is None:
                return self._wrong_at_end(found=found), found
            found, self._last, self._size = True, record.stream_pos, record.content_length
            if record.headers.get("WARC-Type") in _KINDS:
                entry = self._entry(record)
                if (entry.flaw is None and self._size) or self._has_whole_head():
                    yield entry

    def _entry(self, record: WarcRecord) -> Entry:
        if self._packed and os.pread(self._file.fileno(), len(_GZIP), self._last) != _GZIP:
            raise UsageError(
                f"{self._path} is compressed as a whole, not record by record, so no record can be found in it: "
                "uncompress it, or run `warcio recompress`"
            )
        fields = {name.lower(): value for name, value in record.headers.to_tuples()}
        get, first = fields.get, _first_bytes(record)
        return Entry(
            path=self._path,
            offset=self._last,
            kind=fields["warc-type"],
            record_id=get("warc-record-id", ""),
            url=_address(get("warc-target-uri", "")),
            date=get("warc-date", ""),
            site=get(SITE.lower()),
            asked=get(ASKED.lower()),
            status=304 if get("warc-profile", "").endswith(NOT_MODIFIED) else status_of(first),
            payload_digest=get("warc-payload-digest"),
            refers_to_id=get("warc-refers-to"),
            refers_to_url=_address(get("warc-refers-to-target-uri", "")),
            refers_to_at=get("warc-refers-to-date"),
            flaw=_flaw(record, fields, len(first)),
        )

    def _has_whole_head(self) -> bool:
        """Whether the last record's head has its end: one that was cut may name another address than was meant.

        fastwarc takes it as it is. Where a block follows that is whole, so is the head.
        """
        start = os.pread(self._file.fileno(), _MOST_HEAD + _OVERLAP, self._last)
        try:
            head = zlib.decompressobj(31).decompress(start, _MOST_HEAD + _OVERLAP) if self._packed else start
        except zlib.error:
            return False
        return _HEAD_END.search(head) is not None

    def _wrong_at_end(self, *, found: bool) -> str | None:
        """Look whether the last record is whole and the file ends with it."""
        if not found:
            return "no whole record begins there"
        self._file.seek(self._last)
        rest = self._behind_member() if self._packed else self._behind_record()
        if rest is None:
            return "the last record breaks off"
        return "the head of a record breaks off, or there is something else" if rest.strip(b"\0\r\n") else None

    def _behind_member(self) -> bytes | None:
        inflate = zlib.decompressobj(31)
        while not inflate.eof:
            data = inflate.unconsumed_tail or self._file.read(_STEP)
            if not inflate.decompress(data, _STEP) and not data:
                return None
        return inflate.unused_data or self._file.read(_STEP)

    def _behind_record(self) -> bytes | None:
        head = _HEAD_END.search(self._file.read(_MOST_HEAD + _OVERLAP))
        end = self._last + (head.end() if head else 0) + self._size
        if end > os.fstat(self._file.fileno()).st_size:
            return None
        self._file.seek(end)
        return self._file.read(_STEP)

    def _next_start(self) -> int | None:
        """Return the next place where a record may begin, None if there is none."""
        pattern, at = _GZIP_START if self._packed else _PLAIN_START, self._last + 1
        while True:
            self._file.seek(at)
            data = self._file.read(_STEP)
            if found := pattern.search(data):
                return at + found.start()
            if len(data) < _STEP:
                return None
            at += len(data) - _OVERLAP


def _first_bytes(record: WarcRecord) -> bytes:
    try:
        return record.reader.readline(64)
    except OSError:
        return b""  # what is wrong is said by _flaw


def _flaw(record: WarcRecord, fields: Mapping[str, str], read: int) -> str | None:
    """Return why a record is not whole, of whose block so much was read already."""
    if fields.get("content-length", "").strip() != str(record.content_length):
        return "its Content-Length is none"
    if cut := fields.get("warc-truncated"):
        return f"it was cut short when it was captured (WARC-Truncated: {cut[:40]})"
    if "warc-segment-number" in fields:
        return "it is one segment of several, which this program does not join"
    try:
        size = read + record.consume()
    except OSError as error:
        return f"it is damaged: {error}"
    return None if size == record.content_length else f"it breaks off: {size:,} of {record.content_length:,} bytes"


def _address(text: str) -> str:
    """Return the URL in a field; some tools write it in angle brackets, as the grammar of WARC/1.0 had it."""
    return text.strip().removeprefix("<").removesuffix(">")


def _is_packed(file: BinaryIO, path: Path) -> bool:
    start = file.read(_STEP)
    packed = start.startswith(_GZIP)
    if packed:
        try:
            start = zlib.decompressobj(31).decompress(start, len(_WARC))
        except zlib.error:
            start = b""
    if not start.startswith(_WARC):
        raise UsageError(f"{path} is no WARC file: it does not begin with {_WARC.decode()}, compressed or not")
    return packed
