"""What is held back at a site, on SQLite and on Postgres alike."""

from datetime import timedelta

import pytest

from monitor.core.events import Event, EventKind
from monitor.core.masses import LAST, Hold, Shift
from monitor.core.records import ArticleRef
from monitor.pipeline.ports import Conflict
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import events
from tests.store.builders import OTHER_SITE, SITE, START, check, found, known, minute, observation, see_again
from tests.store.test_contract import rows

CHANGED = Event(EventKind.SITE_CHANGED, None, "so many of them")
SETTLED = Event(EventKind.SITE_SETTLED, None, "quiet again")
HOLD = Hold(minute(1), ("restamped",))


def restamp(store: SqlStore, ref: ArticleRef, at: float, *, way: str = "restamped", held: bool = False) -> None:
    event = Event(EventKind.RESTAMPED, None, "the update time moved", way, held)
    see_again(store, ref, minute(at), events=(event,))


@pytest.fixture
def refs(store: SqlStore) -> list[ArticleRef]:
    """Four stories of a site, each looked at once."""
    refs = store.discovered(SITE, [found(number) for number in range(1, 5)], at=START)
    for number, ref in enumerate(refs):
        see_again(store, ref, minute(number / 10))
    return refs


class TestLastWays:
    """Of each of the other stories the last look counts, if it was not the first one."""

    def test_the_latest_look_first(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        one, two, three, four = refs
        restamp(store, two, 10)
        see_again(store, three, minute(11))
        restamp(store, four, 12, way="body")
        assert store.last_ways(one.id, minute(13)) == ["body", None, "restamped"]
        assert store.last_ways(four.id, minute(13)) == [None, "restamped"]

    def test_a_story_seen_again_as_it_was_counts_as_unchanged(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        restamp(store, refs[1], 10)
        see_again(store, refs[1], minute(11))
        assert store.last_ways(refs[0].id, minute(12)) == [None]

    def test_what_is_no_change_of_the_story_counts_as_none(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        see_again(store, refs[1], minute(10), events=(Event(EventKind.RESTORED, None, "there again"),))
        assert store.last_ways(refs[0].id, minute(12)) == [None]

    def test_a_first_look_says_nothing(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        assert store.last_ways(refs[0].id, minute(10)) == []

    def test_only_looks_of_the_day_before(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        restamp(store, refs[1], 10)
        restamp(store, refs[2], 20)
        day = timedelta(days=1)
        assert store.last_ways(refs[0].id, minute(10) + day) == ["restamped"]
        assert store.last_ways(refs[0].id, minute(20) + day) == []
        assert store.last_ways(refs[0].id, minute(10)) == ["restamped"]

    def test_no_other_site(self, store: SqlStore, refs: list[ArticleRef]) -> None:
        (other,) = store.discovered(OTHER_SITE, [found(77)], at=START)
        for at in (1, 2):
            restamp(store, other, at)
        assert store.last_ways(refs[0].id, minute(10)) == []

    def test_so_many_and_no_more(self, store: SqlStore) -> None:
        refs = store.discovered(SITE, [found(number) for number in range(LAST + 2)], at=START)
        for at, ref in enumerate([*refs, *refs]):
            restamp(store, ref, at, way="title" if ref is refs[1] else "body")
        assert store.last_ways(refs[0].id, minute(1_000)) == ["body"] * LAST


class TestShift:
    """A step of a site's hold is taken once, with its event, in the transaction of the look that shows it."""

    def test_begins_and_ends(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        assert store.state(ref.id).hold is None
        see_again(store, ref, minute(1), shift=Shift(None, HOLD, CHANGED))
        assert store.state(ref.id).hold == HOLD
        see_again(store, ref, minute(2), shift=Shift(HOLD, None, SETTLED))
        assert store.state(ref.id).hold is None
        told = [(row.kind, row.at, row.site_id, row.article_id, row.why) for row in rows(database, events)]
        assert told == [
            ("site changed", minute(1), 1, None, "so many of them"),
            ("site settled", minute(2), 1, None, "quiet again"),
        ]

    def test_decided_on_another_one_is_refused_with_nothing_written(self, store: SqlStore, database: Database) -> None:
        one, two = known(store, 1), known(store, 2)
        see_again(store, one, minute(1), shift=Shift(None, HOLD, CHANGED))
        for before in (None, Hold(HOLD.since, ("restamped", "body")), Hold(minute(2), HOLD.ways)):
            with pytest.raises(Conflict):
                store.commit(check(two, 0, minute(3), shift=Shift(before, None, SETTLED)))
        assert store.state(two.id).revision == 0
        assert [row.kind for row in rows(database, events)] == ["site changed"]

    def test_a_site_has_its_own(self, store: SqlStore) -> None:
        (other,) = store.discovered(OTHER_SITE, [found(77)], at=START)
        see_again(store, known(store), minute(1), shift=Shift(None, HOLD, CHANGED))
        assert store.state(other.id).hold is None


def test_held_back_are_those_since_at_that_site(store: SqlStore, refs: list[ArticleRef]) -> None:
    (other,) = store.discovered(OTHER_SITE, [found(77)], at=START)
    restamp(store, refs[0], 10, held=True)
    restamp(store, refs[1], 11, held=True)
    restamp(store, refs[2], 12)
    restamp(store, other, 12, held=True)
    assert [store.held_back(refs[3].id, minute(at)) for at in (0, 10, 11, 12)] == [2, 2, 1, 0]
    assert store.held_back(other.id, START) == 1


def test_turns_are_kept_with_the_version_shown(store: SqlStore, database: Database) -> None:
    ref = known(store)
    see_again(store, ref, minute(1), flips=3)
    assert store.state(ref.id).flips == 3
    state = store.state(ref.id)
    store.commit(
        check(ref, state.revision, minute(2), read=False, observation=observation(minute(2), outcome="failed"))
    )
    assert store.state(ref.id).flips == 3
