"""When a message is tried again, and when it is given up: a state machine for each receiver, without a clock.

    standing.admits(now)   what may be claimed now: all that is due, one message, or nothing
    judge(…)               what an answer means for the message, and for its receiver

A message is tried for three days from its first try, after waits that grow from ten seconds to four hours, and is dead
after that. While its receiver fails, these waits do not count: the receiver's own do, which grow from ten seconds to
ten minutes, and one message after the other tries its luck, those that did so least first. When the receiver is back
after more than a minute, all that waits is due at once.

Where one message alone has failed so far, it may be the message: the others go on, one at a time, until a second one
fails. So a message that can never be delivered holds up no other. Who refuses a message is well, whatever else it is.

When a receiver has been failing for three days, what has waited for so long is dead. Who wants nothing more is
disabled: what waits for it waits untried until somebody enables it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from monitor.core.alerts import MessageState
from monitor.core.answers import Answer, Delivered, Failed, Refused, Stop
from monitor.core.messages import Message

TRIED_FOR: Final = timedelta(days=3)
"""For how long a message is tried before it is given up."""

_FIRST_WAIT: Final = 10.0
_LONGEST_WAIT: Final = 4 * 3_600.0
_LONGEST_PROBE: Final = 600.0
_JITTER: Final = 0.25
_OUTAGE: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(days=1, minutes=1)
"""No receiver or message is left alone for longer. What seems to be was so by a clock that was set back since."""

_UNDER_WAY: Final = timedelta(hours=1)
"""No try takes longer."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What may be claimed: one message or many, not yet due or only what is, and which one not."""

    one: bool = False
    early: bool = False
    but: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a receiver stands: failures in a row, since when, and when to try again.

    `suspect` is the id of the message that alone has failed in this row; it may be its own fault. `disabled_at` is when
    the receiver said that it wants nothing more.
    """

    failures: int = 0
    failing_since: datetime | None = None
    next_try_at: datetime | None = None
    suspect: int | None = None
    disabled_at: datetime | None = None
    why: str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it takes what it is told, as far as is known."""
        return not self.failures and self.disabled_at is None

    def admits(self, now: datetime) -> Admission | None:
        """Return what may be claimed now; one at a time means that nothing else is under way."""
        if self.disabled_at is not None:
            return None
        if not self.failures:
            return Admission()
        if not self.is_left_alone(now):
            return Admission(one=True, early=True)
        return None if self.suspect is None else Admission(one=True, but=self.suspect)

    def is_left_alone(self, now: datetime) -> bool:
        """Whether the next try, of whatever message, has not come."""
        return self.next_try_at is not None and now < self.next_try_at <= now + LONGEST_REST

    def recovered(self, at: datetime) -> "Standing":
        """Return it as it is after it has answered a try that began then; what was disabled is left so.

        What was under way already as it began to fail says nothing of how it is now.
        """
        if self.failing_since is not None and at < self.failing_since <= at + _UNDER_WAY:
            return self
        return Standing() if self.disabled_at is None else Standing(disabled_at=self.disabled_at, why=self.why)

    def was_out(self, now: datetime) -> bool:
        """Whether it has been failing for so long that it was more than a hiccup."""
        return self.failing_since is not None and now - self.failing_since >= _OUTAGE


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was made: what came of it, when it began, and how many seconds it took.

    `jitter` is a random number from 0 to 1: receivers and messages that failed together are not tried together.
    """

    answer: Answer
    at: datetime
    elapsed: float
    jitter: float

    @property
    def ended_at(self) -> datetime:
        """When it was over."""
        return self.at + timedelta(seconds=self.elapsed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an attempt means: how the message stands and is due next, and how its receiver stands.

    `all_due`: whatever else waits for the receiver is due now. `dead_before`: what began to wait before that is dead.
    """

    state: MessageState
    standing: Standing
    why: str | None = None
    due_at: datetime | None = None
    all_due: bool = False
    dead_before: datetime | None = None


def judge(standing: Standing, message: Message, attempt: Attempt) -> Verdict:
    """Decide what becomes of a message and its receiver after an attempt."""
    now, all_due, well = attempt.ended_at, standing.was_out(attempt.at), standing.recovered(attempt.at)
    match attempt.answer:
        case Delivered():
            return Verdict(state=MessageState.DELIVERED, standing=well, all_due=all_due)
        case Stop(why):
            disabled = Standing(disabled_at=standing.disabled_at or now, why=why)
            return Verdict(state=MessageState.DEAD, standing=disabled, why=why)
        case Refused(why):
            state, due_at = _again(message, attempt, 0.0)
            return Verdict(state=state, standing=well, why=why, due_at=due_at, all_due=all_due)
        case Failed(why, _, retry_after):
            state, due_at = _again(message, attempt, retry_after or 0.0)
            worse = _worse(standing, message, attempt, retry_after, why)
            dead_before = now - TRIED_FOR if worse.failing_since and worse.failing_since <= now - TRIED_FOR else None
            return Verdict(state=state, standing=worse, why=why, due_at=due_at, dead_before=dead_before)


def _again(message: Message, attempt: Attempt, least: float) -> tuple[MessageState, datetime | None]:
    """Return how a message stands that was not taken; the last try is made when its time is over."""
    now, end = attempt.ended_at, (message.tried_since or attempt.at) + TRIED_FOR
    if now >= end:
        return MessageState.DEAD, None
    wait = max(_growing(3.0, message.tries, attempt.jitter, _LONGEST_WAIT), least)
    return MessageState.WAITING, min(now + timedelta(seconds=wait), end)


def _worse(standing: Standing, message: Message, attempt: Attempt, retry_after: float | None, why: str) -> Standing:
    """Return a receiver after one more failure.

    What was under way while it failed already says nothing new, only that it is not one message that is to blame.
    Nor is it where the receiver itself asks for patience.
    """
    now, asked = attempt.ended_at, timedelta(seconds=retry_after or 0.0)
    blamed = message.id if standing.suspect in {None, message.id} and not retry_after else None
    if not standing.failures:
        next_try_at = now + max(_probe(0, attempt.jitter), asked)
        return replace(standing, failures=1, failing_since=now, next_try_at=next_try_at, suspect=blamed, why=why)
    suspect = blamed if standing.suspect is not None else None
    if standing.is_left_alone(attempt.at):
        return replace(standing, next_try_at=max(standing.next_try_at or now, now + asked), suspect=suspect, why=why)
    next_try_at = now + max(_probe(standing.failures, attempt.jitter), asked)
    return replace(standing, failures=standing.failures + 1, next_try_at=next_try_at, suspect=suspect, why=why)


def _probe(failures: int, jitter: float) -> timedelta:
    return timedelta(seconds=_growing(2.0, failures, jitter, _LONGEST_PROBE))


def _growing(factor: float, steps: int, jitter: float, longest: float) -> float:
    """Multiply ten seconds with every step, up to a limit; chance adds up to a quarter."""
    return min(_FIRST_WAIT * factor ** min(steps, 30), longest / (1 + _JITTER)) * (1 + _JITTER * jitter)
