"""What a look at a story costs: the price (monitor.core.rechecks) that settings ask for and hosts can bear.

    wanted    what the stories under watch take in a day, where each takes the fetches that are set for an article
    limit     the requests a day that are set for the site, and those that its host allows: a day / delay
    price     that of the fetches set; above the limit raised until the stories take no more than that, and where all
              sites together take more than is set for all, raised at all of them by one factor

How many looks a story takes in a day follows from how long it has been quiet: so stories are counted in bands of that
time. Those of the first day stand for the ones that a day brings. Looks whose distance grows from quiet time to quiet
time by (1 + wait / quiet) are ln(later / sooner) / ln(1 + wait / quiet).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from math import exp, log, log1p
from typing import Final

from monitor.core.rechecks import HORIZON, LEAD, Rule, price_for, wait_for

BANDS: Final = tuple(timedelta(days=days) for days in (0, 1, 2, 4, 8, 16, 32, 64))
"""Where the bands of quiet time begin; the last one has no end."""

FETCHES: Final = 20.0

_DAY: Final = timedelta(days=1)
_END: Final = timedelta(days=128)
_STEPS: Final = 8
_HIGHEST: Final = 1e6
_HALVINGS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What may be spent on the stories of a site.

    `fetches` an article in its first 30 days; `requests_a_day` for all of them, None where no limit is set; `delay` in
    seconds between two requests, 0 where the host sets no limit. `horizon`: how long a quiet story is looked at.
    """

    fetches: float = FETCHES
    requests_a_day: float | None = None
    delay: float = 0.0
    horizon: timedelta = HORIZON

    @property
    def capacity(self) -> float | None:
        """How many requests a day the host allows, None for any number."""
        return _DAY.total_seconds() / self.delay if self.delay else None

    @property
    def limit(self) -> float | None:
        """How many requests a day may be made, None for any number."""
        return min((each for each in (self.requests_a_day, self.capacity) if each is not None), default=None)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of a site: so many stories `watched`, that would take `wanted` requests a day.

    At the `price` they take about `expected` ones.
    """

    terms: Terms
    watched: int
    wanted: float
    price: float
    expected: float

    @property
    def rule(self) -> Rule:
        """By what to look again at a story of this site."""
        return Rule(self.price, self.terms.horizon)

    @property
    def is_stretched(self) -> bool:
        """Whether waits are longer than they would be without limits."""
        return self.price > price_for(self.terms.fetches)

    @property
    def fetches(self) -> float:
        """How many fetches an article takes in its first 30 days at the price: the inverse of `price_for`."""
        return self.terms.fetches * log1p(price_for(self.terms.fetches)) / log1p(self.price)

    @property
    def warning(self) -> str | None:
        """What the user is told, with the figures, where the stories have outgrown what the host allows."""
        allowed = self.terms.capacity
        if allowed is None or self.wanted <= allowed:
            return None
        return (
            f"{self.watched:,} stories under watch would take {self.wanted:,.0f} requests a day at "
            f"{self.terms.fetches:g} fetches each, and one every {self.terms.delay:g} s are {allowed:,.0f}: "
            f"all waits are stretched to about {self.fetches:.1f} fetches each"
        )


def outlooks(
    terms: Mapping[str, Terms], watched: Mapping[str, Sequence[int]], requests_a_day: float | None = None
) -> dict[str, Outlook]:
    """Return what is to be expected of each site in `terms`, given how many stories it has under watch in each band.

    `requests_a_day` is the limit for all of them together.
    """
    looks = cache(looks_in_bands)  # most sites have one price
    demands = {name: _Demand(watched.get(name, ()), looks) for name in terms}
    sites = {name: _outlook(each, demands[name]) for name, each in terms.items()}
    if requests_a_day is None:
        return sites

    def at(factor: float) -> dict[str, Outlook]:
        return {name: _stretched(each, demands[name], factor) for name, each in sites.items()}

    factor = _factor(lambda factor: sum(each.expected for each in at(factor).values()), requests_a_day)
    return at(factor) if factor > 1 else sites


def looks_in_bands(price: float) -> tuple[float, ...]:
    """Return how many looks a day a story takes in each band at a price."""
    return tuple(_looks(begin, end, price) for begin, end in zip(BANDS, (*BANDS[1:], _END), strict=True))


def _looks(begin: timedelta, end: timedelta, price: float) -> float:
    sooner, later = begin + LEAD, end + LEAD
    step = log(later / sooner) / _STEPS
    quiets = (sooner * exp(step * (number + 0.5)) for number in range(_STEPS))
    looks = sum(step / log1p(wait_for(quiet - LEAD, price) / quiet) for quiet in quiets)
    return looks / ((end - begin) / _DAY)


@dataclass(frozen=True, slots=True)
class _Demand:
    """What the stories under watch in each band take in a day, by the looks that each takes there."""

    watched: Sequence[int]
    looks: Callable[[float], Sequence[float]]

    def at(self, price: float) -> float:
        first = sum(self.watched[:1])
        return first + sum(count * looks for count, looks in zip(self.watched, self.looks(price), strict=False))


def _outlook(terms: Terms, demand: _Demand) -> Outlook:
    price = price_for(terms.fetches)
    wanted = demand.at(price)
    free = Outlook(terms, sum(demand.watched), wanted, price, wanted)
    if terms.limit is None:
        return free
    factor = _factor(lambda factor: demand.at(price * factor), terms.limit)
    return _stretched(free, demand, factor)


def _stretched(outlook: Outlook, demand: _Demand, factor: float) -> Outlook:
    price = outlook.price * factor
    return replace(outlook, price=price, expected=demand.at(price))


def _factor(requests: Callable[[float], float], limit: float) -> float:
    """Return by what to multiply prices so that no more than a limit is taken: 1 if it is not, a million at most."""
    if requests(1.0) <= limit:
        return 1.0
    low, high = 0.0, log(_HIGHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if requests(exp(middle)) <= limit else (middle, high)
    return exp(high)
