"""One reading of a source: its pages fetched and read, its stories put on record, its next reading planned.

first page     conditional; not modified: it lists what it listed
more pages     those of an index one after the other, those of a listing on and on, until a story is met that is
               on record: then nothing was missed in between. A first reading takes one page that lists something.
commit         one transaction: observations, stories, headlines, plan, events
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final

from monitor.core.articles import Unreadable
from monitor.core.events import Event
from monitor.core.outcomes import Deferred, Failed, Fetched, Gone, NotModified, Outcome
from monitor.core.polling import Plan, Yield, after_failure, after_reading, wish_of
from monitor.core.records import ArticleRef, Discovery, Observation
from monitor.core.sources import SourceCheck, SourceState
from monitor.core.urls import host_of
from monitor.core.validators import Validators, is_lie
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.observing import UNREADABLE, known_by, observation_of
from monitor.pipeline.reading import page_of
from monitor.sitekit.site import Found, Listed, Site, Source

_LONGEST_URL: Final = 2_000
"""Bytes; an index entry of Postgres has room for 2,704."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that could not be read, or an address that is no story of its site.

    `known` says that the user was told before: the source has failed since an earlier reading.
    """

    site: str
    url: str
    why: str
    unreachable: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class Polled:
    """What one reading came to: the stories listed now, and what is wrong if something is.

    `events` are what the reading means for the source itself. `deferred` says that its host is to be left alone.
    `new` is how many stories were not on record before, those of a first reading not counted; None: it was not read.
    """

    refs: Sequence[ArticleRef] = ()
    trouble: Trouble | None = None
    events: tuple[Event, ...] = ()
    deferred: Deferred | None = None
    new: int | None = None


class _Reach(IntEnum):
    """How far a reading goes, and by how many pages at most."""

    SOMETHING = 5
    OVERLAP = 10
    END = 200


@dataclass(slots=True)
class _Walk:
    """The pages of one reading, as they come in.

    `first` is the outcome of the first page and `at` its time, None while there is none; `validators` are what came
    with it, if it says by itself what is listed now: an index need not change with its sitemaps. `why` is what is
    wrong.
    """

    monitor: Monitor
    site: Site
    source: Source
    reach: _Reach
    observations: list[Observation] = field(default_factory=list)
    found: dict[str, Discovery] = field(default_factory=dict)
    at: datetime | None = None
    first: Outcome | None = None
    validators: Validators | None = None
    ttl: float | None = None
    why: str | None = None
    deferred: Deferred | None = None
    lease: str | None = None

    async def go(self, urls: Iterable[str], known: Validators | None = None) -> "_Walk":
        """Fetch and read the first page, and as many of the further ones as are wanted."""
        waiting, asked = deque(urls), set[str]()
        while waiting and len(asked) < self.reach:
            here = waiting.popleft()
            asked.add(here)
            outcome = await self.monitor.fetcher.get(here, delay=self.site.delay, validators=known)
            known = None
            if isinstance(outcome, Deferred):
                self.deferred = outcome
                break
            more = await self._take(outcome)
            if more is None:
                break
            waiting.extend(each for each in more if each not in asked and self.monitor.fetcher.reaches(each))
        return self

    async def _take(self, outcome: Outcome) -> Sequence[str] | None:
        """Take a page in; return the pages that may follow it, None where no further one is wanted."""
        listed = await self.monitor.call(_read, self.source, outcome)
        name, why = (outcome.name, None) if isinstance(listed, Listed) else listed
        self.observations.append(observation_of(outcome.exchange, name, why))
        self.at, self.first = self.at or outcome.exchange.at, self.first or outcome
        if self._has_not_begun(outcome):
            return ()
        self.why = self.why or why
        if not isinstance(listed, Listed):
            # one damaged sitemap of an index is no reason to leave out the others
            return None if self.first is outcome or self.reach is _Reach.END else ()
        self.ttl = self.ttl or listed.ttl
        if outcome is self.first and listed.found and not self.source.is_dated:
            self.validators = known_by(outcome.exchange)
        here = await self.monitor.call(stories_of, self.site, listed.found)
        stories = [each for each in here if each.key not in self.found]
        self.found.update((each.key, each) for each in stories)
        if stories and await self._is_enough(stories):
            return None
        # a page that only repeats stories leads no further: some sites have no last page
        return () if here and not stories else listed.more

    def _has_not_begun(self, outcome: Outcome) -> bool:
        """Whether the page of a day that has just begun may not be there yet."""
        return self.source.is_dated and self.reach is not _Reach.END and isinstance(outcome, Gone)

    async def _is_enough(self, stories: Sequence[Discovery]) -> bool:
        if self.reach is not _Reach.OVERLAP:
            return self.reach is _Reach.SOMETHING
        return await self.monitor.call(self.monitor.store.known, self.site, stories) > 0


async def poll(monitor: Monitor, site: Site, source: Source, *, lease: str | None = None) -> Polled:
    """Read a source as it stands now, and put on record what it lists.

    Of one that has a page a day, the page of today is read, and until a known story is met that of yesterday too:
    that may have gained its last stories after it was read. Raises Lost as `Store.polled` does.
    """
    state = await monitor.call(monitor.store.source, site, source.url)
    known = state.validators if monitor.fetcher.conditional and not source.is_dated else None
    reach = _Reach.SOMETHING if state.read_at is None else _Reach.OVERLAP
    today = monitor.clock.now().astimezone(site.timezone).date()
    pages = dict.fromkeys(source.page_of(day) for day in (today, today - timedelta(days=1)))
    walk = await _Walk(monitor, site, source, reach, lease=lease).go(pages, known)
    if isinstance(walk.first, Fetched | Gone) and not (walk.found or walk.why or walk.deferred):
        walk.why = f"nothing that it lists is a story of {site.name}"
    # somebody else may have read it while we waited for its host's turn: nothing is to be told twice
    state = await monitor.call(monitor.store.source, site, source.url)
    return await _commit(monitor, site, source, state, walk)


async def read_day(monitor: Monitor, site: Site, archive: Source, day: date) -> Polled:
    """Read all pages of a day of an archive. What it lists is history, and checked by the backfill alone."""
    walk = await _Walk(monitor, site, archive, _Reach.END).go([archive.page_of(day)])
    if walk.at is None:
        return Polled(deferred=walk.deferred)
    check = replace(_check_of(archive, walk, walk.at), history=True, due=False)
    refs = await monitor.call(monitor.store.polled, site, check)
    return Polled(refs, _trouble(site, archive.page_of(day), walk), (), walk.deferred)


def stories_of(site: Site, found: Sequence[Found]) -> list[Discovery]:
    """Keep links that are stories of the site, each story once, under its canonical address."""
    stories: dict[str, Discovery] = {}
    for each in found:
        key = key_of(site, each.url)
        if key is not None:
            stories.setdefault(key, Discovery(key, site.canonical(each.url), each.headline, each.stated))
    return list(stories.values())


def key_of(site: Site, url: str) -> str | None:
    """Return a story's key within the site, None for what is no story of it or has an address that is too long."""
    key = site.key_of(url) if len(url) <= _LONGEST_URL else None
    return None if key is None or len(site.canonical(url).encode("utf-8", "replace")) > _LONGEST_URL else key


def _read(source: Source, outcome: Outcome) -> Listed | tuple[str, str | None]:
    """Read a page of a source; or the outcome's name on record, and what is wrong if something is."""
    match outcome:
        case Fetched():
            listed = source.links(page_of(outcome.exchange))
            return (UNREADABLE, listed.why) if isinstance(listed, Unreadable) else listed
        case NotModified():
            return outcome.name, None
        case _:
            return outcome.name, outcome.why


async def _commit(monitor: Monitor, site: Site, source: Source, state: SourceState, walk: _Walk) -> Polled:
    """Put a reading on record; where it does not say what is listed now, what was listed before still counts."""
    if walk.at is None or walk.first is None:
        return Polled(await monitor.call(monitor.store.listed, site, source.url), deferred=walk.deferred)
    check, trouble = _check_of(source, walk, walk.at), _trouble(site, source.url, walk)
    if walk.first.exchange.dated and state.read_at is not None and walk.at <= state.read_at:
        # a capture no later than the last reading: its stories are found, but it does not say what is listed now
        return Polled(await monitor.call(monitor.store.polled, site, replace(check, history=True)), trouble)
    if walk.found:
        return await _commit_list(monitor, site, state, walk, check)
    if isinstance(walk.first, NotModified):
        plan, events = _after(state, walk, walk.at, listed=1, known=1)
        check = replace(check, plan=plan, events=events)
    elif walk.deferred is None and walk.why is not None:
        unreachable = isinstance(walk.first, Failed) and walk.first.unreachable
        plan, events = after_failure(state.plan, walk.why, walk.at, unreachable=unreachable)
        check = replace(check, plan=plan, events=events)
        trouble = _trouble(site, source.url, walk, known=state.plan.failures > 0)
    await monitor.call(_write, monitor, site, check)
    listed = await monitor.call(monitor.store.listed, site, source.url)
    new = 0 if isinstance(walk.first, NotModified) else None
    return Polled(listed, trouble, check.events, walk.deferred, new)


async def _commit_list(monitor: Monitor, site: Site, state: SourceState, walk: _Walk, check: SourceCheck) -> Polled:
    on_record = await monitor.call(monitor.store.known, site, check.found)
    # a page a day loses nothing, though each begins with nothing that is known
    met = max(on_record, 1) if walk.source.is_dated else on_record
    plan, events = _after(state, walk, check.at, listed=len(check.found), known=met)
    lied = on_record < len(check.found) and is_lie(state.validators, walk.validators)
    check = replace(
        check,
        plan=plan,
        read=True,
        history=state.read_at is None,
        validators=None if lied else walk.validators,
        ttl=walk.ttl,
        events=events,
        caught=host_of(check.url) if lied else None,
    )
    refs = await monitor.call(_write, monitor, site, check)
    new = 0 if check.history else len(check.found) - on_record
    return Polled(refs, _trouble(site, check.url, walk), events, walk.deferred, new)


def _write(monitor: Monitor, site: Site, check: SourceCheck) -> list[ArticleRef]:
    """Put a reading on record, its events with their alerts."""
    tell = monitor.alerting.of_site(site, check.at, monitor.clock.now(), check.url)
    return monitor.store.polled(site, replace(check, events=tuple(map(tell, check.events))))


def _check_of(source: Source, walk: _Walk, at: datetime) -> SourceCheck:
    """Return what there is to write of a walk at least: its fetches, and the stories it found."""
    found = tuple(walk.found.values())
    return SourceCheck(source.kind, source.url, at, tuple(walk.observations), found=found, lease=walk.lease)


def _after(state: SourceState, walk: _Walk, at: datetime, *, listed: int, known: int) -> tuple[Plan, tuple[Event, ...]]:
    headers = walk.first.exchange.headers if walk.first else ()
    ttl = state.ttl if isinstance(walk.first, NotModified) else walk.ttl
    got = Yield(listed, known, state.read_at is None, wish_of(headers, ttl))
    return after_reading(state.plan, got, at)


def _trouble(site: Site, url: str, walk: _Walk, *, known: bool = False) -> Trouble | None:
    if walk.why is None:
        return None
    unreachable = isinstance(walk.first, Failed) and walk.first.unreachable
    return Trouble(site.name, url, walk.why, unreachable, known)
