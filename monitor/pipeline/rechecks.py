"""By what rule known stories are looked at again: the terms of each site, and the price that follows from them now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from monitor.core.budget import Outlook, Terms, outlooks
from monitor.core.rechecks import Rule
from monitor.pipeline.ports import Archive

_VALID: Final = timedelta(hours=1)


class RecheckPolicy:
    """What may be spent on each site, and `requests_a_day` on all together; reckoned against the record every hour.

    Prices may be asked for from many threads: one reckons, the others wait for it.
    """

    def __init__(self, terms: Mapping[str, Terms] | None = None, requests_a_day: float | None = None) -> None:
        self.terms = dict(terms or {})
        self.requests_a_day = requests_a_day
        self._known: tuple[datetime, Mapping[str, Outlook]] | None = None
        self._turn = Lock()

    def rule(self, archive: Archive, site: str, now: datetime) -> Rule:
        """Return by what to look again at a story of a site."""
        return self.outlooks(archive, now)[site].rule if site in self.terms else Rule()

    def outlooks(self, archive: Archive, now: datetime) -> Mapping[str, Outlook]:
        """Return what is to be expected of each site, as of an hour ago at most."""
        with self._turn:
            if self._known is not None and timedelta() <= now - self._known[0] < _VALID:
                return self._known[1]
            return self._reckoned(archive, now)

    def warnings(self, archive: Archive, now: datetime) -> list[str]:
        """Return what the user is to be told now of sites whose stories have outgrown what their host allows."""
        with self._turn:
            expected = self._reckoned(archive, now)
        told = ((name, outlook.warning) for name, outlook in expected.items())
        return [f"{name}: {warning}" for name, warning in told if warning]

    def _reckoned(self, archive: Archive, now: datetime) -> Mapping[str, Outlook]:
        expected = outlooks(self.terms, archive.watched(now), self.requests_a_day)
        self._known = now, expected
        return expected
