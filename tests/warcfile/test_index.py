"""Where the records of a file are; damage, and what is behind it; files that are none."""

import gzip
from functools import partial
from hashlib import shake_256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.errors import UsageError
from monitor.warcfile.fields import is_digest_of, moment_of
from monitor.warcfile.http import BadRecord
from monitor.warcfile.index import Damage, Entry, walk
from monitor.warcfile.reading import read
from tests.warcs import URL, digest, http, record, response, write_warc

# always the same bytes: the names of tests are made of them
gzipped = partial(gzip.compress, mtime=0)

NAMES = ["a.warc", "a.warc.gz"]


def noise(number: int, size: int = 3000) -> bytes:
    """A body that no compression shortens."""
    return shake_256(bytes([number])).digest(size)


def page(number: int) -> bytes:
    block = http(noise(number))
    return response(block, f"{URL}{number}", WARC_Block_Digest=digest(block))


def found(path: Path) -> tuple[list[str], list[Damage]]:
    """Return the URLs of the records that can be read, and the damage."""
    urls, damages = [], []
    for each in walk(path):
        if isinstance(each, Damage):
            damages.append(each)
            continue
        try:
            assert read(each, None, 10_000).body == noise(int(each.url.removeprefix(URL)))
        except BadRecord:
            continue
        urls.append(each.url.removeprefix(URL))
    return urls, damages


@pytest.mark.parametrize("name", NAMES)
def test_every_record_is_found_and_read(tmp_path: Path, name: str) -> None:
    others = [record("warcinfo", b"a: b"), record("request", b"GET / HTTP/1.1\r\n\r\n"), record("metadata"), page(1)]
    assert found(write_warc(tmp_path / name, [*others, page(2), record("conversion"), page(3)])) == (list("123"), [])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_cut_anywhere(tmp_path: Path, name: str) -> None:
    """What is whole before the cut is given, and nothing that is not; that it was cut is always told."""
    whole = write_warc(tmp_path / name, [page(1), page(2)]).read_bytes()
    second = len(write_warc(tmp_path / name, [page(1)]).read_bytes())
    for size in {*range(67, len(whole), 61), second - 5, second - 1, second, second + 1, second + 12, len(whole) - 5}:
        path = tmp_path / f"{size}{name}"
        path.write_bytes(whole[:size])
        urls, damages = found(path)
        if size >= second:
            assert urls[:1] == ["1"]
        blank = 4 if name == "a.warc" else 0  # the lines that end a record hold nothing
        assert second - blank <= size <= second or damages, size


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", ["0", "30"])
def test_a_head_that_was_cut_names_no_address(tmp_path: Path, name: str, size: str) -> None:
    """Cut within its URL, a record would pass for one of another story."""
    first, last = page(1), record("revisit", Content_Length=size, WARC_Target_URI=f"{URL}2", X="a" * 20)
    begin, whole = (write_warc(tmp_path / name, some).read_bytes() for some in ([first], [first, last]))
    path = tmp_path / name
    for cut in range(len(begin) + 1, len(whole) - 5):
        path.write_bytes(whole[:cut])
        entries = [each.url for each in walk(path) if isinstance(each, Entry)]
        assert entries in ([f"{URL}1"], [f"{URL}1", f"{URL}2"])


@pytest.mark.parametrize("name", NAMES)
def test_behind_damage_the_next_whole_record_is_found(tmp_path: Path, name: str) -> None:
    pages = [page(number) for number in range(6)]
    begin, whole = (write_warc(tmp_path / name, some).read_bytes() for some in (pages[:2], pages))
    for at in range(0, 3000, 60):
        data = bytearray(whole)
        data[len(begin) + at : len(begin) + at + 100] = b"\0" * 100
        (tmp_path / name).write_bytes(data)
        urls, damages = found(tmp_path / name)
        assert urls == list("01345"), at
        assert damages or name == "a.warc"  # in a plain file only the digest tells
    path = write_warc(tmp_path / f"cut{name}", pages[:2])
    path.write_bytes(path.read_bytes()[:-700] + write_warc(tmp_path / name, pages[3:]).read_bytes())
    urls, damages = found(path)
    assert urls == list("0345")
    assert len(damages) == 1
    assert str(damages[0]).startswith(f"{path} is damaged behind byte ")


def test_what_looks_like_a_beginning_is_none(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [page(1)])
    path.write_bytes(path.read_bytes() + b"\x1f\x8b\x08" * 1000)
    urls, damages = found(path)
    assert urls == ["1"]
    assert len(damages) == 2
    assert "too much damage" in damages[1].why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is no WARC file"),
        (b"hello\n" * 100, "is no WARC file"),
        (gzipped(b"hello\n" * 100), "is no WARC file"),
        (b"\x1f\x8b\x08garbage" * 100, "is no WARC file"),
        (b"\x89PNG\r\n", "is no WARC file"),
        (gzipped(page(1) + page(2)), "is compressed as a whole"),
    ],
)
def test_no_warc_file(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.warc").write_bytes(content)
    with pytest.raises(UsageError, match=why):
        list(walk(tmp_path / "a.warc"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"Content_Length": "-5"}, "Content-Length is none"),
        ({"Content_Length": "9" * 30}, "Content-Length is none"),
        ({"Content_Length": "9" * 15}, "breaks off"),
        ({"WARC_Truncated": "length"}, "cut short when it was captured .WARC-Truncated: length"),
        ({"WARC_Segment_Number": "1"}, "one segment of several"),
        ({"WARC_Block_Digest": digest(b"other")}, "it was altered"),
        ({"WARC_Payload_Digest": digest(b"other")}, "it was altered"),
    ],
)
def test_a_record_that_is_not_whole(tmp_path: Path, fields: dict[str, str], why: str) -> None:
    entry = next(walk(write_warc(tmp_path / "a.warc.gz", [response(http(b"page"), **fields)])))
    assert isinstance(entry, Entry)
    with pytest.raises(BadRecord, match=why):
        read(entry, None, 1000)


def test_a_last_record_that_grows_a_thousandfold_is_whole(tmp_path: Path) -> None:
    bomb = response(http(b"a" * 30_000_000))
    assert [type(each) for each in walk(write_warc(tmp_path / "a.warc.gz", [bomb]))] == [Entry]


def test_hostile_records_are_bounded(tmp_path: Path) -> None:
    bomb = response(http(b"a" * 30_000_000))
    heads = record("response", WARC_Target_URI=URL, X="a" * 100_000)
    entry, *rest = walk(write_warc(tmp_path / "a.warc.gz", [bomb, heads, page(3)]))
    assert isinstance(entry, Entry)
    with pytest.raises(BadRecord, match="more than the limit of 1,000 bytes"):
        read(entry, None, 1000)
    assert [type(each) for each in rest] == [Damage, Entry]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05+00:00"),
        ("2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.500000+00:00"),
        ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456+00:00"),
        ("2026-01-02T03:04Z", "2026-01-02T03:04:00+00:00"),
        ("2026-01-02", None),
        ("2026", None),
        ("", None),
        ("2026-13-02T03:04:05Z", None),
        ("0001-01-02T03:04:05Z", None),
        ("20260102030405", None),
    ],
)
def test_moments(text: str, at: str | None) -> None:
    moment = moment_of(text)
    assert (moment and moment.isoformat()) == at


@pytest.mark.parametrize(
    ("claimed", "right"),
    [
        ("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", True),
        ("sha1:vl2mmho4yxukfwv63yhtwsbm3gxksq2n", True),
        ("sha-1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", True),
        ("SHA1:qvTGHdzF6KLavt4PO0gs2a6pQ00=", True),
        ("sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434e", False),
        ("sha1:", None),
        ("sha1:abc", None),
        ("crc32:3610a686", None),
        ("nonsense", None),
    ],
)
def test_digests(claimed: str, right: bool | None) -> None:
    assert is_digest_of(claimed, b"hello") is right


@given(data=st.binary(max_size=400), packed=st.booleans())
def test_whatever_follows_a_record_is_survived(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any.warc{'.gz' if packed else ''}"
    write_warc(path, [page(1), b"WARC/1.0\r\nWARC-Type: response\r\n" + data])
    urls, _ = found(path)
    assert urls == ["1"]
