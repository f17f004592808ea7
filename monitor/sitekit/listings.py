"""Reading listing pages: the cards of a section page or an archive, found by selectors."""

from collections.abc import Callable, Iterator, Sequence

from selectolax.lexbor import LexborNode

from monitor.core.articles import Unreadable
from monitor.sitekit.links import found
from monitor.sitekit.markup import text_of
from monitor.sitekit.page import Page
from monitor.sitekit.site import Found


def listing(cards: str, headline: str) -> Callable[[Page], Sequence[Found] | Unreadable]:
    """Return a reader of listing pages.

    `cards` selects the cards, or the links that are the cards; `headline` selects the headline within a card. A card
    without one is listed by its link alone: the text of a card is more than its headline.
    """

    def links(page: Page) -> Sequence[Found] | Unreadable:
        nodes = page.tree.css(cards)
        return found(page.url, _entries(nodes, headline)) or Unreadable(f"no link in any of the cards {cards!r}")

    return links


def _entries(cards: Sequence[LexborNode], headline: str) -> Iterator[tuple[str | None, str | None]]:
    for card in cards:
        link = card if card.tag == "a" else card.css_first("a[href]")
        if link is not None:
            yield link.attributes.get("href"), text_of(card.css_first(headline))
