"""Alerts as a feed: read again as feed readers do, and written by many at a time."""

import asyncio
import errno
import fcntl
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import feedparser
import pytest

from monitor.core.answers import Answer, Delivered, Failed
from monitor.core.messages import Message
from monitor.notify.feed_file import KEPT, FeedFileSender
from monitor.notify.feeds import ATOM, JSON, Document
from tests.notify.messages import NOW, PAYLOAD, message
from tests.payloads import ALL

NAMES = pytest.mark.parametrize("name", ["alerts.atom", "alerts.JSON"])


def put(path: Path, messages: Iterable[Message]) -> list[Answer]:
    async def all_of_them() -> list[Answer]:
        sender = FeedFileSender(path)
        return [await sender.send(each, at=NOW) for each in messages]

    return asyncio.run(all_of_them())


def at(minute: int) -> dict[str, Any]:
    return {**PAYLOAD, "timestamp": f"2026-11-25T{minute // 60:02}:{minute % 60:02}:00Z"}


def titled(title: str) -> dict[str, Any]:
    return {**PAYLOAD, "data": {**PAYLOAD["data"], "story": {**PAYLOAD["data"]["story"], "title": title}}}


def minutes(path: Path) -> list[int]:
    form = JSON if path.suffix.lower() == ".json" else ATOM
    times = [entry.at for entry in form.read(path.read_bytes())]
    return [int(time[11:13]) * 60 + int(time[14:16]) for time in times]


def test_a_feed_reader_reads_the_atom_feed(tmp_path: Path) -> None:
    path = tmp_path / "alerts.xml"
    assert put(path, [message(1, at(1)), message(2, at(2))]) == [Delivered(), Delivered()]
    feed = feedparser.parse(path.read_bytes())
    assert (feed.bozo, feed.version, feed.feed.title, feed.feed.author) == (False, "atom10", "Alerts", "monitor")
    assert feed.feed.updated == "2026-11-25T00:02:00Z"
    latest, first = feed.entries
    assert latest.title == "Daily Inqilab: new story: পুতিন-কিম বৈঠক"
    assert latest.link == "https://x.example/news/601234"
    assert latest.content[0].type == "text/plain"
    assert "Matched কিম in title" in latest.content[0].value
    assert (latest.tags[0].term, first.updated) == ("story.published", "2026-11-25T00:01:00Z")
    assert latest.id.startswith("urn:uuid:")
    assert len({latest.id, first.id, feed.feed.id}) == 3


def test_the_json_feed_has_what_version_1_1_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    put(path, [message(1)])
    feed = json.loads(path.read_bytes())
    assert (feed["version"], feed["title"]) == ("https://jsonfeed.org/version/1.1", "Alerts")
    (item,) = feed["items"]
    assert item["id"].startswith("urn:uuid:")
    assert item["url"] == "https://x.example/news/601234"
    assert "Matched কিম in title" in item["content_text"]
    assert (item["tags"], item["date_published"]) == (["story.published"], "2023-09-14T09:30:00Z")


@NAMES
def test_every_type_of_alert_stands_in_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert set(put(path, [message(number, payload) for number, payload in enumerate(ALL)])) == {Delivered()}
    assert len(minutes(path)) == len(ALL)


@NAMES
def test_what_comes_again_is_in_it_already(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    put(path, [message(1, at(1)), message(2, at(2))])
    before = path.read_bytes()
    assert put(path, [message(1, at(1))]) == [Delivered()]
    assert path.read_bytes() == before


@NAMES
def test_it_keeps_the_latest_in_order_of_time(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    put(path, [message(number, at(number)) for number in range(KEPT + 5) if number != 50])
    assert put(path, [message(50, at(50)), message(0, at(0))]) == [Delivered(), Delivered()]
    assert minutes(path) == list(range(KEPT + 4, 4, -1))


@pytest.mark.parametrize("form", [ATOM, JSON], ids=["atom", "json"])
@pytest.mark.parametrize("title", ["</title><script>x</script>", "]]>&amp;&#0;", "a\x00b\x0b\ufffe\ud800", "‌ক্ষ‍"])
def test_whatever_a_page_says_it_is_read_again(tmp_path: Path, form: Document, title: str) -> None:
    path = tmp_path / ("alerts.xml" if form is ATOM else "alerts.json")
    put(path, [message(1, titled(title))])
    (entry,) = form.read(path.read_bytes())
    assert form.read(form.write("urn:x", [entry])) == [entry]
    if form is ATOM:
        assert feedparser.parse(path.read_bytes()).bozo is False


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.xml", "<rss/>", "no Atom feed of this program"),
        ("a.xml", "<feed xmlns='http://www.w3.org/2005/Atom'/>", "no Atom feed of this program"),
        ("a.xml", "notes", "no XML: "),
        ("a.json", "[1]", "no JSON feed of this program"),
        ("a.json", "{", "no JSON: "),
    ],
)
def test_a_file_of_somebody_else_is_left_as_it_is(tmp_path: Path, name: str, content: str, why: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    (answer,) = put(path, [message()])
    assert isinstance(answer, Failed)
    assert answer.why.startswith(f"{path} is left as it is: {why}")
    assert path.read_text() == content


def test_an_empty_file_is_a_feed_to_be(tmp_path: Path) -> None:
    (tmp_path / "a.xml").touch()
    assert put(tmp_path / "a.xml", [message()]) == [Delivered()]


def test_no_folder_no_feed_and_nothing_left_behind(tmp_path: Path) -> None:
    (answer,) = put(tmp_path / "nowhere" / "a.xml", [message()])
    assert answer == Failed(f"{tmp_path}/nowhere/a.xml: No such file or directory")
    (tmp_path / "b.xml").mkdir()
    (answer,) = put(tmp_path / "b.xml", [message()])
    assert isinstance(answer, Failed)
    assert [path.name for path in tmp_path.iterdir()] == ["b.xml"]


def test_a_full_disk_leaves_the_feed_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.xml", [message(1)])
    before = (tmp_path / "a.xml").read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert put(tmp_path / "a.xml", [message(2)]) == [Failed(f"{tmp_path}/a.xml: No space left on device")]
    assert [path.name for path in tmp_path.iterdir()] == ["a.xml"]
    assert (tmp_path / "a.xml").read_bytes() == before


def test_others_may_read_it(tmp_path: Path) -> None:
    put(tmp_path / "a.xml", [message()])
    assert (tmp_path / "a.xml").stat().st_mode & 0o777 == 0o644


def test_writers_of_one_file_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    async def all_at_once() -> None:
        await asyncio.gather(*(FeedFileSender(path).send(message(each, at(each)), at=NOW) for each in range(40)))

    asyncio.run(all_at_once())
    assert minutes(path) == list(range(39, -1, -1))
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_writer_that_hangs_holds_up_its_own_feed_only(tmp_path: Path) -> None:
    """As on a file system that is away; the threads of the loop are needed by the database."""

    async def scene() -> Answer:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        sender, handle = FeedFileSender(tmp_path / "a.xml"), os.open(tmp_path, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.01):
                    await sender.send(message(1), at=NOW)
            async with asyncio.timeout(10):
                await asyncio.to_thread(lambda: None)
                return await sender.send(message(2), at=NOW)
        finally:
            os.close(handle)

    assert asyncio.run(scene()) == Failed(f"{tmp_path}/a.xml: the alert before is not written yet")
