"""A story that shows two texts in turn, on a made-up web: told once, then counted."""

from datetime import timedelta

import pytest

from monitor.core.coverage import cover
from monitor.core.records import Result
from monitor.pipeline.weigh import Checked
from monitor.store.database import Database
from tests.pipeline.daily import FEED, Desk, listing, story, url

HOUR = timedelta(hours=1)


def show(desk: Desk, titles: str, *, updated: str | None = None) -> list[Checked]:
    """Show one title after the other, an hour apart; return what each check came to."""
    checks = []
    for title in titles:
        desk.serve({url(1): story("গল্প এক।", title=title, updated=updated)})
        (checked,) = desk.once(wait=HOUR).checked
        checks.append(checked)
    return checks


@pytest.fixture
def desk(database: Database) -> Desk:
    """A story whose headline took turns four times, which is told at the last look."""
    desk = Desk(database)
    desk.serve({FEED: listing(url(1))})
    show(desk, "ABABA")
    return desk


def turns(desk: Desk) -> int:
    (row,) = desk.rows("articles")
    return int(row.flips)


def test_told_once_with_both_texts_on_record(desk: Desk) -> None:
    assert desk.events() == ["published", "edited", "edited", "edited", "alternating"]
    assert [version.article.title for version in desk.archive.versions(1)] == ["A", "B", "A", "B"]
    assert "the texts of versions 3 and 4 take turns" in desk.rows("events")[-1].why


def test_the_rest_is_counted(desk: Desk) -> None:
    before = desk.events()
    checks = show(desk, "BBABAA")
    assert [each.result for each in checks] == [Result.UNCHANGED] * 6
    assert [each.version for each in checks] == [4, 4, 3, 4, 3, 3]
    assert turns(desk) == 5
    assert desk.events() == before
    assert len(desk.rows("versions")) == len(desk.rows("captures")) == 4


def test_the_log_says_which_text_was_shown(desk: Desk) -> None:
    show(desk, "BA")
    log, versions = desk.archive.log(1), desk.archive.versions(1)
    assert [each.version for each in log.fetches] == [1, 2, 3, 4, 3, 4, 3]
    assert [each.last_seen_at for each in versions[2:]] == [log.fetches[-1].observation.at, versions[3].first_seen_at]
    assert [(each.before, each.after) for each in cover(log, versions).stretches][-3:] == [(4, 3), (3, 4), (4, 3)]


@pytest.mark.parametrize("between", ["", "B", "BA", "BAB"])
def test_a_third_text_is_an_edit_again_and_the_count_begins_anew(desk: Desk, between: str) -> None:
    show(desk, between)
    counted = len(between) + 1
    (edit,) = show(desk, "C")
    assert (edit.result, edit.version) == (Result.EDITED, 5)
    assert f"two texts took turns before, {counted} times" in edit.why
    assert desk.events()[-2:] == ["alternating", "edited"]
    assert turns(desk) == 0


def test_a_story_may_begin_to_take_turns_anew(desk: Desk) -> None:
    checks = show(desk, "CDCDCD")
    assert [each.result for each in checks] == [
        Result.EDITED,
        Result.EDITED,
        *[Result.REVERTED] * 2,
        *[Result.UNCHANGED] * 2,
    ]
    assert desk.events()[-2:] == ["edited", "alternating"]
    assert turns(desk) == 2


def test_the_text_shown_twice_can_be_restamped_as_any_other(desk: Desk) -> None:
    (same,) = show(desk, "A", updated="22 November 2026, 11:30")
    (restamped,) = show(desk, "A", updated="22 November 2026, 12:30")
    (turned,) = show(desk, "B", updated="22 November 2026, 13:30")
    assert [same.result, restamped.result, turned.result] == [Result.UNCHANGED, Result.RESTAMPED, Result.UNCHANGED]


def test_a_report_of_a_turn_was_true(desk: Desk) -> None:
    for title, headline, counted in [("B", "ক", (0, 0)), ("B", "খ", (1, 0)), ("A", "গ", (2, 1))]:
        desk.serve({FEED: listing(f"{url(1)} {headline}")})
        show(desk, title)
        (site,) = desk.rows("sites")
        assert (site.signals, site.signals_true) == counted


def test_turns_do_not_make_a_story_be_looked_at_more_often(desk: Desk) -> None:
    show(desk, "BABABABA")
    (row,) = desk.rows("articles")
    assert row.next_check_why.startswith("3 changes")
