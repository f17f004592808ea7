"""The past of a site from its archive, day by day, interrupted and taken up again."""

import asyncio
from datetime import date, timedelta

import pytest

from monitor.core.errors import UsageError
from monitor.core.outcomes import Deferred
from monitor.core.records import Result
from monitor.pipeline.backfill import backfill
from monitor.pipeline.once import Progress, Run
from monitor.store.database import Database
from tests.pipeline.daily import FEED, HOME, Answer, Desk, listing, story, url

TODAY = date(2026, 11, 22)
SINCE = TODAY - timedelta(days=2)


def archive(back: int) -> str:
    return f"{HOME}/archive/{TODAY - timedelta(days=back):%Y-%m-%d}"


@pytest.fixture
def desk(database: Database) -> Desk:
    """An archive of three days: one story today, a second page yesterday, an empty day before."""
    desk = Desk(database)
    desk.serve({
        archive(0): listing(url(1)),
        archive(1): listing(url(2), f">{HOME}/archive/more"),
        f"{HOME}/archive/more": listing(url(3), url(2)),
        archive(2): Answer("", headers=(("Content-Type", "text/plain"),)),
        **{url(number): story(f"গল্প {number}।") for number in (1, 2, 3)},
    })  # fmt: skip
    return desk


def run(desk: Desk, since: date = SINCE, progress: Progress | None = None) -> Run:
    desk.web.asked.clear()
    return asyncio.run(backfill(desk.monitor, desk.site, since, progress or Progress()))


def days(desk: Desk) -> set[date]:
    return {row.day for row in desk.rows("archive_days")}


def test_every_day_is_read_from_the_latest_back_and_all_is_history(desk: Desk) -> None:
    done = run(desk)
    assert (done.counts, done.troubles) == ({Result.PUBLISHED: 3}, ())
    assert [each for each in desk.web.asked if "archive" in each] == [
        archive(0), archive(1), f"{HOME}/archive/more", archive(2)
    ]  # fmt: skip
    assert all(row.history for row in desk.rows("articles"))


def test_days_that_are_over_are_not_read_again_and_today_is(desk: Desk) -> None:
    run(desk)
    assert days(desk) == {TODAY - timedelta(days=1), SINCE}
    run(desk, SINCE)
    assert desk.web.asked == [archive(0)]
    desk.serve({archive(3): listing(url(1))})
    run(desk, SINCE - timedelta(days=1))
    assert desk.web.asked == [archive(0), archive(3)]


@pytest.mark.parametrize(
    ("answer", "result"),
    [(Answer("", 500), Result.FAILED), (Answer("<title>Just a moment...</title>", 403), Result.BLOCKED)],
    ids=["500", "wall"],
)
def test_a_day_with_a_failure_is_taken_up_again_and_only_its_unread_stories_fetched(
    desk: Desk, answer: Answer, result: Result
) -> None:
    desk.serve({url(3): answer})
    assert run(desk).counts == {Result.PUBLISHED: 2, result: 1}
    assert days(desk) == {SINCE}
    desk.serve({url(3): story("গল্প 3।")})
    assert run(desk).counts == {Result.PUBLISHED: 1}
    assert url(2) not in desk.web.asked
    assert days(desk) == {TODAY - timedelta(days=1), SINCE}


def test_an_interruption_loses_no_story_and_marks_no_day(desk: Desk) -> None:
    class Interrupted(Progress):
        def found(self, count: int) -> None:
            if count == 2:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(desk, progress=Interrupted())
    assert days(desk) == set()
    assert run(desk).counts == {Result.PUBLISHED: 2}


def test_a_host_that_is_to_be_left_alone_ends_the_run_for_now(desk: Desk) -> None:
    closed = Deferred("daily.example", desk.clock.at + timedelta(hours=1), "asked for it")
    desk.web.closed["daily.example"] = closed
    done = run(desk)
    assert ([each.deferred for each in done.deferrals], days(desk)) == ([closed], set())


def test_an_archive_page_that_cannot_be_read_is_told_and_the_day_stays_open(desk: Desk) -> None:
    desk.serve({archive(2): Answer("<html>")})
    assert [trouble.url for trouble in run(desk).troubles] == [archive(2)]
    assert days(desk) == {TODAY - timedelta(days=1)}


def test_ordinary_runs_leave_unread_history_to_the_backfill(desk: Desk) -> None:
    class Interrupted(Progress):
        def found(self, count: int) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(desk, progress=Interrupted())
    desk.serve({FEED: listing(url(2))})
    assert [each.ref.key for each in desk.once().checked] == ["news/2"]


def test_a_backfill_says_nothing_of_what_the_archive_lists_now(desk: Desk) -> None:
    run(desk)
    (source,) = desk.rows("sources")
    assert (source.read_at, source.links, source.next_poll_at) == (None, None, None)
    assert source.checked_at is not None


@pytest.mark.parametrize("since", [TODAY + timedelta(days=1), date(2999, 1, 1)])
def test_a_day_to_come_is_refused(desk: Desk, since: date) -> None:
    with pytest.raises(UsageError, match="still to come"):
        run(desk, since)
