"""A whole site that changes at once, on a made-up web: the operator is told once, and every version is kept."""

from collections import Counter
from datetime import timedelta

import pytest

from monitor.core.records import Check, Result
from monitor.pipeline.once import Run
from monitor.store.database import Database
from monitor.store.record import SqlStore
from tests.pipeline.daily import FEED, Answer, Desk, listing, story, url
from tests.store.builders import check as seen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STORIES = 40
MORNING, NOON, NIGHT = (f"22 November 2026, {hour}:30" for hour in (10, 12, 23))


def serve(desk: Desk, numbers: range, text: str = "", *, updated: str = MORNING) -> None:
    """Let stories say something, each in its own words."""
    desk.serve({url(each): story(f"এক দুই তিন চার {each}। {text}", updated=updated) for each in numbers})


@pytest.fixture
def desk(database: Database) -> Desk:
    """Forty stories that were looked at twice."""
    desk = Desk(database)
    desk.serve({FEED: listing(*map(url, range(STORIES)))})
    serve(desk, range(STORIES))
    desk.once()
    desk.once(wait=HOUR)
    return desk


def told(desk: Desk, *, held: bool = False) -> Counter[str]:
    """The events of a kind, held back or not, but for the first sights."""
    return Counter(row.kind for row in desk.rows("events") if row.held is held and row.kind != "published")


def site_events(run: Run) -> list[tuple[str, str]]:
    return [(name, event.kind) for name, event in run.events]


def test_mass_restamps_are_one_event(desk: Desk) -> None:
    """As at Daily Inqilab, where stories of February 2023 were all stamped anew on 30 April."""
    serve(desk, range(STORIES), updated=NOON)
    run = desk.once(wait=HOUR)
    assert run.counts == {Result.RESTAMPED: STORIES}
    assert site_events(run) == [("daily", "site changed")]
    # of the first thirteen, thirteen of the last forty are a third
    assert told(desk) == {"restamped": 13, "site changed": 1}
    assert told(desk, held=True) == {"restamped": STORIES - 13}
    (site,) = desk.rows("sites")
    assert (site.changed_since is not None, site.changed_ways) == (True, ["restamped"])


def test_a_redesign_is_one_event_and_every_version_is_kept(desk: Desk) -> None:
    desk.serve({url(each): story(f"আমরা আপনার গোপনীয়তাকে মূল্য দিই {each}", updated=MORNING) for each in range(STORIES)})
    run = desk.once(wait=HOUR)
    assert run.counts == {Result.EDITED: STORIES}
    assert told(desk) == {"edited": 13, "site changed": 1}
    assert len(desk.rows("versions")) == len(desk.rows("captures")) == 2 * STORIES
    assert {row.way for row in desk.rows("events") if row.kind == "edited"} == {"body replaced"}


def test_the_event_of_the_site_is_no_storys(desk: Desk) -> None:
    serve(desk, range(STORIES), updated=NOON)
    desk.once(wait=HOUR)
    (event,) = [row for row in desk.rows("events") if row.kind == "site changed"]
    assert (event.site_id, event.source_id, event.article_id, event.version_id) == (1, None, None, None)
    assert event.why.startswith("14 of the last 40 stories looked at changed in the same way (restamped)")


def test_real_edits_are_told_meanwhile(desk: Desk) -> None:
    serve(desk, range(1, STORIES), updated=NOON)
    serve(desk, range(1), "পাঁচ ছয়।", updated=NOON)
    desk.once(wait=HOUR)
    assert told(desk)["edited"] == 1
    assert told(desk, held=True)["edited"] == 0


def test_stories_that_change_each_in_its_own_way_are_told_one_by_one(desk: Desk) -> None:
    serve(desk, range(9), updated=NOON)
    serve(desk, range(9, 18), "পাঁচ ছয়।")
    desk.serve({url(each): story(f"এক দুই তিন চার {each}। ", title="অন্য", updated=MORNING) for each in range(18, 27)})
    run = desk.once(wait=HOUR)
    assert site_events(run) == []
    assert told(desk) == {"restamped": 9, "edited": 18}


def test_a_site_with_few_stories_is_never_held(database: Database) -> None:
    desk = Desk(database)
    desk.serve({FEED: listing(*map(url, range(19)))})
    serve(desk, range(19))
    desk.once()
    desk.once(wait=HOUR)
    serve(desk, range(19), updated=NOON)
    desk.once(wait=HOUR)
    assert told(desk) == {"restamped": 19}


def test_new_stories_do_not_hide_a_change_of_the_known_ones(desk: Desk) -> None:
    desk.serve({FEED: listing(*map(url, range(200)))})
    serve(desk, range(STORIES, 200))
    desk.once(wait=HOUR)
    serve(desk, range(20), updated=NOON)
    desk.serve({FEED: listing(*map(url, range(20)))})
    assert site_events(desk.once(wait=HOUR)) == [("daily", "site changed")]


def test_what_comes_to_light_later_is_held_and_what_happens_later_is_told(desk: Desk) -> None:
    """A story that could not be read meanwhile may date from then; one that was read since cannot."""
    serve(desk, range(1, STORIES), updated=NOON)
    desk.serve({url(0): Answer("", 503)})
    desk.once(wait=HOUR)
    desk.once(wait=HOUR)
    serve(desk, range(1), updated=NOON)
    serve(desk, range(39, STORIES), updated=NIGHT)
    run = desk.once(wait=HOUR)
    assert [each.ref.key for each in run.checked if each.result is Result.RESTAMPED] == ["news/0", "news/39"]
    assert [row.held for row in desk.rows("events")[-2:]] == [True, False]


def test_it_settles_after_a_week_and_is_told_with_its_figures(desk: Desk) -> None:
    serve(desk, range(STORIES), updated=NOON)
    desk.once(wait=HOUR)
    desk.once(wait=6 * DAY)
    assert "site settled" not in told(desk)
    run = desk.once(wait=DAY)
    assert site_events(run) == [("daily", "site settled")]
    event = desk.rows("events")[-1]
    assert event.why.startswith("27 changes in the same way (restamped) held back since 2026-11-22")
    (site,) = desk.rows("sites")
    assert (site.changed_since, site.changed_ways) == (None, None)
    serve(desk, range(1), updated=NIGHT)
    desk.once(wait=HOUR)
    assert told(desk)["restamped"] == 14


def test_a_redesign_taken_back_is_held_too(desk: Desk) -> None:
    serve(desk, range(STORIES), "পাঁচ ছয়।")
    desk.once(wait=HOUR)
    serve(desk, range(STORIES))
    run = desk.once(wait=HOUR)
    assert run.counts == {Result.REVERTED: STORIES}
    assert told(desk) == {"edited": 13, "site changed": 1}


class Raced(SqlStore):
    """Another program is quicker to see that the site changes."""

    raced = False

    def commit(self, check: Check) -> int | None:
        if check.shift is not None and not self.raced:
            self.raced = True
            other = self.state(check.article_id + 1)
            super().commit(seen(other.ref, other.revision, check.observation.at, shift=check.shift))
        return super().commit(check)


def test_two_programs_that_see_it_at_once_tell_it_once(desk: Desk) -> None:
    desk.store = store = Raced(desk.database)
    serve(desk, range(STORIES), updated=NOON)
    run = desk.once(wait=HOUR)
    assert store.raced
    assert run.counts[Result.RESTAMPED] >= STORIES - 1
    assert site_events(run) == []
    assert told(desk) == {"restamped": 13, "site changed": 1}


def test_a_site_all_of_whose_headlines_take_turns(desk: Desk) -> None:
    for title in "ABABA":
        desk.serve(
            {url(each): story(f"এক দুই তিন চার {each}। ", title=title, updated=MORNING) for each in range(STORIES)}
        )
        desk.once(wait=HOUR)
    assert told(desk) == {"edited": 13, "alternating": 13, "site changed": 2}
