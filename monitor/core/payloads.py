"""What a receiver is told of an event, as JSON: docs/alerts.md describes it, docs/alert.schema.json defines it.

Observed times are in UTC, stated ones carry the offset of their site. Names and meanings only ever gain: whoever reads
`version` 1 can read what later releases of it send.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Final, TypeAlias

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.diff import FieldDiff, Op, diff_articles, words_in
from monitor.core.events import Event
from monitor.core.stamps import to_text
from monitor.language.dates import Stated

VERSION: Final = 1

Payload: TypeAlias = dict[str, Any]

_CONTEXT: Final = 80
_LONGEST_FIELD: Final = 20_000
_CUT: Final = " … "


@dataclass(frozen=True, slots=True)
class Matched:
    """A word or phrase that made a rule match: the field it stands in, and what stands around it there."""

    field: str
    word: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Met:
    """The rule that an event met: its name, its query as the user wrote it, and by what words it was met."""

    rule: str
    query: str
    matched: Sequence[Matched] = ()


@dataclass(frozen=True, slots=True)
class OfSite:
    """The site that something befell: its name, how it calls itself, and its language."""

    name: str
    title: str
    language: str


@dataclass(frozen=True)
class OfStory:
    """A story, as it stands after an event.

    `before` is what it said until then, None where the event changed nothing in it; it was last seen so at
    `changed_after`. `version` is the number of the version that `article` is.
    """

    key: str
    url: str
    version: int
    first_seen_at: datetime
    article: Article
    change: Change
    before: Article | None = None
    changed_after: datetime | None = None

    @cached_property
    def diffs(self) -> tuple[FieldDiff, ...]:
        """What an edit changed, looked up once for all the rules that it meets."""
        return () if self.before is None else diff_articles(self.before, self.article)


def about_story(event: Event, at: datetime, met: Met, site: OfSite, story: OfStory) -> Payload:
    """Return what is told of an event of a story."""
    data = _data(event, met, site, change=story.change)
    return _payload(f"story.{event.kind}", at, {**data, "story": _story(site, story), "change": _change(story, at)})


def about_site(event: Event, at: datetime, met: Met, site: OfSite, source: str | None = None) -> Payload:
    """Return what is told of an event of a site, or of one of its sources, whose URL is given."""
    data = _data(event, met, site)
    return _payload(_type(event), at, data if source is None else {**data, "source": {"url": source}})


def about_receiver(event: Event, at: datetime, met: Met, receiver: str) -> Payload:
    """Return what is told of a receiver that wants nothing any more."""
    return _payload(_type(event), at, {**_data(event, met, None), "receiver": {"name": receiver}})


def _payload(type_: str, at: datetime, data: Payload) -> Payload:
    return {"type": type_, "version": VERSION, "timestamp": _time(at), "data": data}


def _type(event: Event) -> str:
    """Return `source.lost_items` for "source lost items"."""
    about, what = event.kind.split(" ", 1)
    return f"{about}.{what.replace(' ', '_')}"


def _data(event: Event, met: Met, site: OfSite | None, change: Change | None = None) -> Payload:
    return {
        "rule": {"name": met.rule, "query": met.query},
        "event": {
            "kind": event.kind.value,
            "change": change and change.value,
            "announced": event.announced,
            "silent": event.announced is False,
            "why": event.why,
        },
        "site": site and {"name": site.name, "title": site.title, "language": site.language},
        "story": None,
        "change": None,
        "matched": [{"field": each.field, "word": each.word, "excerpt": each.excerpt} for each in met.matched],
    }


def _story(site: OfSite, story: OfStory) -> Payload:
    article = story.article
    return {
        "name": f"{site.name}:{story.key}",
        "key": story.key,
        "url": story.url,
        "title": _short(article.title),
        "subheading": article.subheading and _short(article.subheading),
        "section": article.section and _short(article.section),
        "byline": article.byline and _short(article.byline),
        "credit": article.credit and _short(article.credit),
        "published": _stated(article.published),
        "updated": _stated(article.updated),
        "version": story.version,
        "first_seen_at": _time(story.first_seen_at),
    }


def _change(story: OfStory, at: datetime) -> Payload | None:
    if story.before is None:
        return None
    return {
        "between": [story.changed_after and _time(story.changed_after), _time(at)],
        "added": words_in(story.diffs, Op.INSERT),
        "removed": words_in(story.diffs, Op.DELETE),
        "fields": [{"field": field.field, "spans": _spans(field)} for field in story.diffs],
    }


def _spans(field: FieldDiff) -> list[Payload]:
    """Return the spans of a field; of what stayed only the ends, and of what is endless only the beginning."""
    last, told, room = len(field.spans) - 1, list[Payload](), _LONGEST_FIELD
    for index, span in enumerate(field.spans):
        text = _ends(span.text, first=index == 0, last=index == last) if span.op is Op.EQUAL else span.text
        if len(text) > room:
            text = text[:room] + _CUT
        told.append({"op": span.op.value, "text": text})
        room -= len(text)
        if room <= 0:
            break
    return told


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_FIELD else text[:_LONGEST_FIELD] + _CUT


def _ends(text: str, *, first: bool, last: bool) -> str:
    if first:
        return text if len(text) <= _CONTEXT else f"{_CUT}{text[-_CONTEXT:]}"
    if last:
        return text if len(text) <= _CONTEXT else f"{text[:_CONTEXT]}{_CUT}"
    return text if len(text) <= 2 * _CONTEXT else f"{text[:_CONTEXT]}{_CUT}{text[-_CONTEXT:]}"


def _stated(stated: Stated | None) -> Payload | None:
    return None if stated is None else {"at": to_text(stated), "precision": stated.precision.value}


def _time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
