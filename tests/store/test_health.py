"""The health of sites on record, on SQLite and on Postgres alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.core.events import EventKind
from monitor.core.health import Tried
from monitor.core.polling import Plan
from monitor.sitekit.site import Site
from monitor.store.database import Database
from monitor.store.health import of_json, to_json
from monitor.store.record import SqlStore
from monitor.store.tables import events, sites
from tests.store.builders import OTHER_SITE, SITE, START, minute, poll, untold

FAILED = [Tried(str(number), "HTTP 500") for number in range(5)]
OUT_OF_REACH = [replace(each, unreachable=True) for each in FAILED]
FINE = [Tried(str(number)) for number in range(10)]


def kinds(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.id)).scalars())


def failing(database: Database, site: Site = SITE) -> object:
    with database.reading() as connection:
        return connection.execute(select(sites.c.failing_since).where(sites.c.name == site.name)).scalar()


def test_an_event_and_its_moment_are_written_once(store: SqlStore, database: Database) -> None:
    assert [event.kind for event in store.examined(SITE, FAILED, at=minute(1), tell=untold)] == [EventKind.SITE_FAILING]
    assert store.examined(SITE, FAILED, at=minute(2), tell=untold) == ()
    assert (kinds(database), failing(database), failing(database, OTHER_SITE)) == (["site failing"], minute(1), None)
    store.examined(SITE, FINE, at=minute(3), tell=untold)
    assert (kinds(database), failing(database)) == (["site failing", "site recovered"], None)


def test_of_many_who_judge_at_once_one_tells(store: SqlStore, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(lambda number: store.examined(SITE, FAILED, at=minute(number), tell=untold), range(16)))
    assert (sum(map(len, told)), kinds(database)) == (1, ["site failing"])


def test_all_that_is_remembered_comes_back(store: SqlStore, database: Database) -> None:
    store.examined(SITE, [*FAILED, Tried("শেষ", new=3, fields=frozenset({"date", "title"}))], at=minute(1), tell=untold)
    store.examined(SITE, FAILED, at=minute(2), tell=untold)
    with database.reading() as connection:
        health = of_json(connection.execute(select(sites.c.health)).scalar_one())
    assert (len(health.tries), health.days[0][1], health.fine_at) == (6, 3, minute(1))
    assert of_json(to_json(health)) == health
    assert health.problems[0].since == minute(2)


def test_the_day_is_that_of_the_site(store: SqlStore, database: Database) -> None:
    store.examined(
        SITE, [Tried("feed", new=1)], at=START + timedelta(hours=13), tell=untold
    )  # an hour past midnight in Dhaka
    with database.reading() as connection:
        assert connection.execute(select(sites.c.health)).scalar_one()["days"] == [["2026-11-23", 1]]


@pytest.mark.parametrize(
    ("elsewhere", "told"),
    [
        (None, True),
        (Plan(), True),
        (Plan(failures=1, failing_since=minute(50)), False),
        (Plan(failures=9, failing_since=START - timedelta(days=2)), True),  # dead for long: that says nothing
    ],
    ids=["nothing else asked", "others answer", "nothing else answers", "another one is dead"],
)
def test_where_no_other_site_answers_either_it_is_our_network(
    store: SqlStore, elsewhere: Plan | None, told: bool
) -> None:
    if elsewhere is not None:
        poll(store, at=minute(55), plan=elsewhere, read=not elsewhere.failures)
    assert bool(store.examined(OTHER_SITE, OUT_OF_REACH, at=minute(60), tell=untold)) is told


def test_what_was_asked_long_ago_says_nothing_of_our_network(store: SqlStore) -> None:
    poll(store, at=minute(0), plan=Plan(failures=1, failing_since=minute(0)), read=False)
    assert store.examined(OTHER_SITE, OUT_OF_REACH, at=minute(61), tell=untold)
