"""Who is told of what happens: the interface, and how it is where there are no rules (they are in matching.py)."""

from datetime import datetime

from monitor.core.events import Event, Tell
from monitor.core.records import ArticleState, Check
from monitor.pipeline.ports import Store
from monitor.sitekit.site import Site


class Alerting:
    """Gives events their alerts before they are written, so that both are written together. This one gives none.

    `now` is the present moment, `at` when something happened: in a replay that may be long ago.
    """

    def of_check(self, store: Store, site: Site, state: ArticleState, check: Check, now: datetime) -> Check:  # noqa: ARG002
        """Return a check of a story whose events have their alerts; `state` is what it was decided on."""
        return check

    def of_site(self, site: Site, at: datetime, now: datetime, source: str | None = None) -> Tell:  # noqa: ARG002
        """Return what gives the events of a site, or of its source with this URL, their alerts."""
        return _as_it_is

    def of_receiver(self, receiver: str, at: datetime) -> Tell:  # noqa: ARG002
        """Return what gives the events of a receiver their alerts."""
        return _as_it_is

    def refresh(self) -> int | None:
        """Go by the rules as they are kept now; return how many there are, None where nothing has changed.

        ConfigError where they cannot be read; then the old ones hold.
        """
        return None


def _as_it_is(event: Event) -> Event:
    return event
