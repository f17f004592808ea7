"""One check of one story, the heart of the product.

fetch     Fetcher.get(url)                      -> Outcome, a value
parse     site.parse(page)                      -> Reading | Unreadable
reread    the last versions' captures, where today's parser is not the one that read them -> corrections
decide    core.decide(what is on record, article) -> Decision
commit    one transaction: observation, capture, version, corrections, events. Somebody else was quicker: again.
"""

import asyncio
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from monitor.core.articles import Article, Reading, Unreadable
from monitor.core.changes import Change, Decision, Known, decide
from monitor.core.errors import StoreError
from monitor.core.events import events_of
from monitor.core.fingerprints import fingerprint, is_current
from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, NotModified, Outcome
from monitor.core.records import (
    ArticleRef,
    ArticleState,
    Capture,
    Check,
    Correction,
    NewReading,
    NewVersion,
    Observation,
    Result,
    VersionMark,
)
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Conflict, Store
from monitor.sitekit.page import Page
from monitor.sitekit.site import Site

UNREADABLE: Final = "unreadable"
"""The name on record of a page that was fetched but from which nothing could be read."""

_TRIES: Final = 10
_RESULTS: Final = {
    NotModified.name: Result.UNCHANGED,
    Gone.name: Result.GONE,
    Blocked.name: Result.BLOCKED,
    Failed.name: Result.FAILED,
    UNREADABLE: Result.FAILED,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check came to. `version` is the number of the version the page now shows, None if there is none."""

    ref: ArticleRef
    result: Result
    why: str
    decision: Decision
    version: int | None
    article: Article | None
    unreachable: bool = False


_NOTHING = Decision(Change.NONE, None, "")


async def check(monitor: Monitor, ref: ArticleRef, url: str) -> Checked:
    """Ask for a story once, at one of its addresses, and put on record what was found."""
    site = monitor.sites.get(ref.site)
    outcome = await monitor.fetcher.get(url, delay=site.delay)
    return await asyncio.to_thread(judge, monitor.store, site, ref, outcome)


def judge(store: Store, site: Site, ref: ArticleRef, outcome: Outcome) -> Checked:
    """Decide what an outcome means for a story, and commit it; decide again if somebody else was quicker."""
    outcome = _led_to_front_page(site, outcome)
    reading = _read(site, outcome)
    for _ in range(_TRIES):
        state = store.state(ref.id, ref=outcome.exchange.ref)
        checked, commit = _weigh(store, site, state, outcome, reading)
        if commit is None:
            return checked
        try:
            version = store.commit(commit)
        except Conflict:
            continue
        return checked if version is None else replace(checked, version=version)
    raise StoreError(f"{ref.name}: {_TRIES} times in a row another process wrote to this story first; run it again")


def _read(site: Site, outcome: Outcome) -> NewReading | Unreadable | None:
    if not isinstance(outcome, Fetched):
        return None
    exchange = outcome.exchange
    return _newly_read(site.parse(Page(exchange.final_url, exchange.content_type, exchange.body)))


def _newly_read(read: Reading | Unreadable) -> NewReading | Unreadable:
    return read if isinstance(read, Unreadable) else NewReading(read.article, read.parser, fingerprint(read.article))


def _led_to_front_page(site: Site, outcome: Outcome) -> Outcome:
    """A story whose address now leads to a page that is no story of the site is gone, whatever that page says."""
    if not isinstance(outcome, Fetched):
        return outcome
    exchange = outcome.exchange
    if exchange.final_url == exchange.url or site.key_of(exchange.final_url) is not None:
        return outcome
    return Gone(exchange, f"the address leads to {exchange.final_url}, which is no story")


def _weigh(
    store: Store, site: Site, state: ArticleState, outcome: Outcome, reading: NewReading | Unreadable | None
) -> tuple[Checked, Check | None]:
    """Weigh one outcome against the record: what it came to, and what there is to write (None: nothing new)."""
    if isinstance(reading, NewReading):
        return _weigh_reading(store, site, state, outcome.exchange, reading)
    if isinstance(outcome, Fetched):
        name, why = UNREADABLE, reading.why if reading else ""
    else:
        name, why = outcome.name, outcome.why
    unreachable = isinstance(outcome, Failed) and outcome.unreachable
    checked = replace(_plain(state, _RESULTS[name], why), unreachable=unreachable)
    if state.recorded is not None:
        return checked, None
    return checked, _check(state, outcome.exchange, name, why, keep=name == UNREADABLE)


def _weigh_reading(
    store: Store, site: Site, state: ArticleState, exchange: Exchange, reading: NewReading
) -> tuple[Checked, Check | None]:
    if state.recorded not in {None, UNREADABLE}:
        return _plain(state, Result.UNCHANGED, "this capture is on record already"), None
    if state.last_observed_at is not None and exchange.at < state.last_observed_at:
        why = f"older than the last observation ({state.last_observed_at.isoformat()}): kept, decides nothing"
        return _plain(state, Result.UNCHANGED, why), _check(state, exchange, Fetched.name, why, keep=True)
    return _compare(store, site, state, exchange, reading)


def _compare(
    store: Store, site: Site, state: ArticleState, exchange: Exchange, reading: NewReading
) -> tuple[Checked, Check]:
    corrections = tuple(_reread(store, site, state.marks))
    known = _known(state, corrections)
    decision = decide(known, reading.article, reading.content_hash, language=site.language)
    version = None
    if decision.change is not Change.NONE:
        changed_after = known.last_shown if known else None
        version = NewVersion(decision.change, decision.announced, decision.why, changed_after, reading)
    commit = replace(
        _check(state, exchange, Fetched.name, None, keep=version is not None),
        read=True,
        version=version,
        corrections=corrections,
        events=events_of(decision),
        moved_to=_moved_to(site, exchange),
    )
    commit = replace(commit, observation=replace(commit.observation, stamp=reading.article.updated))
    seq = state.marks[-1].seq if state.marks else None
    return Checked(state.ref, _result(decision), decision.why, decision, seq, reading.article), commit


def _known(state: ArticleState, corrections: tuple[Correction, ...]) -> Known | None:
    if state.content is None or state.last_shown_at is None:
        return None
    reread = {correction.version_id: correction.reading for correction in corrections}
    last = state.marks[-1]
    hashes = [
        (reread[mark.id].content_hash if mark.id in reread else mark.content_hash, mark.seq) for mark in state.marks
    ]
    return Known(
        content=reread[last.id].article if last.id in reread else state.content,
        content_hash=hashes[-1][0],
        earlier=dict(hashes[:-1]),
        stamp=state.stamp,
        last_shown=state.last_shown_at,
    )


def _reread(store: Store, site: Site, marks: tuple[VersionMark, ...]) -> list[Correction]:
    """Read versions again that another parser, or another normalisation, read then.

    A capture that today's parsers cannot read keeps its old reading: it is the better one.
    """
    corrections = []
    for mark in marks:
        if is_current(mark.content_hash) and not site.is_outdated(mark.parser):
            continue
        capture = store.capture(mark.capture_id)
        again = _newly_read(site.parse(Page(capture.url, capture.content_type, capture.body)))
        if isinstance(again, NewReading):
            corrections.append(Correction(mark.id, again))
    return corrections


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
    return Checked(state.ref, result, why, _NOTHING, seq, state.content)


def _moved_to(site: Site, exchange: Exchange) -> str | None:
    return None if exchange.final_url == exchange.url else site.canonical(exchange.final_url)


def _check(state: ArticleState, exchange: Exchange, outcome: str, why: str | None, *, keep: bool) -> Check:
    capture = None
    if keep:
        capture = Capture(exchange.final_url, exchange.status or 0, exchange.headers, exchange.body, exchange.at)
    return Check(state.ref.id, state.revision, observation_of(exchange, outcome, why), capture=capture)


def observation_of(exchange: Exchange, outcome: str, why: str | None) -> Observation:
    """Turn an exchange into the line that goes on record."""
    return Observation(
        at=exchange.at,
        outcome=outcome,
        url=exchange.final_url,
        status=exchange.status,
        size=len(exchange.body),
        sha256=sha256(exchange.body).hexdigest() if exchange.body else None,
        elapsed=exchange.elapsed,
        why=why,
        ref=exchange.ref,
        etag=exchange.headers.get("etag"),
        last_modified=exchange.headers.get("last-modified"),
    )
