"""One address for one page."""

import time
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.urls import host_of, is_web, tidy, urn_digest

X = "https://x.org"


@pytest.mark.parametrize(
    ("url", "tidied"),
    [
        # What names no page
        (f"{X}/a#b", f"{X}/a"),
        (f"{X}/a#!/news/1", f"{X}/a#!/news/1"),
        (f"{X}/a#!খবর", f"{X}/a#!%E0%A6%96%E0%A6%AC%E0%A6%B0"),
        (f"{X}/a?", f"{X}/a"),
        (f"{X}/a?&&x=1&", f"{X}/a?x=1"),
        ("https://user:secret@x.org/a", f"{X}/a"),
        ("https://a@b:c@x.org/a", f"{X}/a"),
        # Tracking
        (f"{X}/a?utm_source=x&id=5&fbclid=y", f"{X}/a?id=5"),
        (f"{X}/a?utm_medium=feed&UTM_Campaign=x&utm%5Fterm=y", f"{X}/a"),
        (f"{X}/a?mc_eid=1&_hsenc=2&pk_campaign=3&at_medium=4&usqp=mq331AQ&amp_js_v=0.1&gclid", f"{X}/a"),
        (f"{X}/a?ref=1&source=rss&page=2&utm=3&from=x", f"{X}/a?ref=1&source=rss&page=2&utm=3&from=x"),
        (f"{X}/a?b=2&a=1&empty=", f"{X}/a?b=2&a=1&empty="),
        # Host and port
        ("https://X.ORG/a", f"{X}/a"),
        ("HTTPS://x.org./a", f"{X}/a"),
        ("https://x.org", f"{X}/"),
        ("https://x.org?a=1", f"{X}/?a=1"),
        ("https://x.org:443/a", f"{X}/a"),
        ("https://x.org:/a", f"{X}/a"),
        ("http://x.org:8080/a", "http://x.org:8080/a"),
        ("http://x.org:443/a", "http://x.org:443/a"),
        ("https://[::1]:80/a", "https://[::1]:80/a"),
        ("https://[0:0::0001]/a", "https://[::1]/a"),
        ("https://খবর.বাংলা/a", "https://xn--q5b8bm.xn--54b7fta0cc/a"),
        ("https://Bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://１２７.0.0.1/", "https://127.0.0.1/"),
        # Escapes
        (f"{X}/%7euser/%41-%2d_%2f%2F", f"{X}/~user/A--_%2F%2F"),
        (f"{X}/খবর", f"{X}/%E0%A6%96%E0%A6%AC%E0%A6%B0"),
        (f"{X}/%e0%a6%96%e0%a6%ac%e0%a6%b0", f"{X}/%E0%A6%96%E0%A6%AC%E0%A6%B0"),
        (f"{X}/100%/%zz/%%41", f"{X}/100%25/%25zz/%25A"),
        (f'{X}/a b"<>^`{{|}}\\', f"{X}/a%20b%22%3C%3E%5E%60%7B%7C%7D%5C"),
        (f"{X}/a[1];b=c,d+e?f[]=g+h?/@:", f"{X}/a[1];b=c,d+e?f[]=g+h?/@:"),
        (f"{X}/a?q=%20b%26c%3dd", f"{X}/a?q=%20b%26c%3Dd"),
        (f"{X}/\ud800?\ud800", f"{X}/%3F??"),
        # Dot segments and slashes
        (f"{X}/a/./b/../c", f"{X}/a/c"),
        (f"{X}/../../a/..", f"{X}/"),
        (f"{X}/a/b/.", f"{X}/a/b/"),
        (f"{X}/a/%2e%2E/b", f"{X}/b"),
        (f"{X}/a/...//.b/..c", f"{X}/a/...//.b/..c"),
        (f"{X}//a///b//", f"{X}//a///b//"),
        # No address of the web
        ("urn:sha256:" + "0" * 64, "urn:sha256:" + "0" * 64),
        ("https://[broken", "https://[broken"),
    ],
)
def test_tidy(url: str, tidied: str) -> None:
    assert tidy(url) == tidied
    assert tidy(tidied) == tidied


PIECES = st.sampled_from(["/", ".", "..", "%", "%2e", "%4", "1", "%41", "?", "&", "=", "#", "#!", "@", ":", ":80", "[", "]",
    "utm_a", "x", "খ", "\u200d", "\\", " ", "\t", "ß", "İ", "１", "。", "xn--", "-", "\ud800"])  # fmt: skip


@given(
    st.text()
    | st.text().map("https://x.org/".__add__)
    | st.text().map("http://".__add__)
    | st.lists(PIECES, max_size=12).map(lambda pieces: "https://x.org/" + "".join(pieces))
    | st.lists(PIECES, max_size=12).map(lambda pieces: "http://" + "".join(pieces))
)
def test_tidy_is_stable_and_never_fails(url: str) -> None:
    tidied = tidy(url)
    assert tidy(tidied) == tidied
    assert is_web(tidied) == is_web(url)
    assert host_of(tidied) == host_of(url)
    if is_web(url):
        parts = urlsplit(tidied)
        assert tidied.isascii()
        assert "@" not in parts.netloc
        assert not {".", ".."} & set(parts.path.split("/"))


@given(st.text(st.sampled_from("aA1/.-~%éখ ?&="), max_size=20))
def test_the_short_way_is_that_of_any_other_address(rest: str) -> None:
    """A port takes an address off the short way."""
    assert tidy(f"https://x.org:443/{rest}") == tidy(f"https://x.org/{rest}")


def test_an_endless_address_takes_no_time() -> None:
    started = time.process_time()
    for piece in ("a.", "%", "/..", "&utm_a", "খ", "-", "@", "/a/../"):
        for start in ("https://", "https://x.org/", "https://x.org/?"):
            tidy(start + piece * (300_000 // len(piece)))
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x.org/", "file:///etc/passwd", "javascript:alert(1)", "https://", "https://x:99999/", "https://x:0/"),
        *(
            "news",
            "",
            "urn:sha256:0",
            "https://x y/",
            "https://x%2eorg/",
            "https://./",
            "https://a\\b/",
            "https://[::1%eth0]/",
        ),
        *("https://[v1.x]/", "https://" + "খ" * 70 + ".org/"),
    ],
)
def test_not_web(url: str) -> None:
    assert not is_web(url)
    assert host_of(url) == ""
    assert tidy(url) == url


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://X.org./a", "x.org"),
        ("http://u:p@x.org:8080/", "x.org:8080"),
        ("https://x.org:443/?a", "x.org"),
        ("http://[::1]:9/", "[::1]:9"),
    ],
)
def test_host_with_its_port(url: str, host: str) -> None:
    assert host_of(url) == host


def test_urns() -> None:
    assert urn_digest("urn:sha256:" + "0a" * 32) == "0a" * 32
    assert urn_digest("urn:sha256:" + "0A" * 32) is None
    assert urn_digest("urn:sha256:xyz") is None
    assert urn_digest("https://example.org/") is None
