"""WARC files in place of the web: whose captures they are, and the files of other tools."""

import asyncio
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.errors import UsageError
from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, NotModified, Outcome
from monitor.net.replay import ReplayFetcher, open_replay
from monitor.sites import load
from tests.clocks import FakeClock
from tests.replays import URL as URN
from tests.warcs import DATE, URL, digest, http, record, response, write_warc

PAGE = b"<p>page</p>"
FEED = "https://dailyinqilab.com/rss/rss.xml"
ELSEWHERE = "https://elsewhere.example/a"
SAME = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.0/revisit/server-not-modified"


def opened(path: Path) -> ReplayFetcher:
    return open_replay(path, sites=load(), clock=FakeClock(), max_bytes=100_000)


def replay(folder: Path, *records: bytes, name: str = "a.warc.gz") -> ReplayFetcher:
    return opened(write_warc(folder / name, records))


def get(fetcher: ReplayFetcher, url: str = URL) -> Outcome:
    return asyncio.run(fetcher.get(url))


def said(fetcher: ReplayFetcher) -> list[str]:
    return [remark.text.partition(": ")[2] for remark in fetcher.remarks]


def test_a_response_is_given_as_the_web_would(tmp_path: Path) -> None:
    fetcher = replay(tmp_path, response(http(PAGE, "Content-Type: text/html", "ETag: x")))
    assert fetcher.pending("inqilab") == [URL]
    assert not fetcher.conditional
    outcome = get(fetcher)
    assert isinstance(outcome, Fetched)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    headers = (("Content-Type", "text/html"), ("ETag", "x"))
    ref = outcome.exchange.ref
    assert outcome.exchange == Exchange(URL, URL, at, 200, headers, PAGE, ref=ref, dated=True)
    assert fetcher.pending("inqilab") == []
    assert isinstance(get(fetcher), Failed)


@pytest.mark.parametrize(
    ("one", "site"),
    [
        (response(http(PAGE)), "inqilab"),
        (response(http(PAGE), f"<{URL}>"), "inqilab"),
        (response(http(PAGE), FEED), "inqilab"),
        (response(http(PAGE), URN, Monitor_Site="wirecopy"), "wirecopy"),
        (response(http(PAGE), ELSEWHERE, Monitor_Site="wirecopy"), "wirecopy"),
        (record("resource", PAGE, WARC_Target_URI=URL, Content_Type="text/html"), "inqilab"),
        (record("resource", PAGE, WARC_Target_URI=URN, Monitor_Site="inqilab"), "inqilab"),
        (response(http(PAGE), URN), None),
        (response(http(PAGE), URN, Monitor_Site="gone"), None),
        (response(http(PAGE), ELSEWHERE), None),
        (response(http(PAGE, status="301 Moved")), None),
        (record("request", b"GET / HTTP/1.1\r\n\r\n", WARC_Target_URI=URL), None),
        (record("metadata", b"via: x\r\n", WARC_Target_URI=URL), None),
        (record("response", b"x", WARC_Target_URI="dns:dailyinqilab.com", Content_Type="text/dns"), None),
        (record("resource", PAGE, WARC_Target_URI=f"urn:view:{URL}"), None),
    ],
)
def test_whose_capture_a_record_is(tmp_path: Path, one: bytes, site: str | None) -> None:
    other = response(http(PAGE), URL.replace("601234", "5"))
    fetcher = replay(tmp_path, other, one)
    mine = [name for name in ("inqilab", "wirecopy") for url in fetcher.pending(name) if not url.endswith("/5")]
    assert mine == ([site] if site else [])


def test_what_was_passed_over_is_told(tmp_path: Path) -> None:
    moved = response(http(b"", "Location: /", status="302 Found"))
    fetcher = replay(tmp_path, moved, *[response(http(PAGE), ELSEWHERE)] * 3, response(http(PAGE)))
    assert said(fetcher) == [
        "1 captures of known sites; passed over: 3 records of no known site or story and 1 redirects"
    ]
    assert not any(remark.damage for remark in fetcher.remarks)
    assert said(replay(tmp_path, response(http(PAGE)))) == []


@pytest.mark.parametrize(
    ("block", "kind"),
    [
        (http(PAGE, status="404 Not Found"), Gone),
        (http(PAGE, status="403 Forbidden"), Blocked),
        (http(PAGE, status="503 Unavailable"), Failed),
        (http(b"", status="304 Not Modified"), NotModified),
        (http(b"\x0b\x02\x80", "Content-Encoding: br"), Failed),
        (http(gzip.compress(b"a" * 10_000_000), "Content-Encoding: gzip"), Failed),
    ],
)
def test_outcomes(tmp_path: Path, block: bytes, kind: type[Outcome]) -> None:
    assert type(get(replay(tmp_path, response(block)))) is kind


def test_a_capture_that_is_not_whole_says_where_it_is(tmp_path: Path) -> None:
    outcome = get(replay(tmp_path, record("warcinfo"), response(http(PAGE), WARC_Block_Digest=digest(b""))))
    assert isinstance(outcome, Failed)
    assert outcome.exchange.ref
    assert outcome.why.startswith(f"{tmp_path / 'a.warc.gz'}, the record at byte ")
    assert "altered" in outcome.why


@pytest.mark.parametrize(
    ("revisit", "body"),
    [
        ({"WARC_Refers_To": "<urn:uuid:1>"}, PAGE),
        ({"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": DATE}, PAGE),
        ({"WARC_Payload_Digest": digest(PAGE)}, PAGE),
        ({"WARC_Refers_To": "<urn:uuid:2>"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("head", [b"", http(b"", "Content-Type: text/plain")])
def test_a_revisit_has_the_body_of_the_record_it_refers_to(
    tmp_path: Path, revisit: dict[str, str], body: bytes | None, head: bytes
) -> None:
    late = {"WARC_Target_URI": URL, "WARC_Date": "2026-01-02T00:00:00Z", "WARC_Profile": SAME}
    first = response(
        http(PAGE, "Content-Type: text/html"), WARC_Record_ID="<urn:uuid:1>", WARC_Payload_Digest=digest(PAGE)
    )
    fetcher = replay(tmp_path, record("revisit", head, **late, **revisit), first)
    get(fetcher)
    outcome = get(fetcher)
    assert outcome.exchange.at == datetime(2026, 1, 2, tzinfo=UTC)
    if body is None:
        assert isinstance(outcome, Failed)
        assert "stands in another record" in outcome.why
    else:
        assert outcome.exchange.body == body
        assert outcome.exchange.content_type == ("text/plain" if head else "text/html")


@pytest.mark.parametrize("head", [b"", http(b"", status="304 Not Modified")])
def test_a_revisit_may_be_the_servers_word_that_nothing_changed(tmp_path: Path, head: bytes) -> None:
    fetcher = replay(tmp_path, record("revisit", head, WARC_Target_URI=URL, WARC_Profile=NOT_MODIFIED))
    assert isinstance(get(fetcher), NotModified)


def test_where_redirects_led(tmp_path: Path) -> None:
    old = "http://www.dailyinqilab.com/national/news/601234"
    fetcher = replay(tmp_path, response(http(PAGE), Monitor_Asked_URI=old, Monitor_Site="inqilab"))
    assert fetcher.pending("inqilab") == [old]
    exchange = get(fetcher, old).exchange
    assert (exchange.url, exchange.final_url) == (old, URL)


def test_captures_come_in_time_order_from_all_files_of_a_folder(tmp_path: Path) -> None:
    for day, name in [(3, "a.warc.gz"), (1, "B.WARC"), (2, "c.warc")]:
        write_warc(tmp_path / name, [response(http(b"%d" % day), WARC_Date=f"2026-01-0{day}T00:00:00Z")])
    write_warc(tmp_path / "d.warc", [response(http(b"none"), WARC_Date="2026")])
    (tmp_path / "notes.txt").write_text("no WARC file")
    fetcher = opened(tmp_path)
    assert [get(fetcher).exchange.body for _ in range(4)] == [b"1", b"2", b"3", b"none"]


def test_a_ref_names_a_capture_for_good(tmp_path: Path) -> None:
    def refs(name: str) -> list[str | None]:
        fetcher = replay(
            tmp_path,
            response(http(PAGE)),
            response(http(PAGE), WARC_Date="2026-01-02T00:00:00Z"),
            response(http(b"2"), WARC_Date="2026-01-03T00:00:00Z"),
            response(http(b"1", "Content-Length: 9"), WARC_Date="2026-01-04T00:00:00Z", WARC_Record_ID="<urn:uuid:1>"),
            name=name,
        )
        return [get(fetcher).exchange.ref for _ in range(4)]

    assert refs("a.warc") == refs("b.warc.gz")
    assert len(set(refs("a.warc"))) == 4


def test_damage_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "a.warc.gz", [response(http(PAGE)), response(http(PAGE))])
    path.write_bytes(path.read_bytes()[:-60])
    fetcher = opened(path)
    assert isinstance(get(fetcher), Fetched)
    assert [remark.damage for remark in fetcher.remarks] == [True]


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ([record("warcinfo")], "a.warc: no capture of a known site in it"),
        ([response(http(PAGE), ELSEWHERE)], "no capture of a known site in it; passed over: 1 records"),
        ([b"garbage"], "a.warc is no WARC file"),
    ],
)
def test_a_file_with_nothing_to_replay(tmp_path: Path, records: list[bytes], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        replay(tmp_path, *records, name="a.warc")
