"""A checker of histories: several programs do random things to the same stories, and say what came of each.

What they say is then held against the record: no version is lost or there twice, no commit without its observation, no
event without its version.
"""

import json
from collections import defaultdict
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from monitor.core.records import ArticleRef
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.database import Database, connect
from monitor.store.record import SqlStore
from monitor.store.tables import articles, events, observations
from tests.store.builders import SITE, check, found, known, minute, publish, see_again

PROGRAMS, STORIES, OPERATIONS = 4, 3, 60


def do(store: SqlStore, ref: ArticleRef, random: Random, what: str) -> dict[str, Any]:
    """Do something to a story, and say what came of it."""
    state, at = store.state(ref.id), minute(random.randrange(1, 10_000))
    match random.randrange(4):
        case 0:
            return {"seen": see_again(store, ref, at) is None}
        case 1 if state.revision:
            store.commit(check(ref, state.revision - 1, at))
            return {"stale": True}
        case 2:
            (again,) = store.discovered(SITE, [found(int(ref.key.partition("/")[2]))], at=at)
            return {"same": again == ref}
        case _:
            return {"version": publish(store, ref, what, at), "text": what}


def work(url: str, refs: list[ArticleRef], number: int, log: str) -> None:
    """Do random things, as one program of several."""
    random, lines = Random(number), []  # noqa: S311 - so that a failure comes again
    with closing(connect(url)) as database:
        store = SqlStore(database)
        for step in range(OPERATIONS):
            ref = random.choice(refs)
            try:
                came = do(store, ref, random, f"{number}-{step}")
            except Conflict:
                came = {"conflict": True}
            lines.append(json.dumps({"story": ref.id, **came}))
    Path(log).write_text("\n".join(lines))


@pytest.fixture
def said(store: SqlStore, database_url: str, tmp_path: Path) -> dict[int, list[dict[str, Any]]]:
    """What the programs say that they did, by story."""
    refs = [known(store, number) for number in range(STORIES)]
    context = get_context("spawn")
    programs = [
        context.Process(target=work, args=(database_url, refs, number, str(tmp_path / f"{number}.jsonl")))
        for number in range(PROGRAMS)
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join(120)
        assert program.exitcode == 0
    by_story: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for number in range(PROGRAMS):
        for line in (tmp_path / f"{number}.jsonl").read_text().splitlines():
            by_story[json.loads(line)["story"]].append(json.loads(line))
    return by_story


def count(database: Database, table: Any, article_id: int) -> int:
    with database.reading() as connection:
        found = select(func.count()).select_from(table).where(table.c.article_id == article_id)
        return connection.execute(found).scalar_one()


def test_the_record_is_what_the_programs_say_that_they_did(
    said: dict[int, list[dict[str, Any]]], database: Database, archive: SqlArchive
) -> None:
    assert len(said) == STORIES
    assert any("conflict" in each for lines in said.values() for each in lines)  # they did meet
    for article_id, lines in said.items():
        assert not any(each.get("stale") for each in lines)
        assert all(each.get("same", True) for each in lines)
        versions = {each["version"]: each["text"] for each in lines if "version" in each}
        commits = sum("version" in each or "seen" in each for each in lines)
        kept = archive.versions(article_id)
        assert {version.seq: version.article.paragraphs[0] for version in kept} == versions
        assert sorted(versions) == list(range(1, len(versions) + 1))
        assert count(database, observations, article_id) == commits
        assert count(database, events, article_id) == len(versions)
        with database.reading() as connection:
            revision = select(articles.c.revision).where(articles.c.id == article_id)
            assert connection.execute(revision).scalar_one() == commits
