"""How the record stands (`monitor.pipeline.ports.Archive.status`), on SQLite and on Postgres alike."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.core.absence import Absence
from monitor.core.events import Event, EventKind
from monitor.core.health import Tried
from monitor.core.masses import Hold, Shift
from monitor.core.politeness import Report, Turn
from monitor.core.polling import Plan
from monitor.core.status import FailingSource, SiteStatus, Status, WaitingHost
from monitor.sitekit.site import Site
from monitor.store import status as module
from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.hosts import SqlHosts
from monitor.store.record import SqlStore
from monitor.store.tables import sites
from tests.store.builders import (
    FEED,
    NEXT,
    OTHER_SITE,
    SITE,
    check,
    found,
    known,
    minute,
    poll,
    publish,
    see_again,
    untold,
)

MAP = "https://daily.example/map"
POLLED = {("daily", FEED), ("daily", MAP)}


def at(archive: SqlArchive, number: float) -> Status:
    return archive.status(minute(number), POLLED)


def of(archive: SqlArchive, number: float, site: Site = SITE) -> SiteStatus:
    return next(each for each in at(archive, number).sites if each.name == site.name)


def test_nothing(archive: SqlArchive) -> None:
    assert at(archive, 0) == Status(minute(0), (), ())


def test_stories_that_are_due_and_the_next_one(store: SqlStore, archive: SqlArchive) -> None:
    refs = poll(store, *map(found, range(1, 5)))
    for ref, due in zip(refs, (10, 20, 30), strict=False):
        publish(store, ref, "a", minute(1), next_check=replace(NEXT, at=minute(due)))
    known(store, site=OTHER_SITE)
    publish(store, refs[3], "a", minute(1), next_check=replace(NEXT, at=None))
    assert [(of(archive, now).due, of(archive, now).next_check_at) for now in (0, 20, 30)] == [
        (0, minute(10)),
        (2, minute(30)),
        (3, None),
    ]
    assert (of(archive, 30, OTHER_SITE).due, at(archive, 30).due) == (1, 4)


def test_counting_ends_where_nobody_wants_to_know_more(
    store: SqlStore, archive: SqlArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll(store, *map(found, range(1, 5)))
    monkeypatch.setattr(module, "MOST", 3)
    assert of(archive, 0).due == 3


def test_sources_that_are_due_fail_and_come_next(store: SqlStore, archive: SqlArchive) -> None:
    poll(store, at=minute(1), plan=Plan(at=minute(10)))
    poll(store, url=MAP, at=minute(2), plan=Plan(at=minute(12), failures=4, failing_since=minute(-9)), read=False)
    poll(store, url="https://daily.example/archive", plan=Plan(at=minute(5)))
    site = of(archive, 11)
    assert (site.sources, site.due_sources, site.next_poll_at, site.fine_at) == (2, 1, minute(12), minute(1))
    assert site.failing_sources == (FailingSource(MAP, minute(-9), 4),)
    assert of(archive, 13).next_poll_at is None


def test_a_wish_of_a_source_comes_before_our_plan(store: SqlStore, archive: SqlArchive) -> None:
    poll(store, plan=Plan(at=minute(10), not_before=minute(60)))
    assert (of(archive, 11).due_sources, of(archive, 11).next_poll_at) == (0, minute(60))


def test_what_may_be_gone_and_what_is(store: SqlStore, archive: SqlArchive) -> None:
    refs = poll(store, *map(found, range(1, 4)))
    for ref in refs:
        publish(store, ref, "a", minute(1))
    see_again(store, refs[0], minute(2), read=False, absence=Absence(minute(2)))
    see_again(store, refs[1], minute(2), read=False, absence=Absence(minute(2), 3, minute(3)))
    assert (of(archive, 5).suspected, of(archive, 5).unpublished) == (1, 1)


def test_the_health_of_a_site(store: SqlStore, archive: SqlArchive, database: Database) -> None:
    store.examined(SITE, [Tried("1"), *(Tried(str(n), "HTTP 500") for n in range(2, 7))], at=minute(3), tell=untold)
    with database.writing() as connection:
        connection.execute(update(sites).values(changed_since=minute(4)))
    site = of(archive, 5)
    assert (site.failing_since, site.fine_at, site.held_since) == (minute(3), minute(3), minute(4))
    assert "HTTP 500" in site.problems[0].why
    assert at(archive, 5).failing == 1


def test_what_is_held_back_since_when_and_in_which_ways(store: SqlStore, archive: SqlArchive) -> None:
    (other,) = store.discovered(OTHER_SITE, [found(77)], at=minute(0))
    ref = known(store)
    held = Event(EventKind.RESTAMPED, None, "the update time moved", "restamped", held=True)
    for each, moment in ((ref, 1), (ref, 5), (ref, 6), (other, 7)):
        see_again(store, each, minute(moment), events=(held,))
    begins = Shift(None, Hold(minute(5), ("restamped", "body")), Event(EventKind.SITE_CHANGED, None, "so many"))
    assert (of(archive, 8).held_since, of(archive, 8).held_ways, of(archive, 8).held) == (None, (), 0)
    see_again(store, ref, minute(8), events=(replace(held, held=False),), shift=begins)
    site = of(archive, 9)
    assert (site.held_since, site.held_ways, site.held) == (minute(5), ("restamped", "body"), 2)


def test_hosts_that_wait_longer_than_their_pace(archive: SqlArchive, hosts: SqlHosts) -> None:
    for host, report in {
        "asks.example": Report(429, retry_after=7200),
        "fine.example": Report(200),
        "sulks.example": Report(503, retry_after=3600),
    }.items():
        turn = hosts.take(host, token=host, now=minute(0), hold=60)
        assert isinstance(turn, Turn)
        hosts.give_back(turn, report, now=minute(0), delay=5, jitter=0)
    assert at(archive, 1).hosts == (
        WaitingHost("asks.example", minute(120), "asked for 2 h by Retry-After"),
        WaitingHost("sulks.example", minute(60), "asked for 1 h by Retry-After"),
    )
    assert [host.name for host in at(archive, 60.5).hosts] == ["asks.example"]


def test_a_story_that_was_never_read_counts_as_due(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    assert of(archive, 1).due == 1
    store.commit(check(ref, 0, minute(1), read=False, next_check=replace(NEXT, at=minute(1) + timedelta(days=1))))
    assert of(archive, 1).due == 0
