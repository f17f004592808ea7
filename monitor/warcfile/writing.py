"""Captures on record to WARC/1.1, one gzip member a record, by warcio.

    warcinfo   what wrote the file, and what of the record is in it
    response   status and headers as received, the body as kept: decoded. Headers that told of its coding on the way
               are renamed (`X-Archive-Orig-…`), and Content-Length is put right
    resource   a capture of unknown address: for such, readers expect no HTTP head. Its status was 200
    revisit    a capture whose body stands in the file already, with its own status and headers

WARC-Target-URI is where the body came from; if another address was asked for, `Monitor-Asked-URI` names it (see
`monitor.warcfile.fields`). Ids are made of what they name: exporting again gives the same records.
"""

from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from io import BytesIO
from typing import Any, BinaryIO, Final
from uuid import NAMESPACE_URL, uuid5

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from monitor.core.headers import Headers
from monitor.core.kept import KeptCapture
from monitor.core.records import Capture
from monitor.core.urls import is_web
from monitor.warcfile.fields import ASKED, KEY, ORIGINAL, SITE, moment_text

_CODING: Final = frozenset({"content-encoding", "transfer-encoding"})
_LENGTH: Final = "content-length"
# what would end a line; other control characters may be bytes of letters (অ is E0 A6 85)
_BREAKS: Final = dict.fromkeys(map(ord, "\0\r\n"), " ")


@dataclass(frozen=True, slots=True)
class _Original:
    """The record that holds a body, as later captures of the same body refer to it."""

    record_id: str
    url: str
    date: str


class CaptureWriter:
    """Writes a WARC file to an open stream. `about` are lines of its warcinfo record, written at `at`."""

    def __init__(self, out: BinaryIO, *, about: Mapping[str, str], filename: str | None, at: datetime) -> None:
        self._warc = _Sha256Writer(out, gzip=True, warc_version="1.1")
        self._originals: dict[tuple[bytes, str], _Original] = {}
        self._info_id = _record_id("warcinfo", moment_text(at), filename or "", *about.values())
        self._write_info(about, filename, at)

    def write(self, kept: KeptCapture) -> bool:
        """Write a capture; return whether it refers to an equal body that is in the file already."""
        capture = kept.capture
        digest = sha256(capture.body).digest()
        same = (digest, capture.content_type)
        original = self._originals.get(same)
        fields = self._fields(kept, digest)
        record = self._whole(capture, fields) if original is None else self._revisit(capture, digest, fields, original)
        self._warc.write_record(record)
        if kept.shared and original is None:
            self._originals[same] = _Original(fields["WARC-Record-ID"], capture.final_url, fields["WARC-Date"])
        return original is not None

    def _write_info(self, about: Mapping[str, str], filename: str | None, at: datetime) -> None:
        fields = {"WARC-Record-ID": self._info_id, "WARC-Date": moment_text(at)}
        if filename is not None:
            fields["WARC-Filename"] = _line(filename)
        text = "".join(f"{name}: {_line(value)}\r\n" for name, value in about.items()).encode()
        record = self._warc.create_warc_record(
            "", "warcinfo", payload=BytesIO(text), length=len(text), warc_headers_dict=fields
        )
        self._warc.write_record(record)

    def _fields(self, kept: KeptCapture, digest: bytes) -> dict[str, str]:
        capture, date = kept.capture, moment_text(kept.capture.captured_at)
        fields = {
            "WARC-Record-ID": _record_id(kept.site, kept.key, capture.url, date, digest.hex()),
            "WARC-Date": date,
            "WARC-Warcinfo-ID": self._info_id,
            SITE: _line(kept.site),
            KEY: _line(kept.key),
        }
        return fields if capture.url == capture.final_url else {**fields, ASKED: _line(capture.url)}

    def _whole(self, capture: Capture, fields: dict[str, str]) -> ArcWarcRecord:
        has_head = is_web(capture.final_url)
        return self._warc.create_warc_record(
            _line(capture.final_url),
            "response" if has_head else "resource",
            payload=BytesIO(capture.body),
            length=len(capture.body),
            warc_content_type="" if has_head else _line(capture.content_type) or "application/octet-stream",
            warc_headers_dict=fields,
            http_headers=_head(capture) if has_head else None,
        )

    def _revisit(self, capture: Capture, digest: bytes, fields: dict[str, str], original: _Original) -> ArcWarcRecord:
        return self._warc.create_revisit_record(
            _line(capture.final_url),
            f"sha256:{b32encode(digest).decode()}",
            _line(original.url),
            original.date,
            http_headers=_head(capture) if is_web(capture.final_url) else None,
            warc_headers_dict={**fields, "WARC-Refers-To": original.record_id},
        )


class _Sha256Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """A head written as the bytes that came; warcio would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:  # noqa: ARG002 - none is ever set
        lines = [f"{self.protocol} {self.statusline}", *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return b"\r\n".join(map(_as_sent, lines))


def _as_sent(line: str) -> bytes:
    """Return the bytes of a header line: one for each character, unless it was never read from bytes."""
    try:
        return line.encode("latin-1")
    except UnicodeEncodeError:
        return line.encode("utf-8", "replace")


def _head(capture: Capture) -> _Head:
    try:
        phrase = HTTPStatus(capture.status).phrase
    except ValueError:
        phrase = ""
    headers = [(_line(name), _line(value)) for name, value in _true_of(capture.headers, len(capture.body))]
    return _Head(f"{capture.status} {phrase}", headers, protocol="HTTP/1.1")


def _true_of(headers: Headers, size: int) -> list[tuple[str, str]]:
    """Return headers that are true of a body kept decoded; those that are not keep their value under another name."""
    told = [(name if _is_true(name, value, size) else f"{ORIGINAL}{name}", value) for name, value in headers]
    has_length = any(name.lower() == _LENGTH for name, _ in told)
    return told if has_length else [*told, ("Content-Length", str(size))]


def _is_true(name: str, value: str, size: int) -> bool:
    return value.strip() == str(size) if name.lower() == _LENGTH else name.lower() not in _CODING


def _line(text: str) -> str:
    return text.translate(_BREAKS).strip(" \t")


def _record_id(*parts: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, chr(10).join(parts))}>"
