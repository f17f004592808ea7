"""A folder of captures in place of the web, and what is wrong with some folders."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.errors import UsageError
from monitor.core.outcomes import Failed, Fetched, Outcome
from monitor.net.replay import ReplayFetcher, open_replay
from monitor.sites import load
from tests.clocks import FakeClock
from tests.replays import SEED, SEEDS, URL, WIRE, Shot, write_folder

T1 = datetime(2026, 1, 1, tzinfo=UTC)
T2 = T1 + timedelta(hours=1)


def fetcher(folder: Path, *, max_bytes: int = 1_000_000) -> ReplayFetcher:
    return open_replay(folder, sites=load(), clock=FakeClock(), max_bytes=max_bytes)


def get(replay: ReplayFetcher, url: str = URL) -> Outcome:
    return asyncio.run(replay.get(url))


def test_the_seeds_are_given_byte_for_byte() -> None:
    replay = fetcher(SEEDS)
    assert replay.pending("inqilab") == [URL]
    outcome = get(replay)
    assert isinstance(outcome, Fetched)
    assert outcome.exchange.body == SEED
    assert outcome.exchange.content_type == "text/plain; charset=utf-8"
    assert outcome.exchange.at == FakeClock().at + timedelta(microseconds=1)
    assert replay.pending("inqilab") == []
    assert not replay.reaches(URL)


def test_captures_of_one_url_come_in_time_order_those_without_a_time_last(tmp_path: Path) -> None:
    shots = [
        Shot(b"none"),
        Shot(b"second", T2),
        Shot(b"first", T1),
        Shot(WIRE, T1, url="urn:sha256:" + "0" * 64, site="wirecopy"),
    ]
    replay = fetcher(write_folder(tmp_path / "r", shots))
    assert replay.pending("inqilab") == [URL, URL, URL]
    assert [get(replay).exchange.body for _ in range(3)] == [b"first", b"second", b"none"]
    assert isinstance(get(replay), Failed)


def test_a_ref_names_a_capture_for_good(tmp_path: Path) -> None:
    shots = [Shot(b"x", T1), Shot(b"x", T2), Shot(b"x"), Shot(b"x"), Shot(b"y")]
    folder = write_folder(tmp_path / "r", shots)
    first, second = ([get(replay).exchange.ref for _ in shots] for replay in (fetcher(folder), fetcher(folder)))
    assert first == second
    assert len(set(first)) == len(shots)


@pytest.mark.parametrize(
    ("shot", "why"),
    [
        (Shot(b"abc", claimed=b"abcdef"), "cut short: 3 bytes of the 6"),
        (Shot(b"abc", claimed=b"abd"), "was altered"),
        (Shot(b"a" * 2_000_000), "more than the limit of 1,000,000"),
    ],
)
def test_a_capture_that_is_not_whole_has_failed(tmp_path: Path, shot: Shot, why: str) -> None:
    outcome = get(fetcher(write_folder(tmp_path / "r", [shot])))
    assert isinstance(outcome, Failed)
    assert why in outcome.why
    assert outcome.exchange.ref


def test_a_missing_file_has_failed_and_the_others_are_given(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "r", [Shot(b"a"), Shot(b"b", url="https://dailyinqilab.com/x/news/1")])
    (folder / "00000.bin").unlink()
    replay = fetcher(folder)
    outcome = get(replay)
    assert isinstance(outcome, Failed)
    assert "00000.bin" in outcome.why
    assert isinstance(get(replay, "https://dailyinqilab.com/x/news/1"), Fetched)


def index(change: Callable[[str], str]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "index.yaml"
        path.write_text(change(path.read_text()))

    return spoil


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "index.yaml").unlink(), "index.yaml: there is no such file"),
        (index(lambda _: ""), "lists no captures"),
        (index(lambda _: "captures: []"), "lists no captures"),
        (index(lambda _: "captures: 5"), "expected a list"),
        (index(lambda _: "captures: [{"), "not YAML"),
        (index(lambda text: text.replace("inqilab", "inqilb")), 'index.yaml:3: captures[0].site: "inqilb": unknown site; did you mean "inqilab"?'),
        (index(lambda text: text.replace("status: 200", "status: ok")), "captures[0].status: expected a whole number"),
        (index(lambda text: text.replace("status: 200", "state: 200")), "missing: status"),
        (index(lambda text: text.replace("00000.bin", "../secret")), "expected the path of a file within this folder"),
        (index(lambda text: text.replace("url: urn", "url: news")), "expected an http(s) URL"),
        (index(lambda text: text.replace("captured_at: null", "captured_at: 2023-09-14")), "captured_at: expected a time with its offset"),
        (index(lambda text: text.replace("captured_at: null", "captured_at: 9999-12-31T23:59:59-12:00")), "captured_at: expected a time between"),
        (index(lambda _: "captures: " + "[" * 100_000), "nested more than 20 deep"),
    ],
)  # fmt: skip
def test_a_folder_that_is_none_is_refused(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    folder = write_folder(tmp_path / "r", [Shot(b"a")])
    spoil(folder)
    with pytest.raises(UsageError) as refused:
        fetcher(folder)
    assert message in str(refused.value)


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        fetcher(tmp_path / "nowhere")
