"""What the daemon counts, in the text form of Prometheus.

A registry of its own, so that nothing is shared between two of them in one process. Labels have few values: sites,
results and kinds, never stories, addresses or reasons.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST


class Metrics:
    """Told what happens, as it happens."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._checks = Counter("monitor_checks", "Checks of stories.", ("site", "result"), registry=registry)
        self._silent = Counter("monitor_silent_edits", "Edits that nobody announced.", ("site",), registry=registry)
        self._polls = Counter("monitor_polls", "Readings of sources.", ("site", "result"), registry=registry)
        self._events = Counter("monitor_events", "Events of sources and sites.", ("site", "kind"), registry=registry)
        self._messages = Counter(
            "monitor_messages",
            "Tries to tell receivers, by what came of the message.",
            ("receiver", "state"),
            registry=registry,
        )
        self._waiting = Gauge(
            "monitor_messages_waiting", "Messages that wait for a receiver.", ("receiver",), registry=registry
        )
        self._put_off = Counter(
            "monitor_put_off", "Work that was put off, and why.", ("site", "reason"), registry=registry
        )
        self._last_tick = Gauge(
            "monitor_last_tick_timestamp_seconds", "When it was last asked what is due.", registry=registry
        )
        self._under_way = Gauge("monitor_sites_under_way", "Sites that are being worked on.", registry=registry)
        self._due = Gauge("monitor_due", "Stories and sources that wait to be looked at.", ("site",), registry=registry)
        self._failing = Gauge("monitor_sites_failing", "Sites that count as failing.", registry=registry)

    def checked(self, site: str, result: str, *, silent: bool = False) -> None:
        """A story was checked; `silent`: that found an edit which was not announced."""
        self._checks.labels(site, result).inc()
        if silent:
            self._silent.labels(site).inc()

    def polled(self, site: str, *, fine: bool) -> None:
        """A source was read, or could not be."""
        self._polls.labels(site, "read" if fine else "failed").inc()

    def happened(self, site: str, kind: str) -> None:
        """An event befell a source or a site."""
        self._events.labels(site, kind).inc()

    def put_off(self, site: str, reason: str) -> None:
        """Something was left for later: its host wants to be left alone, it took too long, its lease had ended."""
        self._put_off.labels(site, reason).inc()

    def told(self, receiver: str, state: str) -> None:
        """A receiver was told something, or could not be: how the message stands now."""
        self._messages.labels(receiver, state).inc()

    def waits(self, waiting: Mapping[str, int]) -> None:
        """So many messages wait for each receiver."""
        self._waiting.clear()
        for receiver, count in waiting.items():
            self._waiting.labels(receiver).set(count)

    def ticked(self, at: datetime) -> None:
        """At this moment somebody looked for what is due."""
        self._last_tick.set(at.timestamp())

    def under_way(self, count: int) -> None:
        """So many sites are being worked on."""
        self._under_way.set(count)

    def stands(self, due: Mapping[str, int], *, failing: int) -> None:
        """How much is due at each site now, and how many sites fail. A site that is not named any more is dropped."""
        self._due.clear()
        for site, count in due.items():
            self._due.labels(site).set(count)
        self._failing.set(failing)

    def text(self) -> bytes:
        """Return all of it, as Prometheus reads it."""
        return generate_latest(self._registry)
