"""What a look costs: the sum from stories under watch to a price, and that it keeps what was set."""

import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.budget import BANDS, Terms, looks_in_bands, outlooks
from monitor.core.rechecks import History, Rule, next_check, price_for

DAY = timedelta(days=1)
BORN = datetime(2026, 1, 1, tzinfo=UTC)
# 300 stories a day that are watched for 90 days
STEADY = (300, 300, 600, 1200, 2400, 4800, 9600, 7800)


def requests_of(watched: Sequence[int], price: float) -> float:
    """What stories take in a day: one fetch when they are new, and the looks of their band."""
    return watched[0] + sum(count * looks for count, looks in zip(watched, looks_in_bands(price), strict=True))


def band(number: int, count: int = 1) -> tuple[int, ...]:
    return tuple(count if each == number else 0 for each in range(len(BANDS)))


@pytest.mark.parametrize(("fetches", "month"), [(5, 5.5), (10, 9.9), (20, 18.5), (40, 30.5)])
def test_a_story_takes_in_its_first_month_about_what_is_set(fetches: float, month: float) -> None:
    price = price_for(fetches)
    days = [1, 1, 2, 4, 8, 14]
    looks = [requests_of(band(number), price) * each for number, each in enumerate(days)]
    assert sum(looks) == pytest.approx(month, abs=0.1)


@pytest.mark.parametrize("fetches", [5, 20, 40])
def test_a_day_of_a_site_takes_what_each_day_of_its_stories_takes(fetches: float) -> None:
    month = (300, 300, 600, 1200, 2400, 4200, 0, 0)
    assert requests_of(month, price_for(fetches)) / 300 == pytest.approx(fetches, rel=0.3)


@given(
    watched=st.lists(st.integers(0, 10**7), min_size=8, max_size=8), low=st.floats(1e-3, 1e9), high=st.floats(1e-3, 1e9)
)
def test_a_higher_price_never_takes_more(watched: list[int], low: float, high: float) -> None:
    low, high = sorted((low, high))
    assert 0 <= requests_of(watched, high) <= requests_of(watched, low) * (1 + 1e-9)


def test_without_limits_the_price_is_that_of_the_fetches_set() -> None:
    terms = {"a": Terms(), "b": Terms(fetches=5, horizon=30 * DAY)}
    a, b = outlooks(terms, {"a": STEADY, "z": STEADY}).values()
    assert (a.rule, a.watched, a.warning) == (Rule(price_for(20)), sum(STEADY), None)
    assert (b.rule, b.watched, b.expected) == (Rule(price_for(5), 30 * DAY), 0, 0)
    assert a.fetches == pytest.approx(20)
    assert a.wanted == a.expected == requests_of(STEADY, price_for(20))


@pytest.mark.parametrize(
    ("terms", "limit"),
    [
        (Terms(requests_a_day=3000), 3000),
        (Terms(delay=60), 1440),
        (Terms(requests_a_day=3000, delay=60), 1440),
        (Terms(requests_a_day=1420, delay=60), 1420),
    ],
)
def test_above_a_limit_the_price_is_raised_until_it_is_kept(terms: Terms, limit: float) -> None:
    (site,) = outlooks({"a": terms}, {"a": STEADY}).values()
    assert site.wanted > limit
    assert limit * 0.99 < site.expected <= limit
    assert site.price > price_for(20)
    assert site.fetches < 20


@pytest.mark.parametrize("terms", [Terms(requests_a_day=10**6), Terms(delay=5)])
def test_below_a_limit_nothing_is_stretched(terms: Terms) -> None:
    (site,) = outlooks({"a": terms}, {"a": STEADY}).values()
    assert site.price == price_for(20)


def test_a_limit_for_all_sites_stretches_all_of_them_equally() -> None:
    terms = {"a": Terms(), "b": Terms(fetches=10), "c": Terms(requests_a_day=500)}
    free = outlooks(terms, dict.fromkeys(terms, STEADY))
    held = outlooks(terms, dict.fromkeys(terms, STEADY), 4000)
    assert 3960 < sum(each.expected for each in held.values()) <= 4000
    factors = [held[name].price / free[name].price for name in terms]
    assert factors == pytest.approx([factors[0]] * 3)
    assert factors[0] > 1
    assert outlooks(terms, dict.fromkeys(terms, STEADY), 10**6) == free


def test_what_cannot_be_kept_at_any_price_is_as_dear_as_can_be() -> None:
    (site,) = outlooks({"a": Terms(requests_a_day=1)}, {"a": STEADY}).values()
    assert site.price == pytest.approx(price_for(20) * 1e6)
    assert site.rule.price > 0


def test_what_outgrows_its_host_is_told_with_the_figures() -> None:
    (site,) = outlooks({"a": Terms(delay=20, requests_a_day=9)}, {"a": STEADY}).values()
    (told,) = outlooks({"a": Terms(delay=20)}, {"a": STEADY}).values()
    assert told.warning == (
        "27,000 stories under watch would take 8,240 requests a day at 20 fetches each, and one every 20 s are 4,320: "
        "all waits are stretched to about 10.4 fetches each"
    )
    assert site.warning is not None
    (own,) = outlooks({"a": Terms(requests_a_day=9)}, {"a": STEADY}).values()
    assert own.warning is None  # that was the user's own wish
    assert replace(told, wanted=4320).warning is None


@dataclass
class Story:
    """A made-up story: when it came out, when it is edited, and what has been seen of that."""

    born: datetime
    edits: list[datetime]
    last: datetime | None = None
    changes: list[tuple[datetime, datetime]] = field(default_factory=list)

    def look(self, now: datetime, rule: Rule) -> tuple[datetime | None, datetime | None]:
        """Look at the story; return when to look again, and since when it is quiet."""
        if self.last and bisect_right(self.edits, self.last) < bisect_right(self.edits, now):
            self.changes.append((self.last, now))
        self.last = now
        history = History(self.born, self.born, now, tuple(self.changes))
        planned = next_check(history, now=now, price=rule.price, horizon=rule.horizon)
        return planned.at, planned.since


def newsroom(days: int, a_day: int) -> Iterator[Story]:
    """Make stories, of which a third is edited, mostly within hours."""
    chance = Random(7)  # noqa: S311 - nothing secret hangs on it
    for number in range(days * a_day):
        edit = born = BORN + DAY * (number / a_day)
        edits: list[datetime] = []
        while chance.random() < (0.35 if not edits else 0.6):
            edit += timedelta(hours=chance.expovariate(1 / 3))
            edits.append(edit)
        yield Story(born, edits)


def requests_by_day(terms: Terms, days: int, a_day: int) -> Counter[int]:
    """Watch a newsroom as the program does, with the price reckoned anew every hour."""
    stories = list(newsroom(days, a_day))
    due = [(story.born, number) for number, story in enumerate(stories)]
    quiet: dict[int, datetime] = {}
    made: Counter[int] = Counter()
    hour, rule = BORN, Rule()
    while due and due[0][0] < BORN + DAY * days:
        now, number = heapq.heappop(due)
        if now >= hour:
            counts = Counter(bisect_right(BANDS, now - since) - 1 for since in quiet.values())
            rule = outlooks({"a": terms}, {"a": [counts[band] for band in range(len(BANDS))]})["a"].rule
            hour = now + timedelta(hours=1)
        made[(now - BORN).days] += 1
        at, since = stories[number].look(now, rule)
        quiet.pop(number, None)
        if at is not None and since is not None:
            quiet[number] = since
            heapq.heappush(due, (at, number))
    return made


def test_a_newsroom_is_watched_with_the_requests_that_were_set() -> None:
    limit = 60
    made = requests_by_day(Terms(requests_a_day=limit), days=20, a_day=8)
    unlimited = requests_by_day(Terms(), days=20, a_day=8)
    assert fmean(made[day] for day in range(8, 20)) == pytest.approx(limit, rel=0.1)
    assert fmean(unlimited[day] for day in range(8, 20)) > 1.5 * limit
