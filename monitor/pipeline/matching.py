"""The rules that events meet, and the alerts that come of it.

What a site's first reading or a backfill finds is history. Of it, only that is told which was published within the time
that counts as news.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from monitor.core.alerts import NewAlert
from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.events import Event, EventKind, Tell
from monitor.core.excerpts import matched_in
from monitor.core.payloads import Met, OfSite, OfStory, Payload, about_receiver, about_site, about_story
from monitor.core.query import Document, Match, Text
from monitor.core.records import ArticleState, Check
from monitor.core.rulebook import RuleBook
from monitor.core.rules import OF_STORIES, Rule, occasions_of, size_of
from monitor.core.stamps import ends, moment
from monitor.pipeline.alerting import Alerting
from monitor.pipeline.ports import Store
from monitor.sitekit.site import Site


class RuleAlerting(Alerting):
    """Gives events the alerts of the rules that they meet. May be used by many threads at once.

    Rules about sites and receivers have a book of their own, as there are few: their events are told while the database
    is being written to, which must not wait for an index of all rules.

    `news` is how long ago something may have happened to be told, None for any time. `key` makes the keys of messages.
    `read` returns the rules that are in force, None where they are what they were when it was last asked.
    """

    def __init__(
        self,
        book: RuleBook,
        news: timedelta | None,
        key: Callable[[], str],
        read: Callable[[], Mapping[str, Rule] | None],
    ) -> None:
        self._book: Final = book
        self._operators: Final = RuleBook()
        self._news: Final = news
        self._key: Final = key
        self._read: Final = read
        self._rules: Mapping[str, Rule] = {}
        self._turn: Final = Lock()

    def refresh(self) -> int | None:
        """Go by the rules as they are kept now; what has not changed is left as it is."""
        rules = self._read()
        if rules is None:
            return None
        with self._turn:
            for name in self._rules.keys() - rules.keys():
                self._book.drop(name)
                self._operators.drop(name)
            for name, rule in rules.items():
                if self._rules.get(name) != rule:
                    self._take(rule)
            self._rules = dict(rules)
        return len(rules)

    def _take(self, rule: Rule) -> None:
        self._book.add(rule)
        self._operators.drop(rule.name)
        if rule.on - OF_STORIES:
            self._operators.add(rule)

    def of_check(self, store: Store, site: Site, state: ArticleState, check: Check, now: datetime) -> Check:
        """Return a check of a story whose events have their alerts; `state` is what it was decided on."""
        if not self._rules or not (check.events or check.shift):
            return check
        shift, at = check.shift, check.observation.at
        if shift is not None:
            shift = replace(shift, event=self.of_site(site, at, now)(shift.event))
        events, told = list[Event](), set[str]()
        for event in check.events:
            if not self._is_news(state, check, event, now):
                events.append(event)
                continue
            story = _story(state, check, event)
            with self._turn:
                met = matching(self._book, site, event, story)
            if any(not rule.every for rule, _ in met):
                told |= store.alerted(state.ref.id)
            met = [(rule, match) for rule, match in met if rule.every or rule.name not in told]
            told |= {rule.name for rule, _ in met}
            payloads = [
                (rule, about_story(event, at, _met(rule, match, story), _of(site), story)) for rule, match in met
            ]
            events.append(self._with_alerts(event, payloads, now))
        return replace(check, events=tuple(events), shift=shift)

    def of_site(self, site: Site, at: datetime, now: datetime, source: str | None = None) -> Tell:
        """Return what gives the events of a site, or of its source with this URL, their alerts."""
        text = Text(Document.bare(site=site.name, language=site.language))

        def told(event: Event, met: Met) -> Payload:
            return about_site(event, at, met, _of(site), source)

        return lambda event: self._tell(event, text, told, now) if self._is_recent(at, now) else event

    def of_receiver(self, receiver: str, at: datetime) -> Tell:
        """Return what gives the events of a receiver their alerts."""
        text = Text(Document.bare(site=None, language=""))
        return lambda event: self._tell(event, text, lambda event, met: about_receiver(event, at, met, receiver), at)

    def _tell(self, event: Event, text: Text, told: Callable[[Event, Met], Payload], now: datetime) -> Event:
        with self._turn:
            met = self._operators.matching(text, occasions_of(event.kind, Change.NONE, event.announced))
        payloads = [(rule, told(event, Met(rule.name, rule.query.text))) for rule, _ in met]
        return self._with_alerts(event, payloads, now)

    def _with_alerts(self, event: Event, met: Iterable[tuple[Rule, Payload]], now: datetime) -> Event:
        alerts = tuple(
            NewAlert(
                rule.name,
                {receiver: self._key() for receiver in rule.to},
                payload,
                now,
                held_until=rule.quiet.until(now) if rule.quiet else None,
                limit=rule.limit,
            )
            for rule, payload in met
        )
        return replace(event, alerts=alerts)

    def _is_news(self, state: ArticleState, check: Check, event: Event, now: datetime) -> bool:
        """Whether what happened to a story is to be told; what is held back is not."""
        if event.held:
            return False
        if event.kind is EventKind.PUBLISHED and state.history and check.version is not None:
            published = check.version.reading.article.published
            return self._news is None or (moment(published) is not None and self._is_recent(ends(published), now))
        return self._is_recent(check.observation.at, now)

    def _is_recent(self, at: datetime, now: datetime) -> bool:
        return self._news is None or at >= now - self._news


def matching(book: RuleBook, site: Site, event: Event, story: OfStory) -> list[tuple[Rule, Match]]:
    """Return the rules of a book that an event of a story meets, and where they match."""
    analyser = book.lexicon(site.language).analyser
    after = Document.of(story.article, site=site.name, language=site.language, analyser=analyser)
    before, size = None, None
    if story.before is not None:
        before = Document.of(story.before, site=site.name, language=site.language, analyser=analyser)
        size = size_of(story.diffs)
    return book.matching(Text(after, before), occasions_of(event.kind, story.change, event.announced), size)


def _of(site: Site) -> OfSite:
    return OfSite(site.name, site.title, site.language)


def _met(rule: Rule, match: Match, story: OfStory) -> Met:
    return Met(rule.name, rule.query.text, matched_in(match, story.article, story.before))


def _story(state: ArticleState, check: Check, event: Event) -> OfStory:
    """Return a story as it stands after an event."""
    marks, new = state.marks, check.version
    if new is not None:
        edit = event.kind is EventKind.EDITED
        return OfStory(
            state.ref.key,
            check.moved_to or state.ref.url,
            marks[-1].seq + 1 if marks else 1,
            check.observation.at,
            new.reading.article,
            new.change if edit or event.kind is EventKind.PUBLISHED else Change.NONE,
            _last(state, check) if edit else None,
            new.changed_after if edit else None,
        )
    last = _last(state, check)
    if check.read:
        last = replace(last, updated=check.observation.stamp)
    return OfStory(
        state.ref.key, check.moved_to or state.ref.url, marks[-1].seq, marks[-1].first_seen_at, last, Change.NONE
    )


def _last(state: ArticleState, check: Check) -> Article:
    """Return the last version of a story that has one, as it is read today."""
    again = (each.reading.article for each in check.corrections if each.version_id == state.marks[-1].id)
    article = next(again, state.content)
    if article is None:
        raise ValueError(f"{state.ref.name} has no version that an event could be about")
    return article
