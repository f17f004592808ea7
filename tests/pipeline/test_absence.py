"""Stories that vanish and come back, on a made-up web and a clock of the test's own."""

import asyncio
from datetime import timedelta

import pytest

from monitor.core.records import ArticleRef, Result
from monitor.pipeline.once import Progress, run_one
from monitor.store.database import Database
from tests.pipeline.daily import FEED, HOME, Answer, Desk, listing, story, url

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
GONE = Answer("<h1>404</h1>", 404)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Two stories on record, one of which the feed does not list any more."""
    desk = Desk(database)
    desk.serve({FEED: listing(url(1), url(2)), url(1): story("গল্প এক।"), url(2): story("গল্প দুই।")})
    desk.once()
    desk.serve({FEED: listing(url(2))})
    return desk


def first(desk: Desk) -> Result | None:
    """What the next run makes of the first story, None if it does not check it."""
    return next((each.result for each in desk.once().checked if each.ref.key == "news/1"), None)


def wait_until_unpublished(desk: Desk) -> None:
    for wait in (HOUR, 11 * MINUTE, HOUR, DAY):
        desk.clock.at += wait
        assert first(desk) is Result.GONE


@pytest.mark.parametrize(
    "answer",
    [
        GONE,
        Answer("", 410),
        Answer("<html><title>Page not found</title><body>দুঃখিত</body></html>"),
        Answer(f'<html><link rel="canonical" href="{HOME}/"><body>প্রচ্ছদ</body></html>'),
        Answer("<html><body>প্রচ্ছদ</body></html>", moved=f"{HOME}/"),
        Answer("<html><body>বিভাগ</body></html>", moved=f"{HOME}/news"),
    ],
    ids=["404", "410", "soft 404", "calls itself the front page", "led to the front page", "led to a section"],
)
def test_unpublished_after_three_confirmations(desk: Desk, answer: Answer) -> None:
    desk.serve({url(1): answer})
    for number, wait in enumerate((HOUR, 11 * MINUTE, HOUR, DAY)):
        assert "unpublished" not in desk.events(), number
        desk.clock.at += wait
        assert first(desk) is Result.GONE
    assert desk.events()[-1] == "unpublished"
    assert len(desk.archive.versions(1)) == 1


def test_suspicions_are_followed_up_though_nothing_lists_the_story(desk: Desk) -> None:
    desk.serve({url(1): GONE})
    desk.clock.at += HOUR
    first(desk)
    for wait, checked in ((9 * MINUTE, None), (2 * MINUTE, Result.GONE), (HOUR / 2, None), (HOUR, Result.GONE)):
        desk.clock.at += wait
        assert first(desk) is checked


def test_a_story_that_comes_back_is_restored_and_one_only_suspected_is_no_news(desk: Desk) -> None:
    desk.serve({url(1): GONE})
    desk.clock.at += HOUR
    first(desk)
    desk.serve({url(1): story("গল্প এক।")})
    desk.clock.at += 11 * MINUTE
    assert first(desk) is Result.UNCHANGED
    desk.serve({url(1): GONE})
    wait_until_unpublished(desk)
    desk.serve({url(1): story("গল্প এক, নতুন করে।")})
    desk.clock.at += WEEK
    assert first(desk) is Result.EDITED
    assert desk.events()[2:] == ["unpublished", "restored", "edited"]
    assert desk.rows("articles")[0].gone_since is None


def test_a_capture_from_before_it_vanished_restores_nothing(desk: Desk) -> None:
    vanished = desk.clock.at + HOUR
    desk.serve({url(1): GONE})
    wait_until_unpublished(desk)
    before = desk.rows("articles")[0]
    desk.web.dated = True
    desk.serve({url(1): story("গল্প এক, শেষ রূপ।")})
    desk.clock.at = vanished - MINUTE
    asyncio.run(run_one(desk.monitor, ArticleRef(1, "daily", "news/1", url(1)), Progress()))
    after = desk.rows("articles")[0]
    assert "restored" not in desk.events()
    assert (after.gone_since, after.unpublished_at, after.next_check_at) == (
        before.gone_since,
        before.unpublished_at,
        before.next_check_at,
    )
    assert len(desk.archive.versions(1)) == 2


def test_an_unpublished_story_is_looked_for_weekly_and_then_left(desk: Desk) -> None:
    desk.serve({url(1): GONE})
    wait_until_unpublished(desk)
    looks = 0
    for _ in range(60):
        desk.clock.at += DAY
        looks += first(desk) is Result.GONE
    assert looks == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=None),
        Answer("", 500),
        Answer("", 403),
        Answer("<title>Just a moment...</title>", 503),
        Answer("<html><body>x</body></html>"),
        Answer("<html><body>x</body></html>", moved="https://parked.example/"),
        Answer("<html><body>x</body></html>", moved=f"{HOME}/login?back=1"),
        Answer("<html><body>x</body></html>", moved="https://consent.daily.example/?to=1"),
    ],
    ids=["dead", "500", "403", "wall", "unreadable", "parked domain", "login", "consent"],
)
def test_an_outage_or_a_wall_is_never_a_deletion(desk: Desk, answer: Answer) -> None:
    desk.serve({url(1): answer})
    for _ in range(20):
        desk.clock.at += DAY
        assert first(desk) in {Result.FAILED, Result.BLOCKED, None}
    assert "unpublished" not in desk.events()
    assert desk.rows("articles")[0].gone_since is None


def test_a_site_that_answers_not_found_to_everything_unpublishes_nothing(desk: Desk) -> None:
    desk.serve({url(1): GONE, url(2): GONE})
    for _ in range(24 * 3):
        desk.once(wait=HOUR)
    assert "unpublished" not in desk.events()
    desk.serve({url(2): story("গল্প দুই।")})
    desk.once(wait=HOUR)
    desk.once(wait=HOUR)
    assert desk.events().count("unpublished") == 1


def test_a_listed_story_that_never_was_there_is_no_deletion(desk: Desk) -> None:
    desk.serve({FEED: listing(url(2), url(3)), url(3): GONE})
    for wait in (HOUR, 11 * MINUTE, HOUR, DAY, DAY):
        desk.once(wait=wait)
    assert "unpublished" not in desk.events()


def test_not_modified_means_that_it_is_there(desk: Desk) -> None:
    desk.serve({url(1): story("গল্প এক।", etag='"a"')})
    desk.clock.at += 4 * HOUR
    assert first(desk) is Result.UNCHANGED
    desk.serve({url(1): GONE})
    desk.clock.at += 12 * HOUR
    assert first(desk) is Result.GONE
    desk.serve({url(1): story("গল্প এক।", etag='"a"')})
    desk.clock.at += 11 * MINUTE
    assert first(desk) is Result.UNCHANGED
    assert url(1) in desk.web.not_modified
    assert desk.rows("articles")[0].gone_since is None
