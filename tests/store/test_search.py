"""The index of the search on both databases: it finds all that matches, both in one order, and never forgets a text."""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text

from monitor.core.absence import Absence
from monitor.core.articles import Article
from monitor.core.query import Document, Lexicon, Query, Synonyms, Text, matches
from monitor.core.query.preselection import ALL, Mark, Preselection
from monitor.core.search import Hit, SearchQuery
from monitor.language.analyse import Analyser
from monitor.pipeline.search import Search
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.record import SqlStore
from monitor.store.search import SqlSearchIndex
from tests.store.builders import OTHER_SITE, SITE, correct, known, minute, publish, reading, see_again, version

WORDS = ("পুতিন", "পুতিনের", "কিম", "কিমের", "কিমা", "ঢাকা", "ঢাকার", "missile", "missiles", "3.5", "don't", "x-y")
SYNONYMS = Synonyms((("ঢাকা", "missile"), ("কিম", "3.5 পুতিন")))
ANY_KNOWN = 10**6


@pytest.fixture
def index(database: Database) -> SqlSearchIndex:
    """The index of the record."""
    return SqlSearchIndex(database)


def found(index: SqlSearchIndex, query: str, **options: object) -> tuple[Hit, ...]:
    wanted = replace(SearchQuery(Query.parse(query), limit=ANY_KNOWN), **options)  # type: ignore[arg-type]
    return Search(index, wanted, SYNONYMS).page().hits


def versions(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    return [(hit.version.ref.id, hit.version.seq) for hit in hits]


def say(store: SqlStore, number: int, *texts: str) -> int:
    ref = known(store, number)
    for at, each in enumerate(texts):
        publish(store, ref, each, at=minute(number * 10 + at))
    return ref.id


class TestEverything:
    """The evaluator over all versions is the search; a record of two languages, with edits and corrections."""

    def test_the_search_is_the_evaluator_and_both_databases_agree(self, sqlite_url: str, postgres_url: str) -> None:
        with ExitStack() as opened:
            databases = [opened.enter_context(closing(connect(url))) for url in (sqlite_url, postgres_url)]
            for database in databases:
                put_on_record(database, random.Random(5))  # noqa: S311 - the same each time
            everything = list(told(databases[0]))
            indexes = [SqlSearchIndex(database) for database in databases]
            assert len(everything) > 70

            @settings(max_examples=100, deadline=None)
            @given(QUERIES)
            def check(query: str) -> None:
                one, other = (versions(found(index, query)) for index in indexes)
                assert one == other
                assert sorted(one) == matching(everything, Query.parse(query))

            check()


class TestGone:
    """What was said once and is not said any more."""

    @pytest.fixture(autouse=True)
    def stories(self, store: SqlStore) -> None:
        """A story that lost a name, one that kept it, one that was taken away, and one that never changed."""
        say(store, 1, "পুতিন কিম", "পুতিন")
        say(store, 2, "কিম এক", "কিম দুই")
        say(store, 3, "কিম")
        say(store, 4, "কিম")
        gone = known(store, 3)
        see_again(store, gone, minute(99), read=False, absence=Absence(minute(90), 3, minute(99)))

    @pytest.mark.parametrize(
        ("query", "all_", "gone"),
        [
            ("কিম", [(1, 1), (2, 1), (2, 2), (3, 1), (4, 1)], [(1, 1), (3, 1)]),
            ("এক", [(2, 1)], [(2, 1)]),
            ("পুতিন", [(1, 1), (1, 2)], []),
            ("lost:কিম", [(1, 2)], []),
            ("gained:দুই", [(2, 2)], []),
            ("NOT কিম", [(1, 2)], []),
        ],
    )
    def test_gone(
        self, index: SqlSearchIndex, query: str, all_: list[tuple[int, int]], gone: list[tuple[int, int]]
    ) -> None:
        assert sorted(versions(found(index, query))) == all_
        assert sorted(versions(found(index, query, gone=True))) == gone
        assert sorted(versions([hit for hit in found(index, query) if hit.gone])) == gone

    def test_a_name_that_came_and_went(self, store: SqlStore, index: SqlSearchIndex) -> None:
        story = say(store, 5, "এক", "এক ঢাকা", "এক")
        assert versions(found(index, "gained:ঢাকা", gone=True)) == [(story, 2)]
        assert versions(found(index, "lost:ঢাকা", gone=True)) == []


class TestOrderAndPages:
    """Ranked, and of equals the latest first; page by page the same as at once."""

    def test_ranking(self, store: SqlStore, index: SqlSearchIndex) -> None:
        bodies = {1: "কিম " + "শব্দ " * 200, 2: "কিম " * 5 + "শব্দ " * 20, 3: "কিম শব্দ", 4: "কিম শব্দ"}
        for number, body in bodies.items():
            plain = replace(reading(body), article=Article("শিরোনাম", (body,)))
            publish(store, known(store, number), body, minute(number), version=replace(version(""), reading=plain))
        titled = replace(reading("t"), article=Article("কিম শব্দ", ("শব্দ",)))
        publish(store, known(store, 5), "t", minute(0), version=replace(version(""), reading=titled))
        assert [hit.version.ref.id for hit in found(index, "কিম")] == [5, 2, 4, 3, 1]

    def test_pages(self, store: SqlStore, index: SqlSearchIndex, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("monitor.pipeline.search.RANKED", 4)
        monkeypatch.setattr("monitor.pipeline.search._IDS", 3)
        for number in range(1, 12):
            say(store, number, "কিম " * (1 + number % 3))
        at_once = versions(found(index, "কিম"))
        pages = [
            Search(index, SearchQuery(Query.parse("কিম"), limit=5, page=page), SYNONYMS).page() for page in range(1, 5)
        ]
        assert [each for page in pages for each in versions(page.hits)] == at_once
        assert [len(page.hits) for page in pages] == [5, 5, 1, 0]
        assert [page.more for page in pages] == [True, True, False, False]
        assert {id_ for id_, _ in at_once[:4]} == {8, 9, 10, 11}

    def test_since_and_site(self, store: SqlStore, index: SqlSearchIndex) -> None:
        say(store, 1, "কিম")
        say(store, 2, "কিম")
        publish(store, known(store, 1, OTHER_SITE), "কিম", at=minute(30))
        assert versions(found(index, "কিম", since=minute(20))) == [(3, 1), (2, 1)]
        assert versions(found(index, "কিম", since=minute(20) + timedelta(seconds=1))) == [(3, 1)]
        assert versions(found(index, "কিম", site="weekly")) == [(3, 1)]
        assert versions(found(index, "কিম", site="daily")) == [(2, 1), (1, 1)]


class TestIndex:
    """What stands in the index, what waits for it, and how it is made anew."""

    def test_a_version_is_indexed_with_its_commit(self, store: SqlStore, index: SqlSearchIndex) -> None:
        say(store, 1, "কিম", "পুতিন")
        assert index.waiting() == 0
        assert candidates(index, "কিম") == [1]
        assert candidates(index, "পুতিন") == [2]

    def test_a_correction_is_found_by_its_words(self, store: SqlStore, index: SqlSearchIndex) -> None:
        ref = known(store)
        publish(store, ref, "কিম", at=minute(1))
        correct(store, ref, minute(2), [(1, reading("ঢাকা", revision=2))])
        assert versions(found(index, "ঢাকা")) == [(1, 1)]
        assert versions(found(index, "কিম")) == []
        assert candidates(index, "কিম") == [1]

    def test_what_others_write_waits_and_is_filled_in(
        self, store: SqlStore, index: SqlSearchIndex, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("monitor.store.search._PORTION", 50)
        for number in range(1, 60):
            say(store, number, "কিম")
        with database.writing() as connection:
            connection.execute(text("UPDATE search_analyser SET revision = 0"))
        say(store, 60, "কিম")
        assert (index.waiting(), candidates(index, "কিম")) == (60, [])
        assert next(index.fill()) == 50
        assert index.waiting() == 10
        say(store, 61, "কিম")
        assert (index.waiting(), list(index.fill()), index.waiting()) == (10, [10], 0)
        assert candidates(index, "কিম") == list(range(61, 0, -1))

    def test_one_made_by_a_newer_program_is_refused(self, index: SqlSearchIndex, database: Database) -> None:
        with database.writing() as connection:
            connection.execute(text("UPDATE search_analyser SET revision = 99"))
        with pytest.raises(Exception, match="newer version of this program"):
            index.waiting()

    def test_a_text_that_no_index_holds_is_always_judged(
        self, store: SqlStore, index: SqlSearchIndex, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("monitor.core.query.preselection._MOST_BYTES", 1000)
        say(store, 1, " ".join(f"শব্দ{number}" for number in range(100)))
        assert candidates(index, "শব্দ99") == []
        assert versions(found(index, "শব্দ99")) == [(1, 1)]
        assert versions(found(index, "নেই")) == []

    def test_words_longer_than_any(self, store: SqlStore, index: SqlSearchIndex) -> None:
        say(store, 1, "ক" * 5000, "কিম")
        assert versions(found(index, "ক" * 5000)) == [(1, 1)]
        assert versions(found(index, "ক" * 100 + "*")) == [(1, 1)]

    def test_the_deepest_and_the_longest_queries(self, store: SqlStore, index: SqlSearchIndex) -> None:
        say(store, 1, "কিম")
        assert versions(found(index, "(কিম OR (কিম AND " * 19 + "কিম" + "))" * 19)) == [(1, 1)]
        assert versions(found(index, " OR ".join(f"ক{number}" for number in range(900)) + " OR কিম")) == [(1, 1)]


class TestPlans:
    """Both databases find candidates by the index, and none of them sorts or reads all versions."""

    @pytest.mark.parametrize("query", ["কিম", "কিম OR ঢাকা", "gained:কিম", "কি* NOT ঢাকা", "site:daily কিম"])
    def test_sqlite_reads_the_index_backwards(self, sqlite_url: str, query: str) -> None:
        with closing(connect(sqlite_url)) as database:
            assert set(plan(database, query)) == {"SCAN search_index VIRTUAL TABLE INDEX 192:M1<"}

    @pytest.mark.parametrize("query", ["কিম", "কিম OR ঢাকা", "gained:কিম", "কি* NOT ঢাকা"])
    def test_postgres_reads_an_index(self, postgres_url: str, query: str) -> None:
        with closing(connect(postgres_url)) as database:
            lines = plan(database, query)
            assert any("ix_search_index_marks" in line or "search_index_pkey" in line for line in lines), lines


def plan(database: Database, query: str) -> list[str]:
    """The plan that a database makes for the candidates of a query, with its tables taken for large."""
    plans: list[str] = []

    def note(connection: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.lstrip().startswith("SELECT search_index"):
            driver: Any = connection.connection.driver_connection
            if not database.is_sqlite:
                driver.execute("SET LOCAL enable_seqscan = off")
            how = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
            plans.extend(str(row[-1]) for row in driver.execute(how + statement, parameters))

    say(SqlStore(database), 1, "কিম")
    event.listen(database.engine, "before_cursor_execute", note)
    found(SqlSearchIndex(database), query)
    return plans


def candidates(index: SqlSearchIndex, word: str) -> list[int]:
    wanted = Preselection(Mark(word), ALL)
    return index.candidates(wanted, below=None, limit=ANY_KNOWN, since=None, gone=False)


_LEAVES = st.sampled_from(
    (
        *WORDS,
        *("=পুতিনের", "=কিম", "কি*", "miss*", '"পুতিন কিম"', '"কিম ঢাকার"', '"কিম ঢাকা"~2', "(পুতিন NEAR/2 ঢাকা)"),
        *("title:কিম", "section:ঢাকা", "credit:missile", "body:(ঢাকা OR কিম)", "site:daily", "site:Weekly", "lang:en"),
    )
)
_PLAIN = st.recursive(
    _LEAVES,
    lambda parts: st.one_of(
        st.tuples(parts, st.sampled_from(["AND", "OR"]), parts).map(lambda three: f"({' '.join(three)})"),
        parts.map(lambda part: f"NOT ({part})"),
    ),
    max_leaves=4,
)
_CHANGED = st.tuples(st.sampled_from(["gained", "lost", "more", "fewer"]), _PLAIN).map(
    lambda two: f"{two[0]}:({two[1]})"
)
QUERIES = _PLAIN | st.tuples(_CHANGED, st.sampled_from(["", "AND", "OR"]), _CHANGED | _PLAIN).map(" ".join)
"""Queries with all operators, of few words."""


def put_on_record(database: Database, chance: random.Random) -> None:
    """Two sites of two languages; some stories edited, and some versions read again."""
    store = SqlStore(database)
    for number in range(1, 41):
        ref = known(store, number, chance.choice([SITE, OTHER_SITE]))
        for at in range(chance.choice([1, 1, 2, 4])):
            words = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
            read = reading(words, section=chance.choice([None, *WORDS]), credit=chance.choice([None, *WORDS]))
            publish(store, ref, words, minute(number * 10 + at), version=replace(version(words), reading=read))
        if chance.random() < 0.3:
            again = reading(" ".join(chance.choices(WORDS, k=3)), revision=2)
            correct(store, ref, minute(number * 10 + 9), [(store.state(ref.id).marks[-1].id, again)])


Told = tuple[tuple[int, int], Text]


def told(database: Database) -> Iterator[Told]:
    """All versions on record as the evaluator sees them, by story and number."""
    archive = SqlArchive(database)
    for number in range(1, 41):
        story = archive.find(str(number))
        assert story is not None
        site = SITE if story.ref.site == SITE.name else OTHER_SITE
        analyser, before = Analyser(site.language), None
        for each in archive.versions(number):
            after = Document.of(each.article, site=site.name, language=site.language, analyser=analyser)
            yield (number, each.seq), Text(after, before)
            before = after


def matching(everything: Sequence[Told], query: Query) -> list[tuple[int, int]]:
    lexicons = {code: Lexicon(Analyser(code), SYNONYMS) for code in ("bn", "en")}
    return sorted(which for which, text in everything if matches(query, text, lexicons[text.after.language]))
