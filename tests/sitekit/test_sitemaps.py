"""Sitemaps, and what may stand in their place. All of them are synthetic."""

import gzip
import time
import tracemalloc

import pytest

from monitor.sitekit.site import Found, Listed
from monitor.sitekit.sitemaps import sitemap_links
from tests.sitekit.pages import ATOM, ITEM, ONE, RSS, SITEMAP, found, read, why


def test_sitemap_lists_pages_and_news_headlines_of_it() -> None:
    body = SITEMAP.format(
        "<url><loc> https://x.org/1 </loc><image:image><image:loc>/i.jpg</image:loc><image:title>ছবি</image:title>"
        "</image:image><news:news><news:publication><news:name>কাগজ</news:name></news:publication>"
        "<news:title>এক</news:title></news:news></url><url><loc>/3?a=1&amp;b=2</loc></url>"
    )
    assert found(sitemap_links, body) == [ONE, Found("https://x.org/3?a=1&b=2")]


NEWS = "<news:news><news:publication_date>2026-02-01</news:publication_date><news:title>এক</news:title></news:news>"


@pytest.mark.parametrize(
    ("entry", "stated"),
    [
        ("<loc>/1</loc>", None),
        ("<loc>/1</loc><lastmod> </lastmod>", None),
        ("<loc>/1</loc><lastmod> 2026-02-01T10:00:00+06:00 </lastmod>", "2026-02-01T10:00:00+06:00"),
        (f"<loc>/1</loc>{NEWS}", "2026-02-01"),
        (f"<loc>/1</loc><lastmod>2026-02-02</lastmod>{NEWS}", "2026-02-02"),
    ],
)
def test_when_a_page_was_changed_is_told_as_it_is_written(entry: str, stated: str | None) -> None:
    assert [each.stated for each in found(sitemap_links, SITEMAP.format(f"<url>{entry}</url>"))] == [stated]


@pytest.mark.parametrize(
    "entries",
    [
        "<url><loc>https://x.org/1</loc></url><url><loc>/2</loc></url>",
        "<url><loc>/1</loc></url><url><loc>/2</loc></url><url><loc>/3",
        "<url><loc>/1</loc></url>&<url><loc>/2</loc></url>",
    ],
)
def test_a_broken_sitemap_lists_what_is_whole(entries: str) -> None:
    assert [each.url for each in found(sitemap_links, SITEMAP.format(entries))][:2] == [
        "https://x.org/1",
        "https://x.org/2",
    ]


def test_a_sitemap_without_namespace_or_in_gzip_is_read() -> None:
    plain = "<urlset><url><loc>/1</loc></url></urlset>"
    assert found(sitemap_links, plain) == [Found("https://x.org/1")]
    assert found(sitemap_links, gzip.compress(plain.encode()), "application/gzip") == [Found("https://x.org/1")]


def test_half_a_surrogate_pair_costs_one_entry() -> None:
    body = SITEMAP.format("<url><loc>/&#xD800;</loc></url><url><loc>/2</loc></url>")
    assert found(sitemap_links, body) == [Found("https://x.org/2")]


INDEX = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</sitemapindex>"


def child(number: int, changed: str = "") -> str:
    return f"<sitemap><loc>/{number}.xml</loc>{changed and f'<lastmod>{changed}</lastmod>'}</sitemap>"


@pytest.mark.parametrize(
    ("children", "more"),
    [
        ([child(1), child(2)], [1, 2]),
        ([child(1), child(2, "2026-02-01"), child(3), child(4, "2026-02-03")], [4, 2, 1, 3]),
        ([child(1, "2026-02-01T10:00:00+06:00"), child(2, "2026-02-01T05:00:00Z"), child(3, "2026-02-01")], [2, 1, 3]),
        ([child(1, "2025"), child(2, "2026-02"), child(3, " 2026-01-31 "), child(4, "2026-02-01T00:00:00.5Z")], [4, 2, 3, 1]),
        ([child(1, "yesterday"), child(2, "0001-01-01T00:00:00+14:00"), child(3, "9999-12-31"), child(4, "x" * 9)], [3, 2, 1, 4]),
        ([child(1), child(1, "2026"), "<sitemap><loc>/rss/rss.xml</loc></sitemap><sitemap/>"], [1]),
        ([child(n, f"{2000 + n}") for n in range(60)], list(range(59, 9, -1))),
        ([child(n) for n in range(60)], list(range(50))),
    ],
)  # fmt: skip
def test_an_index_leads_to_its_newest_sitemaps(children: list[str], more: list[int]) -> None:
    answer = read(sitemap_links, INDEX.format("".join(children)))
    assert answer == Listed((), more=tuple(f"https://x.org/{number}.xml" for number in more))


@pytest.mark.parametrize(
    "body",
    [
        "https://x.org/1\nhttps://x.org/2\n",
        "\ufeffhttps://x.org/1\r\n\r\n https://x.org/2\r\nx.org/3\r\n/4",
        RSS.format(ITEM.format("", "/1") + ITEM.format("", "/2")),
        ATOM.format("<entry><link href='/1'/></entry><entry><link href='/2'/></entry>"),
        '{"items": [{"url": "/1"}, {"url": "/2"}]}',
    ],
)
def test_instead_of_a_sitemap_a_text_or_a_feed_will_do(body: str) -> None:
    assert found(sitemap_links, body) == [Found("https://x.org/1"), Found("https://x.org/2")]


def test_a_feed_in_place_of_a_sitemap_keeps_its_headlines_and_its_ttl() -> None:
    body = RSS.format(ITEM.format("এক", "/1") + "<ttl>5</ttl>")
    assert read(sitemap_links, body) == Listed((ONE,), ttl=300)


def peak(body: bytes) -> int:
    tracemalloc.start()
    read(sitemap_links, body)
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return used


def test_as_many_pages_as_the_protocol_allows_are_read_and_no_more() -> None:
    entries = "".join(f"<url><loc>/{n}</loc><lastmod>2026-02-01</lastmod></url>" for n in range(50_010))
    started = time.process_time()
    assert len(found(sitemap_links, SITEMAP.format(entries))) == 50_000
    assert len(found(sitemap_links, "\n".join(f"https://x.org/{n}" for n in range(50_010)))) == 50_000
    assert time.process_time() - started < 10


def test_what_stands_between_the_addresses_is_not_kept_in_memory() -> None:
    assert peak(b"https://x.org/1\n" * 1_000_000) < 60_000_000


@pytest.mark.parametrize("body", [b"", b"<html><a href='/1'>x</a></html>", SITEMAP.format("").encode(), b"\x00"])
def test_a_sitemap_that_lists_nothing_is_told(body: bytes) -> None:
    assert why(sitemap_links, body) == "no sitemap, or one that lists nothing"
