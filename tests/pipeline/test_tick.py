"""One shift at a made-up paper: what is claimed goes through the steps of `monitor once`, and nothing is done twice."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from monitor.core.errors import StoreError
from monitor.core.leases import Claimed, Lease
from monitor.core.outcomes import Deferred, Outcome
from monitor.core.validators import Validators
from monitor.pipeline.poll import Polled
from monitor.pipeline.tick import Shift, Terms, Witness
from monitor.pipeline.weigh import Checked
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed, Parser, Site, Source
from monitor.store.database import Database
from monitor.store.leases import SqlLeases
from tests.pipeline.daily import DAILY, FEED, Desk, listing, story, url

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass
class Seen(Witness):
    """Notes what it is told."""

    told: list[str] = field(default_factory=list)

    def polled(self, site: Site, url: str, polled: Polled) -> None:
        self.told.append(f"polled {len(polled.refs)}")

    def checked(self, checked: Checked) -> None:
        self.told.append(f"{checked.ref.key} {checked.result}")

    def deferred(self, site: Site, deferred: Deferred) -> None:
        self.told.append(f"deferred {deferred.host}")

    def timed_out(self, site: Site, name: str) -> None:
        self.told.append(f"timed out {name}")

    def broke(self, site: Site, name: str, error: Exception) -> None:
        self.told.append(f"broke {name}: {error}")

    def lost(self, site: Site, name: str) -> None:
        self.told.append(f"lost {name}")


class Office(Desk):
    """The Daily's desk, where work is done by shifts."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.seen = Seen()
        self.leases = SqlLeases(database)
        self.stop = asyncio.Event()
        self.serve({FEED: listing(url(1), url(2)), url(1): story("এক।"), url(2): story("দুই।")})

    def terms(self, *, deadline: timedelta = 3 * MINUTE) -> Terms:
        tokens = iter(range(1_000_000))
        return Terms(asyncio.Semaphore(2), deadline, 5.0, self.stop, lambda: f"{id(tokens)}-{next(tokens)}")

    def shift(
        self, *, wait: timedelta = timedelta(0), early: bool = False, deadline: timedelta = 3 * MINUTE
    ) -> list[str]:
        """Let time pass and work a shift; return what was told."""
        self.clock.at += wait
        self.seen.told.clear()
        self.web.asked.clear()
        self.leases.enrol([self.site], now=self.clock.now())
        shift = Shift(self.monitor, self.leases, self.terms(deadline=deadline), self.seen, self.site)
        asyncio.run(shift.work(early=early))
        return list(self.seen.told)

    def leased(self) -> int:
        return sum(row.lease is not None for table in ("articles", "sources") for row in self.rows(table))


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


def test_sources_then_stories_and_what_is_not_due_is_left_alone(office: Office) -> None:
    assert office.shift() == ["polled 2", "news/1 published", "news/2 published"]
    assert office.shift() == []
    office.serve({url(1): story("অন্য।"), FEED: listing(url(2), url(3)), url(3): story("তিন।")})
    assert office.shift(wait=HOUR) == ["polled 2", "news/1 edited", "news/2 unchanged", "news/3 published"]
    assert office.leased() == 0


def test_between_two_requests_to_the_site_it_rests(office: Office) -> None:
    office.shift()
    assert [round(seconds, 2) for seconds in office.clock.slept] == [5.0, 5.0, 5.0]
    office.clock.slept.clear()
    office.site = replace(DAILY, delay=0)
    office.shift(wait=HOUR)
    assert office.clock.slept == []


class TestLeftAlone:
    """A host that is not to be asked now costs no more than the question."""

    def test_all_that_was_claimed_of_it_waits(self, office: Office) -> None:
        office.shift()
        until = office.clock.at + 3 * HOUR
        office.web.closed["daily.example"] = Deferred("daily.example", until, "HTTP 503")
        assert office.shift(wait=HOUR) == ["deferred daily.example"]
        why = f"daily.example is to be left alone until {until:%Y-%m-%d %H:%M} UTC: HTTP 503"
        assert {row.next_check_why for row in office.rows("articles")} == {why}
        assert (office.shift(wait=HOUR), office.leased()) == ([], 0)
        office.web.closed.clear()
        assert len(office.shift(wait=HOUR)) == 3

    def test_other_hosts_of_the_site_do_not(self, office: Office) -> None:
        office.serve({"https://m.daily.example/feed": listing(url(3)), url(3): story("তিন।")})
        mobile = Source("feed", "https://m.daily.example/feed", DAILY.sources[0].links)
        office.site = replace(DAILY, sources=(mobile, *DAILY.sources))
        office.web.closed["m.daily.example"] = Deferred("m.daily.example", office.clock.at + HOUR, "HTTP 503")
        assert office.shift() == ["deferred m.daily.example", "polled 2", "news/1 published", "news/2 published"]

    def test_the_host_that_a_redirect_leads_to(self, office: Office) -> None:
        office.shift()
        answer = Deferred("other.example", office.clock.at + 9 * HOUR, "HTTP 503")
        office.web.closed["daily.example"] = answer
        assert office.shift(wait=HOUR) == ["deferred other.example"] * 3
        assert office.shift(wait=HOUR) == []


class TestWhatGoesWrong:
    """One story's trouble is not the others'."""

    def test_a_bug_is_told_and_waits(self, office: Office) -> None:
        def read(page: Page) -> object:
            if "এক" in page.text:
                raise ZeroDivisionError("a bug")
            return DAILY.parsers[0].read(page)

        office.site = replace(DAILY, parsers=(Parser("v1", 1, lambda _: True, read),))  # type: ignore[arg-type]
        assert office.shift() == ["polled 2", "broke daily:news/1: a bug", "news/2 published"]
        assert office.shift(wait=MINUTE) == []
        assert "broke daily:news/1: a bug" in office.shift(wait=HOUR)
        assert office.leased() == 0

    def test_a_broken_source_too(self, office: Office) -> None:
        def links(page: Page) -> Listed:
            raise ZeroDivisionError("a bug")

        office.site = replace(DAILY, sources=(Source("feed", FEED, links),))
        assert office.shift() == [f"broke {FEED}: a bug"]
        assert office.shift(wait=MINUTE) == []

    def test_what_takes_too_long_waits(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        hang_at(office, monkeypatch, url(1))
        told = office.shift(deadline=timedelta(seconds=0.5))
        assert told == ["polled 2", "timed out daily:news/1", "news/2 published"]
        assert (office.shift(wait=MINUTE), office.leased()) == ([], 0)

    def test_a_lease_that_was_lost_meanwhile(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        office.shift()
        office.clock.at += HOUR

        def steal() -> None:
            lease = Lease("thief", office.clock.at + 5 * MINUTE, office.clock.at + HOUR)
            assert office.leases.claim(office.site, lease, limit=9).articles

        before_answering(office, monkeypatch, url(1), steal)
        assert office.shift() == ["polled 2", "lost daily:news/1"]
        assert len(office.rows("versions")) == 2
        assert {row.lease for row in office.rows("articles")} == {"thief"}

    def test_a_database_that_fails_ends_the_shift(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(office.store, "commit", fail)
        with pytest.raises(StoreError):
            office.shift()
        assert office.leased() == 0


class TestToldToStop:
    """What is under way is finished, nothing more is begun, and the rest is given back."""

    def test_in_the_middle_of_a_portion(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        before_answering(office, monkeypatch, url(1), office.stop.set)
        assert office.shift() == ["polled 2", "news/1 published"]
        assert office.leased() == 0
        office.stop.clear()
        assert office.shift() == ["news/2 published"]

    def test_resting(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        async def sleep(seconds: float) -> None:
            office.stop.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(office.clock, "sleep", sleep)
        assert office.shift() == ["polled 2"]


def test_a_lease_is_not_worked_on_to_its_last_second(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop that slept for hours in the middle of a portion claims anew."""
    claims: list[int] = []
    plain = office.leases.claim

    def count(*given: object, **named: object) -> Claimed:
        claimed = plain(*given, **named)  # type: ignore[arg-type]
        claims.append(len(claimed.sources) + len(claimed.articles))
        return claimed

    monkeypatch.setattr(office.leases, "claim", count)
    office.shift()
    before_answering(office, monkeypatch, FEED, lambda: setattr(office.clock, "at", office.clock.at + 9 * HOUR))
    office.shift(wait=HOUR)
    assert claims == [1, 2, 3, 2]


@pytest.mark.parametrize(("pause", "limit"), [(0, 20), (5, 12), (60, 1), (600, 1)])
def test_a_portion_is_what_can_be_done_in_a_minute(office: Office, pause: float, limit: int) -> None:
    office.site = replace(DAILY, delay=pause)
    office.serve({FEED: listing(*map(url, range(1, 31))), **{url(n): story(f"গল্প {n}।") for n in range(1, 31)}})
    taken: list[int] = []
    plain = office.leases.claim

    def note(site: Site, lease: Lease, *, limit: int, early: bool = False) -> Claimed:
        taken.append(limit)
        return plain(site, lease, limit=limit, early=early)

    office.leases.claim = note  # type: ignore[method-assign]
    assert sum(each.endswith("published") for each in office.shift()) == 30
    assert set(taken) == {limit}


def test_early_asks_sources_that_are_not_due(office: Office) -> None:
    office.shift()
    assert office.shift(wait=MINUTE) == []
    assert office.shift(wait=MINUTE, early=True) == ["polled 2"]


def before_answering(office: Office, monkeypatch: pytest.MonkeyPatch, address: str, do: Callable[[], object]) -> None:
    plain = office.web.get

    async def get(url: str, *, delay: float | None = None, validators: Validators | None = None) -> Outcome | Deferred:
        if url == address:
            do()
        return await plain(url, delay=delay, validators=validators)

    monkeypatch.setattr(office.web, "get", get)


def hang_at(office: Office, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    plain = office.web.get

    async def get(url: str, *, delay: float | None = None, validators: Validators | None = None) -> Outcome | Deferred:
        if url == address:
            await asyncio.Event().wait()
        return await plain(url, delay=delay, validators=validators)

    monkeypatch.setattr(office.web, "get", get)
