"""What the store promises of sources (`monitor.pipeline.ports.Store`), on SQLite and on Postgres alike."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from monitor.core.events import Event, EventKind
from monitor.core.polling import Plan
from monitor.core.records import Discovery, Headline
from monitor.core.sources import SourceState
from monitor.core.validators import Validators
from monitor.sitekit.site import Listed, Source
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.headlines import SHARED
from monitor.store.record import SqlStore
from monitor.store.tables import articles, events, headlines, hosts, observations, sources
from tests.store.builders import FEED, NEXT, OTHER_SITE, SITE, START, found, known, minute, observation, poll, publish

PLAN = Plan(minute(30), minute(5), timedelta(minutes=20), 2, minute(-60), minute(-50))
VALIDATORS = Validators('"a"', "Sun, 22 Nov 2026 05:00:00 GMT", START)
ARCHIVE = Source("archive", "https://daily.example/{day:%Y-%m-%d}", lambda _page: Listed(()))


def rows(database: Database, table: Any) -> list[Any]:
    with database.reading() as connection:
        return list(connection.execute(select(table).order_by(*table.primary_key.columns)))


def called(text: str | None, number: int = 1) -> Discovery:
    return replace(found(number), headline=text)


class TestPolled:
    """A reading is one transaction: fetches, stories, plan, events."""

    def test_every_fetch_is_on_record(self, store: SqlStore, database: Database) -> None:
        poll(store, found(1), found(2), at=minute(2))
        poll(store, at=minute(1), observations=(observation(minute(1), why="late"),), read=False)
        (source,) = rows(database, sources)
        assert (source.checked_at, source.read_at, source.links) == (minute(2), minute(2), 2)
        assert [(row.source_id, row.article_id, row.observed_at, row.why) for row in rows(database, observations)] == [
            (source.id, None, minute(2), None),
            (source.id, None, minute(1), "late"),
        ]

    def test_a_replayed_fetch_is_added_once_for_each_source(self, store: SqlStore, database: Database) -> None:
        seen = (observation(ref="day1/feed.xml"),)
        for _ in range(2):
            poll(store, observations=seen)
            poll(store, observations=seen, kind="listing", url="https://daily.example/")
        assert len(rows(database, observations)) == 2

    def test_a_source_gets_its_kind_when_it_is_known(self, store: SqlStore, database: Database) -> None:
        poll(store, kind="unknown")
        poll(store, kind="sitemap", at=minute(1))
        assert [(row.kind, row.added_at) for row in rows(database, sources)] == [("sitemap", START)]

    def test_the_state_comes_back(self, store: SqlStore, archive: SqlArchive) -> None:
        assert store.source(SITE, FEED) == SourceState(Plan(), None, None)
        poll(store, at=minute(1), plan=PLAN, validators=VALIDATORS, ttl=3600.0)
        assert store.source(SITE, FEED) == SourceState(PLAN, VALIDATORS, minute(1), 3600.0)
        assert store.source(OTHER_SITE, FEED) == SourceState(Plan(), None, None)
        assert [(each.site, each.url, each.state.plan) for each in archive.sources()] == [("daily", FEED, PLAN)]

    def test_a_reading_that_failed_keeps_what_is_known(self, store: SqlStore) -> None:
        poll(store, found(1), at=minute(1), validators=VALIDATORS, ttl=3600.0)
        poll(store, at=minute(2), plan=PLAN, read=False)
        assert store.source(SITE, FEED) == SourceState(PLAN, VALIDATORS, minute(1), 3600.0)
        poll(store, at=minute(3), plan=None, read=False)
        assert store.source(SITE, FEED).plan == PLAN
        assert [ref.key for ref in store.listed(SITE, FEED)] == ["news/1"]

    def test_what_befell_a_source_is_an_event_of_it(self, store: SqlStore, database: Database) -> None:
        poll(store, events=(Event(EventKind.SOURCE_FAILING, None, "HTTP 500"),))
        (event,) = rows(database, events)
        assert (event.kind, event.site_id, event.source_id, event.article_id) == ("source failing", 1, 1, None)

    def test_a_host_that_was_caught_is_known_as_such(self, store: SqlStore, database: Database) -> None:
        poll(store, caught="daily.example", at=minute(1))
        (host,) = rows(database, hosts)
        assert (host.name, host.lied_at) == ("daily.example", minute(1))


class TestStories:
    """What a source lists, how it came on record, and when it is due."""

    def test_history_and_news(self, store: SqlStore, database: Database) -> None:
        poll(store, found(1), history=True)
        poll(store, found(1), found(2), at=minute(1))
        assert [(row.key, row.history) for row in rows(database, articles)] == [("news/1", True), ("news/2", False)]

    def test_the_source_that_found_a_story_is_remembered(self, store: SqlStore, database: Database) -> None:
        poll(store, found(1))
        poll(store, found(1), url="https://daily.example/other")
        assert rows(database, articles)[0].source_id == rows(database, sources)[0].id

    def test_known(self, store: SqlStore) -> None:
        assert store.known(SITE, [found(1)]) == 0
        poll(store, found(1), found(2))
        assert store.known(SITE, [found(2), found(3), found(1)]) == 2
        assert store.known(SITE, [Discovery("sport/1", found(1).url)]) == 1
        assert store.known(OTHER_SITE, [found(1)]) == 0

    def test_listed_is_what_the_last_reading_had(self, store: SqlStore) -> None:
        poll(store, found(1), found(2))
        poll(store, found(2), found(3), at=minute(1))
        assert [ref.key for ref in store.listed(SITE, FEED)] == ["news/2", "news/3"]
        assert store.listed(SITE, "https://daily.example/other") == []

    def test_a_new_story_is_due_at_once_but_not_one_of_a_backfill(self, store: SqlStore) -> None:
        poll(store, found(1))
        poll(store, found(2), due=False)
        assert [ref.key for ref in store.due(SITE, START)] == ["news/1"]
        assert store.due(OTHER_SITE, START) == []

    def test_due_by_the_next_check_longest_overdue_first(self, store: SqlStore) -> None:
        first, second, third = poll(store, found(1), found(2), found(3))
        publish(store, first, "a", minute(1), next_check=replace(NEXT, at=minute(20)))
        publish(store, second, "a", minute(1), next_check=replace(NEXT, at=minute(10)))
        publish(store, third, "a", minute(1), next_check=replace(NEXT, at=None))
        assert [ref.key for ref in store.due(SITE, minute(9))] == []
        assert [ref.key for ref in store.due(SITE, minute(20))] == ["news/2", "news/1"]

    def test_unread(self, store: SqlStore) -> None:
        first, second = poll(store, found(1), found(2))
        publish(store, first, "a", minute(1))
        assert store.unread([second, first]) == [second]
        assert store.unread([]) == []

    def test_a_site_answers_if_another_story_was_read_since(self, store: SqlStore) -> None:
        first, second = poll(store, found(1), found(2))
        publish(store, first, "a", minute(5))
        assert not store.answers(first.id, minute(1))
        assert store.answers(second.id, minute(1))
        assert not store.answers(second.id, minute(5))


class TestArchiveDays:
    """How far a backfill has come."""

    def test_days_are_noted_once(self, store: SqlStore) -> None:
        day = date(2023, 9, 14)
        assert store.archive_days(SITE, ARCHIVE.url) == frozenset()
        for _ in range(2):
            store.archive_read(SITE, ARCHIVE, day, at=START)
        store.archive_read(SITE, ARCHIVE, date(2023, 9, 13), at=START)
        assert store.archive_days(SITE, ARCHIVE.url) == {day, date(2023, 9, 13)}
        assert store.archive_days(OTHER_SITE, ARCHIVE.url) == frozenset()


class TestHeadlines:
    """Each wording at each place, with the time it was seen first and last."""

    def test_a_wording_lasts_until_another_takes_its_place(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        for number, text in enumerate(["ক", "ক", "খ", "ক"]):
            poll(store, called(text), at=minute(number))
        assert archive.headlines(ref.id) == [
            Headline("feed", "ক", minute(0), minute(1)),
            Headline("feed", "খ", minute(2), minute(2)),
            Headline("feed", "ক", minute(3), minute(3)),
        ]

    def test_an_older_wording_takes_the_place_of_none(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        for text, number in (("ক", 5), ("ক", 6), ("খ", 3), ("খ", 3), ("ক", 5.5), ("ক", 7)):
            poll(store, called(text), at=minute(number), read=number > 5.5)
        assert archive.headlines(ref.id) == [
            Headline("feed", "খ", minute(3), minute(3)),
            Headline("feed", "ক", minute(5), minute(7)),
        ]

    def test_a_replayed_list_leaves_what_is_listed_now(self, store: SqlStore) -> None:
        (ref,) = poll(store, called("ক"), at=minute(5))
        poll(store, called("ক"), at=minute(7))
        for older in (3, 6):
            poll(store, called("ক"), at=minute(older), read=False)
        assert store.listed(SITE, FEED) == [ref]

    def test_after_a_wrong_clock_was_put_right_what_is_listed_is_known(self, store: SqlStore) -> None:
        (ref,) = poll(store, called("ক"), at=minute(5))
        for number in (9_999, 6):
            poll(store, called("ক"), at=minute(number))
        assert store.listed(SITE, FEED) == [ref]

    def test_places_are_kept_apart(self, store: SqlStore, archive: SqlArchive) -> None:
        (ref,) = poll(store, called("ক"))
        poll(store, called("খ"), kind="listing", url="https://daily.example/")
        poll(store, called("গ"), kind="listing", url="https://daily.example/sports")
        publish(store, ref, "a", minute(1), share_title="ঘ")
        assert [(each.place, each.text) for each in archive.headlines(ref.id)] == [
            ("feed", "ক"),
            ("listing", "খ"),
            ("listing", "গ"),
            (SHARED, "ঘ"),
        ]

    def test_a_place_without_headlines_still_lists(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        for number in range(2):
            poll(store, called(None), at=minute(number))
        assert store.listed(SITE, FEED) == [ref]
        assert archive.headlines(ref.id) == []

    def test_what_no_database_can_hold(self, store: SqlStore, archive: SqlArchive, database: Database) -> None:
        ref = known(store)
        for number in range(2):
            poll(store, called("ক\0\ud83d"), at=minute(number))
        assert archive.headlines(ref.id) == [Headline("feed", "ক\ufffd\ufffd", minute(0), minute(1))]
        assert len(rows(database, headlines)) == 1

    def test_one_article_may_be_called_several_things_in_one_reading(self, store: SqlStore) -> None:
        one = known(store)
        assert poll(store, called("ক"), called("খ")) == [one, one]
