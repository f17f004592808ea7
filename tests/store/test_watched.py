"""How many stories are under watch, by how long they have been quiet."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.core.rechecks import NextCheck
from monitor.store.archive import SqlArchive
from monitor.store.record import SqlStore
from tests.store.builders import NEXT, OTHER_SITE, SITE, START, found, known, minute, see_again

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("since", "days", "counts"),
    [
        # never read, or quiet since a moment that no look told: as old as it is on record
        (None, 0, [1, 0, 0, 0, 0, 0, 0, 0]),
        (None, 1.5, [0, 1, 0, 0, 0, 0, 0, 0]),
        (START - 3 * DAY, 0, [0, 0, 1, 0, 0, 0, 0, 0]),
        (START - 3 * DAY, 1, [0, 0, 0, 1, 0, 0, 0, 0]),
        (START - 500 * DAY, 0, [0, 0, 0, 0, 0, 0, 0, 1]),
        (START + DAY, 0, [1, 0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_story_counts_by_its_quiet_time(
    store: SqlStore, archive: SqlArchive, since: datetime | None, days: float, counts: list[int]
) -> None:
    see_again(store, known(store), minute(1), next_check=replace(NEXT, since=since))
    assert archive.watched(START + days * DAY + timedelta(minutes=2)) == {"daily": counts}


def test_what_a_look_does_not_tell_stays(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    for since in (START - 3 * DAY, None):
        see_again(store, ref, minute(1), next_check=replace(NEXT, since=since))
    assert archive.watched(minute(2))["daily"][2] == 1


def test_only_what_is_looked_at_counts_and_each_site_for_itself(store: SqlStore, archive: SqlArchive) -> None:
    assert archive.watched(START) == {}
    refs = store.discovered(SITE, [found(number) for number in range(3)], at=START)
    known(store, site=OTHER_SITE, number=9)
    see_again(store, refs[0], minute(1), next_check=NextCheck(None, "no more"))
    assert archive.watched(minute(2)) == {"daily": [2, *[0] * 7], "weekly": [1, *[0] * 7]}
