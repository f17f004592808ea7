"""How found versions look."""

from typing import Any, Final

from rich.text import Text

from monitor.cli.output import Format, console, print_fields, print_json, print_line, say
from monitor.cli.shapes import time_shape
from monitor.cli.style import short_key, time_text
from monitor.core.excerpts import Snippet
from monitor.core.search import Hit, SearchQuery
from monitor.pipeline.search import Page
from monitor.sitekit.catalogue import Catalogue

_FOUND: Final = "bold black on yellow"
_HEAD: Final = ("id", "version", "key", "first seen", "state", "title", "words")


def print_page(page: Page, query: SearchQuery, sites: Catalogue, format_: Format) -> None:
    """Print a page of what was found."""
    if format_ is Format.JSON:
        hits = [_shape(hit) for hit in page.hits]
        print_json({"query": query.query.text, "page": query.page, "more": page.more, "hits": hits})
    elif format_ is Format.JSONL:
        for hit in page.hits:
            print_line(_shape(hit))
    else:
        _print_rows(page, sites)
    if page.more:
        say(f"there is more: --page {query.page + 1}")
    elif not page.hits:
        say("nothing found" if query.page == 1 else f"there is no page {query.page}")


def _print_rows(page: Page, sites: Catalogue) -> None:
    out = console()
    if not out.is_terminal:
        print_fields(_HEAD)
        for hit in page.hits:
            print_fields(_fields(hit, sites))
        return
    for hit in page.hits:
        out.print(_row(hit, sites))


def _fields(hit: Hit, sites: Catalogue) -> tuple[str, ...]:
    version = hit.version
    at = time_text(version.first_seen_at, sites.zone_of(version.ref.site))
    words = " / ".join(snippet.text for snippet in hit.snippets)
    return (str(version.ref.id), str(version.seq), version.ref.name, at, _state(hit), version.article.title, words)


def _row(hit: Hit, sites: Catalogue) -> Text:
    version = hit.version
    titles = [snippet for snippet in hit.snippets if snippet.field == "title" and not snippet.is_before]
    row = Text(f"{version.ref.id:>6}  ").append_text(_marked(titles[0]) if titles else Text(version.article.title))
    at = time_text(version.first_seen_at, sites.zone_of(version.ref.site))
    row.append(f"\n        {short_key(version.ref.name)}, version {version.seq} of {version.last}, {at}", "dim")
    if state := _state(hit):
        row.append(f"  {state}", "bold red")
    for snippet in hit.snippets:
        if snippet not in titles:
            before = "before: " if snippet.is_before else ""
            row.append(f"\n        {before}", "dim").append_text(_marked(snippet))
    return row


def _state(hit: Hit) -> str:
    if hit.version.unpublished_at is not None:
        return "UNPUBLISHED"
    return "GONE" if hit.gone else ""


def _marked(snippet: Snippet) -> Text:
    shown = Text(snippet.text)
    for start, end in snippet.marks:
        shown.stylize(_FOUND, start, end)
    return shown


def _shape(hit: Hit) -> dict[str, Any]:
    version = hit.version
    return {
        "id": version.ref.id,
        "key": version.ref.name,
        "url": version.ref.url,
        "site": version.ref.site,
        "version": version.seq,
        "versions": version.last,
        "first_seen_at": time_shape(version.first_seen_at),
        "title": version.article.title,
        "score": hit.score,
        "gone": hit.gone,
        "unpublished_at": time_shape(version.unpublished_at),
        "snippets": [
            {
                "field": each.field,
                "text": each.text,
                "marks": [list(mark) for mark in each.marks],
                "before": each.is_before,
            }
            for each in hit.snippets
        ],
    }


def _snippet_shape(snippet: Snippet) -> dict[str, Any]:
    marks = [list(mark) for mark in snippet.marks]
    return {"field": snippet.field, "before": snippet.is_before, "text": snippet.text, "marks": marks}
