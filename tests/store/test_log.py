"""The log of a story as it is read back, on SQLite and on Postgres alike."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.core.coverage import Kind, cover
from monitor.core.outcomes import Hop
from monitor.core.records import Logged, StoryLog
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import articles
from tests.store.builders import known, minute, observation, publish, see_again

WAY = (
    Hop("http://daily.example/1", "allowed", 301, "192.0.2.1", 0.1),
    Hop("https://daily.example/1", "no robots.txt (404)", None, None, 0.0),
)


def test_each_fetch_with_the_version_that_it_showed(store: SqlStore, archive: SqlArchive) -> None:
    ref, other = known(store, 1), known(store, 2)
    publish(store, other, "x", minute(1))
    publish(store, ref, "a", minute(1))
    publish(store, ref, "b", minute(2))
    see_again(store, ref, minute(3))
    unread = observation(
        minute(4),
        outcome="not-modified",
        status=304,
        stamp=None,
        etag='"e"',
        last_modified="then",
        ref="r",
        why="said so",
    )
    see_again(store, ref, minute(4), read=False, observation=unread)
    expected = [(observation(minute(1)), 1), (observation(minute(2)), 2), (observation(minute(3)), 2), (unread, None)]
    assert archive.log(ref.id) == StoryLog(4, tuple(Logged(*each) for each in expected))


@pytest.mark.parametrize(("hops", "kept"), [((), ()), (WAY[:1], ()), (WAY, WAY)])
def test_the_way_is_kept_where_it_has_more_than_one_step(
    store: SqlStore, archive: SqlArchive, hops: tuple[Hop, ...], kept: tuple[Hop, ...]
) -> None:
    ref = known(store)
    see_again(store, ref, minute(1), observation=observation(minute(1), final_url="https://daily.example/1", hops=hops))
    (logged,) = archive.log(ref.id).fetches
    assert logged.observation.hops == kept


def test_it_is_in_the_order_of_times(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    for at in (5, 2, 9, 2):
        see_again(store, ref, minute(at), read=False)
    assert [each.observation.at for each in archive.log(ref.id).fetches] == [minute(at) for at in (2, 2, 5, 9)]


def test_absence(store: SqlStore, archive: SqlArchive, database: Database) -> None:
    ref = known(store)
    told = {"gone_since": minute(1), "gone_confirmed": 2, "unpublished_at": minute(3)}
    with database.writing() as connection:
        connection.execute(update(articles).values(**told))
    assert archive.log(ref.id) == StoryLog(0, (), minute(1), 2, minute(3))


def test_no_such_story(archive: SqlArchive) -> None:
    with pytest.raises(LookupError, match="4711"):
        archive.log(4711)


def test_what_versions_say_of_their_sights_is_in_the_log_as_well(store: SqlStore, archive: SqlArchive) -> None:
    """Or the coverage, which puts the two together, would see more than there was."""
    ref = known(store)
    for number, text in enumerate(("a", "b", "a", "c")):
        publish(store, ref, text, minute(10 * number))
        see_again(store, ref, minute(10 * number + 3))
        see_again(store, ref, minute(10 * number + 5), read=False, observation=observation(minute(5), outcome="gone"))
    log, versions = archive.log(ref.id), archive.versions(ref.id)
    whole = cover(log, versions)
    assert whole.stretches == cover(log, []).stretches
    assert [(span.sights, span.window) for span in whole.spans] == [(2, None), *[(2, timedelta(minutes=7))] * 3]
    assert whole.counts[Kind.GONE] == 4
