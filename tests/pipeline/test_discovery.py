"""Which stories a run checks: those its sources list, those users follow, those a folder holds."""

from monitor.core.records import Discovery, Result
from monitor.store.record import SqlStore
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_edits import AFTER, LATER, A, B
from tests.replays import Shot

HOME = "https://dailyinqilab.com"
FEED = "https://dailyinqilab.com/rss/rss.xml"


def feed(*links: str) -> bytes:
    items = "".join(f"<item><title>খবর</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


def feed_shot(body: bytes) -> Shot:
    return Shot(body, AFTER, url=FEED, content_type="application/rss+xml")


def test_a_feed_lists_stories_and_the_captured_ones_are_checked(newsroom: Newsroom) -> None:
    links = [
        f"{HOME}/national/news/1?utm_source=rss",
        f"{HOME}/national/news/2",
        "https://example.org/ad",
        f"{HOME}/national/news/1",
    ]
    shots = [feed_shot(feed(*links)), Shot(A, AFTER, url=f"{HOME}/national/news/1")]
    run = newsroom.run(shots)
    assert [(each.ref.name, each.result) for each in run.checked] == [("inqilab:news/1", Result.PUBLISHED)]
    assert (run.left, run.troubles) == (1, ())
    before = newsroom.contents()
    again = newsroom.run(shots)
    assert [each.result for each in again.checked] == [Result.UNCHANGED]
    assert newsroom.contents() == before


def test_a_feed_that_cannot_be_read_is_told_and_the_rest_goes_on(newsroom: Newsroom) -> None:
    run = newsroom.run([feed_shot(b"<html><body>maintenance</body></html>"), Shot(A, AFTER)])
    assert [trouble.url for trouble in run.troubles] == [FEED]
    assert [each.result for each in run.checked] == [Result.PUBLISHED]


def test_an_empty_feed_is_never_no_news(newsroom: Newsroom) -> None:
    (trouble,) = newsroom.run([feed_shot(feed())]).troubles
    assert trouble.url == FEED


def test_a_followed_story_is_checked_though_nothing_lists_it(newsroom: Newsroom) -> None:
    url = f"{HOME}/national/news/7"
    store = SqlStore(newsroom.database)
    store.discovered(newsroom.sites.get("inqilab"), [Discovery("news/7", url)], at=AFTER, followed=True)
    run = newsroom.run([Shot(A, AFTER, url=url), Shot(B, LATER, url=url)])
    assert [each.result for each in run.checked] == [Result.PUBLISHED, Result.EDITED]


def test_a_followed_story_that_the_folder_does_not_hold_is_left_alone(newsroom: Newsroom) -> None:
    store = SqlStore(newsroom.database)
    store.discovered(
        newsroom.sites.get("inqilab"), [Discovery("news/7", f"{HOME}/national/news/7")], at=AFTER, followed=True
    )
    run = newsroom.run([Shot(A, AFTER)])
    assert [each.result for each in run.checked] == [Result.PUBLISHED]
    assert run.left == 1


def test_both_sites_run_side_by_side_and_are_told_in_order(newsroom: Newsroom) -> None:
    shots = [
        Shot(
            "সিউল, সেপ্টেম্বর 14 – প্রথম অনুচ্ছেদ।\nদ্বিতীয় অনুচ্ছেদ।".encode(), url="urn:sha256:" + "0" * 64, site="wirecopy"
        ),
        Shot(A),
    ]
    assert [each.ref.site for each in newsroom.run(shots).checked] == ["inqilab", "wirecopy"]
