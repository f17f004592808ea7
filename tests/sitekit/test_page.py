"""Pages: what is markup, and how bytes become text."""

import codecs
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.language.normalise import comparable
from monitor.sitekit.page import Page
from monitor.sitekit.texts import first_line, letters, says_something

BENGALI = "কথা"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/html; charset=utf-8", BENGALI.encode()),
        ("text/html", BENGALI.encode()),
        ("", BENGALI.encode()),
        ('text/html; charset="UTF-8"', BENGALI.encode()),
        ("text/html; charset=nonsense", BENGALI.encode()),
        ("text/html; charset=unicode_escape", BENGALI.encode()),
        ("text/html; charset=idna", BENGALI.encode()),
        ("text/html; charset=iso-8859-1", codecs.BOM_UTF8 + BENGALI.encode()),
        ("text/html", codecs.BOM_UTF16_LE + BENGALI.encode("utf-16-le")),
        ("text/html; charset=utf-8", codecs.BOM_UTF16_BE + BENGALI.encode("utf-16-be")),
        ("text/html; charset=utf-16le", BENGALI.encode("utf-16-le")),
        ("text/html", b'<meta charset="utf-16">' + BENGALI.encode()),
        ("text/html", b"<meta charset='\xff'>" + BENGALI.encode()),
        # What is UTF-8 is read as such, whatever it declares
        ("text/html; charset=iso-8859-1", BENGALI.encode()),
        ("text/html; charset=windows-1252", b'<meta charset="utf-8">' + BENGALI.encode()),
        ("text/html", b'<meta charset="windows-1251">' + BENGALI.encode()),
        ("text/html; charset=utf-16", BENGALI.encode()),
        ("text/html; charset=shift_jis", b"\xef\xbf\xbd" + BENGALI.encode()),
    ],
)
def test_bengali_is_decoded(content_type: str, body: bytes) -> None:
    assert Page("", content_type, body).text.endswith(BENGALI)


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/html; charset=windows-1252", b"\x93\xe9\x94", "“é”"),
        ("text/html; charset=iso-8859-1", b"\x93\xe9\x94", "“é”"),
        ("text/html; charset=us-ascii", b"\x93\xe9\x94", "“é”"),
        ("text/html", b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">\xe9', "й"),
        ("text/html; charset=utf-8", b'<meta charset="windows-1251">\xd0\xb9', "й"),
        ("text/plain", b'<meta charset="windows-1251">\xd0\xb9', "й"),
        ("text/html; charset=shift_jis", b"\x93\xfa", "日"),
        ("text/html", b"a\xe0\xa6b", "a\ufffdb"),
        ("text/html; charset=nonsense", b'<meta charset="windows-1251">\xe9', "й"),
        ("text/html; charset=iso-2022-jp", b"\x1b$BF|\x1b(B", "日"),
        ("text/html; charset=utf-16le", b"a\0b\0", "ab"),
        ("text/html; charset=utf-8", "Москва говорит, что".encode("cp1251"), "\ufffd, \ufffd\ufffd\ufffd"),
    ],
)
def test_charset_is_taken_from_header_then_meta_as_the_web_means_it(content_type: str, body: bytes, text: str) -> None:
    page = Page("", content_type, body)
    assert page.text.endswith(text)
    root = page.tree.body
    assert root is not None
    assert root.text().endswith(text)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Москва. Сегодня президент заявил, что переговоры состоятся в понедельник.", "cp1251"),
        ("Москва. Сегодня президент заявил, что переговоры состоятся в понедельник.", "koi8-r"),
        ("El presidente dijo que la reunión se celebrará mañana en España, según él. ¿Qué pasó ayer?", "cp1252"),
        ("قال الرئيس إن الاجتماع سيعقد يوم الاثنين في القاهرة.", "cp1256"),
        ("東京で会議が開かれた。首相は月曜日に述べた。", "shift_jis"),
        ("北京今天举行会议，总理星期一表示。", "gbk"),
    ],
)
def test_a_charset_is_detected_where_none_is_declared(text: str, charset: str) -> None:
    body = f"<html><body><div class=card><p>{text}</p></div></body></html>".encode(charset)
    assert text in Page("", "text/html", body).text
    assert text in Page("", "text/html; charset=nonsense", body).text


@pytest.mark.parametrize("damage", [b"\xff", b"\xe0\xa6", b"\x93"])
def test_broken_utf_8_stays_broken_utf_8(damage: bytes) -> None:
    """It must be told apart from a page in another charset: that page would be read, and read wrongly."""
    body = ("ঢাকার একটি আদালত এ রায় দেন।" * 3).encode() + damage + BENGALI.encode()
    assert Page("", "text/html", body).text.endswith("\ufffd" + BENGALI)


@pytest.mark.parametrize(
    ("content_type", "body", "is_html"),
    [
        ("text/html", b"x", True),
        ("application/xhtml+xml; charset=utf-8", b"x", True),
        ("TEXT/HTML", b"x", True),
        ("text/plain", b"<html>", False),
        ("", b" \n<!doctype html>", True),
        ("", codecs.BOM_UTF8 + b"<p>", True),
        ("", codecs.BOM_UTF16_LE + "<p>".encode("utf-16-le"), True),
        ("", BENGALI.encode(), False),
        ("", b"", False),
    ],
)
def test_what_is_markup(content_type: str, body: bytes, is_html: bool) -> None:
    assert Page("", content_type, body).is_html is is_html


def test_lines_are_those_that_say_something() -> None:
    body = "\ufeff এক \r\n\u200b\r\n\n \u00a0\nদু\u200dই\u2028তিন".encode()
    assert Page("", "text/plain", body).lines == ("এক", "দু\u200dই", "তিন")


@given(st.binary(max_size=200), st.text(max_size=30))
def test_no_bytes_and_no_header_make_a_page_raise(body: bytes, charset: str) -> None:
    for content_type in ("", "text/html", f"text/html; charset={charset}", charset):
        page = Page("", content_type, body)
        assert isinstance(page.lines, tuple)
        assert page.tree.root is not None


@given(st.binary(max_size=60))
def test_the_tree_of_the_bytes_has_the_text_of_the_decoded_page(body: bytes) -> None:
    page = Page(
        "", "text/html; charset=utf-8", b"<p title='" + body.replace(b"'", b"") + b"'>" + body.replace(b"<", b"")
    )
    decoded = Page("", "text/html; charset=utf-8", codecs.BOM_UTF8 + page.body)
    for here, there in zip(page.tree.css("p"), decoded.tree.css("p"), strict=True):
        assert here.text() == there.text()
        assert here.attributes == there.attributes


@given(st.text(max_size=20))
def test_a_text_says_something_if_its_comparable_form_does(text: str) -> None:
    assert says_something(text) == bool(comparable(text))


def test_letters_are_what_two_writings_have_in_common() -> None:
    assert letters("পত্রিকা-অফিস বন্ধের ‘সিদ্ধান্ত’!") == letters("পত্রিকা_অফিস-বন্ধের-সিদ্ধান্ত")
    assert letters("Kim's 2 Words") == "kims2words"


def test_first_line_is_found_within_a_number_of_lines() -> None:
    lines = ("ক", "সময়", "সময়")
    assert first_line(lines, re.compile(comparable("সময়"))) == 1
    assert first_line(lines, re.compile(comparable("সময়")), within=1) is None


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1251"])
@pytest.mark.parametrize(
    ("markup", "whole"),
    [
        ("<html><body><p>а</p></body>", True),
        ("<html><body><p>а</p></body", False),
        ("<html><body><p>а", False),
        ("<p>а", True),
    ],
)
def test_a_document_is_whole_if_it_comes_to_its_end(markup: str, whole: bool, charset: str) -> None:
    assert Page("", f"text/html; charset={charset}", markup.encode(charset)).is_whole is whole
