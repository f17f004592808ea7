"""Many threads and many programs on one record, and programs that are killed in the middle of their work."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, event, func, select, text

from monitor.core.politeness import Turn
from monitor.core.records import ArticleRef, Discovery
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.hosts import SqlHosts
from monitor.store.record import SqlStore
from monitor.store.tables import article_urls, articles, blobs, captures, observations, versions
from tests.store.builders import SITE, START, capture, catch, check, found, known, minute, poll, publish, see_again

THREADS = 8


def at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(work, range(THREADS)))


def count(database: Database, table: Any) -> int:
    with database.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def insistently(commit: Callable[[], int | None]) -> int | None:
    """Decide again as often as somebody else was quicker."""
    while True:
        try:
            return commit()
        except Conflict:
            continue


class TestThreads:
    """Every kind of unit of work that two may want at the same time, on one open database."""

    def test_of_two_checks_decided_on_one_revision_one_is_refused(self, store: SqlStore, database: Database) -> None:
        ref = known(store)

        def commit(number: int) -> bool:
            try:
                store.commit(check(ref, 0, minute(number)))
            except Conflict:
                return False
            return True

        assert sorted(at_once(commit)) == [False] * (THREADS - 1) + [True]
        assert count(database, observations) == 1

    def test_version_numbers_are_given_once(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        numbers = at_once(lambda number: insistently(lambda: publish(store, ref, f"text {number}", minute(number))))
        assert sorted(numbers) == list(range(1, THREADS + 1))
        assert [mark.seq for mark in store.state(ref.id).marks] == sorted(numbers)
        assert store.state(ref.id).revision == count(database, versions) == THREADS

    def test_equal_bodies_are_kept_once(self, store: SqlStore, database: Database) -> None:
        refs = store.discovered(SITE, [found(number) for number in range(THREADS)], at=START)
        at_once(lambda number: see_again(store, refs[number], START, read=False, capture=capture(b"the same")))
        assert (count(database, captures), count(database, blobs)) == (THREADS, 1)

    def test_stories_found_by_all_are_put_on_record_once(self, store: SqlStore, database: Database) -> None:
        some = [found(number) for number in range(200)]

        def discover(number: int) -> list[ArticleRef]:
            order = some[number * 20 :] + some[: number * 20]
            return store.discovered(SITE, order[:: (-1) ** number], at=START, followed=number % 3 == 0)

        results = at_once(discover)
        assert len({ref for refs in results for ref in refs}) == count(database, articles) == 200
        assert len(store.followed(SITE)) == 200

    def test_one_url_found_by_all_under_different_keys_is_one_story(self, store: SqlStore, database: Database) -> None:
        for turn in range(5):
            known(store, 900 + turn)

            def discover(number: int, turn: int = turn) -> ArticleRef:
                link = Discovery(f"{turn}/{number}", f"https://daily.example/moved/{turn}")
                return store.discovered(SITE, [found(number), link], at=START)[1]

            assert len(set(at_once(discover))) == 1
        assert count(database, articles) == THREADS + 10

    def test_a_story_that_moves_to_a_url_while_it_is_found_there_leaves_no_story_without_its_url(
        self, store: SqlStore, database: Database
    ) -> None:
        for turn in range(5):
            ref = known(store, turn)
            link = Discovery(f"moved/{turn}", f"https://daily.example/moved/{turn}")

            def move_or_discover(
                number: int, turn: int = turn, ref: ArticleRef = ref, link: Discovery = link
            ) -> ArticleRef:
                if number != turn:
                    return store.discovered(SITE, [link], at=START, followed=True)[0]
                insistently(lambda: see_again(store, ref, START, moved_to=link.url))
                return store.discovered(SITE, [link], at=START)[0]

            assert len({ref.id for ref in at_once(move_or_discover)}) == 1
        with database.reading() as connection:
            without = select(func.count()).where(articles.c.id.not_in(select(article_urls.c.article_id)))
            assert connection.execute(without).scalar_one() == 0

    def test_reports_of_changes_and_proofs_of_them_do_not_wait_for_each_other(self, store: SqlStore) -> None:
        ref = poll(store, replace(found(1), headline="0"))[0]
        publish(store, ref, "a", minute(0))

        def report_or_prove(number: int) -> None:
            if number % 2:
                poll(store, replace(found(1), headline=f"{number}"), at=minute(number))
                return
            insistently(
                lambda: see_again(store, ref, minute(99), signalled_at=store.state(ref.id).signalled_at, proved=True)
            )

        at_once(report_or_prove)
        assert store.state(ref.id).signals.count == THREADS // 2

    def test_readers_do_not_wait_for_writers_and_see_what_was_before(self, store: SqlStore, database: Database) -> None:
        ref = known(store)
        with database.writing() as connection:
            connection.execute(articles.update().values(revision=99))
            assert store.state(ref.id).revision == 0
        assert store.state(ref.id).revision == 99


def use_together(url: str) -> None:
    """What one of several programs does."""
    with closing(connect(url)) as database:
        store = SqlStore(database)
        refs = store.discovered(SITE, [found(number) for number in range(20)], at=START)
        for number, ref in enumerate(refs):
            insistently(lambda ref=ref, number=number: publish(store, ref, f"{os.getpid()}", minute(number)))  # type: ignore[misc]
            catch(database, "a.example")


def kill_before_commit(url: str, article_id: int) -> None:
    with closing(connect(url)) as database:

        @event.listens_for(database.engine, "commit")
        def kill(_: Connection) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        publish_second(database, article_id)


def kill_after_commit(url: str, article_id: int) -> None:
    with closing(connect(url)) as database:
        publish_second(database, article_id)
        os.kill(os.getpid(), signal.SIGKILL)


def publish_second(database: Database, article_id: int) -> None:
    story = SqlArchive(database).find(str(article_id))
    assert story is not None
    publish(SqlStore(database), story.ref, "second", minute(2), moved_to="https://daily.example/moved")


def run(target: Callable[..., None], *arguments: Any, times: int = 1) -> list[int | None]:
    """Run programs at the same time; return how they ended."""
    processes = [get_context("spawn").Process(target=target, args=arguments) for _ in range(times)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    codes = [process.exitcode for process in processes]
    for process in processes:
        process.close()
    return codes


class TestProcesses:
    """Programs share a record as threads do, and none of them can leave half of anything behind."""

    def test_several_programs_at_once(
        self, store: SqlStore, database: Database, hosts: SqlHosts, database_url: str
    ) -> None:
        assert run(use_together, database_url, times=2) == [0, 0]
        for ref in store.discovered(SITE, [found(number) for number in range(20)], at=START):
            assert [mark.seq for mark in store.state(ref.id).marks] == [1, 2]
        assert count(database, articles) == 20
        turn = hosts.take("a.example", token="1", now=START, hold=60)  # noqa: S106
        assert isinstance(turn, Turn)
        assert turn.distrusted

    def test_one_killed_before_the_commit_has_written_nothing(
        self, store: SqlStore, database: Database, database_url: str
    ) -> None:
        ref = known(store)
        publish(store, ref, "first", minute(1))
        before = everything(database)
        assert run(kill_before_commit, database_url, ref.id) == [-signal.SIGKILL]
        assert everything(database) == before
        assert publish(store, ref, "second", minute(3)) == 2

    def test_one_killed_after_the_commit_has_written_all(self, store: SqlStore, database_url: str) -> None:
        ref = known(store)
        publish(store, ref, "first", minute(1))
        assert run(kill_after_commit, database_url, ref.id) == [-signal.SIGKILL]
        state = store.state(ref.id)
        assert ([mark.seq for mark in state.marks], state.ref.url) == ([1, 2], "https://daily.example/moved")
        assert store.capture(state.marks[1].capture_id).body == b"second"
        assert publish(store, ref, "third", minute(3)) == 3


def everything(database: Database) -> dict[str, list[Any]]:
    names = "articles article_urls blobs captures versions readings observations events"
    with database.reading() as connection:
        return {name: list(connection.execute(text(f"SELECT * FROM {name} ORDER BY 1"))) for name in names.split()}
