"""The price of looks in use: from the settings and the record to the plan of a story, and to what the user is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import pytest

from monitor.core.budget import Terms
from monitor.core.rechecks import Rule, price_for
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from tests.pipeline.daily import FEED, Desk, listing, story, url

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.serve({url(number): story(f"গল্প {number}।") for number in range(1, 9)})
    desk.serve({FEED: listing(*(url(number) for number in range(1, 9)))})
    return desk


def waits(desk: Desk) -> list[timedelta]:
    return [row.next_check_at - row.checked_at for row in desk.rows("articles")]


@pytest.mark.parametrize(
    ("policy", "price"),
    [
        (RecheckPolicy(), price_for(20)),
        (RecheckPolicy({"daily": Terms(fetches=5)}), price_for(5)),
        (RecheckPolicy({"other": Terms(fetches=5)}), price_for(20)),
    ],
)
def test_a_story_is_looked_at_by_the_terms_of_its_site(desk: Desk, policy: RecheckPolicy, price: float) -> None:
    desk.policy = policy
    desk.once()
    desk.once(wait=10 * HOUR)
    quiet = 10 * HOUR + timedelta(minutes=30)
    assert waits(desk) == pytest.approx([quiet * price] * 8, rel=0.02)


@pytest.mark.parametrize("terms", [Terms(requests_a_day=30), Terms(delay=86_400 / 30)])
def test_where_there_is_too_much_to_fetch_all_waits_are_stretched(desk: Desk, terms: Terms) -> None:
    desk.policy = RecheckPolicy({"daily": terms})
    desk.once()
    desk.once(wait=10 * HOUR)
    stretched = waits(desk)
    assert min(stretched) > 2 * 10 * HOUR
    assert stretched == pytest.approx([stretched[0]] * 8, rel=0.01)


def test_beyond_the_horizon_nothing_is_looked_at(desk: Desk) -> None:
    desk.policy = RecheckPolicy({"daily": Terms(horizon=DAY)})
    desk.once()
    desk.once(wait=2 * DAY)
    assert {row.next_check_at for row in desk.rows("articles")} == {None}


def test_the_user_is_warned_where_stories_outgrow_their_host(desk: Desk) -> None:
    desk.policy = RecheckPolicy({"daily": Terms(delay=3600)})
    desk.once()
    (warning,) = desk.policy.warnings(desk.archive, desk.clock.now())  # the run itself began with an empty record
    assert warning.startswith("daily: 8 stories under watch would take ")
    assert RecheckPolicy({"daily": Terms(delay=5)}).warnings(desk.archive, desk.clock.now()) == []


def test_the_record_is_counted_once_an_hour_and_again_after_a_clock_was_set_back(desk: Desk) -> None:
    asked: list[datetime] = []

    class Counting(SqlArchive):
        def watched(self, now: datetime) -> Mapping[str, Sequence[int]]:
            asked.append(now)
            return super().watched(now)

    archive, policy, now = Counting(desk.database), RecheckPolicy({"daily": Terms()}), desk.clock.now()
    for wait in (timedelta(), HOUR / 2, HOUR, HOUR * 1.5, -HOUR):
        assert policy.rule(archive, "daily", now + wait) == Rule(price_for(20))
    assert [each - now for each in asked] == [timedelta(), HOUR, -HOUR]
    assert RecheckPolicy().rule(archive, "daily", now) == Rule()
    assert len(asked) == 3
