"""One look at a story weighed against the record: what it came to, and all that there is to write.

`weigh` decides and touches nothing: it reads the record, and its answer is a value that the store applies.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from monitor.core.absence import Absence, missing, next_look
from monitor.core.articles import Article
from monitor.core.changes import Change, Decision, Known, decide
from monitor.core.events import Event, EventKind, events_of
from monitor.core.fingerprints import is_current
from monitor.core.flips import Turns, told, turns_of
from monitor.core.health import fields_of
from monitor.core.masses import RESTAMPED, way_of
from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, NotModified
from monitor.core.rechecks import History, NextCheck, after_failure, next_check
from monitor.core.records import (
    ArticleRef,
    ArticleState,
    Check,
    Correction,
    NewReading,
    NewVersion,
    Result,
    VersionMark,
)
from monitor.core.signals import is_answered
from monitor.core.stamps import moment
from monitor.core.urls import host_of
from monitor.core.validators import is_lie
from monitor.language.dates import Precision, Stated
from monitor.pipeline.holding import hold_back
from monitor.pipeline.observing import UNREADABLE, capture_of, known_by, observation_of
from monitor.pipeline.ports import Store
from monitor.pipeline.reading import Look, newly_read
from monitor.sitekit.page import Page
from monitor.sitekit.site import Site

_RESULTS: Final = {
    NotModified.name: Result.UNCHANGED,
    Gone.name: Result.GONE,
    Blocked.name: Result.BLOCKED,
    Failed.name: Result.FAILED,
    UNREADABLE: Result.FAILED,
}


@dataclass(frozen=True, slots=True)
class Headed:
    """The title of an article, and the times that it states."""

    title: str
    published: Stated | None
    updated: Stated | None

    @classmethod
    def of(cls, article: Article) -> "Headed":
        """Take them from an article."""
        return cls(article.title, article.published, article.updated)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check came to. `version` is the number of the version the page now shows, None if there is none.

    `shown` is how that version is headed. The text itself stays out: a run keeps what all of its checks came to.
    `fields` are those that the page had (monitor.core.health), if an article was read from it now.
    `site_event` is what it showed of the site as a whole.
    """

    ref: ArticleRef
    result: Result
    why: str
    decision: Decision
    version: int | None
    shown: Headed | None
    unreachable: bool = False
    fields: frozenset[str] | None = None
    site_event: Event | None = None


_NOTHING: Final = Decision(Change.NONE, None, "")


def weigh(store: Store, site: Site, state: ArticleState, seen: Look) -> tuple[Checked, Check | None]:
    """Weigh one look against the record: what it came to, and what there is to write (None: nothing new)."""
    exchange = seen.outcome.exchange
    if isinstance(seen.read, NewReading):
        if state.recorded == Fetched.name:
            return _plain(state, Result.UNCHANGED, "this capture is on record already"), None
        if too_old := _too_old(state, exchange):
            return _plain(state, Result.UNCHANGED, too_old), _undecided(state, exchange, Fetched.name, too_old)
        return _compare(store, site, state, seen, seen.read)
    if isinstance(seen.outcome, Fetched):
        name, why = UNREADABLE, seen.read.why if seen.read else ""
    else:
        name, why = seen.outcome.name, seen.outcome.why
    unreachable = isinstance(seen.outcome, Failed) and seen.outcome.unreachable
    checked = replace(_plain(state, _RESULTS[name], why), unreachable=unreachable)
    if state.recorded is not None:
        return checked, None
    if too_old := _too_old(state, exchange):
        return checked, _undecided(state, exchange, name, f"{why} ({too_old})")
    return checked, _unread(store, state, exchange, name, why)


def _compare(store: Store, site: Site, state: ArticleState, seen: Look, reading: NewReading) -> tuple[Checked, Check]:
    exchange = seen.outcome.exchange
    corrections = _reread(store, site, state, reading)
    known = _known(site, state, corrections, exchange, reading)
    turns = turns_of(_texts(state, corrections), reading.content_hash, state.flips)
    decision, changes = _decide(site, state, known, reading, turns)
    has_turned = turns is not None and turns.turned
    changes, shift = hold_back(store, state, changes, exchange.at)
    version = None
    if decision.change is not Change.NONE:
        changed_after = known.last_shown if known else None
        version = NewVersion(decision.change, decision.announced, decision.why, changed_after, reading)
    validators = known_by(exchange) if exchange.url == state.ref.url else None
    # where the difference may be ours, the host is not to blame
    differs = decision.change is not Change.NONE and known is not None and known.doubt is None
    lied = differs and is_lie(state.validators, validators)
    absence = _still_missing(state, exchange)
    commit = Check(
        state.ref.id,
        state.revision,
        replace(observation_of(exchange, Fetched.name, None), stamp=reading.article.updated),
        _next_look(state, absence) if absence else _next_check(state, exchange.at, reading.article, version),
        read=True,
        absence=absence,
        validators=None if lied else validators,
        share_title=seen.share_title,
        caught=host_of(exchange.url) if lied else None,
        capture=capture_of(exchange) if version else None,
        version=version,
        corrections=corrections,
        events=(*(() if absence else _there_again(state)), *changes),
        moved_to=None if exchange.final_url == exchange.url else site.canonical(exchange.final_url),
        signalled_at=state.signalled_at,
        proved=_is_edit(version) or has_turned if is_answered(state.signalled_at, exchange.at) else None,
        shown=state.marks[-turns.back].id if turns else None,
        flips=turns.count if turns else 0 if version else state.flips,
        shift=shift,
    )
    seq = state.marks[-turns.back if turns else -1].seq if state.marks else None
    shown, fields = Headed.of(reading.article), fields_of(reading.article)
    checked = Checked(state.ref, _result(decision), decision.why, decision, seq, shown, fields=fields)
    return replace(checked, site_event=shift.event if shift else None), commit


def _decide(
    site: Site, state: ArticleState, known: Known | None, reading: NewReading, turns: Turns | None
) -> tuple[Decision, tuple[Event, ...]]:
    """Decide on a reading, and what it means to tell; of a story that takes turns, both texts count as the same."""
    if turns is not None and turns.turned:
        why, events = told(turns, state.marks[-1].seq)
        return Decision(Change.NONE, None, why), events
    if turns is not None and known is not None:
        known = replace(known, content_hash=reading.content_hash)
    decision = decide(known, reading.article, reading.content_hash, language=site.language)
    if state.flips and decision.change is not Change.NONE:
        decision = replace(decision, why=f"{decision.why}; two texts took turns before, {state.flips:,} times")
    way = _way(known, decision, reading)
    return decision, tuple(replace(each, way=way) for each in events_of(decision))


def _way(known: Known | None, decision: Decision, reading: NewReading) -> str | None:
    if known is None or decision.change is Change.NONE:
        return RESTAMPED if decision.restamped else None
    return way_of(known.content, reading.article)


def _unread(store: Store, state: ArticleState, exchange: Exchange, name: str, why: str) -> Check:
    """A check that saw no text: the versions stay; a page that could not be read is kept."""
    absence, events = _absence(store, state, exchange.at, name)
    if absence is not None:
        next_time = NextCheck(*next_look(absence, exchange.at))
    elif name == NotModified.name:
        next_time = _next_check(state, exchange.at, state.content, None)
    else:
        next_time = after_failure(state.last_shown_at or state.added_at, now=exchange.at, horizon=state.rule.horizon)
    return Check(
        state.ref.id,
        state.revision,
        observation_of(exchange, name, why),
        next_time,
        absence=absence,
        events=events,
        capture=capture_of(exchange) if name == UNREADABLE else None,
        signalled_at=state.signalled_at,
        proved=False if name == NotModified.name and is_answered(state.signalled_at, exchange.at) else None,
    )


def _too_old(state: ArticleState, exchange: Exchange) -> str | None:
    """Return why a capture decides nothing, now or later: all that is known comes from what was seen after it."""
    if not exchange.dated or state.last_shown_at is None or exchange.at >= state.last_shown_at:
        return None
    return f"older than the last reading ({state.last_shown_at.isoformat()}): kept, decides nothing"


def _undecided(state: ArticleState, exchange: Exchange, name: str, why: str) -> Check:
    """A check that goes on record, and leaves all else as it is."""
    if state.absence is not None:
        next_time = _next_look(state, state.absence)
    else:
        next_time = _next_check(state, state.last_shown_at or exchange.at, state.content, None)
    return Check(
        state.ref.id,
        state.revision,
        observation_of(exchange, name, why),
        next_time,
        absence=state.absence,
        capture=capture_of(exchange) if name in {Fetched.name, UNREADABLE} else None,
        signalled_at=state.signalled_at,
    )


def _still_missing(state: ArticleState, exchange: Exchange) -> Absence | None:
    """Return what is left of an absence once a page showed the story: all of it where that was before it began."""
    if state.absence is None or not exchange.dated or exchange.at >= state.absence.since:
        return None
    return state.absence


def _next_look(state: ArticleState, absence: Absence) -> NextCheck:
    """Return when to look again for a missing story, as its last check left it."""
    return NextCheck(*next_look(absence, state.last_observed_at or absence.since))


def _absence(store: Store, state: ArticleState, at: datetime, outcome: str) -> tuple[Absence | None, tuple[Event, ...]]:
    """Return whether the story counts as missing after a check that saw no text, and what that means to tell."""
    known = state.absence
    if outcome == NotModified.name:
        return None, _there_again(state)
    if outcome != Gone.name or state.last_shown_at is None:
        return known, ()
    answers = known is not None and known.is_last_step and store.answers(state.ref.id, known.since)
    now = missing(known, at, site_answers=answers)
    if now.unpublished_at is None or (known and known.unpublished_at):
        return now, ()
    why = f"not to be found since {now.since:%Y-%m-%d %H:%M} UTC, confirmed {now.confirmed} times"
    return now, (Event(EventKind.UNPUBLISHED, None, why),)


def _there_again(state: ArticleState) -> tuple[Event, ...]:
    if state.absence is None or state.absence.unpublished_at is None:
        return ()
    since = f"{state.absence.since:%Y-%m-%d %H:%M} UTC"
    return (Event(EventKind.RESTORED, None, f"it is there again; it was not to be found since {since}"),)


def _next_check(state: ArticleState, at: datetime, article: Article | None, version: NewVersion | None) -> NextCheck:
    changes = [(mark.changed_after or mark.first_seen_at, mark.first_seen_at) for mark in state.marks[1:]]
    if version is not None and _is_edit(version):
        changes.append((version.changed_after or at, at))
    stated = article.published if article else None
    published = moment(stated) if stated and stated.precision is Precision.MINUTE else None
    waiting = () if is_answered(state.signalled_at, at) else (state.signalled_at,)
    signals = tuple(each for each in waiting if each is not None)
    history = History(published, state.added_at, at, tuple(changes), signals, state.signals.precision)
    return next_check(history, now=at, price=state.rule.price, horizon=state.rule.horizon)


def _is_edit(version: NewVersion | None) -> bool:
    return version is not None and version.change is not Change.NEW


def _known(
    site: Site, state: ArticleState, corrections: tuple[Correction, ...], exchange: Exchange, now: NewReading
) -> Known | None:
    if state.content is None or state.last_shown_at is None:
        return None
    texts = _texts(state, corrections)
    last = next((each.reading for each in corrections if each.version_id == state.marks[-1].id), None)
    return Known(
        content=last.article if last else state.content,
        content_hash=texts[-1],
        earlier={text: mark.seq for text, mark in zip(texts[:-1], state.marks[:-1], strict=True)},
        # where the page has not been restamped since, the stamp is the version's own, and read again with it
        stamp=last.article.updated if last and state.stamp == state.content.updated else state.stamp,
        last_shown=state.last_shown_at,
        doubt=_doubt(site, state, last, exchange) or _other_form(state.marks[-1], last, now),
    )


def _texts(state: ArticleState, corrections: tuple[Correction, ...]) -> list[str]:
    """Return the fingerprints of all versions, oldest first, as they are read today."""
    reread = {correction.version_id: correction.reading.content_hash for correction in corrections}
    return [reread.get(mark.id, mark.content_hash) for mark in state.marks]


def _other_form(mark: VersionMark, last: NewReading | None, now: NewReading) -> str | None:
    """Two designs, or the HTML and the text form of one page, may show one text in two ways."""
    before = last.parser if last else mark.parser
    if before.name == now.parser.name:
        return None
    return f"{before.name} read the page before and {now.parser.name} reads it now: the difference may be ours"


def _doubt(site: Site, state: ArticleState, last: NewReading | None, exchange: Exchange) -> str | None:
    """Return why the page and the record cannot be held against each other fairly, None if they can."""
    if state.last_shown_at == exchange.at:
        return "two captures of one moment: which came first is not known"
    if state.last_shown_at is not None and exchange.at < state.last_shown_at:
        return f"this machine's clock was ahead at the last check ({state.last_shown_at.isoformat()})"
    mark = state.marks[-1]
    if _is_outdated(site, mark) and last is None:
        return "another parser read the page then, and today's cannot read it again: the difference may be ours"
    if site.is_outdated(mark.parser) and state.content is not None and state.stamp != state.content.updated:
        return "another parser read the update time then"
    return None


def _reread(store: Store, site: Site, state: ArticleState, now: NewReading) -> tuple[Correction, ...]:
    """Read versions again that another parser, or another normalisation, read then.

    It is done when the last version is outdated, so once for each change of ours. A capture that today's parsers
    cannot read keeps its old reading: it is the better one; if that equals what the page says now, it counts as read.
    """
    if not state.marks or not _is_outdated(site, state.marks[-1]):
        return ()
    corrections = []
    for mark in filter(partial(_is_outdated, site), state.marks):
        capture = store.capture(mark.capture_id)
        again = newly_read(site.parse(Page(capture.final_url, capture.content_type, capture.body)))
        if isinstance(again, NewReading):
            corrections.append(Correction(mark.id, again))
        elif mark.content_hash == now.content_hash:
            corrections.append(Correction(mark.id, now))
    return tuple(corrections)


def _is_outdated(site: Site, mark: VersionMark) -> bool:
    return site.is_outdated(mark.parser) or not is_current(mark.content_hash)


def _result(decision: Decision) -> Result:
    match decision.change:
        case Change.NEW:
            return Result.PUBLISHED
        case Change.EDITED:
            return Result.EDITED
        case Change.REVERTED:
            return Result.REVERTED
        case Change.NONE:
            return Result.RESTAMPED if decision.restamped else Result.UNCHANGED


def _plain(state: ArticleState, result: Result, why: str) -> Checked:
    """A check that says nothing about the text: what is on record stays."""
    seq = state.marks[-1].seq if state.marks else None
    shown = Headed.of(state.content) if state.content else None
    return Checked(state.ref, result, why, _NOTHING, seq, shown)
