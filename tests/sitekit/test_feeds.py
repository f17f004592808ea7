"""Feeds: what they list, and how often they want to be read. All feeds here are synthetic."""

import gzip
import json
from pathlib import Path

import pytest

from monitor.core.articles import Unreadable
from monitor.sitekit.feeds import feed_links
from monitor.sitekit.site import Found, Listed
from tests.sitekit.pages import ATOM, ITEM, ONE, RDF, RSS, TWO, found, read, why

SY = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"


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
        # What stands before the feed
        "<br />\n<b>Warning</b>: x() in <b>/a.php</b><br />\n" + RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        "<?xml version='1.0'?><?xml version='1.0'?>" + RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        "<!-- c --><?xml-stylesheet href='x'?>" + RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        # What XML does not know, or not so
        RSS.format("<x>&nbsp;&eacute;&foo; 2 < 3 &\x08\x00\ufffe</x>" + ITEM.format("এক", "/1") + ITEM.format("দুই", "/2")),
        RSS.format(ITEM.format("এক", "/1") + ITEM.format("দুই", "/2") + "<item><title>তিন</title><li"),
        RSS.format(ITEM.format("এক", "/1") + ITEM.format("এক", "/1") + ITEM.format("দুই", "/2") + ITEM.format("", "/1")),
        RSS.format("<item><title>এক</title><link></link><guid isPermaLink='true'> https://x.org/1 </guid></item>" + ITEM.format("দুই", "/2")),
        RSS.format(ITEM.format("এক", "/1") + "<x xmlns='&#xD800;' a='&#xDFFF;'/>" + ITEM.format("দুই", "/2")),
        # What an entry has beside its own link and title
        RSS.format(
            "<item><media:content><media:title>ছবি</media:title></media:content><title>এক</title><link>https://count.example/x</link>"
            "<feedburner:origLink xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>https://x.org/1</feedburner:origLink></item>"
            "<item><media:title>ছবি</media:title><title>দুই</title><atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='self' href='/s'/>"
            "<atom:link xmlns:atom='http://www.w3.org/2005/Atom' href='/2'/><guid>https://x.org/guid</guid></item>"
        ),
        ATOM.format(
            "<entry><title>এক</title><link rel='replies' href='/r'/><link rel='enclosure' href='/e'/>"
            "<link type='application/pdf' href='/p'/><link type='text/html' href='/1'/><link href='/late'/></entry>"
            "<entry><title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><b>দু</b>ই</div></title><id>https://x.org/2</id></entry>"
        ),
        RDF.format(
            "<item rdf:about='https://x.org/1'><title>এক</title></item><item><title>দুই</title><link>/2</link></item>"
        ),
        ('<a:feed xmlns:a="http://purl.org/atom/ns#"><a:entry><a:title>এক</a:title><a:link href="/1"/></a:entry>'
        '<a:entry><a:title>দুই</a:title><a:link href="/2"/></a:entry></a:feed>'),
        "<rss version='0.91'><channel></channel>" + ITEM.format("এক", "/1") + ITEM.format("দুই", "/2") + "</rss>",
    ],
)  # fmt: skip
def test_feed_lists_its_stories(body: str | bytes) -> None:
    assert found(feed_links, body) == [ONE, TWO]


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("পুতিন &amp; কিম", "পুতিন & কিম"),
        ("<![CDATA[পুতিন &amp; কিম]]>", "পুতিন & কিম"),
        ("<![CDATA[<i>পুতিন</i>\n কিম]]>", "পুতিন কিম"),
        ("", None),
        ("পুতিন & কিম &lt;3 AT&T", "পুতিন & কিম <3 AT&T"),
        ("<b>পুতিন</b> কিম", "পুতিন কিম"),
        ("পুতিন &amp;amp; কিম &amp;#8216;ক&amp;#8217;", "পুতিন & কিম ‘ক’"),
        ("<![CDATA[পুতিন &amp;amp;amp; কিম]]>", "পুতিন & কিম"),
        ("caf&eacute;&nbsp;x &NotExisting; y", "café\xa0x &NotExisting; y"),
        ("এক &#150; &#2470;&#x9C1;&#2439; &#60;3 &#0;&#xD800;&#55296;", "এক – দুই <3 \ufffd\ufffd\ufffd"),
        ("&lt;b&gt;", "<b>"),
        ("ক" * 5000, "ক" * 2000),
        ("&lt;b&gt;" * 100_000 + "ক", "<b>" * 666 + "<b"),
    ],
)
def test_headlines_are_plain(title: str, headline: str | None) -> None:
    assert found(feed_links, RSS.format(ITEM.format(title, "/1"))) == [Found("https://x.org/1", headline)]


BASE = "https://y.org/news/"


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (RSS.format(ITEM.format("x", "/a?b=1&c=2&copy=3")), "https://x.org/a?b=1&c=2&copy=3"),
        (RSS.format(ITEM.format("x", "<![CDATA[/a?b=1&amp;c=2]]>")), "https://x.org/a?b=1&c=2"),
        (RSS.format(ITEM.format("x", "<![CDATA[/a?b=1&c=2]]>")), "https://x.org/a?b=1&c=2"),
        (RSS.format(ITEM.format("x", "a")), "https://x.org/rss/a"),
        (RSS.format(ITEM.format("x", "//y.org/a")), "https://y.org/a"),
        (RSS.replace("<rss", f"<rss xml:base='{BASE}'").format(ITEM.format("x", "a")), f"{BASE}a"),
        (RSS.replace("<channel>", f"<channel xml:base='{BASE}'>").format(ITEM.format("x", "a")), f"{BASE}a"),
        (ATOM.format(f"<entry xml:base='{BASE}'><link href='a'/></entry>"), f"{BASE}a"),
        (ATOM.format(f"<entry xml:base='{BASE}'><link xml:base='b/' href='a'/></entry>"), f"{BASE}b/a"),
        (ATOM.replace("xmlns", f"xml:base='{BASE}' xmlns").format("<entry xml:base='/b/'><link href='a'/></entry>"), "https://y.org/b/a"),
        (ATOM.format("<entry xml:base='javascript:x'><link href='a'/></entry>"), "https://x.org/rss/a"),
        (ATOM.format("<entry xml:base='http://[x'><link href='a'/></entry>"), "https://x.org/rss/a"),
    ],
)  # fmt: skip
def test_addresses_are_completed(body: str, url: str) -> None:
    assert [each.url for each in found(feed_links, body)] == [url]


@pytest.mark.parametrize(
    "entry",
    [
        "<item><guid isPermaLink='false'>https://x.org/1</guid></item>",
        "<item><guid>tag:x.org,2026:1</guid></item>",
        "<item><link>https://[x</link></item>",
        "<item><link> </link></item>",
        "<item><link>/&#xD800;</link></item>",
    ],
)
def test_an_entry_without_an_address_is_left_out(entry: str) -> None:
    assert found(feed_links, RSS.format(entry + ITEM.format("দুই", "/2"))) == [TWO]


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("", None),
        ("<ttl>15</ttl>", 900),
        ("<ttl> 60 </ttl>", 3600),
        ("<ttl>999999</ttl>", 86_400),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>soon</ttl>", None),
        ("<ttl>" + "9" * 5000 + "</ttl>", None),
        ("<ttl/>", None),
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod>", 3600),
        (f"<sy:updatePeriod {SY}> Hourly </sy:updatePeriod><sy:updateFrequency {SY}>4</sy:updateFrequency>", 900),
        (f"<sy:updatePeriod {SY}>weekly</sy:updatePeriod>", 86_400),
        (f"<sy:updatePeriod {SY}>weekly</sy:updatePeriod><sy:updateFrequency {SY}>14</sy:updateFrequency>", 43_200),
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod><sy:updateFrequency {SY}>0</sy:updateFrequency>", 3600),
        (f"<sy:updatePeriod {SY}>often</sy:updatePeriod><sy:updateFrequency {SY}>4</sy:updateFrequency>", None),
        (f"<sy:updateFrequency {SY}>4</sy:updateFrequency>", None),
        (f"<sy:updatePeriod {SY}>daily</sy:updatePeriod><ttl>5</ttl>", 300),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(channel: str, ttl: float | None) -> None:
    for body in (channel + ITEM.format("এক", "/1"), ITEM.format("এক", "/1") + channel):
        assert read(feed_links, RSS.format(body)) == Listed((ONE,), ttl=ttl)


def test_a_declared_charset_counts_where_the_bytes_are_not_utf_8() -> None:
    body = RSS.replace("UTF-8", "windows-1252").format(ITEM.format("café", "/1")).encode("cp1252")
    assert found(feed_links, body) == [Found("https://x.org/1", "café")]


def test_one_broken_byte_spoils_one_letter() -> None:
    body = RSS.format(ITEM.format("এ#ক", "/1") + ITEM.format("দুই", "/2")).encode().replace(b"#", b"\xff")
    assert found(feed_links, body) == [Found("https://x.org/1", "এ\ufffdক"), TWO]


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


def test_nobody_fetches_what_a_page_consists_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There are parsers that take an address for an order to fetch it, or a path for a file to open."""
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.format(ITEM.format("x", "/1")), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for body in ("http://127.0.0.1:9/feed", "feed.xml", str(feed), feed.as_uri()):
        assert isinstance(read(feed_links, body), Unreadable)


def test_what_stands_around_the_items_does_not_matter() -> None:
    body = "<weird><channel>" + ITEM.format("এক", "https://x.org/1") + "</channel></weird>"
    assert found(feed_links, body) == [ONE]


def test_a_document_type_without_entities_is_harmless() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://x.org/rss-0.91.dtd">'
    body = f"{doctype}<rss version='0.91'><channel>{ITEM.format('এক', '/1')}</channel></rss>"
    assert found(feed_links, body) == [ONE]


DC = "xmlns:dc='http://purl.org/dc/elements/1.1/'"
A10 = "xmlns:a10='http://www.w3.org/2005/Atom'"


@pytest.mark.parametrize(
    ("body", "stated"),
    [
        (RSS.format("<item><link>/1</link></item>"), None),
        (RSS.format("<item><link>/1</link><pubDate> Thu, 14 Sep 2023 </pubDate></item>"), "Thu, 14 Sep 2023"),
        (RSS.format(f"<item {DC}><link>/1</link><pubDate/><dc:date>2023-09-14</dc:date></item>"), "2023-09-14"),
        (RSS.format(f"<item {A10}><link>/1</link><pubDate>1</pubDate><a10:updated>2</a10:updated></item>"), "2"),
        (RDF.format(f"<item rdf:about='https://x.org/1' {DC}><dc:date>2023-09-14</dc:date></item>"), "2023-09-14"),
        (ATOM.format("<entry><link href='/1'/><published>1</published></entry>"), "1"),
        (ATOM.format("<entry><link href='/1'/><published>1</published><updated>2</updated></entry>"), "2"),
        (ATOM.format("<entry><link href='/1'/><source><updated>3</updated></source></entry>"), None),
        ('{"items": [{"url": "/1", "date_published": "1", "date_modified": 7}]}', "1"),
        ('{"items": [{"url": "/1", "date_published": "1", "date_modified": "2"}]}', "2"),
    ],
)  # fmt: skip
def test_when_a_story_was_changed_is_told_as_it_is_written(body: str, stated: str | None) -> None:
    assert [each.stated for each in found(feed_links, body)] == [stated]
