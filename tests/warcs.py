"""WARC records made by hand for a test, as other tools write them; the pages in them are synthetic."""

import gzip
from base64 import b32encode
from collections.abc import Iterable
from hashlib import sha1
from pathlib import Path

URL = "https://dailyinqilab.com/international/news/601234"
DATE = "2026-01-01T00:00:00Z"


def record(kind: str, block: bytes = b"", *, version: str = "1.0", **fields: str) -> bytes:
    """Return a record; fields are given with _ for -, and `Content_Length` may be wrong on purpose."""
    named = {"WARC_Type": kind, "WARC_Date": DATE, "Content_Length": str(len(block)), **fields}
    head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items())
    return f"WARC/{version}\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an HTTP response."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *headers, "")).encode("latin-1") + body


def response(block: bytes, url: str = URL, **fields: str) -> bytes:
    """Return a response record without digests."""
    return record("response", block, WARC_Target_URI=url, **fields)


def digest(data: bytes) -> str:
    """Return a digest as most tools write it."""
    return f"sha1:{b32encode(sha1(data).digest()).decode()}"  # noqa: S324 - the others do


def write_warc(path: Path, records: Iterable[bytes]) -> Path:
    """Write records to a file, each a gzip member if the file's name asks for it."""
    packed = path.name.endswith(".gz")
    path.write_bytes(b"".join(gzip.compress(each) if packed else each for each in records))
    return path
