"""Alerts: rules that met an event, and the messages by which receivers are told. The values that cross the doors.

    event ── alert (one a rule) ──┬── message to a receiver ──── tries
                                  └── message to another one
                                        waiting ── delivered | dead
                                        held ── waiting, alone; or told of in a digest, a message of its own

An alert is written together with its event, and a message with its alert: so neither can be lost. What a message says
is settled then, and its key never changes: a receiver that keeps keys handles each once, however often it is tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = Mapping[str, object]


class MessageState(StrEnum):
    """How a message stands."""

    WAITING = "waiting"
    HELD = "held"
    DIGESTED = "digested"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many messages of a rule to a receiver within a time; what is more is held for a digest."""

    number: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A rule that met an event, to be put on record with it.

    `to` names the receivers, each with the key of the message to it. `payload` is what they are told (docs/alerts.md).
    `made_at` is the present moment, which in a replay is not that of the event. `held_until` is the end of the rule's
    quiet hours, None outside of them.
    """

    rule: str
    to: Mapping[str, str]
    payload: Json
    made_at: datetime
    held_until: datetime | None = None
    limit: Limit | None = None
