"""Listing pages: their cards, their next page, and when they may be empty. All markup is synthetic."""

import pytest

from monitor.core.articles import Unreadable
from monitor.sitekit.listings import listing
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found, Listed
from tests.sitekit.pages import ONE, TWO

CARDS = listing(".card", "h3")
PAGED = listing(".card", "h3", next_page=".pagination a[rel=next]")
DAILY = listing(".card", "h3", next_page=".pagination a[rel=next]", frame="form [name=day]")
CARD = "<a class=card href=/1><h3>এক</h3></a>"


def page(html: str, url: str = "https://x.org/national") -> Page:
    return Page(url, "text/html; charset=utf-8", html.encode())


def test_listing_reads_its_cards() -> None:
    html = (
        "<a href=/menu>m</a><div class=card><a href=/1><h3>এক</h3></a><a href=/c>comments</a></div>"
        "<a class=card href=/2>ছবি<h3>দুই</h3></a><div class=card>no link</div><div class=card><a href=#x>"
    )
    assert CARDS(page(html)) == Listed((ONE, TWO, Found("https://x.org/national#x")))


def test_listing_without_cards_names_the_selector() -> None:
    assert CARDS(page("<p>x")) == Unreadable("no link in any of the cards '.card'")


@pytest.mark.parametrize(
    ("link", "more"),
    [
        ("<a rel=next href='?page=2'>", ("https://x.org/national?page=2",)),
        ("<a rel=prev href='?page=1'><a rel=next href='https://X.org/national?page=3'>", ("https://X.org/national?page=3",)),
        ("<a rel=next href='https://y.org/national?page=2'>", ()),
        ("<a rel=next href='https://x.org:8080/national?page=2'>", ()),
        ("<a rel=next href=''>", ()),
        ("<a rel=next href='#'>", ()),
        ("<a rel=next href='/national?utm_source=x#top'>", ()),
        ("<a rel=next href='javascript:next()'>", ()),
        ("<a rel=next>", ()),
        ("<a href='?page=2'>", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_the_next_page_is_another_one_of_the_same_host(link: str, more: tuple[str, ...]) -> None:
    html = f"{CARD}<ul class=pagination>{link}</ul><a rel=next href='?page=9'>"
    assert PAGED(page(html)) == Listed((ONE,), more)
    assert CARDS(page(html)) == Listed((ONE,))


@pytest.mark.parametrize(
    ("html", "answer"),
    [
        (f"<form><input name=day></form>{CARD}", Listed((ONE,))),
        (CARD, Listed((ONE,))),
        ("<form><input name=day></form>", Listed(())),
        ("<form><input name=q></form>", Unreadable("no link in any of the cards '.card'")),
        ("", Unreadable("no link in any of the cards '.card'")),
    ],
)
def test_a_day_may_have_no_story_where_the_page_is_known(html: str, answer: Listed | Unreadable) -> None:
    assert DAILY(page(html)) == answer


@pytest.mark.parametrize("html", ["<div>" * 50_000, "<a " + " ".join(f"a{n}" for n in range(100_000)) + ">"])
def test_a_page_that_would_take_minutes_is_not_parsed(html: str) -> None:
    answer = CARDS(page(html))
    assert isinstance(answer, Unreadable)
    assert "hours" in answer.why
