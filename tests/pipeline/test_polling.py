"""Sources read on a made-up web: what counts as new, how far a reading goes, what its user is told."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.core.articles import Unreadable
from monitor.core.events import EventKind
from monitor.core.outcomes import Deferred, Outcome
from monitor.core.records import Result
from monitor.pipeline.check import check
from monitor.pipeline.poll import poll
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed, Parser, Source
from monitor.store.database import Database
from tests.pipeline.daily import DAILY, FEED, HOME, Answer, Desk, Web, links, listing, read, story, url

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.serve({url(number): story(f"গল্প {number}।") for number in range(1, 60)})
    return desk


def history(desk: Desk) -> dict[str, bool]:
    return {row.key: row.history for row in desk.rows("articles")}


def test_what_a_first_run_finds_is_history_and_what_comes_later_is_news(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), url(2))})
    assert desk.once().counts == {Result.PUBLISHED: 2}
    desk.serve({FEED: listing(url(2), url(3))})
    assert desk.once(wait=HOUR).counts == {Result.PUBLISHED: 1, Result.UNCHANGED: 2}  # story 1 is due
    assert history(desk) == {"news/1": True, "news/2": True, "news/3": False}


def test_while_a_long_feed_is_read_others_go_on(desk: Desk) -> None:
    async def scene() -> None:
        loop, turned = asyncio.get_running_loop(), threading.Event()

        def patient(page: Page) -> Listed | Unreadable:
            loop.call_soon_threadsafe(turned.set)
            return links(page) if turned.wait(10) else Unreadable("the loop stood still")

        polled = await poll(desk.monitor, DAILY, Source("feed", FEED, patient))
        assert (polled.trouble, len(polled.refs)) == (None, 1)

    desk.serve({FEED: listing(url(1))})
    asyncio.run(scene())


def test_a_feed_that_is_not_modified_lists_what_it_listed(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), url(2), etag='"a"')})
    desk.once()
    run = desk.once(wait=HOUR)
    assert (desk.web.not_modified, run.counts) == ([FEED], {Result.UNCHANGED: 2})
    assert desk.once(wait=DAY).troubles == ()
    assert desk.web.not_modified == []  # once a day the whole feed


def test_a_feed_that_repeats_its_etag_after_changing_is_not_trusted_again(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), etag='"a"')})
    desk.once()
    desk.serve({FEED: listing(url(1), url(2), etag='"a"')})
    assert desk.once(wait=HOUR).counts == {Result.UNCHANGED: 1}  # fooled, until the daily reading
    assert desk.once(wait=DAY).counts[Result.PUBLISHED] == 1
    (host,) = [row for row in desk.rows("hosts") if row.lied_at]
    assert host.name == "daily.example"
    desk.once(wait=HOUR)
    assert desk.web.not_modified == []


@pytest.mark.parametrize(
    ("parsers", "caught"),
    [
        (DAILY.parsers, ["daily.example"]),
        # another design: the difference may be ours
        ((Parser("v0", 1, lambda page: "নতুন" in page.text, read), *DAILY.parsers), []),
    ],
    ids=["one parser", "two parsers"],
)
def test_a_host_that_repeats_the_etag_of_a_story_is_caught_where_the_change_is_its_own(
    desk: Desk, parsers: tuple[Parser, ...], caught: list[str]
) -> None:
    desk.site = replace(DAILY, parsers=parsers)
    desk.serve({FEED: listing(url(1)), url(1): story("গল্প এক।", etag='"a"')})
    desk.once()
    desk.serve({url(1): story("গল্প নতুন।", etag='"a"')})
    assert desk.once(wait=2 * DAY).counts == {Result.EDITED: 1}
    assert [row.name for row in desk.rows("hosts") if row.lied_at] == caught


def test_the_etag_of_another_address_of_a_story_is_not_kept_for_it(desk: Desk) -> None:
    mobile = "https://m.daily.example/news/1"
    desk.serve({FEED: listing(url(1)), url(1): story("গল্প।", etag='"a"'), mobile: story("গল্প।", etag='"a"')})
    (checked,) = desk.once().checked
    asyncio.run(check(desk.monitor, checked.ref, mobile))
    desk.once(wait=HOUR)
    assert desk.web.not_modified == []


def test_an_index_that_stays_as_it_is_hides_no_story_and_is_no_lie(desk: Desk) -> None:
    desk.serve({FEED: listing(f">{HOME}/map", etag='"a"'), f"{HOME}/map": listing(url(1))})
    desk.once()
    for number in (2, 3):
        desk.serve({f"{HOME}/map": listing(*(url(each) for each in range(1, number + 1)))})
        assert desk.once(wait=HOUR).counts[Result.PUBLISHED] == 1
    assert [row for row in desk.rows("hosts") if row.lied_at] == []


def test_the_etag_of_the_place_that_a_feed_leads_to_is_not_sent_to_the_feed(desk: Desk) -> None:
    desk.serve({FEED: replace(listing(url(1), etag='"a"'), moved=f"{HOME}/feed.xml")})
    desk.once()
    desk.once(wait=HOUR)
    assert desk.web.not_modified == []


def test_a_wish_of_the_feed_is_kept_and_its_last_list_holds(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), control="max-age=3600")})
    desk.once()
    run = desk.once(wait=HOUR / 2)
    assert (desk.web.asked, run.early, run.counts) == ([url(1)], 1, {Result.UNCHANGED: 1})
    desk.once(wait=HOUR)
    assert desk.web.asked == [FEED, url(1)]


def test_a_feed_that_is_not_modified_still_has_its_wish(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), "~3600", etag='"a"')})
    desk.once()
    for wait, early in ((HOUR, 0), (HOUR / 2, 1), (HOUR, 0), (HOUR / 2, 1)):
        assert desk.once(wait=wait).early == early
    assert desk.rows("sources")[0].full_at < desk.clock.at - 2 * HOUR


def test_only_what_is_due(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1))})
    desk.once()
    run = desk.once(wait=timedelta(minutes=5), only_due=True)
    assert (desk.web.asked, run.checked, run.early) == ([], (), 1)
    desk.once(wait=timedelta(minutes=16), only_due=True)
    assert desk.web.asked == [FEED, url(1)]


def test_after_a_wrong_clock_was_put_right_what_is_listed_now_counts(desk: Desk) -> None:
    desk.clock.at += 365 * DAY
    desk.serve({FEED: listing(url(1))})
    desk.once()
    desk.clock.at -= 365 * DAY
    desk.serve({FEED: listing(url(1), url(2))})
    assert desk.once().counts == {Result.UNCHANGED: 1, Result.PUBLISHED: 1}
    assert history(desk) == {"news/1": True, "news/2": False}
    (feed,) = desk.rows("sources")
    assert (feed.links, feed.next_poll_at < desk.clock.at + DAY) == (2, True)


def test_a_capture_no_later_than_the_last_reading_plans_nothing(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), url(2))})
    desk.once()
    (before,) = desk.rows("sources")
    desk.clock.at = before.read_at - HOUR
    desk.web.dated = True
    desk.serve({FEED: listing(url(1), url(3))})
    desk.once()
    assert desk.rows("sources") == [before]
    assert history(desk)["news/3"]


class TestReach:
    """How far a reading goes."""

    @pytest.fixture
    def paged(self, desk: Desk) -> Desk:
        pages = [
            listing(*(url(n) for n in range(at, at - 3, -1)), f">{HOME}/page/{at - 3}") for at in range(53, 20, -3)
        ]
        desk.serve({f"{HOME}/page/{53 - 3 * number}": page for number, page in enumerate(pages)})
        desk.serve({FEED: listing(url(53), url(52), url(51), f">{HOME}/page/50")})
        return desk

    def pages(self, desk: Desk) -> int:
        return sum(each == FEED or "/page/" in each for each in desk.web.asked)

    def test_a_first_reading_takes_one_page(self, paged: Desk) -> None:
        paged.once()
        assert self.pages(paged) == 1

    def test_a_reading_that_meets_a_known_story_ends_there(self, paged: Desk) -> None:
        paged.once()
        paged.serve({FEED: listing(url(54), url(53), f">{HOME}/page/50")})
        assert (paged.once(wait=HOUR).events, self.pages(paged)) == ((), 1)

    def test_pages_are_turned_until_the_overlap_is_found(self, paged: Desk) -> None:
        paged.serve({FEED: listing(url(41), f">{HOME}/page/38")})
        paged.once()
        paged.serve({FEED: listing(url(53), url(52), url(51), f">{HOME}/page/50")})
        run = paged.once(wait=HOUR)
        assert (run.events, self.pages(paged)) == ((), 5)
        assert run.counts[Result.PUBLISHED] == 14  # 53 to 39, without 41, which is known

    def test_where_no_overlap_is_found_the_user_is_told(self, paged: Desk) -> None:
        paged.serve({FEED: listing(url(1))})
        paged.once()
        paged.serve({FEED: listing(url(53), url(52), url(51), f">{HOME}/page/50")})
        run = paged.once(wait=HOUR)
        assert [event.kind for _, event in run.events] == [EventKind.SOURCE_LOST_ITEMS]
        assert self.pages(paged) == 10

    def test_an_index_is_read_to_its_first_list(self, desk: Desk) -> None:
        desk.serve({FEED: listing(f">{HOME}/map/2", f">{HOME}/map/1"), f"{HOME}/map/2": listing(url(2))})
        assert desk.once().counts == {Result.PUBLISHED: 1}
        assert desk.web.asked == [FEED, f"{HOME}/map/2", url(2)]

    def test_a_broken_map_of_an_index_is_told_and_the_next_one_read(self, desk: Desk) -> None:
        desk.serve({FEED: listing(f">{HOME}/map/2", f">{HOME}/map/1"), f"{HOME}/map/1": listing(url(1))})
        run = desk.once()
        assert run.counts == {Result.PUBLISHED: 1}
        assert [trouble.why for trouble in run.troubles] == ["HTTP 404"]

    def test_a_page_that_only_repeats_stories_leads_no_further(self, desk: Desk) -> None:
        desk.serve({FEED: listing(url(1))})
        desk.once()
        desk.serve({FEED: listing(url(3), url(2), f">{HOME}/page/2")})
        desk.serve({f"{HOME}/page/{n}": listing(url(2), f">{HOME}/page/{n + 1}") for n in range(2, 60)})
        desk.once(wait=HOUR)
        assert self.pages(desk) == 2

    def test_pages_that_lead_in_a_circle_end(self, desk: Desk) -> None:
        desk.serve({FEED: listing(f">{HOME}/a"), f"{HOME}/a": listing(f">{FEED}", f">{HOME}/a")})
        assert desk.once().troubles[0].why == "nothing that it lists is a story of daily"
        assert desk.web.asked == [FEED, f"{HOME}/a"]


class TestFailing:
    """A source that cannot be read is told once, tried less and less often, and never given up."""

    def test_told_once(self, desk: Desk) -> None:
        desk.serve({FEED: Answer(status=500)})
        runs = [desk.once(wait=DAY) for _ in range(6)]
        assert [[trouble.known for trouble in run.troubles] for run in runs] == [[False], *[[True]] * 5]
        assert desk.events() == ["source failing"]
        desk.serve({FEED: listing(url(1))})
        assert [event.kind for _, event in desk.once(wait=DAY).events] == [EventKind.SOURCE_RECOVERED]

    def test_told_once_by_two_who_read_it_at_the_same_time(self, desk: Desk) -> None:
        class Slow(Web):
            async def get(self, url: str, **how: Any) -> Outcome | Deferred:
                """Answer after somebody else has asked, and been answered."""
                if self is desk.web:
                    desk.web = Web(self.clock, self.pages)
                    await poll(desk.monitor, desk.site, desk.site.sources[0])
                return await super().get(url, **how)

        desk.serve({FEED: Answer(status=500)})
        for _ in range(2):
            desk.once(wait=DAY)
        desk.web = Slow(desk.clock, desk.web.pages)
        desk.once(wait=DAY)
        assert (desk.events(), desk.rows("sources")[0].failures) == (["source failing"], 4)

    def test_a_failure_is_sat_out_and_what_was_listed_still_counts(self, desk: Desk) -> None:
        desk.serve({FEED: listing(url(1))})
        desk.once()
        desk.serve({FEED: Answer("<html>")})
        run = desk.once(wait=HOUR)
        assert ([each.why for each in run.troubles], run.counts) == (["it is no list"], {Result.UNCHANGED: 1})
        run = desk.once(wait=timedelta(minutes=5))
        assert (desk.web.asked, run.early) == ([url(1)], 1)

    def test_a_source_that_lists_nothing_of_ours_is_in_trouble(self, desk: Desk) -> None:
        desk.serve({FEED: listing("https://other.example/1")})
        assert [trouble.why for trouble in desk.once().troubles] == ["nothing that it lists is a story of daily"]


def test_a_host_that_is_to_be_left_alone_costs_no_request_and_loses_no_story(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), url(2))})
    desk.once()
    closed = Deferred("daily.example", desk.clock.at + HOUR, "asked for an hour by Retry-After")
    desk.web.closed["daily.example"] = closed
    before = len(desk.rows("observations"))
    run = desk.once(wait=timedelta(minutes=20))
    assert [(each.deferred, each.stories) for each in run.deferrals] == [(closed, 2)]
    assert (run.checked, run.troubles, len(desk.rows("observations"))) == ((), (), before)
    desk.web.closed.clear()
    assert desk.once(wait=HOUR).counts == {Result.UNCHANGED: 2}


def test_an_index_whose_maps_have_to_wait_is_no_failure(desk: Desk) -> None:
    desk.serve({FEED: listing(">https://maps.example/1")})
    desk.web.closed["maps.example"] = Deferred("maps.example", desk.clock.at + HOUR, "asked for an hour by Retry-After")
    run = desk.once()
    assert ([each.deferred.host for each in run.deferrals], run.troubles) == (["maps.example"], ())
    (source,) = desk.rows("sources")
    assert (source.failures, source.read_at, len(desk.rows("observations"))) == (0, None, 1)


def test_headlines_of_feed_and_page_are_kept_apart(desk: Desk) -> None:
    desk.serve({FEED: listing(f"{url(1)} ফিডের শিরোনাম")})
    (checked,) = desk.once().checked
    assert [(each.place, each.text) for each in desk.archive.headlines(checked.ref.id)] == [
        ("feed", "ফিডের শিরোনাম"),
        ("og", "শিরোনাম!"),
    ]


def test_a_story_of_the_mobile_site_is_the_same_story(desk: Desk) -> None:
    desk.serve({FEED: listing(url(1), "https://m.daily.example/news/1")})
    assert desk.once().counts == {Result.PUBLISHED: 1}
    assert DAILY.key_of("https://m.daily.example/news/1") == "news/1"


class TestDated:
    """A source with a page a day, at midnight and after."""

    @pytest.fixture
    def dated(self, desk: Desk) -> Desk:
        desk.site = replace(DAILY, sources=(Source("sitemap", f"{HOME}/map/{{day:%Y-%m-%d}}", links),))
        desk.serve({f"{HOME}/map/2026-11-22": listing(url(1), url(2))})
        desk.once()
        return desk

    def test_within_a_day_its_page_is_enough(self, dated: Desk) -> None:
        dated.serve({f"{HOME}/map/2026-11-22": listing(url(3), url(1), url(2))})
        assert dated.once(wait=HOUR).counts[Result.PUBLISHED] == 1
        assert [each for each in dated.web.asked if "/map/" in each] == [f"{HOME}/map/2026-11-22"]

    def test_after_midnight_the_day_before_is_read_to_its_end_and_nothing_counts_as_lost(self, dated: Desk) -> None:
        dated.serve({f"{HOME}/map/2026-11-22": listing(url(4), url(1)), f"{HOME}/map/2026-11-23": listing(url(5))})
        run = dated.once(wait=13 * HOUR)  # it is one o'clock in Dhaka
        assert (run.troubles, run.events, run.counts[Result.PUBLISHED]) == ((), (), 2)

    def test_a_day_without_a_page_yet_is_no_trouble(self, dated: Desk) -> None:
        dated.serve({f"{HOME}/map/2026-11-22": listing(url(4), url(1))})
        run = dated.once(wait=12.5 * HOUR)
        assert (run.troubles, run.counts[Result.PUBLISHED]) == ((), 1)

    def test_two_days_without_a_page_are(self, dated: Desk) -> None:
        assert [trouble.why for trouble in dated.once(wait=5 * DAY).troubles] == [
            "nothing that it lists is a story of daily"
        ]
