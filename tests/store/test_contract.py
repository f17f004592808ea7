"""What the store promises the pipeline (`monitor.pipeline.ports`), on SQLite and on Postgres alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from monitor.core.articles import Article, ParserId, PlaceLine
from monitor.core.changes import Change
from monitor.core.errors import StoreError
from monitor.core.events import Event, EventKind
from monitor.core.records import ArticleState, Correction, Discovery, VersionMark
from monitor.language.dates import MonthDay, Precision, Stated
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import (
    article_urls,
    articles,
    blobs,
    captures,
    events,
    observations,
    readings,
    sites,
    versions,
)
from tests.store.builders import (
    DHAKA,
    FEED,
    OTHER_SITE,
    SITE,
    STAMP,
    START,
    article,
    capture,
    check,
    correct,
    found,
    known,
    minute,
    observation,
    poll,
    publish,
    reading,
    see_again,
    version,
)


def rows(database: Database, table: Any) -> list[Any]:
    with database.reading() as connection:
        key = table.c.id if "id" in table.c else next(iter(table.c))
        return list(connection.execute(select(table).order_by(key)))


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def owners(database: Database) -> dict[str, int]:
    return {row.url: row.article_id for row in rows(database, article_urls)}


class TestDiscovered:
    """Stories, sites and sources come on record here: whatever a source may list, and however often."""

    def test_stories_come_back_in_the_order_given_with_repeats(self, store: SqlStore) -> None:
        refs = store.discovered(SITE, [found(3), found(1), found(3), found(2)], at=START)
        assert [(ref.site, ref.key, ref.url) for ref in refs] == [
            ("daily", f"news/{number}", f"https://daily.example/news/{number}") for number in (3, 1, 3, 2)
        ]
        assert refs[0] == refs[2]
        assert store.discovered(SITE, [found(2), found(4), found(1)], at=minute(1))[::2] == [refs[3], refs[1]]

    def test_nothing_found_is_nothing_written(self, store: SqlStore) -> None:
        assert store.discovered(SITE, [], at=START) == []

    def test_a_known_story_keeps_its_url_and_gains_another(self, store: SqlStore, database: Database) -> None:
        first = known(store)
        (again,) = store.discovered(SITE, [Discovery("news/1", "https://m.daily.example/news/1")], at=minute(1))
        assert again == first
        with database.reading() as connection:
            urls = connection.execute(text("SELECT url FROM article_urls ORDER BY added_at")).scalars().all()
        assert urls == ["https://daily.example/news/1", "https://m.daily.example/news/1"]

    def test_a_url_on_record_is_that_story_whatever_its_key(self, store: SqlStore, database: Database) -> None:
        first = known(store)
        assert store.discovered(SITE, [Discovery("sport/77", first.url)], at=minute(1)) == [first]
        assert (count(database, articles), count(database, article_urls)) == (1, 1)

    def test_a_story_that_moved_is_known_under_its_new_url_and_key(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        see_again(store, ref, minute(1), moved_to="https://daily.example/sport/77")
        moved = Discovery("sport/77", "https://daily.example/sport/77")
        back = store.discovered(SITE, [found(2), moved, found(1), moved], at=minute(2))
        assert back[1:] == [replace(ref, url=moved.url)] * 3
        assert count(database, articles) == 2

    def test_the_url_comes_before_the_key(self, store: SqlStore, database: Database) -> None:
        first, second = known(store, 1), known(store, 2)
        assert store.discovered(SITE, [Discovery(second.key, first.url)], at=minute(1)) == [first]
        assert owners(database) == {first.url: first.id, second.url: second.id}

    def test_a_url_of_another_site_is_no_identity_and_stays_there(self, store: SqlStore, database: Database) -> None:
        first = known(store)
        links = [Discovery("a", first.url), Discovery("b", first.url), Discovery("a", "https://weekly.example/a")]
        one, two, again = store.discovered(OTHER_SITE, links, at=minute(1))
        assert [one.key, two.key, again.key] == ["a", "b", "a"]
        assert len({first.id, one.id, two.id}) == 3
        assert owners(database) == {first.url: first.id, "https://weekly.example/a": one.id}

    def test_links_given_together_come_to_the_same_as_one_by_one(self, store: SqlStore, database: Database) -> None:
        links = [Discovery(*each.split()) for each in ("k1 u:1", "k2 u:1", "k1 u:2", "k3 u:2", "k2 u:3", "k4 u:4")]
        refs = store.discovered(SITE, links, at=START)
        assert [ref.key for ref in refs] == ["k1", "k1", "k1", "k1", "k2", "k4"]
        assert [ref.url for ref in refs] == ["u:1", "u:1", "u:1", "u:1", "u:3", "u:4"]
        assert [store.discovered(SITE, [each], at=minute(1))[0] for each in links] == refs
        one, two, four = refs[0].id, refs[4].id, refs[5].id
        assert owners(database) == {"u:1": one, "u:2": one, "u:3": two, "u:4": four}

    def test_two_sites_may_have_one_key(self, store: SqlStore) -> None:
        here = known(store)
        there = store.discovered(OTHER_SITE, [Discovery("news/1", "https://weekly.example/1")], at=START)[0]
        assert (here.site, there.site) == ("daily", "weekly")
        assert here.id != there.id

    def test_thousands_at_once(self, store: SqlStore, database: Database) -> None:
        many = [found(number) for number in range(2500)]
        refs = store.discovered(SITE, many, at=START)
        assert [ref.key for ref in refs] == [each.key for each in many]
        assert store.discovered(SITE, many[::-1], at=minute(1)) == refs[::-1]
        assert count(database, articles) == 2500

    def test_a_site_is_brought_up_to_date(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", START)
        moved = type(SITE)("daily", "Daily", "en", ZoneInfo("Asia/Kolkata"), parsers=())
        store.discovered(moved, [found(1)], at=minute(1))
        assert [(row.name, row.language, row.timezone) for row in rows(database, sites)] == [
            ("daily", "en", "Asia/Kolkata")
        ]
        assert store.state(ref.id).stamp == Stated(
            datetime(2026, 11, 22, 11, 0, tzinfo=ZoneInfo("Asia/Kolkata")), Precision.MINUTE
        )

    def test_text_that_no_database_can_hold_is_made_storable(self, store: SqlStore) -> None:
        spoilt = Discovery("news/\0\ud83d", "https://daily.example/\ud83d")
        first, second = store.discovered(SITE, [spoilt, spoilt], at=START)
        assert first == second
        assert (first.key, first.url) == ("news/\ufffd\ufffd", "https://daily.example/\ufffd")


class TestFollowed:
    """Which stories users asked for, site by site."""

    def test_oldest_first_and_of_one_site(self, store: SqlStore) -> None:
        later = store.discovered(SITE, [found(5)], at=minute(5), followed=True)
        first = store.discovered(SITE, [found(2), found(9)], at=minute(1), followed=True)
        known(store, 7)
        store.discovered(OTHER_SITE, [Discovery("x", "https://weekly.example/x")], at=START, followed=True)
        assert store.followed(SITE) == [*first, *later]

    def test_a_known_story_can_be_followed_and_stays_so(self, store: SqlStore) -> None:
        ref = known(store)
        assert store.followed(SITE) == []
        store.discovered(SITE, [found(1)], at=minute(1), followed=True)
        store.discovered(SITE, [found(1)], at=minute(2))
        assert store.followed(SITE) == [ref]

    def test_a_site_never_seen_has_none(self, store: SqlStore) -> None:
        assert store.followed(SITE) == []


class TestState:
    """What the next decision stands on, for every kind of history a story can have."""

    def test_a_story_never_checked(self, store: SqlStore) -> None:
        ref = known(store)
        assert store.state(ref.id) == ArticleState(ref, 0, (), None, None, START, None, None, recorded=None)

    def test_a_story_with_one_version(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        state = store.state(ref.id)
        (mark,) = state.marks
        assert mark == VersionMark(
            mark.id, 1, reading("a").content_hash, ParserId("v2023", 1), mark.capture_id, None, minute(1)
        )
        assert (state.revision, state.content, state.stamp) == (1, article("a"), STAMP)
        assert (state.last_observed_at, state.last_shown_at) == (minute(1), minute(1))

    def test_marks_are_oldest_first_in_their_latest_readings(self, store: SqlStore) -> None:
        ref = known(store)
        for number, words in enumerate("abc"):
            publish(store, ref, words, minute(number))
        first, second, third = store.state(ref.id).marks
        correct(store, ref, minute(5), [(third.id, reading("C", 2)), (first.id, reading("A", 2))])
        correct(store, ref, minute(6), [(first.id, reading("AA", 3))])
        state = store.state(ref.id)
        assert [(mark.seq, mark.parser.revision) for mark in state.marks] == [(1, 3), (2, 1), (3, 2)]
        assert [mark.content_hash for mark in state.marks] == [
            reading(words).content_hash for words in ("AA", "b", "C")
        ]
        assert [mark.capture_id for mark in state.marks] == [mark.capture_id for mark in (first, second, third)]
        assert state.content == article("C")

    def test_what_came_of_a_capture_is_known_for_its_own_story_alone(self, store: SqlStore) -> None:
        ref, other = known(store, 1), known(store, 2)
        for number, outcome in enumerate(("unreadable", "fetched")):
            kept = observation(minute(number), ref="day1/a.html", outcome=outcome)
            see_again(store, ref, minute(number), observation=kept, read=False)
            assert store.state(ref.id, ref="day1/a.html").recorded == outcome
        assert store.state(ref.id, ref="day1/b.html").recorded is None
        assert store.state(ref.id).recorded is None
        assert store.state(other.id, ref="day1/a.html").recorded is None

    @pytest.mark.parametrize(
        ("outcomes", "recorded"),
        [
            ("failed fetched", "fetched"),
            ("fetched failed", "fetched"),
            ("failed fetched unreadable", "fetched"),
            ("zzz fetched aaa", "fetched"),
            ("unreadable failed", "failed"),
            ("failed unreadable", "unreadable"),
        ],
    )
    def test_a_capture_once_fetched_stays_so_else_its_last_outcome_counts(
        self, store: SqlStore, outcomes: str, recorded: str
    ) -> None:
        ref = known(store)
        for number, outcome in enumerate(outcomes.split()):
            kept = observation(minute(-number), ref="day1/a.html", outcome=outcome)
            see_again(store, ref, minute(-number), observation=kept, read=False)
        assert store.state(ref.id, ref="day1/a.html").recorded == recorded

    def test_an_unknown_story_is_a_bug(self, store: SqlStore) -> None:
        with pytest.raises(LookupError, match="no story with the id 4711"):
            store.state(4711)

    @pytest.mark.parametrize(
        "content",
        [
            Article(title="t", paragraphs=("p",)),
            Article("শিরোনাম\u200d", ("ঢাকা\n", "\u09af\u09bc ☂️ \"'\\"), title_derived=True, captions=("ছবি", "")),
            article(subheading="উপ", image="https://x/i.jpg", byline="লেখক", section="খেলা", credit="এএফপি"),
            article(dateline=PlaceLine("সিউল", 9, 14), published=Stated(MonthDay(9, 14), Precision.MONTH_DAY)),
            article(dateline=PlaceLine("সিউল", 9, 14, 2023), updated=None),
            article(published=Stated(datetime(2023, 9, 14, tzinfo=DHAKA), Precision.DAY)),
            article(updated=Stated(datetime(2023, 9, 14, 13, 15, 30, tzinfo=DHAKA), Precision.MINUTE)),
        ],
    )
    def test_an_article_comes_back_as_it_went_in(self, store: SqlStore, content: Article) -> None:
        ref = known(store)
        publish(store, ref, "a", START, version=version("a", Change.NEW, reading=replace(reading(), article=content)))
        back = store.state(ref.id).content
        assert back == content
        for stated in (back.published, back.updated):
            assert stated is None or isinstance(stated.at, MonthDay) or stated.at.tzinfo == DHAKA

    def test_half_a_surrogate_pair_in_a_text_becomes_the_sign_for_it(self, store: SqlStore) -> None:
        ref = known(store)
        content = article(title="কাটা \ud83d", paragraphs=("এক\0", "দুই \ude00"))
        publish(store, ref, "a", START, version=version("a", Change.NEW, reading=replace(reading(), article=content)))
        back = store.state(ref.id).content
        assert back is not None
        assert (back.title, back.paragraphs[1]) == ("কাটা \ufffd", "দুই \ufffd")


class TestCommit:
    """All that a check found is written, or nothing; each part of a Check and each reason to refuse one is here."""

    def test_the_first_version(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        assert publish(store, ref, "a", minute(1)) == 1
        (row,) = rows(database, versions)
        (kept,) = rows(database, captures)
        (seen,) = rows(database, observations)
        (event,) = rows(database, events)
        assert (row.article_id, row.seq, row.change, row.announced, row.why) == (ref.id, 1, "new", None, "because a")
        assert (row.first_seen_at, row.changed_after) == (minute(1), None)
        assert row.capture_id == kept.id
        assert (seen.article_id, seen.version_id, seen.capture_id, seen.source_id) == (ref.id, row.id, kept.id, None)
        assert (event.kind, event.at, event.article_id, event.version_id) == ("published", minute(1), ref.id, row.id)
        assert event.site_id == rows(database, sites)[0].id

    def test_versions_count_up(self, store: SqlStore, database: Database) -> None:
        ref, other = known(store, 1), known(store, 2)
        assert [publish(store, ref, words, minute(number)) for number, words in enumerate("aba")] == [1, 2, 3]
        assert publish(store, other, "a", minute(9)) == 1
        third = rows(database, versions)[2]
        assert (third.first_seen_at, third.changed_after) == (minute(2), minute(1))

    def test_an_unchanged_story(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        publish(store, ref, "b", minute(2))
        before = rows(database, versions)
        later = Stated(STAMP.at + timedelta(hours=1), Precision.MINUTE) if isinstance(STAMP.at, datetime) else STAMP
        assert (
            see_again(store, ref, minute(7), observation=observation(minute(7), stamp=later, etag='"x"', elapsed=1.5))
            is None
        )
        assert rows(database, versions) == before
        second = before[1]
        seen = rows(database, observations)[-1]
        assert (seen.version_id, seen.capture_id, seen.outcome, seen.status, seen.size) == (
            second.id,
            None,
            "fetched",
            200,
            1234,
        )
        assert (seen.sha256, seen.elapsed, seen.etag, seen.url) == (
            "ab" * 32,
            1.5,
            '"x"',
            "https://daily.example/news/1",
        )
        state = store.state(ref.id)
        assert (state.stamp, state.last_observed_at, state.last_shown_at, state.revision) == (
            later,
            minute(7),
            minute(7),
            3,
        )

    def test_a_check_that_read_nothing_moves_only_the_clock(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        failed = observation(minute(2), outcome="failed", status=None, size=0, sha256=None, why="timed out", stamp=None)
        assert see_again(store, ref, minute(2), observation=failed, read=False) is None
        state = store.state(ref.id)
        assert (state.stamp, state.last_observed_at, state.last_shown_at) == (STAMP, minute(2), minute(1))
        seen = rows(database, observations)[-1]
        assert (seen.version_id, seen.outcome, seen.status, seen.why) == (None, "failed", None, "timed out")

    def test_a_check_that_read_nothing_never_moves_the_clock_back(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(5))
        see_again(store, ref, minute(1), read=False)
        state = store.state(ref.id)
        assert (state.last_observed_at, state.last_shown_at) == (minute(5), minute(5))

    def test_of_checks_that_read_the_last_commit_decides_even_with_an_earlier_time(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(5))
        see_again(store, ref, minute(9), read=False)
        see_again(store, ref, minute(2))
        state = store.state(ref.id)
        assert (state.last_observed_at, state.last_shown_at) == (minute(2), minute(2))

    def test_a_stamp_can_vanish(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        see_again(store, ref, minute(2), observation=observation(minute(2), stamp=None))
        assert store.state(ref.id).stamp is None

    def test_a_check_decided_on_an_older_revision_is_refused(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        stale = check(
            ref,
            0,
            minute(2),
            capture=capture(b"b"),
            version=version("b", Change.NEW),
            events=(Event(EventKind.PUBLISHED, None, "b"),),
            moved_to="https://daily.example/moved",
        )
        publish(store, ref, "a", minute(1))
        before = [
            rows(database, table) for table in (articles, versions, readings, captures, blobs, observations, events)
        ]
        with pytest.raises(Conflict, match="not at revision 0 any more"):
            store.commit(stale)
        assert before == [
            rows(database, table) for table in (articles, versions, readings, captures, blobs, observations, events)
        ]

    def test_a_corrected_reading(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        (mark,) = store.state(ref.id).marks
        correct(store, ref, minute(3), [(mark.id, reading("A", 2))])
        first, second = rows(database, readings)
        assert (first.version_id, second.version_id, second.read_at) == (mark.id, mark.id, minute(3))
        assert (first.parser_revision, second.parser_revision) == (1, 2)
        assert len(rows(database, versions)) == 1

    def test_a_correction_and_a_new_version_together(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        (mark,) = store.state(ref.id).marks
        assert publish(store, ref, "b", minute(2), corrections=(Correction(mark.id, reading("A", 2)),)) == 2
        assert [mark.content_hash for mark in store.state(ref.id).marks] == [
            reading("A").content_hash,
            reading("b").content_hash,
        ]

    def test_an_event_without_a_version_is_about_the_last(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1))
        see_again(store, ref, minute(2), events=(Event(EventKind.RESTAMPED, None, "the update time moved"),))
        event = rows(database, events)[-1]
        assert (event.kind, event.version_id, event.announced) == ("restamped", store.state(ref.id).marks[0].id, None)

    def test_where_redirects_led_is_on_record(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        led = observation(minute(2), url="https://daily.example/1", final_url="https://daily.example/one")
        see_again(store, ref, minute(1))
        see_again(store, ref, minute(2), observation=led)
        poll(store, at=minute(3), observations=(replace(led, url=FEED),))
        assert [(row.url, row.final_url) for row in rows(database, observations)] == [
            ("https://daily.example/news/1", None),
            ("https://daily.example/1", "https://daily.example/one"),
            (FEED, "https://daily.example/one"),
        ]

    def test_an_event_may_be_about_no_site(self, database: Database) -> None:
        with database.writing() as connection:
            connection.execute(events.insert(), {"at": START, "kind": "receiver", "why": "it does not answer"})
        (event,) = rows(database, events)
        assert (event.site_id, event.article_id, event.version_id) == (None, None, None)

    def test_a_story_that_moved(self, store: SqlStore, archive: SqlArchive) -> None:
        ref = known(store)
        publish(store, ref, "a", minute(1), moved_to="https://daily.example/sport/1")
        moved = store.state(ref.id).ref
        assert moved == replace(ref, url="https://daily.example/sport/1")
        for url in (ref.url, moved.url):
            story = archive.find(url)
            assert story is not None
            assert (story.ref, story.former_urls) == (moved, (ref.url,))
        see_again(store, ref, minute(2), moved_to=ref.url)
        assert known(store) == ref

    def test_the_url_of_another_story_stays_with_that_story(self, store: SqlStore, archive: SqlArchive) -> None:
        ref, other = known(store, 1), known(store, 2)
        see_again(store, ref, minute(1), moved_to=other.url)
        assert (store.state(ref.id).ref, store.state(other.id).ref) == (ref, other)
        assert store.state(ref.id).revision == 1
        story = archive.find(other.url)
        assert story is not None
        assert story.ref == other

    def test_json_is_kept_readable(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "ঢাকা", START)
        with database.reading() as connection:
            raw = connection.execute(text("SELECT CAST(paragraphs AS TEXT) FROM readings")).scalar()
        assert raw == '["ঢাকা","শেষ।"]'

    def test_a_moment_without_a_zone_is_a_bug(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        with pytest.raises(Exception, match="a moment without a zone"):
            see_again(store, ref, datetime(2026, 1, 1))
        assert count(database, observations) == 0


class TestCapture:
    """Responses come back byte for byte, or not at all."""

    @pytest.mark.parametrize("body", [b"", b"x", b"<p>" + "খবর ".encode() * 20_000, bytes(range(256)) * 40])
    def test_a_response_comes_back_as_received(self, store: SqlStore, body: bytes) -> None:
        ref = known(store)
        kept = capture(body, datetime(2026, 11, 22, 12, 0, 1, 250, tzinfo=UTC))
        publish(store, ref, "a", START, capture=kept)
        assert store.capture(store.state(ref.id).marks[0].capture_id) == kept

    def test_headers_are_kept_as_a_list_of_pairs(self, store: SqlStore, database: Database) -> None:
        see_again(store, known(store), START, capture=capture(), read=False)
        with database.reading() as connection:
            raw = connection.execute(text("SELECT CAST(headers AS TEXT) FROM captures")).scalar_one()
        assert raw.startswith('[["Set-Cookie","a=1"],["content-type",')
        assert raw.endswith(',["Set-Cookie","b=শেষ"]]')

    def test_a_response_without_headers(self, store: SqlStore) -> None:
        ref = known(store)
        publish(store, ref, "a", START, capture=replace(capture(), headers=()))
        assert store.capture(store.state(ref.id).marks[0].capture_id).headers == ()

    def test_equal_bodies_are_kept_once(self, store: SqlStore, database: Database) -> None:
        first, second = known(store, 1), known(store, 2)
        for ref in (first, second):
            see_again(store, ref, minute(1), capture=capture(b"the same"), read=False)
        see_again(store, first, minute(2), capture=capture(b"another"), read=False)
        assert (count(database, captures), count(database, blobs)) == (3, 2)
        assert [row.capture_id for row in rows(database, observations)] == [row.id for row in rows(database, captures)]

    def test_pages_are_compressed(self, store: SqlStore, database: Database) -> None:
        see_again(store, known(store), START, capture=capture(b"<p>news</p>" * 1000), read=False)
        (blob,) = rows(database, blobs)
        assert (blob.compression, blob.size) == ("zlib", 11_000)
        assert len(blob.body) < 200

    def test_what_compressing_makes_longer_is_kept_as_it_is(self, store: SqlStore, database: Database) -> None:
        see_again(store, known(store), START, capture=capture(b"x"), read=False)
        (blob,) = rows(database, blobs)
        assert (blob.compression, blob.body) == ("none", b"x")

    @pytest.mark.parametrize("damage", [b"not zlib", b""])
    def test_a_damaged_body_is_not_given_out(self, store: SqlStore, database: Database, damage: bytes) -> None:
        ref = known(store)
        publish(store, ref, "a" * 500, START)
        with database.writing() as connection:
            connection.execute(blobs.update().values(body=damage))
        with pytest.raises(StoreError, match=r"capture 1 \(https://daily.example/news/1\) is damaged"):
            store.capture(store.state(ref.id).marks[0].capture_id)

    def test_a_swapped_body_is_not_given_out(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        publish(store, ref, "a", START)
        with database.writing() as connection:
            connection.execute(blobs.update().values(body=b"other", compression="none"))
        with pytest.raises(StoreError, match="not the one received"):
            store.capture(store.state(ref.id).marks[0].capture_id)

    def test_an_unknown_capture_is_a_bug(self, store: SqlStore) -> None:
        with pytest.raises(LookupError, match="no capture with the id 4711"):
            store.capture(4711)
