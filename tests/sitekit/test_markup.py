"""Text out of HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.sitekit.links import Entry, absolute, found
from monitor.sitekit.markup import Block, ancestor, blocks, collapse, is_within_furniture, og_title, text_of
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found


def body(html: str) -> LexborNode:
    root = LexborHTMLParser(html).body
    assert root is not None
    return root


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("<p>a <b>b<i>c</i></b>d</p>", ["a bcd"]),
        ("<p>a<br>b<br/><br> c</p>", ["a", "b", "c"]),
        ("a<br>b<p>c</p>d", ["a", "b", "c", "d"]),
        ("<p> a\n\t b </p>", ["a b"]),
        ("<p>&nbsp;a&nbsp;&nbsp;b&nbsp;</p>", ["a\u00a0\u00a0b"]),
        ("<p></p><p> </p><p>&nbsp;\u200b</p><p>a</p>", ["a"]),
        ("<div>a<div>b<p>c</p>d</div>e</div>", ["a", "b", "c", "d", "e"]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", ["a", "b"]),
        ("<ul><li>a</li><li>b <ul><li>c</li></ul></li></ul>", ["a", "b", "c"]),
        ("<table><tr><td>a</td><td>b</td></tr></table>", ["a", "b"]),
        ("<h3>a</h3>b", ["a", "b"]),
        ("a<script>x</script><style>x</style><!-- x --><noscript>x</noscript><template>x</template>b", ["ab"]),
        ("<figure><img><figcaption>x</figcaption></figure><iframe>x</iframe><ins>x</ins><form>x</form>a", ["a"]),
        ("<div class='Ads-Box mt-2'>x</div><div class='related_news'><p>x</p></div><p class=lead>a</p>", ["a"]),
        ("<p>shared <span class=share>a</span></p>", ["shared a"]),
        ("<p>a</p><div id='div-gpt-ad-1'>x</div><p id=view_counter>x</p><p id=lead>b</p>", ["a", "b"]),
        ("<p>a<span class=views>x</span> <a class='btn print-btn'>x</a> b</p>", ["a b"]),
        ("<p class='d-print-block'>a</p><p class='print:block'>b</p><div id=print-area>c</div>", ["a", "b", "c"]),
        ("<p class='in-view'>a</p><div class='news-view'>b</div><div class='view-content'>c</div>", ["a", "b", "c"]),
        ("<p class='heading address'>a</p><p id=hitech>b</p><p class='preview blueprint'>c</p>", ["a", "b", "c"]),
        ("<p class=encounter>a</p><p class='padding lead shadow'>b</p>", ["a", "b"]),
        ("<p>ক\u200dখ য\u09bc\u09df</p>", ["ক\u200dখ য\u09bc\u09df"]),
        ("", []),
    ],
)
def test_blocks_are_what_a_reader_sees_on_lines_of_its_own(html: str, texts: list[str]) -> None:
    assert [block.text for block in blocks(body(html))] == texts


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ("<p><a href=x>a</a></p>", "x"),
        ("<p> <b><a href=x>a <i>b</i></a></b>&nbsp;</p>", "x"),
        ("<p><a href=x>a</a> <a href=y>b</a></p>", "x"),
        ("<a href=x><p>a</p></a>", "x"),
        ("<p>see <a href=x>a</a></p>", None),
        ("<p><a href=x>a</a>.</p>", None),
        ("<p><a>a</a></p>", None),
        ("<p>a</p>", None),
    ],
)
def test_a_block_that_is_all_link_has_its_address(html: str, link: str | None) -> None:
    assert [block.link for block in blocks(body(html))] == [link]


def test_links_of_one_block_say_nothing_about_the_next() -> None:
    assert blocks(body("<p><a href=x>a</a></p><p>b</p>")) == [Block("a", "x"), Block("b")]


def test_text_of_an_element_is_one_line() -> None:
    assert text_of(body("<h2> a<br>b </h2>").css_first("h2")) == "a b"
    assert text_of(body("<h2>&nbsp;</h2>").css_first("h2")) is None
    assert text_of(None) is None


def test_ancestor_is_the_nearest_of_a_class() -> None:
    leaf = body("<div class='a b' id=1><div class='b' id=2><div class=ab><p>x</p></div></div></div>").css_first("p")
    assert leaf is not None
    found_b, found_a = ancestor(leaf, "b"), ancestor(leaf, "a")
    assert found_b is not None
    assert found_a is not None
    assert (found_b.id, found_a.id, ancestor(leaf, "c")) == ("2", "1", None)


@pytest.mark.parametrize(
    ("around", "but", "is_furniture"),
    [
        ("<div class=related><b>{}</b></div>", (), True),
        ("<div id=ad-1>{}</div>", (), True),
        ("<figure>{}</figure>", (), True),
        ("<figure class='caption x'>{}</figure>", ("figure", "caption"), False),
        ("<figure class='caption ad'>{}</figure>", ("figure", "caption"), True),
        ("<div class=x>{}</div>", (), False),
    ],
)
def test_what_stands_in_furniture_is_told_up_to_the_area(around: str, but: tuple[str, ...], is_furniture: bool) -> None:
    root = body(f"<div class=related><main>{around.format('<i class=ad>x</i>')}</main></div>")
    area, leaf = root.css_first("main"), root.css_first("i")
    assert area is not None
    assert leaf is not None
    assert is_within_furniture(leaf, area, but=frozenset(but)) is is_furniture


def test_markup_ten_thousand_deep_is_read() -> None:
    deep = "<div>" * 10_000 + "x" + "<b><a href=x>" * 5_000 + "y"
    assert [block.text for block in blocks(body(deep))] == ["xy"]


@given(st.text(max_size=60))
def test_collapsing_keeps_all_but_white_space(text: str) -> None:
    collapsed = collapse(text)
    assert "".join(collapsed.split()) == "".join(text.split())
    assert "  " not in collapsed
    assert collapse(collapsed) == collapsed


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("/a?b#c", "https://x.org/a?b#c"),
        (" a\n", "https://x.org/s/a"),
        ("//y.org/a", "https://y.org/a"),
        ("http://y.org", "http://y.org"),
        ("https://y.org/a \n", "https://y.org/a"),
        ("javascript:alert(1)", None),
        ("mailto:a@b", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("http://[", None),
        ("http://x:99999/", None),
        ("/a\ufffdb", None),
        ("", None),
        (None, None),
    ],
)
def test_absolute_addresses_are_web_addresses(address: str | None, url: str | None) -> None:
    assert absolute("https://x.org/s/p", address) == url


def test_each_address_is_found_once_with_its_first_headline_and_time() -> None:
    shown = [("/a", None), ("/b", " "), ("/a", " A\nB ", " 1\n2 "), ("/a", "C", "3"), ("#", "d", "4" * 99), (None, "e")]
    entries = [Entry(*each) for each in shown]
    assert found("https://x.org/", entries) == (
        Found("https://x.org/a", "A B", "1 2"),
        Found("https://x.org/b"),
        Found("https://x.org/", "d", "4" * 80),
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta property="og:title" content=" এক\n  দুই ">', "এক দুই"),
        ("<meta content='এক &amp; দুই' name='og:title'>", "এক & দুই"),
        ('<meta property="og:title" content=" "><meta property="og:title" content="এক">', "এক"),
        ('<meta property="og:title" content="এক"><meta property="og:title" content="দুই">', "এক"),
        ('<meta property="og:title"><meta property="og:title:x" content="এক"><title>এক</title>', None),
        ("", None),
    ],
)
def test_the_title_a_page_is_shared_under(head: str, title: str | None) -> None:
    assert og_title(Page("", "text/html; charset=utf-8", f"<html><head>{head}</head>".encode())) == title
