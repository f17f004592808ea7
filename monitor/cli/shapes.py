"""The JSON that commands print: plain dictionaries, documented in docs/json.md.

Stated times carry the offset of their site, observed ones are in UTC. Names and order are part of the interface.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.articles import Article
from monitor.core.coverage import Kind
from monitor.core.records import ArticleSummary, Logged, Result, StoryLog, VersionRecord
from monitor.core.stamps import moment, to_text
from monitor.language.dates import Stated
from monitor.pipeline.check import Checked
from monitor.pipeline.once import Run
from monitor.sitekit.site import Site

if TYPE_CHECKING:
    from monitor.core.coverage import Coverage, Span, Stretch
    from monitor.core.diff import FieldDiff

Json: TypeAlias = dict[str, Any]


def checked_shape(checked: Checked) -> Json:
    """One check, as `once` and `check` report it."""
    article = checked.article
    return {
        "id": checked.ref.id,
        "key": checked.ref.name,
        "url": checked.ref.url,
        "site": checked.ref.site,
        "outcome": checked.result,
        "change": checked.decision.change,
        "announced": checked.decision.announced,
        "why": checked.why,
        "version": checked.version,
        "title": article.title if article else None,
        "published_at": _moment(article.published) if article else None,
        "updated_at": _moment(article.updated) if article else None,
    }


def run_shape(run: Run) -> Json:
    """A whole run: how many checks came to what, and each of them."""
    counts = run.counts
    return {
        "checked": len(run.checked),
        **{result.value: counts.get(result, 0) for result in Result},
        "silent": run.silent,
        "left": run.left,
        "troubles": [{"site": each.site, "url": each.url, "why": each.why} for each in run.troubles],
        "articles": [checked_shape(each) for each in run.checked],
    }


def article_shape(story: ArticleSummary) -> Json:
    """A story in brief."""
    return {
        "id": story.ref.id,
        "key": story.ref.name,
        "url": story.ref.url,
        "former_urls": list(story.former_urls),
        "site": story.ref.site,
        "title": story.title,
        "published_at": _moment(story.published),
        "updated_at": _moment(story.updated),
        "added_at": _time(story.added_at),
        "checked_at": _time(story.checked_at),
        "versions": story.versions,
        "silent_edits": story.silent_edits,
        "change": story.change,
        "announced": story.announced,
        "changed_at": _time(story.changed_at),
    }


def version_shape(version: VersionRecord) -> Json:
    """One version in full."""
    return {
        "seq": version.seq,
        "change": version.change,
        "announced": version.announced,
        "why": version.why,
        **_content(version.article),
        "changed_after": _time(version.changed_after),
        "first_seen_at": _time(version.first_seen_at),
        "last_seen_at": _time(version.last_seen_at),
        "content_hash": version.content_hash,
        "parser": str(version.parser),
        "corrected": version.corrected,
    }


def show_shape(story: ArticleSummary, versions: Sequence[VersionRecord]) -> Json:
    """A story with all its versions, oldest first."""
    return {"article": article_shape(story), "versions": [version_shape(version) for version in versions]}


def diff_shape(story: ArticleSummary, old: VersionRecord, new: VersionRecord, diffs: Sequence["FieldDiff"]) -> Json:
    """What changed between two versions; the spans of a field, joined, give its old and its new text."""
    return {
        "article": article_shape(story),
        "from": old.seq,
        "to": new.seq,
        "announced": new.announced,
        "why": new.why,
        "changed_between": [_time(new.changed_after), _time(new.first_seen_at)],
        "fields": [
            {"field": diff.field, "spans": [{"op": span.op, "text": span.text} for span in diff.spans]}
            for diff in diffs
        ],
    }


def history_shape(
    story: ArticleSummary,
    log: StoryLog,
    coverage: "Coverage",
    gaps: Sequence["Stretch"],
    fetches: Sequence[Logged],
) -> Json:
    """How well a story is covered, and the fetches that prove it, oldest first."""
    return {
        "article": article_shape(story),
        "coverage": {
            "first_at": _time(coverage.first),
            "last_at": _time(coverage.last),
            "fetches": len(log.fetches),
            **{kind.replace("-", "_"): coverage.counts.get(kind, 0) for kind in Kind},
            "pruned": coverage.lost,
            "whole_since": _time(coverage.whole_since),
            "gone_since": _time(log.gone_since),
            "gone_confirmed": log.gone_confirmed,
            "unpublished_at": _time(log.unpublished_at),
            "versions": [_span(span) for span in coverage.spans],
            "gaps": [_gap(gap) for gap in gaps],
        },
        "fetches": [fetch_shape(each) for each in fetches],
    }


def fetch_shape(logged: Logged) -> Json:
    """One fetch of a story, as it stands on record."""
    fetch = logged.observation
    return {
        "at": _time(fetch.at),
        "outcome": fetch.outcome,
        "version": logged.version,
        "status": fetch.status,
        "bytes": fetch.size,
        "sha256": fetch.sha256,
        "milliseconds": _milliseconds(fetch.elapsed),
        "url": fetch.url,
        "final_url": fetch.final_url or fetch.url,
        "hops": [
            {
                "url": hop.url,
                "robots": hop.robots,
                "address": hop.address,
                "status": hop.status,
                "milliseconds": _milliseconds(hop.elapsed),
            }
            for hop in fetch.hops
        ],
        "etag": fetch.etag,
        "last_modified": fetch.last_modified,
        "updated": to_text(fetch.stamp),
        "why": fetch.why,
        "ref": fetch.ref,
    }


def _span(span: "Span") -> Json:
    return {
        "seq": span.version,
        "first_seen_at": _time(span.first),
        "last_seen_at": _time(span.last),
        "sights": span.sights,
        "changed_after": _time(span.changed_after),
        "window_seconds": _seconds(span.window),
    }


def _gap(gap: "Stretch") -> Json:
    return {
        "from": _time(gap.begins),
        "to": _time(gap.ends),
        "seconds": _seconds(gap.width),
        "version_before": gap.before,
        "version_after": gap.after,
        "not_modified": gap.not_modified,
        "missed": gap.missed,
    }


def site_shape(site: Site) -> Json:
    """A site that the program knows."""
    return {
        "name": site.name,
        "title": site.title,
        "language": site.language,
        "timezone": site.timezone.key,
        "parsers": [f"{parser.name}@{parser.revision}" for parser in site.parsers],
        "sources": [{"kind": each.kind, "url": each.url, "polled": each.polled} for each in site.sources],
    }


def _content(article: Article) -> Json:
    return {
        "title": article.title,
        "title_derived": article.title_derived,
        "subheading": article.subheading,
        "paragraphs": list(article.paragraphs),
        "captions": list(article.captions),
        "image": article.image,
        "byline": article.byline,
        "section": article.section,
        "credit": article.credit,
        "dateline": asdict(article.dateline) if article.dateline else None,
        "published_at": _moment(article.published),
        "published_precision": article.published.precision if article.published else None,
        "updated_at": _moment(article.updated),
        "updated_precision": article.updated.precision if article.updated else None,
    }


def _moment(stated: Stated | None) -> str | None:
    return _time(moment(stated))


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(width: timedelta | None) -> float | None:
    return None if width is None else width.total_seconds()


def _milliseconds(elapsed: float) -> int:
    return round(elapsed * 1000)
