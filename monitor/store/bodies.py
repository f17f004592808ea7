"""Responses as received: compressed, equal bodies kept once, and checked when they are read again."""

import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, bindparam, select

from monitor.core.errors import StoreError
from monitor.core.records import Capture
from monitor.store.database import add, insert_new
from monitor.store.failures import name_of
from monitor.store.rows import of_capture
from monitor.store.tables import blobs, captures

_LEVEL: Final = 4  # 60 kB of a page: 0.7-1.0 ms, to 23 %; level 6 takes twice as long, to 22 %

_CAPTURE: Final = select(captures, blobs).join_from(captures, blobs).where(captures.c.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Packed:
    """A capture made ready before the transaction begins, which others may be waiting for."""

    capture: Capture
    sha256: str
    compression: str
    body: bytes


def pack(capture: Capture) -> Packed:
    """Compress a capture's body, unless that makes it longer."""
    digest = sha256(capture.body).hexdigest()
    packed = zlib.compress(capture.body, _LEVEL)
    if len(packed) < len(capture.body):
        return Packed(capture, digest, "zlib", packed)
    return Packed(capture, digest, "none", capture.body)


def keep(connection: Connection, packed: Packed) -> int:
    """Put a capture on record and return its id."""
    # locked as the reference to it will be: pruning must not take it before (monitor.store.pruning)
    find = select(blobs.c.id).where(blobs.c.sha256 == packed.sha256).with_for_update(read=True, key_share=True)
    # and one that was put there by others may be taken before it could be locked
    while (blob_id := connection.execute(find).scalar()) is None:
        row = {
            "sha256": packed.sha256,
            "size": len(packed.capture.body),
            "compression": packed.compression,
            "body": packed.body,
        }
        connection.execute(insert_new(connection, blobs, "sha256"), row)
    return add(connection, captures, of_capture(packed.capture, blob_id))


def load(connection: Connection, capture_id: int) -> Capture:
    """Return a capture; StoreError if its body is not what was received, LookupError if there is none."""
    row = connection.execute(_CAPTURE, {"id": capture_id}).one_or_none()
    if row is None:
        raise LookupError(f"no capture with the id {capture_id}")
    try:
        body = zlib.decompress(row.body) if row.compression == "zlib" else row.body
    except zlib.error:
        body = None
    if body is None or sha256(body).hexdigest() != row.sha256:
        raise StoreError(
            f"database {name_of(connection.engine.url)}: capture {capture_id} ({row.url}) is damaged: "
            "its body is not the one received; restore the database from a backup"
        )
    headers = tuple((name, value) for name, value in row.headers)
    return Capture(row.url, row.final_url, row.status, headers, body, row.captured_at)
