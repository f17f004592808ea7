"""What a replay gives: captures, wherever they are kept."""

from datetime import datetime
from typing import Protocol

from monitor.core.outcomes import Exchange


class NotWhole(Exception):  # noqa: N818 - becomes an outcome
    """A capture that is not what it should be; the message says which, and why."""


class Shot(Protocol):
    """A capture in its place: whose it is, what is asked for to get it, and when it was made, None if not known.

    `ref` names it for good, so that a second replay is known as one; for one that cannot be read, as far as it can.
    """

    @property
    def site(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def at(self) -> datetime | None: ...
    @property
    def ref(self) -> str: ...

    def read(self, at: datetime) -> Exchange:
        """Read it, as observed at a moment; NotWhole if what is there is not what it should be."""
        ...
