"""One address for one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.urls import host_of, is_web, tidy, urn_digest


@pytest.mark.parametrize(
    ("url", "tidied"),
    [
        ("https://Example.ORG/a", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a#b", "https://example.org/a"),
        ("https://example.org:443/a", "https://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org/a?utm_source=x&id=5&fbclid=y", "https://example.org/a?id=5"),
        ("https://example.org/a?q=%20b&empty=", "https://example.org/a?q=%20b&empty="),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://[::1]:80/a", "https://[::1]:80/a"),
        ("urn:sha256:" + "0" * 64, "urn:sha256:" + "0" * 64),
        ("https://[broken", "https://[broken"),
    ],
)
def test_tidy(url: str, tidied: str) -> None:
    assert tidy(url) == tidied


@given(st.text() | st.text().map("https://example.org/".__add__) | st.text().map("http://".__add__))
def test_tidy_is_stable_and_never_fails(url: str) -> None:
    assert tidy(tidy(url)) == tidy(url)


@pytest.mark.parametrize(
    "url", ["ftp://example.org/", "file:///etc/passwd", "https://", "https://x:99999/", "news", "", "urn:sha256:0"]
)
def test_not_web(url: str) -> None:
    assert not is_web(url)
    assert host_of(url) == ""


def test_urns() -> None:
    assert urn_digest("urn:sha256:" + "0a" * 32) == "0a" * 32
    assert urn_digest("urn:sha256:" + "0A" * 32) is None
    assert urn_digest("urn:sha256:xyz") is None
    assert urn_digest("https://example.org/") is None
