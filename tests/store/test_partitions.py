"""The log in months on Postgres: made ahead by whoever comes first, given up whole, and nothing lost in between."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, insert, select, text

from monitor.store import partitions
from monitor.store.database import Database, connect
from monitor.store.pruning import Freed, Limits, prunable, prune
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from monitor.store.tables import observations
from tests.databases import Postgres
from tests.store.builders import known

TODAY = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def log(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database whose months begin with August 2026, on a fixed day."""
    monkeypatch.setattr(partitions, "_TODAY", text("SELECT DATE '2026-11-25'"))
    with postgres.without_tables() as url, closing(connect(url)) as database:
        prepare(database)
        with database.writing() as connection:
            partitions.make(connection, date(2026, 8, 17))
        yield database


def parts(database: Database) -> dict[str, int]:
    """Return how many rows each part has."""
    with database.reading() as connection:
        names = connection.scalars(
            text(
                "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'observations'::regclass"
            )
        ).all()
        return {
            name.removeprefix("observations_"): connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in sorted(names)
        }


def observe(database: Database, *moments: datetime, ref: str | None = None) -> None:
    story = known(SqlStore(database))
    common = {"article_id": story.id, "outcome": "unchanged", "url": story.url, "size": 1, "elapsed": 0.1, "ref": ref}
    with database.writing() as connection:
        for at in moments:
            connection.execute(insert(observations), {**common, "observed_at": at})


MONTHS = ["2026_08", "2026_09", "2026_10", "2026_11", "2026_12", "2027_01", "2027_02"]


def test_months_are_made_from_a_day_on_and_three_ahead(log: Database) -> None:
    assert list(parts(log)) == [*MONTHS, "default"]


def test_a_fetch_goes_to_its_month_by_utc_and_else_to_the_rest(log: Database) -> None:
    edge = datetime(2026, 9, 1, tzinfo=UTC)
    moments = (
        edge - timedelta(microseconds=1),
        edge,
        TODAY,
        datetime(2026, 7, 31, tzinfo=UTC),
        datetime(2030, 1, 1, tzinfo=UTC),
    )
    observe(log, *moments)
    assert {name: rows for name, rows in parts(log).items() if rows} == {
        "2026_08": 1,
        "2026_09": 1,
        "2026_11": 1,
        "default": 2,
    }
    with log.reading() as connection:
        assert set(connection.scalars(select(observations.c.observed_at))) == set(moments)


@pytest.mark.parametrize(
    ("day", "rows", "made"),
    [("2027-01-01", 0, ["2027_03", "2027_04"]), ("2027-01-01", 1, ["2027_04"]), ("2026-11-30", 0, [])],
    ids=["months later", "a month that was missed stays where it is", "the same month"],
)
def test_months_to_come(log: Database, monkeypatch: pytest.MonkeyPatch, day: str, rows: int, made: list[str]) -> None:
    observe(log, *[datetime(2027, 3, 5, tzinfo=UTC)] * rows)
    monkeypatch.setattr(partitions, "_TODAY", text(f"SELECT DATE '{day}'"))
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(prepare, [log] * 4))
    assert list(parts(log)) == [*MONTHS, *made, "default"]


class Case(NamedTuple):
    """A limit, and the parts left of a log with a row on the fifth of each month up to today."""

    name: str
    limit: str
    refs: int | None
    left: dict[str, int]


CASES = [
    Case("in the middle of a month", "2026-10-20", None, {"2026_10": 0, "2026_11": 1}),
    Case("at its very end", "2026-10-01", None, {"2026_10": 1, "2026_11": 1}),
    Case("before all", "2026-08-01", None, {"2026_08": 1, "2026_09": 1, "2026_10": 1, "2026_11": 1}),
    Case("a month with a replayed capture", "2026-10-01", 9, {"2026_09": 1, "2026_10": 1, "2026_11": 1}),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_old_months_go_whole(log: Database, case: Case) -> None:
    observe(log, *(datetime(2026, month, 5, tzinfo=UTC) for month in range(8, 12)))
    if case.refs:
        observe(log, datetime(2026, case.refs, 6, tzinfo=UTC), ref="replayed")
    limits = Limits(datetime.fromisoformat(case.limit).replace(tzinfo=UTC))
    expected = prunable(log, limits)
    assert sum(prune(log, limits), Freed()) == expected
    assert prunable(log, limits) == Freed()
    assert {name: rows for name, rows in parts(log).items() if name <= "2026_11"} == case.left


def test_the_key_has_a_number_that_is_given_once(log: Database) -> None:
    observe(log, *[TODAY + timedelta(days=31 * number) for number in range(5)])
    with log.reading() as connection:
        assert connection.execute(select(func.count(func.distinct(observations.c.id)))).scalar_one() == 5


def test_a_program_with_nothing_to_make_writes_nothing(log: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Callable[..., object]] = []
    monkeypatch.setattr(log, "writing", lambda: made.append(prepare))
    prepare(log)
    assert made == []
