"""The record as it is looked at (`monitor.pipeline.ports.Archive`), on SQLite and on Postgres alike."""

from datetime import datetime, timedelta

import pytest

from monitor.core.articles import ParserId
from monitor.core.changes import Change
from monitor.core.records import ArticleQuery, ArticleRef, ArticleSummary, Discovery, VersionRecord
from monitor.core.urls import tidy
from monitor.store.archive import SqlArchive
from monitor.store.record import SqlStore
from tests.store.builders import (
    OTHER_SITE,
    SITE,
    STAMP,
    START,
    article,
    correct,
    found,
    known,
    minute,
    publish,
    reading,
    see_again,
    version,
)


def listed(archive: SqlArchive, query: ArticleQuery) -> list[str]:
    return [story.ref.name for story in archive.articles(query)]


class TestArticles:
    """The order, every filter alone, filters together, and what a line of the list says."""

    @pytest.fixture
    def stories(self, store: SqlStore) -> None:
        """Of daily: 1 new at 10, 2 edited at 30 and silently so at 20, 3 and 4 never read; of weekly: 1 reverted at 25."""
        one, two = known(store, 1), known(store, 2)
        store.discovered(SITE, [found(3)], at=minute(1))
        store.discovered(SITE, [found(4)], at=minute(2))
        weekly = store.discovered(OTHER_SITE, [Discovery("1", "https://weekly.example/1")], at=START)[0]
        publish(store, one, "a", minute(10))
        publish(store, two, "a", minute(5))
        publish(store, two, "b", minute(20), announced=False)
        publish(store, two, "c", minute(30), announced=True)
        publish(store, weekly, "a", minute(6))
        publish(store, weekly, "b", minute(7), announced=True)
        publish(store, weekly, "a", minute(25), version=version("a", Change.REVERTED))

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            (ArticleQuery(), "daily:news/2 weekly:1 daily:news/1 daily:news/4 daily:news/3"),
            (ArticleQuery(limit=2), "daily:news/2 weekly:1"),
            (ArticleQuery(limit=4), "daily:news/2 weekly:1 daily:news/1 daily:news/4"),
            (ArticleQuery(limit=0), ""),
            (ArticleQuery(site="daily"), "daily:news/2 daily:news/1 daily:news/4 daily:news/3"),
            (ArticleQuery(site="monthly"), ""),
            (ArticleQuery(since=minute(25)), "daily:news/2 weekly:1"),
            (ArticleQuery(since=minute(2)), "daily:news/2 weekly:1 daily:news/1 daily:news/4"),
            (ArticleQuery(since=minute(2), site="weekly"), "weekly:1"),
            (ArticleQuery(change=Change.NEW), "daily:news/1"),
            (ArticleQuery(change=Change.EDITED), "daily:news/2"),
            (ArticleQuery(change=Change.REVERTED), "weekly:1"),
            (ArticleQuery(silent=True), "daily:news/2"),
            (ArticleQuery(silent=True, site="weekly"), ""),
            (ArticleQuery(silent=True, since=minute(31)), ""),
        ],
    )
    @pytest.mark.usefixtures("stories")
    def test_filters_and_order(self, archive: SqlArchive, query: ArticleQuery, names: str) -> None:
        assert listed(archive, query) == names.split()

    def test_equal_times_are_told_apart_by_id(self, store: SqlStore, archive: SqlArchive) -> None:
        for number in (1, 2, 3):
            publish(store, known(store, number), "a", minute(1))
        assert listed(archive, ArticleQuery()) == ["daily:news/3", "daily:news/2", "daily:news/1"]

    def test_a_line_of_the_list(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        publish(store, ref, "b", minute(2), announced=False)
        see_again(store, ref, minute(9))
        assert archive.articles(ArticleQuery()) == [
            ArticleSummary(
                ref=ref,
                former_urls=(),
                title="শিরোনাম: b",
                published=None,
                updated=STAMP,
                added_at=START,
                checked_at=minute(9),
                versions=2,
                silent_edits=1,
                change=Change.EDITED,
                announced=False,
                changed_at=minute(2),
            )
        ]

    def test_a_story_never_read(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        see_again(store, ref, minute(3), read=False)
        expected = ArticleSummary(ref, (), None, None, None, START, minute(3), 0, 0, None, None, None)
        assert archive.articles(ArticleQuery()) == [expected]
        assert archive.find("daily:news/1") == expected

    def test_former_urls_are_oldest_first(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        for number in (2, 1):
            store.discovered(SITE, [Discovery(ref.key, f"https://daily.example/{number}")], at=minute(3 - number))
        see_again(store, ref, minute(5), moved_to="https://daily.example/1")
        (story,) = archive.articles(ArticleQuery())
        assert story.former_urls == (ref.url, "https://daily.example/2")

    def test_the_title_is_of_the_latest_reading(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        correct(store, ref, minute(2), [(store.state(ref.id).marks[0].id, reading("A", 2))])
        (story,) = archive.articles(ArticleQuery())
        assert (story.title, story.versions) == ("শিরোনাম: A", 1)


class TestFind:
    """Every way to name a story."""

    @pytest.fixture
    def ref(self, store: SqlStore) -> ArticleRef:
        known(store, 9)
        ref = store.discovered(SITE, [Discovery("news/1", tidy("https://daily.example/খবর/1?b=2"))], at=START)[0]
        store.discovered(SITE, [Discovery("news/1", "http://daily.example/1#top")], at=START)
        store.discovered(SITE, [Discovery("sha256/00", "urn:sha256:00"), Discovery("77", "urn:x")], at=START)
        return ref

    @pytest.mark.parametrize(
        "reference",
        [
            "daily:news/1",
            "https://daily.example/খবর/1?b=2",
            "https://DAILY.example:443/খবর/1?b=2&utm_source=x#comments",
            "http://daily.example/1#top",
        ],
    )
    def test_by_name_or_url(self, archive: SqlArchive, ref: ArticleRef, reference: str) -> None:
        story = archive.find(reference)
        assert story is not None
        assert story.ref == ref

    def test_by_id(self, archive: SqlArchive, ref: ArticleRef) -> None:
        story = archive.find(str(ref.id))
        assert story is not None
        assert story.ref == ref

    @pytest.mark.usefixtures("ref")
    def test_a_capture_of_unknown_address(self, archive: SqlArchive) -> None:
        for reference in ("urn:sha256:00", "daily:sha256/00"):
            story = archive.find(reference)
            assert story is not None
            assert story.ref.key == "sha256/00"

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "0",
            "77",
            "-1",
            "9" * 30,
            "১",
            "daily",
            "daily:",
            ":news/1",
            "weekly:news/1",
            "https://daily.example/",
            "http://[",
            "\0\ud83d",
        ],
    )
    @pytest.mark.usefixtures("ref")
    def test_nothing_is_found(self, archive: SqlArchive, reference: str) -> None:
        assert archive.find(reference) is None


class TestVersions:
    """All that is on record of a story's text."""

    def test_oldest_first_and_complete(self, store: SqlStore, archive: SqlArchive) -> None:
        ref, other = known(store, 1), known(store, 2)
        publish(store, other, "x", START)
        publish(store, ref, "a", minute(1))
        see_again(store, ref, minute(2))
        publish(store, ref, "b", minute(3), announced=False)
        see_again(store, ref, minute(4))
        first, second = archive.versions(ref.id)
        expected = VersionRecord(
            id=store.state(ref.id).marks[1].id,
            seq=2,
            change=Change.EDITED,
            announced=False,
            why="because b",
            article=article("b"),
            content_hash=reading("b").content_hash,
            parser=ParserId("v2023", 1),
            first_seen_at=minute(3),
            last_seen_at=minute(4),
            changed_after=minute(2),
        )
        assert second == expected
        assert (first.seq, first.change, first.announced, first.article) == (1, Change.NEW, None, article("a"))
        assert (first.first_seen_at, first.last_seen_at, first.changed_after) == (minute(1), minute(2), None)
        assert first.first_seen_at.utcoffset() == timedelta(0)

    def test_a_version_was_last_seen_when_the_next_one_says_and_the_last_when_the_story_was_read(
        self, store: SqlStore, archive: SqlArchive
    ) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        publish(store, ref, "b", minute(9), version=version("b", changed_after=minute(4)))
        publish(store, ref, "c", minute(10), version=version("c", changed_after=None))
        assert self.last_seen(archive, ref) == [minute(4), minute(9), minute(10)]
        see_again(store, ref, minute(12))
        see_again(store, ref, minute(15), read=False)
        assert self.last_seen(archive, ref) == [minute(4), minute(9), minute(12)]

    def test_a_version_of_a_story_without_a_time_of_reading_was_last_seen_at_first(
        self, store: SqlStore, archive: SqlArchive
    ) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1), read=False)
        assert self.last_seen(archive, ref) == [minute(1)]

    def last_seen(self, archive: SqlArchive, ref: ArticleRef) -> list[datetime]:
        return [each.last_seen_at for each in archive.versions(ref.id)]

    def test_a_corrected_version_is_shown_in_its_latest_reading(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        publish(store, ref, "b", minute(2))
        first, _ = store.state(ref.id).marks
        for number in (2, 3):
            correct(store, ref, minute(number), [(first.id, reading(f"A{number}", number))])
        one, two = archive.versions(ref.id)
        assert (one.corrected, one.article, one.parser) == (True, article("A3"), ParserId("v2023", 3))
        assert (two.corrected, two.article, two.parser) == (False, article("b"), ParserId("v2023", 1))

    def test_none(self, store: SqlStore, archive: SqlArchive) -> None:
        assert archive.versions(known(store).id) == []
        assert archive.versions(4711) == []
