"""Wire copy, on a real capture."""

from pathlib import Path

import pytest

from monitor import sites
from monitor.core.articles import Article, PlaceLine, Reading, Unreadable
from monitor.sitekit.page import Page
from tests.sites.urns import urn_of

SITE = sites.load().get("wirecopy")
SEED = (Path(__file__).parents[2] / "seeds" / "004_958d167220c734c3.txt").read_bytes()
LINES = SEED.decode().strip().split("\n")


def test_seed_is_read_verbatim_and_nothing_is_made_up() -> None:
    reading = SITE.parse(Page(urn_of(SEED), "text/plain", SEED))
    assert isinstance(reading, Reading)
    assert len(LINES) == 16
    assert reading.article == Article(
        title="উত্তর কোরিয়ার নেতা কিম জং উন রাশিয়ায় তাদের আলোচনার সময় রাশিয়ার প্রেসিডেন্ট ভ্লাদিমির পুতিনকে…",
        title_derived=True,
        paragraphs=tuple(LINES),
        dateline=PlaceLine("সিউল", 9, 14, None),
    )


def test_no_address_is_its_own() -> None:
    assert SITE.key_of("https://example.org/news/1") is None
    assert SITE.key_of(urn_of(SEED)) == f"sha256/{urn_of(SEED).rpartition(':')[2]}"
    assert SITE.sources == ()


def test_an_empty_text_and_a_page_are_refused() -> None:
    assert isinstance(SITE.parse(Page("", "text/plain", b" \n\xe2\x80\x8b\n")), Unreadable)
    assert isinstance(SITE.parse(Page("", "text/html", b"<p>x</p>")), Unreadable)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "the text is empty"),
        ("Service temporarily unavailable", "the text is not Bengali"),
        ("Just a moment...\nChecking your browser before accessing the site.\nক", "the text is not Bengali"),
        ('{"error": "পাওয়া যায়নি", "status": 404, "request": "a91f"}', "the text is not Bengali"),
        ("123 456\n789", "the text is not Bengali"),
        (f"<!DOCTYPE html><html><body><p>{LINES[0]}</p></body></html>", "the text is markup"),
        (f"{LINES[0]}\n<script>x</script>", "the text is markup"),
        ("পাতাটি পাওয়া যায়নি", "the text is too short for a story"),
    ],
)
def test_what_is_no_bengali_story_says_why(text: str, why: str) -> None:
    assert SITE.parse(Page(urn_of(SEED), "text/plain", text.encode())) == Unreadable(f"parser text: {why}")
