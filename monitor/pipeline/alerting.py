"""The rules that events meet."""

from monitor.core.events import Event, Tell


class Alerting:
    """Gives events the alerts of the rules that they meet."""

    def at_site(self, site: str) -> Tell:  # noqa: ARG002
        """Return what gives the events of a site and its sources their alerts."""
        return _as_it_is

    def of_receiver(self, receiver: str) -> Tell:  # noqa: ARG002
        """Return what gives the events of a receiver their alerts."""
        return _as_it_is


def _as_it_is(event: Event) -> Event:
    return event
