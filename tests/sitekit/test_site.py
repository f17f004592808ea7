"""Sites and the catalogue of them."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from monitor.core.articles import Article, ParserId, Reading, Unreadable
from monitor.core.errors import UsageError
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser, Site

PLAIN = Article(title="শিরোনাম", paragraphs=("কথা",))


def site(
    name: str,
    article: Article | Unreadable = PLAIN,
    *,
    title: str = "T",
    pattern: str = "",
    examples: tuple[str, ...] = (),
) -> Site:
    parsers = (Parser("p", 3, lambda page: page.body != b"foreign", lambda _: article),)
    match = (re.compile(pattern),) if pattern else ()
    return Site(name, title, "bn", ZoneInfo("Asia/Dhaka"), parsers, match=match, examples=examples)


def read(article: Article | Unreadable, body: bytes = b"") -> Reading | Unreadable:
    return site("x", article).parse(Page("", "", body))


def test_an_article_is_read_with_the_first_parser_that_applies() -> None:
    assert read(PLAIN) == Reading(PLAIN, ParserId("p", 3))
    assert read(PLAIN, b"foreign") == Unreadable("no parser of x (p) knows this page")


@pytest.mark.parametrize(
    ("article", "why"),
    [
        (Unreadable("of a reason"), "of a reason"),
        (replace(PLAIN, paragraphs=()), "the body is empty"),
        (replace(PLAIN, paragraphs=(" ", "")), "the body is empty"),
        (replace(PLAIN, paragraphs=("\u200b",)), "the body is empty"),
        (replace(PLAIN, title=" "), "there is no title"),
        (replace(PLAIN, title="\u200d"), "there is no title"),
        (replace(PLAIN, paragraphs=("ক\ufffd",)), "the text has characters that could not be decoded (U+FFFD)"),
        (replace(PLAIN, byline="ক\ufffd"), "the text has characters that could not be decoded (U+FFFD)"),
    ],
)
def test_a_page_that_would_pass_for_a_shorter_story_is_unreadable(article: Article | Unreadable, why: str) -> None:
    assert read(article) == Unreadable(f"parser p: {why}")


def test_broken_bytes_are_named_by_their_place() -> None:
    answer = read(replace(PLAIN, title="\ufffd"), b"abc\xff")
    assert answer == Unreadable("parser p: the text is not valid UTF-8: broken at byte 3")


def test_a_reading_is_outdated_when_no_parser_of_today_made_it() -> None:
    assert not site("x").is_outdated(ParserId("p", 3))
    assert site("x").is_outdated(ParserId("p", 2))
    assert site("x").is_outdated(ParserId("q", 3))


def test_keys_come_from_whole_tidy_addresses() -> None:
    one = site("x", pattern=r"https://x\.org/(?P<key>news/\d+)")
    assert one.key_of("https://X.org:443/news/1?utm_source=a#b") == "news/1"
    assert one.key_of("https://x.org/news/1/more") is None
    assert one.key_of("news/1") is None


def test_a_catalogue_refuses_two_sites_of_one_name() -> None:
    with pytest.raises(UsageError, match="two sites are named 'x': One and Two"):
        Catalogue.of([site("x", title="One"), site("x", title="Two")])
    same = site("x")
    assert Catalogue.of([same, same]).names == ("x",)


def test_a_catalogue_helps_with_a_misspelt_name() -> None:
    catalogue = Catalogue.of([site("inqilab"), site("wirecopy")])
    with pytest.raises(UsageError, match="did you mean 'inqilab'"):
        catalogue.get("inquilab")
    with pytest.raises(UsageError, match="known: inqilab, wirecopy"):
        catalogue.get("zzz")


def test_a_url_has_one_owner() -> None:
    pattern = r"https://x\.org/(?P<key>\d+)"
    one, two, other = site("one", pattern=pattern), site("two", pattern=pattern), site("other")
    assert Catalogue.of([one, other]).claim("https://x.org/1") is one
    assert Catalogue.of([one, other]).claim("https://x.org/a") is None
    assert Catalogue.of([one, other]).claim(f"urn:sha256:{'0' * 64}") is None
    with pytest.raises(UsageError, match=r"two sites claim https://x\.org/1: one and two"):
        Catalogue.of([one, two]).claim("https://x.org/1")


X, Y = "https://x.org/1", "https://x.org/a"


def test_an_example_is_claimed_by_its_own_site_alone() -> None:
    numbers = site("numbers", pattern=r"https://x\.org/(?P<key>\d+)", examples=(X,))
    assert Catalogue.of([numbers, site("other")]).claim(X) is numbers
    everything = site("everything", pattern=r"https://x\.org/(?P<key>.+)", examples=(Y,))
    for both in ([numbers, everything], [everything, numbers]):
        with pytest.raises(UsageError, match=r"two sites claim https://x\.org/1: everything and numbers"):
            Catalogue.of(both)
    with pytest.raises(UsageError, match=r"https://x\.org/a is an example of n, but n does not claim it"):
        Catalogue.of([site("n", pattern=r"https://x\.org/(?P<key>\d+)", examples=(Y,))])
    with pytest.raises(UsageError, match=r"https://x\.org/1 is an example of none, but numbers claims it"):
        Catalogue.of([numbers, site("none", examples=(X,))])
