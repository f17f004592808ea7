"""What came of one try to tell a receiver. Answers are values: exceptions are for bugs.

`why` is for people, and holds no secret.
"""

from dataclasses import dataclass
from typing import Final, TypeAlias

_GONE: Final = 410
# Too slow, too early, too often: the receiver says that it could not, not that it would not.
_LATER: Final = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receiver has it. `status` is the HTTP status, where there is one."""

    status: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The receiver is there, and does not take this message."""

    why: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The receiver is in trouble, or is not to be reached.

    `retry_after` is for how many seconds it asked to be left alone, None where it did not.
    """

    why: str
    status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """The receiver wants nothing any more."""

    why: str
    status: int | None = None


Answer: TypeAlias = Delivered | Refused | Failed | Stop


def answer_of(status: int, retry_after: float | None = None) -> Answer:
    """Return what an HTTP status means: 2xx has it, 410 wants nothing more, any other 4xx not this.

    A redirect is a failure: it is not followed, as it would lead the message to somebody else.
    """
    why = f"HTTP {status}"
    if 200 <= status < 300:
        return Delivered(status)
    if status == _GONE:
        return Stop("HTTP 410: it wants nothing any more", status)
    if 300 <= status < 400:
        return Failed(f"{why}: redirects are not followed", status, retry_after)
    if 400 <= status < 500 and status not in _LATER:
        return Refused(why, status)
    return Failed(why, status, retry_after)
