"""Reading listing pages: the cards of a section page or of a day in the archive, found by selectors."""

from collections.abc import Callable, Iterator, Sequence

from selectolax.lexbor import LexborNode

from monitor.core.articles import Unreadable
from monitor.core.urls import host_of, tidy
from monitor.sitekit.hazards import hazard
from monitor.sitekit.links import Entry, absolute, found
from monitor.sitekit.markup import text_of
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed


def listing(
    cards: str, headline: str, *, next_page: str | None = None, frame: str | None = None
) -> Callable[[Page], Listed | Unreadable]:
    """Return a reader of listing pages.

    `cards` selects the cards, or the links that are the cards; `headline` selects the headline within a card. A card
    without one is listed by its link alone: the text of a card is more than its headline. `next_page` selects the link
    to the next page of the listing.

    A page without cards is unreadable, unless it has what `frame` selects: what a listing of this kind shows around
    its cards, and also where there are none. Name it only for listings that may be empty, such as those of a day.
    """

    def links(page: Page) -> Listed | Unreadable:
        if why := hazard(page.body):
            return Unreadable(why)
        listed = found(page.url, _entries(page.tree.css(cards), headline))
        if not listed and (frame is None or page.tree.css_first(frame) is None):
            return Unreadable(f"no link in any of the cards {cards!r}")
        return Listed(listed, _next(page, next_page) if next_page else ())

    return links


def _entries(cards: Sequence[LexborNode], headline: str) -> Iterator[Entry]:
    for card in cards:
        link = card if card.tag == "a" else card.css_first("a[href]")
        if link is not None:
            yield Entry(link.attributes.get("href"), text_of(card.css_first(headline)))


def _next(page: Page, selector: str) -> tuple[str, ...]:
    """Return the address of the next page, if it is another one at the same host."""
    link = page.tree.css_first(selector)
    address = absolute(page.url, link.attributes.get("href")) if link is not None else None
    if address is None or host_of(address) != host_of(page.url) or tidy(address) == tidy(page.url):
        return ()
    return (address,)
