"""One check of one story, the heart of the product.

fetch     Fetcher.get(url)                      -> Outcome, a value
parse     site.parse(page)                      -> Reading | Unreadable
reread    the last versions' captures, where today's parser is not the one that read them -> corrections
decide    core.decide(what is on record, article) -> Decision
commit    one transaction: observation, capture, version, corrections, events. Somebody else was quicker: again.
"""

from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Final

from monitor.core.articles import Article, Reading, Unreadable
from monitor.core.changes import Change, Decision, Known, decide
from monitor.core.errors import StoreError
from monitor.core.events import events_of
from monitor.core.fingerprints import fingerprint, is_current
from monitor.core.headers import header
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
    return await monitor.call(judge, monitor, ref, outcome)


def judge(monitor: Monitor, ref: ArticleRef, outcome: Outcome) -> Checked:
    """Decide what an outcome means for a story, and commit it; decide again if somebody else was quicker."""
    site, store = monitor.sites.get(ref.site), monitor.store
    outcome = _unless_led_away(monitor, site, ref, outcome)
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


def _unless_led_away(monitor: Monitor, site: Site, ref: ArticleRef, outcome: Outcome) -> Outcome:
    """A story whose address now leads to no story of its site, or to another one on record, is gone.

    Whatever that page says, it is not a new version of this story.
    """
    exchange = outcome.exchange
    if not isinstance(outcome, Fetched) or exchange.final_url == exchange.url:
        return outcome
    key = site.key_of(exchange.final_url)
    if key is None:
        return Gone(exchange, f"the address leads to {exchange.final_url}, which is no story")
    other = monitor.archive.find(f"{site.name}:{key}") if key != ref.key else None
    if other is not None and other.ref.id != ref.id:
        return Gone(exchange, f"the address leads to another story, {other.ref.name}")
    return outcome


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
    if state.recorded == Fetched.name:
        return _plain(state, Result.UNCHANGED, "this capture is on record already"), None
    if exchange.dated and state.last_shown_at is not None and exchange.at < state.last_shown_at:
        why = f"older than the last reading ({state.last_shown_at.isoformat()}): kept, decides nothing"
        return _plain(state, Result.UNCHANGED, why), _check(state, exchange, Fetched.name, why, keep=True)
    return _compare(store, site, state, exchange, reading)


def _compare(
    store: Store, site: Site, state: ArticleState, exchange: Exchange, reading: NewReading
) -> tuple[Checked, Check]:
    corrections = _reread(store, site, state, reading)
    known = _known(site, state, corrections, exchange, reading)
    decision = decide(known, reading.article, reading.content_hash, language=site.language)
    version = None
    if decision.change is not Change.NONE:
        changed_after = known.last_shown if known else None
        version = NewVersion(decision.change, decision.announced, decision.why, changed_after, reading)
    observation = replace(observation_of(exchange, Fetched.name, None), stamp=reading.article.updated)
    commit = Check(
        state.ref.id,
        state.revision,
        observation,
        read=True,
        capture=_capture(exchange) if version else None,
        version=version,
        corrections=corrections,
        events=events_of(decision),
        moved_to=_moved_to(site, exchange),
    )
    seq = state.marks[-1].seq if state.marks else None
    return Checked(state.ref, _result(decision), decision.why, decision, seq, reading.article), commit


def _known(
    site: Site, state: ArticleState, corrections: tuple[Correction, ...], exchange: Exchange, now: NewReading
) -> Known | None:
    if state.content is None or state.last_shown_at is None:
        return None
    reread = {correction.version_id: correction.reading for correction in corrections}
    last = reread.get(state.marks[-1].id)
    hashes = [
        (reread[mark.id].content_hash if mark.id in reread else mark.content_hash, mark.seq) for mark in state.marks
    ]
    return Known(
        content=last.article if last else state.content,
        content_hash=hashes[-1][0],
        earlier=dict(hashes[:-1]),
        # where the page has not been restamped since, the stamp is the version's own, and read again with it
        stamp=last.article.updated if last and state.stamp == state.content.updated else state.stamp,
        last_shown=state.last_shown_at,
        doubt=_doubt(site, state, last, exchange) or _other_form(state.marks[-1], last, now),
    )


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
        again = _newly_read(site.parse(Page(capture.final_url, capture.content_type, capture.body)))
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
    return Checked(state.ref, result, why, _NOTHING, seq, state.content)


def _moved_to(site: Site, exchange: Exchange) -> str | None:
    return None if exchange.final_url == exchange.url else site.canonical(exchange.final_url)


def _check(state: ArticleState, exchange: Exchange, outcome: str, why: str | None, *, keep: bool) -> Check:
    """A check that leaves the versions as they are."""
    observation = observation_of(exchange, outcome, why)
    return Check(state.ref.id, state.revision, observation, capture=_capture(exchange) if keep else None)


def _capture(exchange: Exchange) -> Capture:
    return Capture(exchange.url, exchange.final_url, exchange.status or 0, exchange.headers, exchange.body, exchange.at)


def observation_of(exchange: Exchange, outcome: str, why: str | None) -> Observation:
    """Turn an exchange into the line that goes on record."""
    return Observation(
        at=exchange.at,
        outcome=outcome,
        url=exchange.url,
        final_url=exchange.final_url if exchange.final_url != exchange.url else None,
        status=exchange.status,
        size=len(exchange.body),
        sha256=sha256(exchange.body).hexdigest() if exchange.body else None,
        elapsed=exchange.elapsed,
        why=why,
        ref=exchange.ref,
        etag=header(exchange.headers, "etag"),
        last_modified=header(exchange.headers, "last-modified"),
        hops=exchange.hops,
    )
