"""When a site counts as failing, when as recovered, and that each is told once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.core.articles import Article
from monitor.core.events import EventKind
from monitor.core.health import Health, Tried, fields_of

START = datetime(2026, 11, 22, 6, tzinfo=UTC)
DAY = timedelta(days=1)
ALL = frozenset({"title", "date", "section"})


@dataclass
class Watched:
    """A site that is judged again and again; `told` is what its user was told."""

    health: Health = field(default_factory=Health)
    now: datetime = START
    told: list[tuple[str, str]] = field(default_factory=list)

    def tries(self, *tries: Tried, offline: bool = False) -> "Watched":
        self.now += timedelta(minutes=1)
        self.health, events = self.health.after(tries, now=self.now, today=self.now.date(), offline=offline)
        self.told += [(event.kind, event.why) for event in events]
        return self

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.told]


def tries(pattern: str, *, first: int = 1, unreachable: bool = False) -> list[Tried]:
    """A story each: `.` was fine, `x` failed."""
    return [
        Tried(str(number), "HTTP 500" if sign == "x" else None, unreachable)
        for number, sign in enumerate(pattern, first)
    ]


class TestReading:
    """The share of what was asked for that could not be read."""

    @pytest.mark.parametrize(
        ("pattern", "failing"),
        [
            ("xxxx", False),
            ("xxxxx", True),
            (".............xxxxx", True),
            ("xxxxx.", False),
            ("x.x.x.x.x.x.x.x.x.x.", False),
            ("xxx.xxx.xxx.xxx.xxx.", True),
            ("xx.xx.xx.xx.xx.xx.x.", True),
            ("xx.xx.xx.xx.xx.xx...", False),
        ],
    )
    def test_failing(self, pattern: str, failing: bool) -> None:
        assert Watched().tries(*tries(pattern)).kinds == [EventKind.SITE_FAILING] * failing

    def test_one_broken_story_is_one_however_often_it_is_tried(self) -> None:
        site = Watched()
        for _ in range(30):
            site.tries(*tries("x"))
        assert (site.kinds, len(site.health.tries)) == ([], 1)

    def test_it_is_told_once_with_the_reason_and_ends_once(self) -> None:
        site = Watched()
        for number in range(1, 40):
            site.tries(*tries("x", first=number))
        assert site.told == [
            (
                "site failing",
                "the last 5 of its stories and sources could not be read, the last one because: HTTP 500",
            )
        ]
        assert site.health.failing_since == START + timedelta(minutes=5)
        for number in range(1, 40):
            site.tries(*tries(".", first=number))
        assert site.kinds == [EventKind.SITE_FAILING, EventKind.SITE_RECOVERED]
        assert site.told[1][1].startswith("it can be read again; told at 2026-11-22 06:05 UTC: the last 5 of")
        assert site.health.failing_since is None

    def test_half_of_it_back_is_no_recovery(self) -> None:
        site = Watched().tries(*tries("x" * 10))
        site.tries(*tries(".x" * 10))
        assert site.kinds == [EventKind.SITE_FAILING]

    @pytest.mark.parametrize(("offline", "failing"), [(True, False), (False, True)])
    def test_what_our_own_network_does_is_no_fault_of_the_site(self, offline: bool, failing: bool) -> None:
        site = Watched().tries(*tries("xxxxx", unreachable=True), offline=offline)
        assert site.kinds == [EventKind.SITE_FAILING] * failing

    def test_an_answer_counts_though_others_are_out_of_reach(self) -> None:
        assert Watched().tries(*tries("xxxxx"), offline=True).kinds == [EventKind.SITE_FAILING]

    def test_when_it_was_fine_last(self) -> None:
        site = Watched().tries(*tries("."))
        assert site.tries(*tries("x")).health.fine_at == START + timedelta(minutes=1)


class TestNews:
    """New stories that stay away. A number is that of new stories on a day, `None` a day without a look."""

    @pytest.mark.parametrize(
        ("days", "failing"),
        [
            ([5] * 7 + [0], False),  # today is not over
            ([5] * 7 + [0, 0], True),
            ([0, 0] + [5] * 7 + [0, 0], True),  # a silence before all news is none
            ([5] * 6 + [0, 0, 0, 0], False),  # not known for long enough
            ([5] * 7 + [None, None, None, 0], False),
            ([5] * 7 + [None, 0, None, 0], True),
            ([5, 5, 5, 5, 5, 0, 0] * 2 + [5] * 5 + [0, 0, 0, 0, 0], False),
            ([5, 5, 5, 5, 5, 0, 0] * 2 + [5] * 5 + [0, 0, 0, 0, 0, 0], True),
        ],
    )
    def test_silence(self, days: list[int | None], failing: bool) -> None:
        assert self.after(days).kinds == [EventKind.SITE_FAILING] * failing

    def test_it_ends_with_the_next_story(self) -> None:
        site = self.after([5] * 7 + [0, 0, 0])
        assert site.health.failing_since == START + 8 * DAY + timedelta(minutes=1)
        assert "list nothing new: for 1 day in a row now, where it was 0 days" in site.told[0][1]
        site.tries(Tried("feed", new=1))
        assert site.kinds == [EventKind.SITE_FAILING, EventKind.SITE_RECOVERED]

    def test_a_silence_for_good_is_usual_after_some_weeks(self) -> None:
        site = self.after([5] * 7 + [0] * 60)
        assert site.kinds == [EventKind.SITE_FAILING, EventKind.SITE_RECOVERED]
        assert "is taken as usual" in site.told[1][1]

    def test_a_source_that_cannot_be_read_tells_nothing_of_news(self) -> None:
        site = self.after([5] * 7)
        for _ in range(5):
            site.now += DAY
            site.tries(Tried("feed", "HTTP 500"))
        assert site.kinds == []

    def test_readings_of_one_day_add_up(self) -> None:
        site = Watched().tries(Tried("feed", new=2), Tried("map", new=0)).tries(Tried("feed", new=1))
        assert site.health.days == ((date(2026, 11, 22), 3),)

    def after(self, days: Sequence[int | None]) -> Watched:
        site = Watched()
        for number, new in enumerate(days):
            site.now = START + number * DAY
            if new is not None:
                site.tries(Tried("feed", new=new))
        return site


class TestFields:
    """A field that vanished from every page."""

    def test_none_of_the_last_twenty_pages_has_it(self) -> None:
        site = self.read(Watched(), ALL, 20)
        self.read(site, ALL - {"date"}, 19, first=21)
        assert site.kinds == []
        self.read(site, ALL - {"date"}, 1, first=40)
        assert site.told == [
            ("site failing", "none of the last 20 pages has a date, where nearly every page had one"),
        ]
        self.read(site, ALL - {"date"}, 20, first=41)
        self.read(site, ALL, 9, first=61)
        assert site.kinds == [EventKind.SITE_FAILING]
        self.read(site, ALL, 1, first=70)
        assert site.kinds == [EventKind.SITE_FAILING, EventKind.SITE_RECOVERED]

    @pytest.mark.parametrize("having", [0, 17])
    def test_what_not_nearly_every_page_had_cannot_vanish(self, having: int) -> None:
        site = self.read(self.read(Watched(), ALL, having), ALL - {"date"}, 20 - having, first=having + 1)
        assert self.read(site, ALL - {"date"}, 40, first=21).kinds == []

    def test_every_field_is_told_of_its_own(self) -> None:
        site = self.read(self.read(Watched(), ALL, 20), frozenset(), 20, first=21)
        assert (site.kinds, len(site.health.problems)) == ([EventKind.SITE_FAILING] * 3, 3)

    def test_after_two_weeks_a_page_without_it_is_as_usual(self) -> None:
        site = self.read(self.read(Watched(), ALL, 20), ALL - {"date"}, 20, first=21)
        site.now += 14 * DAY
        for _ in range(2):
            self.read(site, ALL - {"date"}, 1, first=41)
        assert site.kinds == [EventKind.SITE_FAILING, EventKind.SITE_RECOVERED]
        assert (site.health.problems, site.health.usual) == ((), ALL - {"date"})

    def test_a_page_that_was_not_read_has_no_say(self) -> None:
        site = self.read(Watched(), ALL, 20)
        site.tries(*tries("." * 40))
        assert (site.kinds, len(site.health.pages)) == ([], 20)

    def test_fields_of_an_article(self) -> None:
        assert fields_of(Article("Title", ("Text.",), section="Sports")) == {"title", "section"}
        assert fields_of(Article("Text…", ("Text.",), title_derived=True, byline="A. B.")) == {"byline"}

    def read(self, site: Watched, fields: frozenset[str], count: int, *, first: int = 1) -> Watched:
        return site.tries(*(Tried(str(number), fields=fields) for number in range(first, first + count)))
