"""Whether a site can still be read as it used to be: a state machine for each site, without a clock of its own.

    health.after(tries, …)   the health from now on, and what the user is to be told

Three things go wrong with a site as a whole. Each is told when it begins and when it ends, once:

    reading     of the stories and sources asked for last, each counted once, the last five failed or were blocked, or
                thirteen of twenty did; until at most one in ten does
    new stories its sources can be read, but for more than twice as many whole days as ever in the last four weeks they
                list nothing new; until they do. Days on which nobody looked do not count.
    a field     what nearly every page had (a date, a byline, …) is on none of the last twenty; until half of them have
                it, or for two weeks: then that is how the site is now

A single dead feed is not the site's affair: it has events of its own (monitor.core.polling).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import dropwhile, groupby
from typing import Final, TypeVar

from monitor.core.articles import Article
from monitor.core.events import Event, EventKind

_WINDOW: Final = 20
_IN_A_ROW: Final = 5
_MOST: Final = 13
_RECENT: Final = 10
_USUAL: Final = 18  # of the pages in the window
_BACK: Final = 10
_DAYS: Final = 28
_LIVELY: Final = 7  # days with new stories, before their absence means something
_ACCEPTED: Final = timedelta(days=14)

_FIELDS: Final = (
    "title",
    "date",
    "update time",
    "sub-heading",
    "byline",
    "section",
    "credit",
    "image",
    "captions",
)
_READING: Final = "reading"
_NEWS: Final = "new stories"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tried:
    """A story or source that was asked for; `subject` names it within its site.

    `why` says what kept it from being read, None where nothing did; `unreachable` that no connection came about.
    `fields` are those that a page had, if one was read; `new` is how many stories a source listed for the first time.
    """

    subject: str
    why: str | None = None
    unreachable: bool = False
    fields: frozenset[str] | None = None
    new: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a site: `reading`, `new stories` or the name of a field."""

    name: str
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is remembered of a site to tell its health by.

    `tries` are the last ones, each subject once, and whether they were fine; `pages` the last ones read, with their
    fields; `usual` the fields that nearly every page had; `days` those on which its sources were read, with the number
    of new stories. `fine_at` is when anything of it was read last.
    """

    tries: tuple[tuple[str, bool], ...] = ()
    pages: tuple[tuple[str, frozenset[str]], ...] = ()
    usual: frozenset[str] = frozenset()
    days: tuple[tuple[date, int], ...] = ()
    problems: tuple[Problem, ...] = ()
    fine_at: datetime | None = None

    @property
    def failing_since(self) -> datetime | None:
        """Since when something is wrong, None where nothing is."""
        return min((problem.since for problem in self.problems), default=None)

    def after(
        self, tries: Sequence[Tried], *, now: datetime, today: date, offline: bool = False
    ) -> "tuple[Health, tuple[Event, ...]]":
        """Return the health after some more tries, in their order, and what the user is to be told.

        `today` is the day in the site's own zone. `offline` says that nothing else can be reached either: what could
        not be reached is then no fault of the site.
        """
        counted = [each for each in tries if not (offline and each.unreachable)]
        seen = _remember(self, counted, now, today)
        verdicts = {_READING: _reading(seen, counted), _NEWS: _news(seen, today), **_fields(seen, now)}
        known = {problem.name: problem for problem in self.problems}
        settled = [_settle(name, known.get(name), verdict, now) for name, verdict in verdicts.items()]
        accepted = {name for name, verdict in verdicts.items() if verdict and verdict.accepted}
        problems = tuple(problem for problem, _ in settled if problem)
        after = replace(seen, usual=seen.usual - accepted, problems=problems)
        return after, tuple(event for _, event in settled if event)


def fields_of(article: Article) -> frozenset[str]:
    """Return the names of the fields that a page had, of those whose loss would be a loss."""
    had = (
        not article.title_derived,
        article.published,
        article.updated,
        article.subheading,
        article.byline,
        article.section,
        article.credit,
        article.image,
        article.captions,
    )
    return _named(tuple(map(bool, had)))


@cache
def _named(had: tuple[bool, ...]) -> frozenset[str]:
    """Return the names of the fields, one and the same set for all pages alike: a run keeps one for each check."""
    return frozenset(name for name, there in zip(_FIELDS, had, strict=True) if there)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """That something is wrong, or is not any more; `accepted`: it is as it was, and that is now taken as usual."""

    bad: bool
    why: str
    accepted: bool = False


def _settle(
    name: str, known: Problem | None, verdict: _Verdict | None, now: datetime
) -> tuple[Problem | None, Event | None]:
    """Return a problem as it stands after a verdict, and the event if it begins or ends by it."""
    if verdict is None or verdict.bad is (known is not None):
        return known, None
    if known is None:
        return Problem(name, now, verdict.why), Event(EventKind.SITE_FAILING, None, verdict.why)
    told = f"{verdict.why}; told at {known.since:%Y-%m-%d %H:%M} UTC: {known.why}"
    return None, Event(EventKind.SITE_RECOVERED, None, told)


def _remember(health: Health, tries: Sequence[Tried], now: datetime, today: date) -> Health:
    pages = _last(health.pages, [(each.subject, each.fields) for each in tries if each.fields is not None])
    had = Counter(name for _, fields in pages for name in fields)
    days = dict(health.days)
    for each in tries:
        if each.new is not None:
            days[today] = days.get(today, 0) + each.new
    return Health(
        tries=_last(health.tries, [(each.subject, each.why is None) for each in tries]),
        pages=pages,
        usual=health.usual | {name for name, count in had.items() if count >= _USUAL},
        days=tuple(sorted(days.items())[-_DAYS:]),
        problems=health.problems,
        fine_at=now if any(each.why is None for each in tries) else health.fine_at,
    )


def _last(before: Sequence[tuple[str, T]], more: Sequence[tuple[str, T]]) -> tuple[tuple[str, T], ...]:
    """Return what was said last of each of the last subjects."""
    kept = dict(before)
    for subject, said in more:
        kept.pop(subject, None)
        kept[subject] = said
    return tuple(kept.items())[-_WINDOW:]


def _reading(health: Health, tries: Sequence[Tried]) -> _Verdict | None:
    fine = [fine for _, fine in health.tries]
    recent = fine[-_RECENT:]
    if recent and recent.count(False) * 10 <= len(recent):
        return _Verdict(False, "it can be read again")
    in_a_row = len(fine) >= _IN_A_ROW and not any(fine[-_IN_A_ROW:])
    whys = [each.why for each in tries if each.why is not None]
    if whys and (in_a_row or fine.count(False) >= _MOST):
        what = f"the last {_IN_A_ROW}" if in_a_row else f"{fine.count(False)} of the last {len(fine)}"
        return _Verdict(True, f"{what} of its stories and sources could not be read, the last one because: {whys[-1]}")
    return None


def _news(health: Health, today: date) -> _Verdict | None:
    if dict(health.days).get(today):
        return _Verdict(False, "it lists new stories again")
    # what a first reading lists is history: a silence begins after news
    before = list(dropwhile(lambda count: not count, (count for day, count in health.days if day != today)))
    silences = [0 if new else len(list(days)) for new, days in groupby(before, key=bool)]
    silence, longest = (silences or [0])[-1], max(silences[:-1], default=0)
    if sum(map(bool, before)) < _LIVELY:
        return _Verdict(False, "that it seldom lists new stories is taken as usual from now on")
    if silence <= 2 * longest:
        return None
    return _Verdict(
        True,
        f"its sources can be read, but list nothing new: for {_days(silence)} in a row now, "
        f"where it was {_days(longest)} at most in the weeks before",
    )


def _fields(health: Health, now: datetime) -> dict[str, _Verdict | None]:
    return {name: _field(health, name, now) for name in sorted(health.usual)}


def _field(health: Health, name: str, now: datetime) -> _Verdict | None:
    having = sum(name in fields for _, fields in health.pages)
    if having >= _BACK:
        return _Verdict(False, f"its pages have a {name} again")
    if any(each.name == name and now - each.since >= _ACCEPTED for each in health.problems):
        return _Verdict(False, f"that its pages have no {name} is taken as usual from now on", accepted=True)
    if having or len(health.pages) < _WINDOW:
        return None
    return _Verdict(True, f"none of the last {_WINDOW} pages has a {name}, where nearly every page had one")


def _days(count: int) -> str:
    return f"{count} {'day' if count == 1 else 'days'}"
