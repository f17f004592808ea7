"""What the program sees at an address, drawn for a person and written for a program."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from monitor.cli.output import console
from monitor.cli.shapes import Json, content_shape, time_shape
from monitor.core.articles import Article, Unreadable
from monitor.core.outcomes import Deferred, Hop
from monitor.core.records import NewReading
from monitor.core.stamps import describe
from monitor.pipeline.inspect import Inspection
from monitor.sitekit.site import Listed

_SHOWN: Final = 10


def inspection_shape(seen: Inspection) -> Json:
    """What an address came to."""
    outcome = seen.outcome
    exchange = None if isinstance(outcome, Deferred) else outcome.exchange
    read = seen.seen.read if seen.seen else None
    return {
        "url": seen.url,
        "outcome": _name(seen),
        "why": seen.why_not,
        "at": time_shape(seen.at),
        "status": exchange and exchange.status,
        "final_url": exchange and exchange.final_url,
        "bytes": exchange and len(exchange.body),
        "headers": exchange and [list(pair) for pair in exchange.headers],
        "hops": [_hop(hop) for hop in _hops(seen)],
        "site": seen.site.name if seen.site else None,
        "key": seen.key,
        "canonical_url": seen.site.canonical(seen.url) if seen.site and seen.key else None,
        "source": seen.source.kind if seen.source else None,
        "parser": str(read.parser) if isinstance(read, NewReading) else None,
        "article": content_shape(read.article) if isinstance(read, NewReading) else None,
        "share_title": seen.seen.share_title if seen.seen else None,
        "listed": _listed(seen.listed) if isinstance(seen.listed, Listed) else None,
    }


def print_inspection(seen: Inspection) -> None:
    """Draw what an address came to."""
    out = console()
    for line in (*_way(seen), *_whose(seen), *_content(seen)):
        out.print(line)


def _way(seen: Inspection) -> Iterator[Text]:
    for number, hop in enumerate(_hops(seen), 1):
        yield Text.assemble((f"hop {number}    ", "bold"), hop.url)
        yield Text(f"         robots: {hop.robots}{_answer(hop)}", "dim")
    why = f": {seen.why_not}" if seen.why_not else ""
    yield Text.assemble(("outcome  ", "bold"), (_name(seen), "green" if seen.is_fine else "red"), why)
    if isinstance(seen.outcome, Deferred):
        yield Text.assemble(("again    ", "bold"), f"not before {seen.at:%Y-%m-%d %H:%M:%S} UTC")
        return
    exchange = seen.outcome.exchange
    kind = exchange.content_type or "no content type"
    yield Text.assemble(("answer   ", "bold"), f"{len(exchange.body):,} bytes, {kind}")


def _answer(hop: Hop) -> str:
    """What came of a hop that was made."""
    if hop.status is None and not hop.elapsed:
        return ""
    answer = f"HTTP {hop.status}" if hop.status else "no answer"
    where = f" from {hop.address}" if hop.address else ""
    return f"; {answer}{where} in {hop.elapsed * 1000:.0f} ms"


def _whose(seen: Inspection) -> Iterator[Text]:
    if seen.site is None:
        yield Text.assemble(("site     ", "bold"), "none claims it (`monitor sites` lists those known)")
        return
    what = f"source ({seen.source.kind})" if seen.source else f"story {seen.key}"
    yield Text.assemble(("site     ", "bold"), f"{seen.site.name}: {what}")
    if seen.key is not None:
        yield Text.assemble(("kept as  ", "bold"), seen.site.canonical(seen.url))


def _content(seen: Inspection) -> Iterator[Text]:
    if isinstance(seen.listed, Listed):
        yield from _links(seen.listed)
    read = seen.seen.read if seen.seen else None
    if isinstance(read, NewReading):
        yield Text.assemble(("parser   ", "bold"), str(read.parser))
        yield from _article(read.article)
    elif isinstance(read, Unreadable) and seen.site:
        names = ", ".join(parser.name for parser in seen.site.parsers if seen.page and parser.applies(seen.page))
        yield Text.assemble(("parser   ", "bold"), names or "none applies")


def _article(article: Article) -> Iterator[Text]:
    fields = {
        "title": article.title + (" (derived from the lead)" if article.title_derived else ""),
        "subhead": article.subheading,
        "stated": f"published {describe(article.published)}, updated {describe(article.updated)}",
        "byline": article.byline,
        "section": article.section,
        "credit": article.credit,
        "captions": str(len(article.captions)),
    }
    for name, value in fields.items():
        yield Text.assemble((f"{name:<9}", "bold"), value or Text("missing", "yellow"))
    words = sum(len(text.split()) for text in article.paragraphs)
    yield Text.assemble(("body     ", "bold"), f"{len(article.paragraphs)} paragraphs, {words} words")
    yield Text(f"         {article.paragraphs[0][:200]}", "dim")


def _links(listed: Listed) -> Iterator[Text]:
    yield Text.assemble(("lists    ", "bold"), f"{len(listed.found)} links, {len(listed.more)} further pages")
    for each in listed.found[:_SHOWN]:
        yield Text.assemble("         ", each.url, (f"  {each.headline or ''}", "dim"))


def _name(seen: Inspection) -> str:
    if isinstance(seen.outcome, Deferred):
        return "deferred"
    if seen.seen and isinstance(seen.seen.read, Unreadable):
        return "unreadable"
    return (seen.seen.outcome if seen.seen else seen.outcome).name


def _hops(seen: Inspection) -> Sequence[Hop]:
    return () if isinstance(seen.outcome, Deferred) else seen.outcome.exchange.hops


def _hop(hop: Hop) -> Json:
    return {
        "url": hop.url,
        "robots": hop.robots,
        "status": hop.status,
        "address": hop.address,
        "elapsed": hop.elapsed,
    }


def _listed(listed: Listed) -> Json:
    return {
        "found": [{"url": each.url, "headline": each.headline} for each in listed.found],
        "more": list(listed.more),
        "ttl": listed.ttl,
    }
