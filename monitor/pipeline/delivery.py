"""What it takes to tell receivers, as `bootstrap` joins it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.pipeline.ports import Mailroom, Outbox, Poster, Sender


@dataclass(frozen=True, slots=True)
class Route:
    """The way to a receiver, and how many seconds one try may take."""

    sender: Sender
    deadline: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outbox and the mailroom, the routes to those who may be told, by name, and the way out that routes share.

    `chance` makes random numbers from 0 to 1, `token` makes names that nothing else has.
    """

    outbox: Outbox
    mailroom: Mailroom
    routes: Mapping[str, Route]
    poster: Poster
    chance: Callable[[], float]
    token: Callable[[], str]
