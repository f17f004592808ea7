"""From a fetched page to what a parser read in it, or to what the page is instead of the story."""

from dataclasses import dataclass

from monitor.core.articles import Reading, Unreadable
from monitor.core.fingerprints import fingerprint
from monitor.core.outcomes import Blocked, Exchange, Failed, Fetched, Gone, Outcome
from monitor.core.records import NewReading
from monitor.pipeline.ports import Archive
from monitor.sitekit.absent import door_at, is_same_site, why_absent
from monitor.sitekit.markup import og_title
from monitor.sitekit.page import Page
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a story: the outcome, seen as what it means for the story, and what was read if it was fetched.

    `share_title` is what the page tells those who share it.
    """

    outcome: Outcome
    read: NewReading | Unreadable | None = None
    share_title: str | None = None


def look(archive: Archive, site: Site, key: str, outcome: Outcome) -> Look:
    """Read the page of a story, given by its key; a page that is there in place of the story is told as what it is."""
    outcome = _unless_led_away(archive, site, key, outcome)
    if not isinstance(outcome, Fetched):
        return Look(outcome)
    page = page_of(outcome.exchange)
    read = newly_read(site.parse(page))
    if isinstance(read, NewReading):
        return Look(outcome, read, og_title(page))
    if why := why_absent(page, site):
        return Look(Gone(outcome.exchange, why))
    return Look(outcome, read)


def page_of(exchange: Exchange) -> Page:
    """Return the page that an exchange brought."""
    return Page(exchange.final_url, exchange.content_type, exchange.body)


def newly_read(read: Reading | Unreadable) -> NewReading | Unreadable:
    """Give what a parser read its fingerprint."""
    return read if isinstance(read, Unreadable) else NewReading(read.article, read.parser, fingerprint(read.article))


def _unless_led_away(archive: Archive, site: Site, key: str, outcome: Outcome) -> Outcome:
    """See where redirects led. What stands at the end of them may be no new version of this story.

    A login or consent page keeps the story out of sight; an address on another site tells nothing of the story; one
    that is no story of its site, or another story on record, means that this one is gone.
    """
    exchange = outcome.exchange
    if not isinstance(outcome, Fetched) or exchange.final_url == exchange.url:
        return outcome
    end, led_to = exchange.final_url, site.key_of(exchange.final_url)
    if led_to is None:
        if door := door_at(end):
            return Blocked(exchange, f"blocked by {door}: the address leads to {end}")
        if not is_same_site(end, exchange.url):
            return Failed(exchange, f"the address leads to another site: {end}")
        return Gone(exchange, f"the address leads to {end}, which is no story")
    other = archive.find(f"{site.name}:{led_to}") if led_to != key else None
    if other is not None:
        return Gone(exchange, f"the address leads to another story, {other.ref.name}")
    return outcome
