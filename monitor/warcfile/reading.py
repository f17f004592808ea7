"""A record's place -> the response in it, read when it is asked for.

What is read is checked: the block against WARC-Block-Digest; without one, the body against WARC-Payload-Digest, which
some tools take of the body as it came, some without its chunks, and some of the text.
"""

from dataclasses import dataclass, replace
from typing import Final

from fastwarc.warc import WarcRecord

from monitor.core.headers import Headers
from monitor.warcfile.fields import is_digest_of
from monitor.warcfile.http import MOST_HEAD, BadRecord, Message, decoded, split, unchunked
from monitor.warcfile.index import Entry, record_at

_NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was received, its body decoded."""

    status: int
    headers: Headers
    body: bytes


def read(entry: Entry, original: Entry | None, max_bytes: int) -> Response:
    """Read the response of an entry, a revisit's body from the `original` that it refers to.

    Raises BadRecord if it was cut short, is damaged, or has more bytes than the limit.
    """
    if entry.flaw is not None:
        raise BadRecord(entry.flaw)
    try:
        with entry.path.open("rb") as file:
            record = record_at(file, entry.offset)
            block = _block(record, max_bytes)
    except OSError as error:
        raise BadRecord(f"it cannot be read: {error.strerror or error}") from error
    match entry.kind:
        case "revisit":
            return _revisited(entry, split(block) if block else None, original, max_bytes)
        case "resource":
            return _resource(record, block, max_bytes)
        case _:
            return _response(record, block, max_bytes)


def _response(record: WarcRecord, block: bytes, max_bytes: int) -> Response:
    message = split(block)
    body = decoded(message, max_bytes)
    _check(record, block, message.body, unchunked(message), body)
    return Response(message.status, message.headers, body)


def _resource(record: WarcRecord, block: bytes, max_bytes: int) -> Response:
    """A resource has no HTTP head: it is what was asked for, so the status was 200."""
    content_type = record.headers.get("Content-Type")
    headers = (("Content-Type", content_type),) if content_type else ()
    body = decoded(Message(200, headers, block), max_bytes)
    _check(record, block, body)
    return Response(200, headers, body)


def _revisited(entry: Entry, message: Message | None, original: Entry | None, max_bytes: int) -> Response:
    """A revisit has a head of its own or none; the server's word that nothing changed has no body anywhere."""
    if entry.status == _NOT_MODIFIED:
        return Response(_NOT_MODIFIED, message.headers if message else (), b"")
    if original is None:
        raise BadRecord("its body stands in another record, which is not among these files")
    whole = read(original, None, max_bytes)
    return replace(whole, status=message.status, headers=message.headers) if message else whole


def _block(record: WarcRecord, max_bytes: int) -> bytes:
    limit, block = max_bytes + MOST_HEAD, bytearray()
    while len(block) <= limit and (some := record.reader.read(limit + 1 - len(block))):
        block += some
    if len(block) > limit:
        raise BadRecord(f"it has more than the limit of {max_bytes:,} bytes")
    return bytes(block)


def _check(record: WarcRecord, block: bytes, *bodies: bytes) -> None:
    """Raise BadRecord if the record's digests are those of other bytes; without digests it is taken as whole."""
    of_block = record.headers.get("WARC-Block-Digest")
    right = is_digest_of(of_block, block) if of_block else None
    of_body = record.headers.get("WARC-Payload-Digest")
    if right is None and of_body:
        found = [is_digest_of(of_body, body) for body in bodies]
        right = None if None in found else True in found
    if right is False:
        raise BadRecord("it was altered: its bytes do not have the digest that the record states")
