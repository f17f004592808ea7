"""The coverage of a story drawn for a person: what is proved, where nobody looked, and the log of fetches."""

from collections.abc import Iterator, Sequence
from datetime import timedelta, tzinfo
from typing import Final

from rich.text import Text

from monitor.cli.output import console, print_rows
from monitor.cli.style import time_text
from monitor.core.coverage import Coverage, Kind, Span, Stretch
from monitor.core.records import ArticleSummary, Logged, Observation, StoryLog

_COUNTED: Final = {
    Kind.SEEN: "seen whole",
    Kind.OLDER: "older than what was read before",
    Kind.NOT_MODIFIED: "not modified (the server's word, not a sight of the text)",
    Kind.UNREADABLE: "unreadable",
    Kind.GONE: "gone",
    Kind.BLOCKED: "blocked",
    Kind.FAILED: "failed",
}
_HEAD: Final = ("time", "outcome", "version", "status", "bytes", "ms", "address", "etag", "last modified", "why")
_UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def print_history(
    story: ArticleSummary,
    log: StoryLog,
    coverage: Coverage,
    gaps: Sequence[Stretch],
    fetches: Sequence[Logged],
    zone: tzinfo,
) -> None:
    """Print the summary, then the fetches, a line each."""
    out = console()
    out.print(Text(story.title or "(never read)", "bold"))
    out.print(Text(f"{story.ref.name} (id {story.ref.id})\n{story.ref.url}", "dim"))
    out.print(Text(f"all times are of {zone}", "dim"))
    for line in (*_fetch_lines(log, coverage, zone), *_absence_lines(log, zone)):
        out.print(line)
    for span in coverage.spans:
        out.print(_span_line(span, zone))
    for line in _gap_lines(gaps, zone):
        out.print(line)
    if not fetches:
        return
    out.print()
    if more := len(log.fetches) - len(fetches):
        every = f"--limit {len(log.fetches)} shows all"
        out.print(Text(f"the last {len(fetches)} fetches; {more:,} more before them ({every})", "dim"))
    _print_fetches(story, fetches, zone, short=out.is_terminal)


def width_text(width: timedelta) -> str:
    """A length of time in its two largest units, such as `3 d 2 h`, with a sign if it is negative."""
    seconds = round(abs(width).total_seconds())
    sign = "-" if width < timedelta() else ""
    for index, (unit, size) in enumerate(_UNITS):
        if seconds >= size and unit != "s":
            smaller, part = _UNITS[index + 1]
            rest = seconds % size // part
            return f"{sign}{seconds // size} {unit}" + (f" {rest} {smaller}" if rest else "")
    return f"{sign}{seconds} s"


def _fetch_lines(log: StoryLog, coverage: Coverage, zone: tzinfo) -> Iterator[Text]:
    yield Text()
    if not log.fetches:
        yield Text("no fetch on record" if coverage.lost else "never fetched")
    else:
        first, last = (time_text(log.fetches[index].observation.at, zone) for index in (0, -1))
        yield Text(f"{_times(len(log.fetches), 'fetch', 'fetches')}, the first {first}, the last {last}")
    for kind, words in _COUNTED.items():
        if count := coverage.counts.get(kind):
            yield Text(f"  {count:>6,}  {words}")
    if coverage.lost:
        whole = f"none since {time_text(coverage.whole_since, zone)}" if coverage.whole_since else "all of the live web"
        yield Text(f"  {coverage.lost:>6,}  pruned ({whole})", "yellow")


def _absence_lines(log: StoryLog, zone: tzinfo) -> Iterator[Text]:
    if log.unpublished_at:
        yield Text(f"unpublished: counted as such at {time_text(log.unpublished_at, zone)}", "magenta")
    if log.gone_since:
        confirmed = f", confirmed {_times(log.gone_confirmed, 'time', 'times')}" if log.gone_confirmed else ""
        yield Text(f"gone since {time_text(log.gone_since, zone)}{confirmed}", "magenta")


def _span_line(span: Span, zone: tzinfo) -> Text:
    seen = f"seen from {time_text(span.first, zone)} to {time_text(span.last, zone)}"
    line = Text.assemble((f"version {span.version}", "bold"), f"  {seen}, {_times(span.sights, 'sight', 'sights')}")
    if span.changed_after is not None and span.window is not None:
        between = f"{time_text(span.changed_after, zone)} and {time_text(span.first, zone)}"
        line.append(f"\n  changed between {between}: within {width_text(span.window)}")
    return line


def _gap_lines(gaps: Sequence[Stretch], zone: tzinfo) -> Iterator[Text]:
    if gaps:
        yield Text("\nthe widest gaps, in which nobody saw the text", "bold")
    for gap in gaps:
        times = f"{time_text(gap.begins, zone)} to {time_text(gap.ends, zone)}"
        yield Text(f"  {width_text(gap.width):>12}  {times}  {_around(gap)}{_within(gap)}")


def _around(gap: Stretch) -> str:
    match gap.before, gap.after:
        case None, None:
            return "never seen"
        case None, after:
            return f"before version {after} was seen"
        case before, None:
            return f"after version {before} was seen"
        case before, after if before == after:
            return f"version {before} at both ends"
        case before, after:
            return f"version {before}, then version {after}"


def _within(gap: Stretch) -> str:
    words = (
        gap.not_modified and f"{gap.not_modified} times the server said: not modified",
        gap.missed and f"{_times(gap.missed, 'fetch', 'fetches')} showed no text",
    )
    told = ", ".join(each for each in words if each)
    return f" ({told})" if told else ""


def _print_fetches(story: ArticleSummary, fetches: Sequence[Logged], zone: tzinfo, *, short: bool) -> None:
    """Print the log; on a terminal without the columns that say nothing, the story's own address among them."""
    rows = [_row(each, zone, own=story.ref.url if short else None) for each in fetches]
    told = [name for name in _HEAD if not short or any(row[name] for row in rows)]
    print_rows(told, ([Text(row[name]) for name in told] for row in rows))


def _row(logged: Logged, zone: tzinfo, *, own: str | None) -> dict[str, str]:
    fetch = logged.observation
    way = _way(fetch)
    cells = (
        time_text(fetch.at, zone),
        fetch.outcome,
        str(logged.version or ""),
        str(fetch.status or ""),
        str(fetch.size),
        str(round(fetch.elapsed * 1000)),
        "" if way == own else way,
        fetch.etag or "",
        fetch.last_modified or "",
        fetch.why or "",
    )
    return dict(zip(_HEAD, cells, strict=True))


def _way(fetch: Observation) -> str:
    """Return the address asked for and where it led."""
    if fetch.hops:
        return " → ".join(f"{hop.url} ({hop.status or hop.robots})" for hop in fetch.hops)
    return f"{fetch.url} → {fetch.final_url}" if fetch.final_url else fetch.url


def _times(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
