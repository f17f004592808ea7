"""Changes that sources report: when a story becomes due by them, and what is remembered of their worth."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.core.rechecks import NextCheck
from monitor.core.records import ArticleRef, Discovery
from monitor.core.signals import Signals
from monitor.pipeline.ports import Conflict
from monitor.store.database import Database
from monitor.store.record import SqlStore
from monitor.store.tables import articles, sites
from tests.store.builders import NEXT, check, found, minute, poll, publish, see_again

FAR = NextCheck(minute(600), "quiet")


def shown(headline: str | None = None, stated: str | None = None, number: int = 1) -> Discovery:
    return replace(found(number), headline=headline, stated=stated)


def story(store: SqlStore, **changes: Any) -> ArticleRef:
    """A story that was listed and read, and is to be looked at again ten hours later."""
    (ref,) = poll(store, shown("ক", "1"))
    publish(store, ref, "a", minute(10), **{"next_check": FAR, **changes})
    return ref


def planned(database: Database) -> tuple[datetime | None, str]:
    with database.reading() as connection:
        row = connection.execute(select(articles.c.next_check_at, articles.c.next_check_why)).one()
        return row.next_check_at, row.next_check_why


@pytest.mark.parametrize(
    ("again", "signal"),
    [
        (shown("ক", "1"), False),
        (shown("খ", "1"), True),
        (shown("ক", "2"), True),
        (shown(None, "1"), False),
        (shown("ক"), False),
        (shown("ক\0", "1"), True),
    ],
)
def test_a_story_that_is_shown_otherwise_is_due_at_once(
    store: SqlStore, database: Database, again: Discovery, signal: bool
) -> None:
    ref = story(store)
    poll(store, again, at=minute(30))
    assert store.state(ref.id).signalled_at == (minute(30) if signal else None)
    reported = (minute(30), "reported as changed at 06:30 -> 06:30")
    assert planned(database) == (reported if signal else (FAR.at, FAR.why))


def test_it_stays_signalled_since_the_first_report(store: SqlStore, database: Database) -> None:
    ref = story(store)
    for number, headline in ((30, "খ"), (40, "গ"), (50, "গ")):
        poll(store, shown(headline), at=minute(number))
    assert store.state(ref.id).signalled_at == minute(30)
    assert planned(database)[0] == minute(30)


def test_a_time_that_is_left_out_for_once_does_not_count_as_another_one(store: SqlStore) -> None:
    ref = story(store)
    for number, stated in ((30, None), (40, "1")):
        poll(store, shown("ক", stated), at=minute(number))
    assert store.state(ref.id).signalled_at is None
    poll(store, shown("ক", "2"), at=minute(50))
    assert store.state(ref.id).signalled_at == minute(50)


@pytest.mark.parametrize(
    ("read_at", "next_check", "due"),
    [
        (minute(28), FAR, minute(33)),
        (minute(10), replace(FAR, at=minute(20)), minute(20)),
        (minute(10), replace(FAR, at=None), minute(30)),
    ],
)
def test_a_report_brings_a_look_forward_and_never_puts_one_off(
    store: SqlStore, database: Database, read_at: datetime, next_check: NextCheck, due: datetime
) -> None:
    (ref,) = poll(store, shown("ক"))
    publish(store, ref, "a", read_at, next_check=next_check)
    poll(store, shown("খ"), at=minute(30))
    assert planned(database)[0] == due


@pytest.mark.parametrize("changes", [{"kind": "listing"}, {"read": False}])
def test_front_pages_and_old_captures_report_nothing(store: SqlStore, changes: dict[str, Any]) -> None:
    ref = story(store)
    for number, headline in ((30, "খ"), (40, "গ")):
        poll(store, shown(headline), at=minute(number), **changes)
    assert store.state(ref.id).signalled_at is None


def test_a_story_that_was_never_read_needs_no_report(store: SqlStore) -> None:
    (ref,) = poll(store, shown("ক"))
    poll(store, shown("খ"), at=minute(30))
    assert store.state(ref.id).signalled_at is None


def test_reports_of_a_site_that_is_not_believed_are_noted_and_cost_nothing(store: SqlStore, database: Database) -> None:
    ref = story(store)
    with database.writing() as connection:
        connection.execute(update(sites).values(signals=60, signals_true=2))
    poll(store, shown("খ"), at=minute(30))
    state = store.state(ref.id)
    assert (state.signalled_at, state.signals) == (minute(30), Signals(60, 2))
    assert planned(database) == (FAR.at, FAR.why)


@pytest.mark.parametrize(
    ("proved", "signals", "left"),
    [(None, Signals(), minute(30)), (True, Signals(1, 1), None), (False, Signals(1, 0), None)],
)
def test_a_check_says_whether_a_report_was_true(
    store: SqlStore, proved: bool | None, signals: Signals, left: datetime | None
) -> None:
    ref = story(store)
    poll(store, shown("খ"), at=minute(30))
    see_again(store, ref, minute(31), signalled_at=minute(30), proved=proved)
    state = store.state(ref.id)
    assert (state.signals, state.signalled_at) == (signals, left)


@pytest.mark.parametrize(("moved", "signals"), [(10, 10), (11, 0)])
def test_a_source_that_is_written_anew_reports_nothing(store: SqlStore, moved: int, signals: int) -> None:
    refs = poll(store, *(shown("ক", "1", number) for number in range(20)))
    for ref in refs:
        publish(store, ref, f"{ref.id}", minute(10), next_check=FAR)
    for at in (30, 40):  # what is then known of it is as it is written now
        poll(store, *(shown("ক", "2" if number < moved else "1", number) for number in range(20)), at=minute(at))
    assert sum(store.state(ref.id).signalled_at is not None for ref in refs) == signals


def test_a_check_that_did_not_know_of_a_report_is_decided_again(store: SqlStore, database: Database) -> None:
    ref = story(store)
    before = store.state(ref.id)
    poll(store, shown("খ"), at=minute(30))
    with pytest.raises(Conflict):
        store.commit(check(ref, before.revision, minute(31), signalled_at=before.signalled_at))
    assert planned(database)[0] == minute(30)
    store.commit(check(ref, before.revision, minute(31), signalled_at=minute(30)))
    assert planned(database)[0] == NEXT.at
