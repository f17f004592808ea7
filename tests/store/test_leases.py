"""Who works on what is due: claims on a real database, on SQLite and on Postgres."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from monitor.core.errors import AlreadyLedError
from monitor.core.leases import Claimed, Lease
from monitor.core.polling import Plan
from monitor.core.rechecks import NextCheck
from monitor.core.records import ArticleRef
from monitor.pipeline.ports import Conflict, Lost
from monitor.sitekit.site import Listed, Source
from monitor.store.database import Database, connect
from monitor.store.leader import Lead, leading
from monitor.store.leases import SqlLeases
from monitor.store.record import SqlStore
from monitor.store.tables import articles
from tests.databases import Postgres
from tests.store.builders import FEED, OTHER_SITE, SITE, START, check, found, known, minute, poll

HOLD = timedelta(minutes=5)


@pytest.fixture
def leases(database: Database) -> SqlLeases:
    leases = SqlLeases(database)
    leases.enrol([SITE, OTHER_SITE], now=START)
    return leases


def lease(token: str, at: datetime = START) -> Lease:
    return Lease(token, at, at + HOLD)


def claim(leases: SqlLeases, token: str, at: datetime = START, **named: Any) -> Claimed:
    return leases.claim(SITE, lease(token, at), **{"limit": 10, **named})


def keys(claimed: Claimed) -> list[str]:
    return [*(each.url for each in claimed.sources), *(ref.key for ref in claimed.articles)]


def settle(store: SqlStore, number: int, at: datetime | None) -> ArticleRef:
    """Put a story on record that is due at a moment."""
    ref = known(store, number)
    store.commit(check(ref, 0, START, next_check=NextCheck(at, "as the test has it")))
    return ref


def rest(store: SqlStore, **changes: Any) -> None:
    """Let the feed be read, and not be due."""
    poll(store, plan=replace(Plan(at=minute(60)), **changes))


class TestWhatIsClaimed:
    """Sources first, then stories, the longest overdue first, each once."""

    def test_the_longest_overdue_first_and_no_more_than_wanted(self, leases: SqlLeases, store: SqlStore) -> None:
        for number, at in ((1, -5), (2, -9), (3, -1), (4, 7)):
            settle(store, number, minute(at))
        settle(store, 5, None)
        assert keys(claim(leases, "a", limit=3)) == [FEED, "news/2", "news/1"]
        assert keys(claim(leases, "b")) == ["news/3"]
        assert keys(claim(leases, "c")) == []

    def test_of_another_site_nothing(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store, 1, OTHER_SITE)
        assert keys(claim(leases, "a")) == [FEED]

    def test_a_source_that_the_site_has_no_more_or_that_is_not_polled(self, leases: SqlLeases, store: SqlStore) -> None:
        other = Source("archive", "https://daily.example/{day}", lambda _: Listed(()), polled=False)
        site = replace(SITE, sources=(other,))
        leases.enrol([site], now=START)
        store.archive_read(site, other, START.date(), at=START)
        assert leases.ready([site], now=START) == []
        assert not leases.claim(site, lease("a"), limit=10)

    @pytest.mark.parametrize(
        ("plan", "asked"),
        [
            (Plan(at=minute(60)), True),
            (Plan(at=minute(60), not_before=minute(1)), False),
            (Plan(at=minute(60), not_before=minute(-1)), True),
            (Plan(at=minute(60), failures=1), False),
            (Plan(at=minute(-1), failures=1), True),
        ],
    )
    def test_early_as_the_plan_allows(self, leases: SqlLeases, store: SqlStore, plan: Plan, *, asked: bool) -> None:
        poll(store, plan=plan)
        assert plan.may_be_asked(START) is asked
        assert bool(claim(leases, "a", early=True)) is asked

    def test_of_many_who_claim_at_once_each_gets_others(self, leases: SqlLeases, store: SqlStore) -> None:
        store.discovered(SITE, [found(number) for number in range(40)], at=START)
        with ThreadPoolExecutor(8) as threads:
            got = list(threads.map(lambda number: keys(claim(leases, f"{number}", limit=5)), range(8)))
        assert sorted(key for some in got for key in some) == sorted({key for some in got for key in some})


class TestReady:
    """Which sites have work to do."""

    def test_the_longest_overdue_first(self, leases: SqlLeases, store: SqlStore) -> None:
        rest(store)
        assert leases.ready([SITE, OTHER_SITE], now=START) == []
        settle(store, 1, minute(2))
        known(store, 1, OTHER_SITE)
        assert leases.ready([SITE, OTHER_SITE], now=minute(1)) == [OTHER_SITE]
        assert leases.ready([SITE, OTHER_SITE], now=minute(2)) == [OTHER_SITE, SITE]
        assert leases.ready([SITE, OTHER_SITE], now=minute(60)) == [OTHER_SITE, SITE]

    def test_a_source_that_is_due(self, leases: SqlLeases, store: SqlStore) -> None:
        assert leases.ready([SITE, OTHER_SITE], now=START) == [SITE]
        rest(store)
        assert leases.ready([SITE], now=minute(59)) == []
        assert leases.ready([SITE], now=minute(60)) == [SITE]

    def test_what_is_claimed_is_nobody_elses_work(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        claim(leases, "a")
        assert leases.ready([SITE], now=minute(4)) == []
        assert leases.ready([SITE], now=minute(5)) == [SITE]


class TestTheEndOfALease:
    """It ends with the commit, or given back, or by itself; then others may."""

    def test_by_itself(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        assert keys(claim(leases, "a")) == [FEED, "news/1"]
        assert keys(claim(leases, "b", minute(4))) == []
        assert keys(claim(leases, "c", minute(5))) == [FEED, "news/1"]

    def test_given_back(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        claimed = claim(leases, "a")
        leases.give_back(claimed)
        assert keys(claim(leases, "b")) == [FEED, "news/1"]
        leases.give_back(claimed)  # not his any more
        assert keys(claim(leases, "c")) == []

    def test_put_off(self, leases: SqlLeases, store: SqlStore, database: Database) -> None:
        known(store)
        leases.put_off(claim(leases, "a"), until=minute(9), why="the host rests")
        assert keys(claim(leases, "b", minute(8))) == []
        with database.reading() as connection:
            assert connection.execute(select(articles.c.next_check_why)).scalar() == "the host rests"
        assert keys(claim(leases, "c", minute(9))) == [FEED, "news/1"]

    def test_put_off_by_somebody_who_has_lost_it(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        lost = claim(leases, "a")
        claim(leases, "b", minute(6))
        leases.put_off(lost, until=minute(99), why="too late")
        assert keys(claim(leases, "c", minute(20))) == [FEED, "news/1"]

    def test_taken_back_from_an_owner_who_is_dead(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        claim(leases, "7-a", limit=1)
        claim(leases, "77-a", limit=1)
        assert keys(claim(leases, "8-a")) == []
        leases.take_back(OTHER_SITE, "7-", now=START)
        assert keys(claim(leases, "8-b")) == []
        leases.take_back(SITE, "7-", now=START)
        assert keys(claim(leases, "8-c")) == [FEED]
        leases.take_back(SITE, "77-", now=START)
        assert keys(claim(leases, "8-d")) == ["news/1"]

    def test_with_the_commit_of_a_check(self, leases: SqlLeases, store: SqlStore) -> None:
        rest(store)
        ref = known(store)
        claim(leases, "a")
        store.commit(check(ref, 0, START, lease="a", next_check=NextCheck(START, "at once")))
        assert keys(claim(leases, "b")) == ["news/1"]

    def test_with_the_commit_of_a_plan(self, leases: SqlLeases, store: SqlStore) -> None:
        claim(leases, "a")
        poll(store, lease="a", plan=None)  # it was broken off: what was read is kept, and the lease
        assert keys(claim(leases, "b")) == []
        poll(store, lease="a", plan=Plan(at=START))
        assert keys(claim(leases, "c")) == [FEED]


class TestWhoHasLostIt:
    """A worker that was away for too long must not write over what its successor found."""

    @pytest.fixture
    def ref(self, leases: SqlLeases, store: SqlStore) -> ArticleRef:
        ref = known(store)
        claim(leases, "a")
        assert claim(leases, "b", minute(6))
        return ref

    def test_a_check(self, store: SqlStore, ref: ArticleRef) -> None:
        with pytest.raises(Lost):
            store.commit(check(ref, 0, minute(6), lease="a"))
        assert store.state(ref.id).revision == 0
        store.commit(check(ref, 0, minute(7), lease="b"))
        with pytest.raises(Lost):
            store.commit(check(ref, 1, minute(8), lease="a"))

    def test_a_reading(self, store: SqlStore, ref: ArticleRef) -> None:
        with pytest.raises(Lost):
            poll(store, found(2), lease="a")
        assert store.known(SITE, [found(2)]) == 0
        poll(store, found(2), lease="b")
        assert store.known(SITE, [found(2)]) == 1

    def test_a_check_without_a_lease_goes_before_and_the_lease_holds(self, store: SqlStore, ref: ArticleRef) -> None:
        store.commit(check(ref, 0, minute(6)))
        with pytest.raises(Conflict):
            store.commit(check(ref, 0, minute(7), lease="b"))
        store.commit(check(ref, 1, minute(7), lease="b"))


class TestClockSetBack:
    """What was written by a clock that was ahead must not hold anything up."""

    def test_a_lease_that_would_last_for_days_does_not_hold(self, leases: SqlLeases, store: SqlStore) -> None:
        known(store)
        claim(leases, "a", START + timedelta(days=3))
        assert leases.ready([SITE], now=START) == [SITE]
        assert keys(claim(leases, "b")) == [FEED, "news/1"]

    def test_what_was_put_off_then_is_due_again(self, leases: SqlLeases, store: SqlStore) -> None:
        ahead = START + timedelta(days=3)
        ref, other = known(store), settle(store, 2, minute(60))
        gone = settle(store, 3, None)
        store.discovered(SITE, [found(4)], at=ahead)
        store.commit(check(ref, 0, ahead, next_check=NextCheck(ahead + HOLD, "soon")))
        poll(store, at=ahead, plan=Plan(at=ahead + HOLD, not_before=ahead + HOLD))
        leases.enrol([SITE], now=minute(10))
        assert keys(claim(leases, "a", minute(10))) == [FEED, "news/1", "news/4"]
        assert {other.id, gone.id}.isdisjoint(each.id for each in claim(leases, "b", minute(10)).articles)


class TestLeading:
    """One program that leads a database: a daemon, or one of those that enqueue."""

    def test_a_second_one_is_refused_and_told_who_is_there(self, database_url: str) -> None:
        with leading(database_url), pytest.raises(AlreadyLedError, match=f"pid {os.getpid()}"), leading(database_url):
            pass

    def test_its_end_makes_room(self, database_url: str) -> None:
        for _ in range(2):
            with leading(database_url):
                pass

    def test_a_lock_whose_connection_broke_is_taken_anew(self, postgres: Postgres, postgres_url: str) -> None:
        with leading(postgres_url) as keep:
            _cut(postgres)
            keep()
            with pytest.raises(AlreadyLedError), leading(postgres_url):
                pass

    def test_whoever_was_quicker_then_leads(self, postgres: Postgres, postgres_url: str) -> None:
        with leading(postgres_url) as keep:
            _cut(postgres)
            with leading(postgres_url):
                for _ in range(2):
                    with pytest.raises(AlreadyLedError, match=f"pid {os.getpid()}"):
                        keep()
            keep()

    def test_a_file_that_is_open_stays_locked(self, sqlite_url: str) -> None:
        with leading(sqlite_url) as keep:
            keep()
            with pytest.raises(AlreadyLedError), leading(sqlite_url):
                pass

    def test_others_may_work_on_it(self, database_url: str, store: SqlStore) -> None:
        with leading(database_url):
            assert known(store).key == "news/1"


class TestLead:
    """The lead of many who wait for it, on Postgres."""

    def test_one_has_it_and_keeps_it_and_at_its_end_another_takes_it(self, postgres_url: str) -> None:
        first, second = Lead(postgres_url), Lead(postgres_url)
        assert [first.held(), second.held(), first.held(), second.held()] == [True, False, True, False]
        first.give_up()
        assert [second.held(), first.held()] == [True, False]
        second.give_up()

    def test_a_daemon_and_it_shut_each_other_out(self, postgres_url: str) -> None:
        lead = Lead(postgres_url)
        with leading(postgres_url):
            assert not lead.held()
        assert lead.held()
        with pytest.raises(AlreadyLedError, match=f"pid {os.getpid()}"), leading(postgres_url):
            pass
        lead.give_up()

    def test_who_loses_the_connection_loses_the_lead_and_notices(self, postgres_url: str) -> None:
        first, second = Lead(postgres_url), Lead(postgres_url)
        assert first.held()
        with closing(connect(postgres_url)) as database, database.writing() as connection:
            connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))
        deadline = time.monotonic() + 10
        while not second.held():
            assert time.monotonic() < deadline
        assert not first.held()
        second.give_up()
        assert first.held()
        first.give_up()


def _cut(postgres: Postgres) -> None:
    """Break the connection that holds the lock, as a restart of the server or a network would."""
    postgres.run("SELECT pg_terminate_backend(pid, 10000) FROM pg_locks WHERE locktype = 'advisory'")
