"""The JSON that commands print: plain dictionaries, documented in docs/json.md.

Stated times carry the offset of their site, observed ones are in UTC. Names and order are part of the interface.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

from monitor.core.articles import Article
from monitor.core.coverage import Kind
from monitor.core.records import ArticleSummary, Headline, Logged, Result, StoryLog, VersionRecord
from monitor.core.sources import SourceSummary
from monitor.core.stamps import moment, to_text
from monitor.core.status import SiteStatus, Status
from monitor.language.dates import Stated
from monitor.pipeline.once import Run
from monitor.pipeline.weigh import Checked
from monitor.sitekit.site import Site

if TYPE_CHECKING:
    from monitor.core.coverage import Coverage, Span, Stretch
    from monitor.core.diff import FieldDiff

Json: TypeAlias = dict[str, Any]


def checked_shape(checked: Checked) -> Json:
    """One check, as `once` and `check` report it."""
    shown = checked.shown
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
        "title": shown.title if shown else None,
        "published_at": _moment(shown.published) if shown else None,
        "updated_at": _moment(shown.updated) if shown else None,
    }


def run_shape(run: Run) -> Json:
    """A whole run: how many checks came to what, and each of them."""
    counts = run.counts
    return {
        "checked": len(run.checked),
        **{result.value: counts.get(result, 0) for result in Result},
        "silent": run.silent,
        "left": run.left,
        "early": run.early,
        "deferred": [
            {
                "host": each.deferred.host,
                "until": time_shape(each.deferred.until),
                "why": each.deferred.why,
                "stories": each.stories,
            }
            for each in run.deferrals
        ],
        "troubles": [
            {"site": each.site, "url": each.url, "why": each.why, "known": each.known} for each in run.troubles
        ],
        "events": [{"url": url, "kind": event.kind, "why": event.why} for url, event in run.events],
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
        "added_at": time_shape(story.added_at),
        "checked_at": time_shape(story.checked_at),
        "versions": story.versions,
        "silent_edits": story.silent_edits,
        "change": story.change,
        "announced": story.announced,
        "changed_at": time_shape(story.changed_at),
    }


def version_shape(version: VersionRecord) -> Json:
    """One version in full."""
    return {
        "seq": version.seq,
        "change": version.change,
        "announced": version.announced,
        "why": version.why,
        **content_shape(version.article),
        "changed_after": time_shape(version.changed_after),
        "first_seen_at": time_shape(version.first_seen_at),
        "last_seen_at": time_shape(version.last_seen_at),
        "content_hash": version.content_hash,
        "parser": str(version.parser),
        "corrected": version.corrected,
    }


def show_shape(story: ArticleSummary, versions: Sequence[VersionRecord], headlines: Sequence[Headline]) -> Json:
    """A story with all its versions, oldest first, and what it was called elsewhere than on its page."""
    return {
        "article": article_shape(story),
        "versions": [version_shape(version) for version in versions],
        "headlines": [
            {
                "place": each.place,
                "text": each.text,
                "first_seen_at": time_shape(each.first_seen_at),
                "last_seen_at": time_shape(each.last_seen_at),
            }
            for each in headlines
        ],
    }


def diff_shape(story: ArticleSummary, old: VersionRecord, new: VersionRecord, diffs: Sequence["FieldDiff"]) -> Json:
    """What changed between two versions; the spans of a field, joined, give its old and its new text."""
    return {
        "article": article_shape(story),
        "from": old.seq,
        "to": new.seq,
        "announced": new.announced,
        "why": new.why,
        "changed_between": [time_shape(new.changed_after), time_shape(new.first_seen_at)],
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
            "first_at": time_shape(coverage.first),
            "last_at": time_shape(coverage.last),
            "fetches": len(log.fetches),
            **{kind.replace("-", "_"): coverage.counts.get(kind, 0) for kind in Kind},
            "pruned": coverage.lost,
            "whole_since": time_shape(coverage.whole_since),
            "gone_since": time_shape(log.gone_since),
            "gone_confirmed": log.gone_confirmed,
            "unpublished_at": time_shape(log.unpublished_at),
            "versions": [_span(span) for span in coverage.spans],
            "gaps": [_gap(gap) for gap in gaps],
        },
        "fetches": [fetch_shape(each) for each in fetches],
    }


def fetch_shape(logged: Logged) -> Json:
    """One fetch of a story, as it stands on record."""
    fetch = logged.observation
    return {
        "at": time_shape(fetch.at),
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
        "first_seen_at": time_shape(span.first),
        "last_seen_at": time_shape(span.last),
        "sights": span.sights,
        "changed_after": time_shape(span.changed_after),
        "window_seconds": _seconds(span.window),
    }


def _gap(gap: "Stretch") -> Json:
    return {
        "from": time_shape(gap.begins),
        "to": time_shape(gap.ends),
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


def source_shape(source: SourceSummary) -> Json:
    """A source on record, and when it is read again."""
    plan = source.state.plan
    return {
        "site": source.site,
        "kind": source.kind,
        "url": source.url,
        "checked_at": time_shape(source.checked_at),
        "read_at": time_shape(source.state.read_at),
        "links": source.links,
        "next_at": time_shape(plan.at),
        "not_before": time_shape(plan.not_before),
        "interval": plan.interval.total_seconds(),
        "failures": plan.failures,
        "failing_since": time_shape(plan.failing_since),
        "lost_since": time_shape(plan.lost_since),
    }


def status_shape(status: Status) -> Json:
    """How all stands at a moment."""
    return {
        "at": time_shape(status.at),
        "due": status.due,
        "failing": status.failing,
        "sites": [site_status_shape(site) for site in status.sites],
        "hosts": [{"host": each.name, "until": time_shape(each.until), "why": each.why} for each in status.hosts],
        "receivers": [
            {
                "receiver": each.name,
                "waiting": each.waiting,
                "held": each.held,
                "dead": each.dead,
                "oldest_at": time_shape(each.oldest_at),
                "failures": each.failures,
                "failing_since": time_shape(each.failing_since),
                "next_try_at": time_shape(each.next_try_at),
                "disabled_at": time_shape(each.disabled_at),
                "why": each.why,
            }
            for each in status.receivers
        ],
    }


def site_status_shape(site: SiteStatus) -> Json:
    """How a site stands."""
    return {
        "site": site.name,
        "enabled": site.enabled,
        "fine_at": time_shape(site.fine_at),
        "failing_since": time_shape(site.failing_since),
        "problems": [{"name": each.name, "since": time_shape(each.since), "why": each.why} for each in site.problems],
        "held_since": time_shape(site.held_since),
        "held_ways": list(site.held_ways),
        "held": site.held,
        "due": site.due,
        "due_sources": site.due_sources,
        "next_check_at": time_shape(site.next_check_at),
        "next_poll_at": time_shape(site.next_poll_at),
        "sources": site.sources,
        "failing_sources": [
            {"url": each.url, "failing_since": time_shape(each.since), "failures": each.failures}
            for each in site.failing_sources
        ],
        "suspected": site.suspected,
        "unpublished": site.unpublished,
        "outgrown": site.outgrown,
    }


def content_shape(article: Article) -> Json:
    """What an article says."""
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
    return time_shape(moment(stated))


def time_shape(at: datetime | None) -> str | None:
    """A moment in ISO 8601 with its offset."""
    return at.isoformat() if at else None


def _seconds(width: timedelta | None) -> float | None:
    return None if width is None else width.total_seconds()


def _milliseconds(elapsed: float) -> int:
    return round(elapsed * 1000)
