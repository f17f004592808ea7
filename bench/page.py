"""An article page from bytes to fingerprint, by part, against selectolax's bare parse of the same bytes."""

from collections.abc import Iterator
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from bench.pages import HTML, URL, page
from bench.timing import medians
from monitor.core.articles import Reading
from monitor.core.fingerprints import fingerprint
from monitor.core.outcomes import Exchange
from monitor.net.outcomes import outcome_of
from monitor.sitekit.page import Page
from monitor.sites import load

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
ROUNDS = 300
GOAL = 4.0


def run() -> Iterator[str]:
    """Measure, and yield a line a part."""
    body, url = page(1), URL.format(number=1)
    site = load().get("inqilab")
    ready = Page(url, HTML, body)
    reading = site.parse(ready)
    if not isinstance(reading, Reading):
        raise TypeError(reading.why)

    def whole() -> None:
        read = site.parse(Page(url, HTML, body))
        assert isinstance(read, Reading)  # noqa: S101
        fingerprint(read.article)

    times = medians(
        {
            "bare parse (floor)": lambda: LexborHTMLParser(body),
            "decode and parse": lambda: Page(url, HTML, body).tree,
            "read the article": lambda: site.parse(ready),
            "fingerprint": lambda: fingerprint(reading.article),
            "recognise walls": lambda: outcome_of(Exchange(url, url, _NOW, 200, (("Content-Type", HTML),), body)),
            "bytes to fingerprint": whole,
        },
        ROUNDS,
    )
    floor = times["bare parse (floor)"]
    words = sum(len(text.split()) for text in reading.article.paragraphs)
    yield f"{len(body):,} bytes, {words} words in the body, {ROUNDS} rounds, medians"
    for name, seconds in times.items():
        yield f"{name:<24}{seconds * 1000:8.3f} ms {seconds / floor:7.2f} x"
    yield f"goal: bytes to fingerprint under {GOAL:g} x the floor"
