"""Rules as tables: which of the events that a story or a site goes through make alerts, and what these say."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from monitor.core.alerts import Limit
from monitor.core.events import Event, EventKind
from monitor.core.query import Query, Synonyms
from monitor.core.quiet import Quiet
from monitor.core.rulebook import RuleBook
from monitor.core.rules import Occasion, Rule
from monitor.language.analyse import Analyser
from monitor.pipeline.backfill import backfill_all
from monitor.pipeline.matching import RuleAlerting
from monitor.pipeline.once import Progress
from monitor.store.database import Database
from monitor.store.tables import alerts, messages
from tests.pipeline.conftest import Newsroom
from tests.pipeline.daily import ARCHIVE, FEED, Answer, Desk, listing, story, url
from tests.pipeline.test_edits import AFTER, LAST, LATER, RESTAMP, WORD
from tests.replays import SEED, WIRE, Shot, edited

EDITS = frozenset({Occasion.PUBLISHED, Occasion.EDITED})
DAY = timedelta(days=1)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
WIRE_URL = "urn:sha256:543b5cc38955456d46a5148430cb6303385d79abc12255542617786d8cc92251"
SEEDS = (Shot(SEED), Shot(WIRE, url=WIRE_URL, site="wirecopy"))


def rule(match: str = "", *on: Occasion, name: str = "rule", **changes: Any) -> Rule:
    return Rule(name=name, query=Query.parse(match), on=frozenset(on) or EDITS, **{"to": ("desk",), **changes})


def alerting(*rules: Rule, news: timedelta | None = None, synonyms: Sequence[Sequence[str]] = ()) -> RuleAlerting:
    numbers = itertools.count(1)
    book = RuleBook(synonyms=Synonyms(tuple(map(tuple, synonyms))))
    made = RuleAlerting(book, news, lambda: f"msg_{next(numbers)}", lambda: {rule.name: rule for rule in rules})
    made.refresh()
    return made


def payloads(database: Database) -> list[dict[str, Any]]:
    with database.reading() as connection:
        return [row.payload for row in connection.execute(select(alerts).order_by(alerts.c.id))]


def types(database: Database) -> list[str]:
    return [payload["type"].removeprefix("story.") for payload in payloads(database)]


class TestSeeds:
    """The two real captures, replayed; the user asks for alerts on what is history."""

    @pytest.mark.parametrize(
        ("match", "synonyms", "sites"),
        [
            ("পুতিন AND কিম", (), ["inqilab", "wirecopy"]),
            ("শুইগো", (), ["inqilab"]),
            ("শুইগো", (("শোইগু", "শুইগো"),), ["inqilab", "wirecopy"]),
            ("ল্যাভরভ", (), ["inqilab"]),
            ("লাভরভ", (), []),
            ("লাভরভ", (("লাভরভ", "ল্যাভরভ"),), ["inqilab"]),
            ("রাশিয়ান NOT রাশিয়া", (), []),
            ("কিমা", (), []),
            # a headline of the furniture: it is on the page, and in no story
            ('"জয়পুরহাটে বিডিআরের"', (), []),
            ("site:wirecopy পুতিন", (), ["wirecopy"]),
        ],
    )
    def test_what_a_rule_finds(
        self, newsroom: Newsroom, match: str, synonyms: Sequence[Sequence[str]], sites: list[str]
    ) -> None:
        newsroom.alerting = alerting(rule(match), synonyms=synonyms)
        newsroom.run(SEEDS)
        assert [each["data"]["site"]["name"] for each in payloads(newsroom.database)] == sites

    def test_replayed_again_nothing_is_told_again(self, newsroom: Newsroom) -> None:
        newsroom.alerting = alerting(rule("পুতিন", every=True))
        newsroom.run(SEEDS)
        newsroom.run(SEEDS)
        assert len(payloads(newsroom.database)) == 2

    def test_the_words_that_match_are_shown(self, newsroom: Newsroom) -> None:
        newsroom.alerting = alerting(rule("শুইগো"))
        newsroom.run(SEEDS[:1])
        (told,) = payloads(newsroom.database)
        (matched,) = told["data"]["matched"]
        assert (matched["field"], matched["word"]) == ("body", "শুইগো-সহ")
        assert "সের্গেই শুইগো" in matched["excerpt"]
        assert told["data"]["rule"] == {"name": "rule", "query": "শুইগো"}


A, B = Shot(SEED, AFTER), Shot(edited(WORD), LATER)
BACK = Shot(SEED, LAST)
STAMPED = Shot(edited(RESTAMP), LATER)

EDIT_SCENES = {
    "once a story, by the first event": ([A, B, BACK], rule("পুতিন"), ["published"]),
    "each event where it is asked for": ([A, B, BACK], rule("পুতিন", every=True), ["published", "edited", "edited"]),
    "edits alone": ([A, B, BACK], rule("পুতিন", Occasion.EDITED), ["edited"]),
    "silent edits": ([A, B, BACK], rule("পুতিন", Occasion.SILENT, every=True), ["edited", "edited"]),
    "an announced edit is no silent one": ([A, Shot(edited(WORD, RESTAMP), LATER)], rule("পুতিন", Occasion.SILENT), []),
    "what was taken back": ([A, B, BACK], rule("পুতিন", Occasion.REVERTED), ["edited"]),
    "restamped": ([A, STAMPED], rule("পুতিন", Occasion.RESTAMPED), ["restamped"]),
    "gained": ([A, B, BACK], rule("gained:(করেননি)", Occasion.EDITED, every=True), ["edited"]),
    "lost": ([A, B, BACK], rule("lost:(=করেননি)", Occasion.EDITED, every=True), ["edited"]),
    "neither": ([A, B, BACK], rule("gained:(পুতিন)", Occasion.EDITED, every=True), []),
    "words that come with an edit": ([A, B], rule("করেননি"), ["edited"]),
    "an edit as large as it must be": ([A, B], rule("পুতিন", Occasion.EDITED, min_change=2), ["edited"]),
    "an edit that is too small": ([A, B], rule("পুতিন", Occasion.EDITED, min_change=3), []),
    "a rule that is off": ([A, B], rule("পুতিন", enabled=False), []),
}  # fmt: skip


@pytest.mark.parametrize(("shots", "wanted", "told"), EDIT_SCENES.values(), ids=EDIT_SCENES)
def test_edits(newsroom: Newsroom, shots: Sequence[Shot], wanted: Rule, told: Sequence[str]) -> None:
    newsroom.alerting = alerting(wanted)
    newsroom.run(shots)
    assert types(newsroom.database) == told


def test_an_edit_is_told_with_the_text_before_it(newsroom: Newsroom) -> None:
    newsroom.alerting = alerting(rule("gained:(=করেননি)", Occasion.EDITED))
    newsroom.run([A, B])
    (told,) = (payload["data"] for payload in payloads(newsroom.database))
    assert told["change"]["between"] == ["2023-09-14T12:15:00Z", "2023-09-15T12:15:00Z"]
    spans = [(span["op"], span["text"].strip()) for span in told["change"]["fields"][0]["spans"]]
    assert [span for span in spans if span[0] != "equal"] == [("delete", "করেছেন"), ("insert", "করেননি")]
    assert {each["word"] for each in told["matched"]} == {"করেননি"}
    assert (told["event"]["silent"], told["story"]["version"]) == (True, 2)


class TestNews:
    """What counts as history, at a paper on the web."""

    @pytest.fixture
    def desk(self, database: Database) -> Desk:
        desk = Desk(database)
        desk.alerting = alerting(
            rule("এক", Occasion.PUBLISHED, Occasion.EDITED, Occasion.UNPUBLISHED, every=True), news=DAY
        )
        return desk

    @pytest.mark.parametrize(
        ("ago", "told"), [(timedelta(hours=2), ["published"]), (timedelta(days=2), []), (None, [])]
    )
    def test_of_a_first_reading_only_what_is_new(self, desk: Desk, ago: timedelta | None, told: list[str]) -> None:
        desk.serve({FEED: listing(url(1)), url(1): story() if ago is None else self.published(desk, ago)})
        desk.once()
        assert types(desk.database) == told

    def test_whatever_comes_later_is_news(self, desk: Desk) -> None:
        desk.serve({FEED: listing(url(1)), url(1): story()})
        desk.once()
        desk.serve({FEED: listing(url(1), url(2)), url(2): story(), url(1): story("এক দুই তিন পাঁচ।")})
        desk.once(wait=timedelta(hours=1))
        assert sorted(types(desk.database)) == ["edited", "published"]

    def published(self, desk: Desk, ago: timedelta) -> Answer:
        return story(published=f"{desk.clock.at - ago:%d %B %Y, %H:%M}")


def test_a_backfill_of_today_is_news_too(database: Database) -> None:
    desk = Desk(database)
    desk.alerting = alerting(rule("এক"), news=DAY)
    today, now = (
        desk.clock.at.astimezone(desk.site.timezone).date(),
        f"{desk.clock.at - timedelta(hours=1):%d %B %Y, %H:%M}",
    )
    day = ARCHIVE.format(day=today)
    desk.serve({day: listing(url(1), url(2)), url(1): story(published=now), url(2): story()})
    asyncio.run(backfill_all(desk.monitor, [desk.site], today, Progress()))
    assert [payload["data"]["story"]["key"] for payload in payloads(database)] == ["news/1"]


def test_a_story_that_vanishes(database: Database) -> None:
    desk = Desk(database)
    desk.alerting = alerting(rule("এক", Occasion.UNPUBLISHED, Occasion.RESTORED, every=True), news=DAY)
    desk.serve({FEED: listing(url(1), url(2)), url(1): story(), url(2): story()})
    desk.once()
    del desk.web.pages[url(1)]
    for hours in (1, 2, 3, 25):
        desk.once(wait=timedelta(hours=hours))
    desk.serve({url(1): story()})
    desk.once(wait=timedelta(hours=1))
    assert types(database) == ["unpublished", "restored"]
    assert [payload["data"]["story"]["title"] for payload in payloads(database)] == ["শিরোনাম"] * 2


def test_what_befalls_a_source(database: Database) -> None:
    desk = Desk(database)
    desk.alerting = alerting(
        rule("site:daily", Occasion.SOURCE_FAILING, name="ours"),
        rule("site:weekly", Occasion.SOURCE_FAILING, name="theirs"),
        news=DAY,
    )
    desk.serve({FEED: listing(status=500)})
    for _ in range(4):
        desk.once(wait=timedelta(hours=6))
    (told,) = payloads(database)
    assert (told["type"], told["data"]["rule"]["name"], told["data"]["source"]) == (
        "source.failing",
        "ours",
        {"url": FEED},
    )


def test_what_befalls_a_site(database: Database) -> None:
    desk = Desk(database)
    desk.alerting = alerting(rule("", Occasion.SITE_FAILING), news=DAY)
    stories = [url(number) for number in range(1, 9)]
    desk.serve({FEED: listing(*stories), **dict.fromkeys(stories, story())})
    desk.once()
    desk.serve(dict.fromkeys(stories, Answer("oops", 500)))
    desk.once(wait=timedelta(hours=1))
    assert [payload["type"] for payload in payloads(database)] == ["site.failing"]


def test_what_befalls_no_story_needs_no_index_of_rules_about_stories() -> None:
    def analyser_of(language: str) -> Analyser:
        raise AssertionError(f"all rules are indexed for {language!r}")

    rules = {each.name: each for each in (rule("এক", name="story"), rule("", Occasion.RECEIVER_DISABLED))}
    made = RuleAlerting(RuleBook(analyser_of=analyser_of), DAY, lambda: "key", lambda: rules)
    made.refresh()
    told = made.of_receiver("desk", NOON)(Event(EventKind.RECEIVER_DISABLED, None, "HTTP 410"))
    assert [alert.rule for alert in told.alerts] == ["rule"]


class TestMessages:
    """What is sent to whom, and when."""

    def desk(self, database: Database, **changes: Any) -> Desk:
        desk = Desk(database)
        desk.alerting = alerting(rule("এক", **changes), news=DAY)
        desk.serve({FEED: listing(url(0)), url(0): story()})
        desk.once()
        return desk

    def publish(
        self, desk: Desk, *numbers: int, wait: timedelta = timedelta(minutes=30)
    ) -> list[tuple[str, str, datetime]]:
        desk.serve({FEED: listing(*map(url, (0, *numbers))), **dict.fromkeys(map(url, numbers), story())})
        desk.once(wait=wait)
        with desk.database.reading() as connection:
            rows = connection.execute(select(messages).order_by(messages.c.id)).all()
        return [(row.receiver, row.state, row.due_at) for row in rows]

    def test_each_receiver_has_its_own(self, database: Database) -> None:
        desk = self.desk(database, to=("desk", "web"))
        assert [each[:2] for each in self.publish(desk, 1)] == [("desk", "waiting"), ("web", "waiting")]
        with database.reading() as connection:
            keys = connection.execute(select(messages.c.key)).scalars().all()
        assert len(set(keys)) == 2

    def test_what_is_told_of_the_past_is_sent_now(self, newsroom: Newsroom) -> None:
        newsroom.alerting = alerting(rule("পুতিন"))
        newsroom.run([A])
        with newsroom.database.reading() as connection:
            (message,) = connection.execute(select(messages)).all()
            (alert,) = connection.execute(select(alerts)).all()
        assert alert.at == AFTER
        assert message.created_at == message.due_at
        assert newsroom.clock.at - message.created_at < timedelta(seconds=1)

    def test_quiet_hours_hold(self, database: Database) -> None:
        zone = ZoneInfo("Asia/Dhaka")
        desk = self.desk(database)
        local = (desk.clock.at + timedelta(minutes=30)).astimezone(zone)
        quiet = Quiet(time(local.hour), time((local.hour + 2) % 24), zone)
        desk.alerting = alerting(rule("এক", quiet=quiet), news=DAY)
        ((_, state, due_at),) = self.publish(desk, 1)
        assert (state, due_at.astimezone(zone).time()) == ("held", quiet.end)

    def test_what_is_more_than_the_limit_is_held(self, database: Database) -> None:
        desk = self.desk(database, limit=Limit(2, timedelta(hours=1)))
        first = self.publish(desk, 1, 2, 3, 4)
        assert [state for _, state, _ in first] == ["waiting", "waiting", "held", "held"]
        assert first[2][2] == first[0][2] + timedelta(hours=1)
        later = self.publish(desk, 5, wait=timedelta(hours=2))
        assert later[-1][1] == "waiting"


def test_rules_change_while_the_program_runs(database: Database) -> None:
    desk = Desk(database)
    kept = {"one": rule("এক", name="one")}
    desk.alerting = RuleAlerting(RuleBook(), DAY, iter(map(str, range(9))).__next__, lambda: dict(kept))
    desk.alerting.refresh()
    desk.serve({FEED: listing(url(0)), url(0): story()})
    desk.once()
    kept.clear()
    kept["two"] = rule("এক", name="two")
    desk.alerting.refresh()
    desk.serve({FEED: listing(url(0), url(1)), url(1): story()})
    desk.once(wait=timedelta(hours=1))
    assert [payload["data"]["rule"]["name"] for payload in payloads(database)] == ["two"]
