"""What happened to a story, a source of stories, a site or a receiver, that somebody may want to be told."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from monitor.core.alerts import NewAlert
from monitor.core.changes import Change, Decision


class EventKind(StrEnum):
    """The kinds of events, as in the table of outcomes."""

    PUBLISHED = "published"
    EDITED = "edited"
    RESTAMPED = "restamped"
    ALTERNATING = "alternating"
    UNPUBLISHED = "unpublished"
    RESTORED = "restored"
    SOURCE_FAILING = "source failing"
    SOURCE_RECOVERED = "source recovered"
    SOURCE_LOST_ITEMS = "source lost items"
    SITE_FAILING = "site failing"
    SITE_RECOVERED = "site recovered"
    SITE_CHANGED = "site changed"
    SITE_SETTLED = "site settled"
    RECEIVER_DISABLED = "receiver disabled"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at one check of a story or reading of a source.

    `announced` is as in the decision; None where it does not apply. `way` is in which way a story changed, and `held`
    that so many of its site's stories did so at once that nobody is told (monitor.core.masses). `alerts` are those of
    the rules that it met, and are written with it.
    """

    kind: EventKind
    announced: bool | None
    why: str
    way: str | None = None
    held: bool = False
    alerts: tuple[NewAlert, ...] = ()


Tell: TypeAlias = Callable[[Event], Event]
"""Gives an event the alerts of the rules that it meets."""

_KINDS: Final = {
    Change.NEW: EventKind.PUBLISHED,
    Change.EDITED: EventKind.EDITED,
    Change.REVERTED: EventKind.EDITED,
}


def events_of(decision: Decision) -> tuple[Event, ...]:
    """Return the events that a decision means: none for a check that brought nothing."""
    kind = EventKind.RESTAMPED if decision.restamped else _KINDS.get(decision.change)
    return () if kind is None else (Event(kind, decision.announced, decision.why),)
