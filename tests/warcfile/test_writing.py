"""What other tools read in the files we write: warcio and fastwarc, digests included."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastWarc
from hypothesis import example, given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator as WarcIo

from monitor.core.headers import Headers
from monitor.core.kept import KeptCapture
from monitor.core.records import Capture
from monitor.warcfile.index import Entry, walk
from monitor.warcfile.reading import read
from monitor.warcfile.writing import CaptureWriter

AT = datetime(2026, 11, 22, 6, 0, 0, 120, tzinfo=UTC)
URL = "https://daily.example/news/1"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def kept(
    body: bytes = b"<p>text</p>",
    headers: Headers = HTML,
    *,
    url: str = URL,
    final_url: str | None = None,
    at: datetime = AT,
    status: int = 200,
) -> KeptCapture:
    return KeptCapture("daily", "news/1", Capture(url, final_url or url, status, headers, body, at), shared=True)


def written(*captures: KeptCapture) -> bytes:
    out = io.BytesIO()
    writer = CaptureWriter(out, about={"software": "monitor/0", "description": "a\ntest"}, filename="x.warc.gz", at=AT)
    for each in captures:
        writer.write(each)
    return out.getvalue()


def by_warcio(data: bytes) -> list[dict[str, Any]]:
    """Read with warcio, checking digests as `warcio check` does."""
    records = []
    for record in WarcIo(io.BytesIO(data), check_digests="raise"):
        fields = dict(record.rec_headers.headers)
        head = record.http_headers
        records.append(
            {
                **fields,
                "version": record.rec_headers.protocol,
                "status": head.statusline if head else None,
                "headers": tuple(head.headers) if head else (),
                "body": record.content_stream().read(),
            }
        )
    return records


def by_fastwarc(data: bytes) -> list[dict[str, Any]]:
    """Read with fastwarc, checking the digests that it knows how to."""
    records = []
    for record in FastWarc(io.BytesIO(data)):
        head = record.http_headers if record.is_http_parsed else None
        records.append(
            {
                **record.headers.to_dict(),
                "status": head and head.status_code,
                "headers": tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in head.items_bytes())
                if head
                else (),
                "body": record.reader.read(),
            }
        )
    return records


def test_the_first_record_says_what_the_file_is() -> None:
    info = by_warcio(written())[0]
    assert (info["version"], info["WARC-Type"], info["WARC-Filename"]) == ("WARC/1.1", "warcinfo", "x.warc.gz")
    assert info["WARC-Date"] == "2026-11-22T06:00:00.000120Z"
    assert info["body"] == b"software: monitor/0\r\ndescription: a test\r\n"


@pytest.mark.parametrize("read", [by_warcio, by_fastwarc])
def test_a_response_as_it_was_received(read: Any) -> None:
    info, response = read(written(kept(headers=(*HTML, ("Set-Cookie", "a=1"), ("set-cookie", "b=2")))))
    assert response["WARC-Type"] == "response"
    assert (response["WARC-Target-URI"], response["WARC-Date"]) == (URL, "2026-11-22T06:00:00.000120Z")
    assert (response["Monitor-Site"], response["Monitor-Key"]) == ("daily", "news/1")
    assert response["WARC-Warcinfo-ID"] == info["WARC-Record-ID"]
    assert response["Content-Type"] == "application/http; msgtype=response"
    assert response["status"] in {"200 OK", 200}
    assert response["headers"][:3] == (*HTML, ("Set-Cookie", "a=1"), ("set-cookie", "b=2"))
    assert response["body"] == b"<p>text</p>"
    assert {"WARC-Payload-Digest", "WARC-Block-Digest"} <= response.keys()
    assert "Monitor-Asked-URI" not in response


@pytest.mark.parametrize(
    ("sent", "kept_as"),
    [
        ((), (("Content-Length", "5"),)),
        ((("content-length", "5"),), (("content-length", "5"),)),
        (
            (("Content-Encoding", "gzip"), ("Content-Length", "3"), ("ETag", "x")),
            (
                ("X-Archive-Orig-Content-Encoding", "gzip"),
                ("X-Archive-Orig-Content-Length", "3"),
                ("ETag", "x"),
                ("Content-Length", "5"),
            ),
        ),
        (
            (("transfer-encoding", "chunked"),),
            (("X-Archive-Orig-transfer-encoding", "chunked"), ("Content-Length", "5")),
        ),
        ((("Bad", "one\r\nInjected: two"),), (("Bad", "one  Injected: two"), ("Content-Length", "5"))),
    ],
)
def test_headers_are_true_of_the_body_as_it_is_kept(sent: Headers, kept_as: Headers) -> None:
    assert by_warcio(written(kept(b"12345", sent)))[1]["headers"] == kept_as


def test_redirects_survive() -> None:
    record = by_warcio(written(kept(final_url="https://www.daily.example/news/1")))[1]
    assert record["WARC-Target-URI"] == "https://www.daily.example/news/1"
    assert record["Monitor-Asked-URI"] == URL


def test_a_capture_of_unknown_address_is_a_resource() -> None:
    urn = "urn:sha256:" + "0" * 64
    record = by_warcio(written(kept(headers=(("Content-Type", "text/plain"),), url=urn)))[1]
    assert (record["WARC-Type"], record["WARC-Target-URI"], record["Content-Type"]) == ("resource", urn, "text/plain")
    assert record["body"] == b"<p>text</p>"


def test_an_equal_body_is_kept_once() -> None:
    later = AT.replace(hour=7)
    data = written(kept(), kept(at=later, headers=(*HTML, ("ETag", "2"))), kept(b"other", at=later))
    _, first, revisit, other = by_warcio(data)
    assert [each["WARC-Type"] for each in (first, revisit, other)] == ["response", "revisit", "response"]
    assert revisit["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
    assert revisit["WARC-Refers-To"] == first["WARC-Record-ID"]
    assert revisit["WARC-Refers-To-Target-URI"] == first["WARC-Target-URI"]
    assert revisit["WARC-Refers-To-Date"] == first["WARC-Date"]
    assert revisit["WARC-Payload-Digest"] == first["WARC-Payload-Digest"]
    assert ("ETag", "2") in revisit["headers"]
    assert revisit["body"] == b""


def test_exporting_again_gives_the_same_file() -> None:
    assert written(kept(), kept(b"2")) == written(kept(), kept(b"2"))


def test_no_two_records_have_one_id() -> None:
    records = by_warcio(written(kept(), kept(at=AT.replace(hour=7)), kept(b"x"), kept(url=URL + "?")))
    assert len({record["WARC-Record-ID"] for record in records}) == 5


NAME = st.text(st.sampled_from("abcXYZ0189-_!#$%&'*+.^`|~"), min_size=1, max_size=20)  # none is one that we rename
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF)).map(lambda text: text.strip(" "))


@given(
    body=st.binary(max_size=3000),
    headers=st.lists(st.tuples(NAME, VALUE), max_size=6).map(tuple),
    status=st.integers(100, 599),
)
@example(body=b"", headers=(), status=200)
@example(body=b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\nWARC/1.1\r\n", headers=(("a", ""),), status=299)
def test_whatever_came_is_read_again_by_others_and_by_us(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, headers: Headers, status: int
) -> None:
    data = written(kept(body, headers, status=status))
    mine, other = by_warcio(data)[1], by_fastwarc(data)[1]
    assert mine["body"] == other["body"] == body
    assert other["status"] == status
    assert other["headers"][: len(headers)] == headers
    path = tmp_path_factory.getbasetemp() / "any.warc.gz"
    path.write_bytes(data)
    (entry,) = walk(path)
    assert isinstance(entry, Entry)
    ours = read(entry, None, 10_000)
    assert (ours.status, ours.headers[: len(headers)], ours.body) == (status, headers, body)
