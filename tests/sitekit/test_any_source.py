"""What no source may do, whatever it consists of: raise, take minutes, or eat the memory. All pages are synthetic."""

import gzip
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.sitekit.feeds import feed_links
from monitor.sitekit.listings import listing
from monitor.sitekit.sitemaps import sitemap_links
from monitor.sitekit.xml_pages import LARGEST
from tests.sitekit.pages import ATOM, ITEM, RDF, RSS, SITEMAP, Reader, read, why


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


def distinct(piece: str, count: int) -> str:
    return "".join(piece.format(number) for number in range(count))


@pytest.mark.parametrize(
    "hostile",
    [
        lambda: RSS.format("<item" + distinct(" a{}='1'", 100_000) + "/>"),
        lambda: RSS.format("<item" + " a='1'" * 100_000 + "/>"),
        lambda: RSS.format("<item" + distinct(" xmlns:a{0}='{0}'", 60_000) + "/>"),
        lambda: RSS.format("<item" + distinct(" p{}:a='1'", 60_000) + "/>"),
        lambda: RSS.format("<a>" * 40_000 + ITEM),
        lambda: RSS.format("<item>" * 40_000),
        lambda: RSS.format(distinct("<a xmlns:a{0}='{0}'>", 40_000)),
        lambda: RSS.format(distinct("<a{}/>", 100_000)),
        lambda: RSS.format("<a/>" * 200_000),
        lambda: RSS.format("& < " * 100_000),
        lambda: RSS.format("<![CDATA[" * 100_000),
        lambda: RSS.format("</a>" * 100_000),
        lambda: RSS.format("<!--" * 100_000),
        lambda: RSS.format("<?a" * 100_000),
        lambda: RSS.format("&nbsp;" * 200_000),
        lambda: RSS.format("<item><link>/1</link><title>&lt;i&gt;" * 20_000),
        lambda: RSS.format(distinct("<item><link>/{}</link><title>&lt;i&gt;</title></item>", 8_000)),
        lambda: RSS.format(f"<item><link>/1</link><title>{'&lt;i&gt;' * 100_000}</title></item>"),
        lambda: f"<rss xml:base='https://x.org/{'a/' * 300_000}'>" + distinct("<item><link>{}</link></item>", 8_000),
        lambda: "<rss>" + "<channel xml:base='a/'>" * 200 + distinct("<item><link>{}</link></item>", 8_000),
        lambda: "<" * 200_000,
        lambda: "[" * 200_000,
        lambda: '{"items":[' + "{}," * 400_000 + "{}]}",
        lambda: '{"items":' + "9" * 1_000_000 + "}",
        lambda: " " * 1_000_000,
        lambda: "<?xml " * 100_000,
        lambda: "<!DOCTYPE [" * 60_000,
        lambda: "https://x.org/" * 100_000,
        lambda: "https://x.org/1\n" * 200_000,
        lambda: "<rss " * 1_000 + "<" + "a" * 1_000_000,
    ],
)  # fmt: skip
def test_nothing_takes_minutes(hostile: Callable[[], str]) -> None:
    """What is no sitemap is read as a feed too. A way that is quadratic takes a minute for most of these."""
    body = hostile()
    started = time.process_time()
    read(sitemap_links, body)
    assert time.process_time() - started < 5


def test_too_many_tags_are_not_read() -> None:
    assert "tags and references" in why(feed_links, "<a/>" * 1_500_001)
    assert "tags and references" in why(feed_links, "<rss>" + "&" * 1_500_001)


def test_a_feed_is_never_as_long_as_a_sitemap_may_be() -> None:
    assert "longer than" in why(feed_links, "<rss>" + " " * 10_000_000)


CARDS = listing(".card", "h3", next_page="a[rel=next]", frame="form")
READERS = st.sampled_from([feed_links, sitemap_links, CARDS])
SAMPLES = st.sampled_from([
    RSS.format(ITEM.format("এক", "/1") * 3).encode(),
    ATOM.format("<entry><title>t</title><link href='/1'/></entry>").encode(),
    RDF.format("<item rdf:about='/1'><title>t</title><link>/1</link></item>").encode(),
    SITEMAP.format("<url><loc>/1</loc></url>").encode(),
    b'{"items": [{"url": "/1", "title": "t"}]}',
    b"<sitemapindex><sitemap><loc>/1</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>",
    b"https://x.org/1\nhttps://x.org/2",
    gzip.compress(b"<rss/>"),
])  # fmt: skip
PIECES = st.sampled_from([b"<item>", b"</item>", b"<link/>", b"<![CDATA[", b"]]>", b"&", b"&#0;", b"&#xD800;", b"<entry>",
    b"xmlns='x'", b"<pubDate>Thu, 99 Foo 9</pubDate>", b"\x00", b"\xff", b"<!--", b"<channel>", b"<rss>", b"<width>",
    b"<a:b>", b" xml:base='http://['", b"<ttl>", b"&eacute;", b"< ", b"<sitemap>", b"<lastmod>", b"]]>", b"<?xml version='9' encoding='x'?>", b"<guid isPermaLink='true'>", b"{", b"[", b"<media:content width=''>"])  # fmt: skip


@settings(max_examples=300)
@given(reader=READERS, body=st.binary(max_size=300))
def test_no_bytes_make_a_reader_raise(reader: Reader, body: bytes) -> None:
    read(reader, body)
    read(reader, b"<rss>" + body)


@settings(max_examples=400)
@given(reader=READERS, body=SAMPLES, data=st.data())
def test_no_damage_makes_a_reader_raise(reader: Reader, body: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = data.draw(st.integers(start, min(len(body), start + 20)))
        body = body[:start] + data.draw(PIECES | st.binary(max_size=4)) + body[end:]
    read(reader, body)
