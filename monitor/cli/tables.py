"""The record drawn for a person: lists, a story, a difference."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from rich.text import Text

from monitor.cli.output import console, print_rows
from monitor.cli.style import short_key, time_text, verdict_text
from monitor.core.changes import Change
from monitor.core.diff import BRACKETS, FieldDiff, Op, Span, near
from monitor.core.polling import Plan
from monitor.core.records import ArticleSummary, Headline, VersionRecord
from monitor.core.sources import SourceSummary
from monitor.core.stamps import describe
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site

_CONTEXT = 60
_STYLES = {Op.EQUAL: "", Op.DELETE: "red strike", Op.INSERT: "green underline"}


def print_articles(stories: Sequence[ArticleSummary], sites: Catalogue) -> None:
    """Print stories, a line each."""
    print_rows(
        ("id", "changed", "last", "verdict", "versions", "silent", "key", "title"),
        (
            (
                Text(str(story.ref.id)),
                Text(time_text(story.changed_at, sites.zone_of(story.ref.site))),
                Text(story.change or "never read"),
                _verdict(story.change, story.announced),
                Text(str(story.versions)),
                Text(str(story.silent_edits or ""), "bold red"),
                Text(_key(story)),
                Text(story.title or ""),
            )
            for story in stories
        ),
    )


def print_sites(sites: Iterable[Site]) -> None:
    """Print sites, a line each."""
    print_rows(
        ("name", "title", "language", "timezone", "parsers", "sources"),
        (
            (
                Text(site.name, "bold"),
                Text(site.title),
                Text(site.language),
                Text(site.timezone.key),
                Text(", ".join(f"{parser.name}@{parser.revision}" for parser in site.parsers)),
                Text(", ".join(sorted({source.kind for source in site.sources if source.polled}))),
            )
            for site in sites
        ),
    )


def print_sources(sources: Iterable[SourceSummary], sites: Catalogue) -> None:
    """Print sources, a line each."""
    print_rows(
        ("site", "kind", "read", "next", "links", "state", "url"),
        (
            (
                Text(source.site, "bold"),
                Text(source.kind),
                Text(time_text(source.state.read_at, sites.zone_of(source.site)) or "never"),
                Text(time_text(source.state.plan.at, sites.zone_of(source.site))),
                Text("" if source.links is None else str(source.links)),
                _state(source.state.plan, sites.zone_of(source.site)),
                Text(source.url),
            )
            for source in sources
        ),
    )


def _state(plan: Plan, zone: tzinfo) -> Text:
    """What is wrong with a source, if anything is."""
    if plan.failing_since is not None:
        return Text(f"failing since {time_text(plan.failing_since, zone)} ({plan.failures} times)", "red")
    if plan.lost_since is not None:
        return Text(f"lost stories since {time_text(plan.lost_since, zone)}", "yellow")
    return Text("fine", "green")


def print_headlines(headlines: Sequence[Headline], zone: tzinfo) -> None:
    """Print what a story was called elsewhere than on its page."""
    out = console()
    for each in headlines:
        seen = f"{time_text(each.first_seen_at, zone)} - {time_text(each.last_seen_at, zone)}"
        out.print(Text.assemble((f"\n{each.place}: ", "bold"), each.text, (f"  {seen}", "dim")))


def print_story(
    story: ArticleSummary, versions: Sequence[VersionRecord], zone: tzinfo, shown: VersionRecord | None
) -> None:
    """Print a story: its versions with what is known of each change, then the text of one."""
    out = console()
    out.print(Text(story.title or "(never read)", "bold"))
    out.print(Text(f"{story.ref.name} (id {story.ref.id})\n{story.ref.url}", "dim"))
    for url in story.former_urls:
        out.print(Text(f"formerly {url}", "dim"))
    out.print(Text(f"all times are of {zone}", "dim"))
    for version in versions:
        out.print()
        for line in _version_lines(version, zone):
            out.print(line)
    if shown is not None:
        out.print()
        for line in _text_lines(shown):
            out.print(line)


def print_diff(
    story: ArticleSummary, old: VersionRecord, new: VersionRecord, diffs: Sequence[FieldDiff], zone: tzinfo
) -> None:
    """Print what changed, word by word, with the unchanged text around it."""
    out = console()
    out.print(Text(f"{short_key(story.ref.name)}: version {old.seq} → {new.seq}", "bold"))
    if new.seq == old.seq + 1:
        out.print(_changed_line(new, zone))
        out.print(Text(new.why, "dim"))
    if not diffs:
        out.print("no difference that a reader could see")
    for each in diffs:
        out.print(Text(f"\n{each.field}", "bold cyan"))
        out.print(diff_text(each.spans, brackets=out.no_color or not out.is_terminal))


def diff_text(spans: Sequence[Span], *, brackets: bool) -> Text:
    """Draw spans; long equal stretches are cut to what stands next to a change."""
    text = Text()
    for index, span in enumerate(spans):
        left, right = BRACKETS[span.op] if brackets else ("", "")
        ends = {"first": index == 0, "last": index == len(spans) - 1}
        shown = near(span.text, **ends, context=_CONTEXT) if span.op is Op.EQUAL else span.text
        text.append(f"{left}{shown.rstrip() if left else shown}{right}", _STYLES[span.op])
        if left and shown != shown.rstrip():
            text.append(shown[len(shown.rstrip()) :])
    return text


def _version_lines(version: VersionRecord, zone: tzinfo) -> Iterator[Text]:
    line = Text.assemble((f"version {version.seq}", "bold"), f"  {version.change}  ")
    line.append_text(_verdict(version.change, version.announced))
    yield line
    yield _changed_line(version, zone)
    yield Text(f"  last seen {time_text(version.last_seen_at, zone)}")
    if version.change is not Change.NEW:
        yield Text(f"  {version.why}", "dim")
    article = version.article
    yield Text(f"  states: published {describe(article.published)}, updated {describe(article.updated)}", "dim")
    corrected = ", corrected" if version.corrected else ""
    yield Text(f"  read by {version.parser}{corrected}", "dim")


def _changed_line(version: VersionRecord, zone: tzinfo) -> Text:
    if version.changed_after is None:
        return Text(f"  first seen {time_text(version.first_seen_at, zone)}")
    between = f"{time_text(version.changed_after, zone)} and {time_text(version.first_seen_at, zone)}"
    return Text(f"  changed between {between}")


def _text_lines(version: VersionRecord) -> Iterator[Text]:
    article = version.article
    derived = " (from the lead: the page has no title)" if article.title_derived else ""
    yield Text.assemble((article.title, "bold"), (derived, "dim"))
    if article.subheading:
        yield Text(article.subheading, "italic")
    about = (article.section, article.byline, article.credit and f"credit: {article.credit}")
    if any(about):
        yield Text(" · ".join(filter(None, about)), "dim")
    for paragraph in article.paragraphs:
        yield Text(f"\n{paragraph}")


def _verdict(change: Change | None, announced: bool | None) -> Text:
    return verdict_text(announced) if change in {Change.EDITED, Change.REVERTED} else Text("")


def _key(story: ArticleSummary) -> str:
    return short_key(story.ref.name) if console().is_terminal else story.ref.name
