"""Messages: what receivers are told, as they are sent and as they are looked at. See `monitor.core.alerts`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.alerts import Json, MessageState
from monitor.core.leases import Lease


@dataclass(frozen=True, slots=True)
class Message:
    """What one receiver is to be told, claimed in order to be sent.

    `key` names it for good. `story` is the database id of the story it is about, None for a digest and for what befell
    a site: messages about one story keep their order. `tries` were made before this one, `tried_since` is when the
    first was.
    """

    id: int
    key: str
    receiver: str
    payload: Json
    lease: Lease
    created_at: datetime
    story: int | None = None
    tries: int = 0
    tried_since: datetime | None = None

    @property
    def body(self) -> bytes:
        """The message as receivers get it: the same bytes at every try."""
        return json.dumps({"id": self.key, **self.payload}, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuery:
    """Which messages to list, the latest first. None is all."""

    state: MessageState | None = None
    receiver: str | None = None
    rule: str | None = None
    since: datetime | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSummary:
    """A message as it stands. `due_at` is when it is tried next, or until when it is held; `why` is what came last.

    `digest` is the key of the digest that told of it in its place.
    """

    id: int
    key: str
    receiver: str
    rule: str | None
    state: MessageState
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    tries: int
    why: str | None
    digest: str | None
    payload: Json


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send a message. `elapsed` is in seconds; `why` is None where it was delivered."""

    at: datetime
    elapsed: float
    status: int | None
    why: str | None


@dataclass(frozen=True, slots=True)
class MessageLog:
    """A message with all tries to send it, the first one first."""

    message: MessageSummary
    tries: Sequence[Try]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverStatus:
    """How a receiver stands: how many of its messages wait, are held or were given up, and what is wrong with it.

    `oldest_at` is when the first of those that wait was made.
    """

    name: str
    waiting: int = 0
    held: int = 0
    dead: int = 0
    oldest_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    disabled_at: datetime | None = None
    why: str | None = None
