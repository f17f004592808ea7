"""Feeds, sitemaps and listing pages: what they list, and that nothing makes them raise."""

import gzip
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.articles import Unreadable
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.listings import listing
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found
from monitor.sitekit.sitemaps import sitemap_links
from monitor.sitekit.xml_pages import LARGEST

Reader = Callable[[Page], Sequence[Found] | Unreadable]

ITEM = "<item><title>{}</title><link>{}</link></item>"
RSS = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>t</title>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{}</feed>'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
    '<channel rdf:about="x"><title>t</title></channel>{}</rdf:RDF>'
)
SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">{}</urlset>'
)
ONE, TWO = Found("https://x.org/1", "এক"), Found("https://x.org/2", "দুই")


def read(reader: Reader, body: str | bytes, content_type: str = "application/xml") -> Sequence[Found] | Unreadable:
    return reader(Page("https://x.org/rss/rss.xml", content_type, body.encode() if isinstance(body, str) else body))


def why(reader: Reader, body: str | bytes) -> str:
    answer = read(reader, body)
    assert isinstance(answer, Unreadable)
    return answer.why


# --- Feeds ---


@pytest.mark.parametrize(
    "body",
    [
        RSS.format(ITEM.format("এক", "https://x.org/1") + ITEM.format("দুই", "/2")),
        RSS.format(ITEM.format("<![CDATA[এক]]>", " https://x.org/1 ") + ITEM.format("দুই", "<![CDATA[/2]]>")),
        RSS.format("<item><title>এক</title><guid>https://x.org/1</guid></item>" + ITEM.format("দুই", "/2")),
        ATOM.format(
            '<entry><title>এক</title><link rel="self" href="/s"/><link rel="alternate" href="/1"/></entry>'
            '<entry><title type="html">&lt;b&gt;দুই&lt;/b&gt;</title><link href="https://x.org/2"/></entry>'
        ),
        RDF.format(
            '<item rdf:about="https://x.org/1"><title>এক</title><link>https://x.org/1</link></item>'
            '<item rdf:about="https://x.org/2"><title>দুই</title><link>https://x.org/2</link></item>'
        ),
        json.dumps({
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": "1", "url": "https://x.org/1", "title": "এক"}, {"id": "https://x.org/2", "title": "দুই"}],
        }),
        "\ufeff" + RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        "\n\n" + RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")).removesuffix("</channel></rss>"),
        RSS.format(ITEM.format("এক", "/1") + "<x>&nbsp;&</x>" + ITEM.format("দুই", "/2")),
        RSS.replace("UTF-8", "ISO-8859-1").format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")).encode("utf-16"),
        gzip.compress(RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")).encode()),
    ],
)  # fmt: skip
def test_feed_lists_its_stories(body: str | bytes) -> None:
    assert read(feed_links, body) == [ONE, TWO]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("পুতিন &amp; কিম", "পুতিন & কিম"),
        ("<![CDATA[পুতিন &amp; কিম]]>", "পুতিন & কিম"),
        ("<![CDATA[<i>পুতিন</i>\n কিম]]>", "পুতিন কিম"),
        ("", None),
    ],
)
def test_headlines_are_plain(title: str, headline: str | None) -> None:
    assert read(feed_links, RSS.format(ITEM.format(title, "/1"))) == [Found("https://x.org/1", headline)]


def test_a_declared_charset_counts_where_the_bytes_are_not_utf_8() -> None:
    body = RSS.replace("UTF-8", "windows-1252").format(ITEM.format("café", "/1")).encode("cp1252")
    assert read(feed_links, body) == [Found("https://x.org/1", "café")]


def test_one_broken_byte_spoils_one_letter() -> None:
    body = RSS.format(ITEM.format("এ#ক", "/1") + ITEM.format("দুই", "/2")).encode().replace(b"#", b"\xff")
    assert read(feed_links, body) == [Found("https://x.org/1", "এ\ufffdক"), TWO]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"<html><body><h1>502 Bad Gateway</h1></body></html>",
        RSS.format("").encode(),
        RSS.format(ITEM.format("x", "javascript:alert(1)")).encode(),
        b"{}",
        b'{"items": 3}',
        b'{"items": [3, null, {"url": 4}, {"url": "", "title": []}]}',
        b"[" * 100_000,
        b'{"items":' * 100_000,
        "সংবাদ".encode(),
    ],
)
def test_what_lists_nothing_is_no_day_without_news(body: bytes) -> None:
    assert why(feed_links, body) == "no feed, or one that lists nothing"


def test_no_parser_fetches_what_a_page_consists_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both feed parsers take an address for an order to fetch it, and one of them a path for a file to open."""
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.format(ITEM.format("x", "/1")), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for body in ("http://127.0.0.1:9/feed", "feed.xml", str(feed), feed.as_uri()):
        assert isinstance(read(feed_links, body), Unreadable)


def test_feedparser_is_asked_where_the_quick_parser_finds_nothing() -> None:
    body = "<weird><channel>" + ITEM.format("এক", "https://x.org/1") + "</channel></weird>"
    assert read(feed_links, body) == [ONE]


# --- Sitemaps ---


def test_sitemap_lists_pages_and_news_headlines_of_it() -> None:
    body = SITEMAP.format(
        "<url><loc> https://x.org/1 </loc><image:image><image:loc>/i.jpg</image:loc><image:title>ছবি</image:title>"
        "</image:image><news:news><news:publication><news:name>কাগজ</news:name></news:publication>"
        "<news:title>এক</news:title></news:news></url><url><loc>/3?a=1&amp;b=2</loc></url>"
    )
    assert read(sitemap_links, body) == [ONE, Found("https://x.org/3?a=1&b=2")]


@pytest.mark.parametrize(
    "entries",
    [
        "<url><loc>https://x.org/1</loc></url><url><loc>/2</loc></url>",
        "<url><loc>/1</loc></url><url><loc>/2</loc></url><url><loc>/3",
        "<url><loc>/1</loc></url>&<url><loc>/2</loc></url>",
    ],
)
def test_a_broken_sitemap_lists_what_is_whole(entries: str) -> None:
    answer = read(sitemap_links, SITEMAP.format(entries))
    assert not isinstance(answer, Unreadable)
    assert [each.url for each in answer][:2] == ["https://x.org/1", "https://x.org/2"]


def test_a_sitemap_without_namespace_or_in_gzip_is_read() -> None:
    plain = "<urlset><url><loc>/1</loc></url></urlset>"
    assert read(sitemap_links, plain) == [Found("https://x.org/1")]
    assert read(sitemap_links, gzip.compress(plain.encode()), "application/gzip") == [Found("https://x.org/1")]


def test_half_a_surrogate_pair_costs_one_entry() -> None:
    body = SITEMAP.format("<url><loc>/&#xD800;</loc></url><url><loc>/2</loc></url>")
    assert read(sitemap_links, body) == [Found("https://x.org/2")]


def test_a_sitemap_index_is_named() -> None:
    body = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>/a.xml</loc></sitemap></sitemapindex>"
    assert why(sitemap_links, body).startswith("a sitemap index")


@pytest.mark.parametrize("body", [b"", b"<html><a href='/1'>x</a></html>", SITEMAP.format("").encode(), b"\x00"])
def test_a_sitemap_that_lists_nothing_is_told(body: bytes) -> None:
    assert why(sitemap_links, body) == "no sitemap, or one that lists nothing"


# --- Both ---


@pytest.mark.parametrize("reader", [feed_links, sitemap_links])
def test_gzip_is_inflated_up_to_a_limit_and_to_its_end(reader: Reader) -> None:
    bomb = gzip.compress(b" " * (LARGEST + 1))
    assert "inflates to more than" in why(reader, bomb)
    assert "breaks off" in why(reader, gzip.compress(RSS.encode())[:-9])
    assert "gzip is broken" in why(reader, b"\x1f\x8bnonsense")


@pytest.mark.parametrize("reader", [feed_links, sitemap_links])
def test_entities_of_its_own_make_a_page_unreadable(reader: Reader) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    body = f'<!DOCTYPE rss [<!ENTITY l0 "x">{laughs}<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><a>&l8;&f;</a></rss>'
    started = time.process_time()
    assert "entities" in why(reader, body)
    assert "entities" in why(reader, "<!-- " + "x" * 9000 + " -->" + body)
    assert time.process_time() - started < 1


def test_a_document_type_without_entities_is_harmless() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.org/rss-0.91.dtd">'
    assert read(
        feed_links, doctype + "<rss version='0.91'><channel>" + ITEM.format("এক", "/1") + "</channel></rss>"
    ) == [ONE]


# --- Listings ---

CARDS = listing(".card", "h3")


def test_listing_reads_its_cards() -> None:
    html = (
        "<a href=/menu>m</a><div class=card><a href=/1><h3>এক</h3></a><a href=/c>comments</a></div>"
        "<a class=card href=/2>ছবি<h3>দুই</h3></a><div class=card>no link</div><div class=card><a href=#x>"
    )
    page = Page("https://x.org/national", "text/html; charset=utf-8", html.encode())
    assert CARDS(page) == [ONE, TWO, Found("https://x.org/national#x")]


def test_listing_without_cards_names_the_selector() -> None:
    assert CARDS(Page("https://x.org/", "text/html", b"<p>x")) == Unreadable("no link in any of the cards '.card'")


# --- Anything ---

READERS = st.sampled_from([feed_links, sitemap_links, CARDS])
SAMPLES = st.sampled_from([
    RSS.format(ITEM.format("এক", "/1") * 3).encode(),
    ATOM.format("<entry><title>t</title><link href='/1'/></entry>").encode(),
    RDF.format("<item rdf:about='/1'><title>t</title><link>/1</link></item>").encode(),
    SITEMAP.format("<url><loc>/1</loc></url>").encode(),
    b'{"items": [{"url": "/1", "title": "t"}]}',
    gzip.compress(b"<rss/>"),
])  # fmt: skip
PIECES = st.sampled_from([b"<item>", b"</item>", b"<link/>", b"<![CDATA[", b"]]>", b"&", b"&#0;", b"&#xD800;", b"<entry>",
    b"xmlns='x'", b"<pubDate>Thu, 99 Foo 9</pubDate>", b"\x00", b"\xff", b"<!--", b"<channel>", b"<rss>", b"<width>",
    b"<a:b>", b"<?xml version='9' encoding='x'?>", b"<guid isPermaLink='true'>", b"{", b"[", b"<media:content width=''>"])  # fmt: skip


@settings(max_examples=300)
@given(reader=READERS, body=st.binary(max_size=300))
def test_no_bytes_make_a_reader_raise(reader: Reader, body: bytes) -> None:
    read(reader, body)
    read(reader, b"<rss>" + body)


@settings(max_examples=600)
@given(reader=READERS, body=SAMPLES, data=st.data())
def test_no_damage_makes_a_reader_raise(reader: Reader, body: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 20)))
        body = body[:start] + data.draw(PIECES | st.binary(max_size=4)) + body[end:]
    read(reader, body)
