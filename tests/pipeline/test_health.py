"""What the user is told of a whole site, run after run, on a made-up web."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.events import EventKind
from monitor.store.database import Database
from tests.pipeline.daily import FEED, Answer, Desk, listing, story, url

HOUR = timedelta(hours=1)


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.serve({url(number): story(f"গল্প {number}।") for number in range(1, 60)})
    desk.serve({FEED: listing(*map(url, range(1, 12)))})
    desk.once()
    return desk


def of_site(desk: Desk) -> list[str]:
    return [kind for kind in desk.events() if kind.startswith("site ")]


def test_a_bot_wall_is_told_once_and_so_is_its_end(desk: Desk) -> None:
    wall = Answer("<title>Just a moment...</title>", 403)
    desk.serve({**{url(number): wall for number in range(1, 60)}, FEED: wall})
    told = [desk.once(wait=6 * HOUR).events for _ in range(3)]
    assert [kind for event in told[0] for kind in (event[0], event[1].kind)] == ["daily", EventKind.SITE_FAILING]
    assert of_site(desk) == ["site failing"]
    desk.serve({url(number): story(f"গল্প {number}।") for number in range(1, 60)})
    desk.serve({FEED: listing(*map(url, range(1, 12)))})
    for _ in range(3):
        desk.once(wait=24 * HOUR)
    assert of_site(desk) == ["site failing", "site recovered"]


def test_a_feed_that_stands_still_is_told(desk: Desk) -> None:
    for day in range(1, 9):
        desk.serve({FEED: listing(*map(url, range(1, 12 + day)))})
        desk.once(wait=24 * HOUR)
    for _ in range(2):
        desk.once(wait=24 * HOUR)
    assert of_site(desk) == ["site failing"]
    (event,) = [row for row in desk.rows("events") if row.kind == "site failing"]
    assert (event.site_id, event.source_id, event.article_id) == (1, None, None)
    assert "list nothing new" in event.why


def test_a_date_that_is_lost_on_every_page_is_told_though_no_text_changed(desk: Desk) -> None:
    dated = story("গল্প।")
    dated = replace(dated, body=dated.body.replace("<p>", "<time>22 November 2026, 10:00</time><p>"))
    desk.serve({url(number): dated for number in range(20, 45)})
    desk.serve({FEED: listing(*map(url, range(1, 45)))})
    desk.once(wait=HOUR)
    desk.serve({url(number): story("গল্প।") for number in range(20, 45)})
    run = desk.once(wait=HOUR)
    assert [(name, event.kind) for name, event in run.events] == [("daily", EventKind.SITE_FAILING)]
    assert "update time" in run.events[0][1].why


def test_what_is_gone_is_no_failure(desk: Desk) -> None:
    desk.serve({url(number): Answer("<h1>404</h1>", 404) for number in range(1, 60)})
    desk.once(wait=HOUR)
    assert of_site(desk) == []
