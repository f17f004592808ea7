"""A feed that reports changes, from its reading to the proof: what is asked, when, and what is believed afterwards."""

from datetime import timedelta

import pytest

from monitor.core.outcomes import Exchange, Fetched
from monitor.pipeline.check import judge
from monitor.store.database import Database
from tests.pipeline.daily import FEED, HTML, Answer, Desk, listing, story, url

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Desk:
    """Two stories, a day old, of which neither is due."""
    desk = Desk(database)
    desk.serve({url(1): story("এক"), url(2): story("দুই", etag='"a"'), FEED: listing(f"{url(1)} ক", f"{url(2)} ক")})
    desk.once()
    desk.once(wait=DAY)
    return desk


def reported(desk: Desk, *headlines: str) -> None:
    desk.serve({FEED: listing(*(f"{url(number)} {each}" for number, each in enumerate(headlines, 1)))})


def worth(desk: Desk) -> tuple[int, int]:
    (site,) = desk.rows("sites")
    return site.signals, site.signals_true


def signalled(desk: Desk) -> list[bool]:
    return [row.signalled_at is not None for row in desk.rows("articles")]


@pytest.mark.parametrize(
    ("answer", "counted", "waits"),
    [
        (story("এক আর দুই"), (1, 1), False),
        (story("এক"), (1, 0), False),
        (Answer(status=503), (0, 0), True),
        (Answer("<p>nothing to read"), (0, 0), True),
        (Answer("<h1>404</h1>", 404), (0, 0), True),
    ],
)
def test_a_reported_story_is_asked_for_and_the_report_counted(
    desk: Desk, answer: Answer, counted: tuple[int, int], waits: bool
) -> None:
    reported(desk, "খ", "ক")
    desk.serve({url(1): answer})
    desk.once(wait=HOUR, only_due=True)
    assert desk.web.asked == [FEED, url(1)]
    assert (worth(desk), signalled(desk)) == (counted, [waits, False])


def test_a_304_is_an_answer_too(desk: Desk) -> None:
    reported(desk, "ক", "খ")
    desk.once(wait=HOUR, only_due=True)
    assert desk.web.not_modified == [url(2)]
    assert (worth(desk), signalled(desk)) == ((1, 0), [False, False])


def test_a_page_that_was_on_its_way_when_the_report_came_does_not_answer_it(desk: Desk) -> None:
    (first, _) = desk.store.listed(desk.site, FEED)
    state = desk.store.state(first.id)
    body = story("এক আর দুই").body.encode()
    outcome = Fetched(Exchange(url(1), url(1), desk.clock.now(), 200, HTML, body))
    reported(desk, "খ", "ক")
    desk.serve({url(1): Answer(status=None)})
    desk.once(wait=timedelta(minutes=1))
    judge(desk.monitor, first, outcome, state)
    row = desk.rows("articles")[0]
    assert (worth(desk), signalled(desk)[0]) == ((0, 0), True)
    assert row.next_check_why.startswith("reported as changed at ")


def test_a_feed_that_cries_wolf_is_not_followed_any_more_and_may_win_trust_again(desk: Desk) -> None:
    for number in range(19):
        reported(desk, f"খ{number}", "ক")
        desk.once(wait=DAY, only_due=True)
        assert url(1) in desk.web.asked, number
    reported(desk, "গ", "ক")
    desk.once(wait=DAY, only_due=True)
    assert (url(1) in desk.web.asked, worth(desk), signalled(desk)) == (False, (19, 0), [True, False])
    desk.serve({url(1): story("এক আর দুই")})
    desk.once(wait=10 * DAY, only_due=True)
    assert worth(desk) == (20, 1)
