"""Who is told of alerts, and by what way."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Webhook:
    """An HTTP POST to a URL, signed with each of the secrets: two of them while one takes the place of the other.

    A secret is "whsec_" and the base64 of 24 to 64 bytes (Standard Webhooks). Neither is in the repr: a URL may hold a
    password, too.
    """

    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True)
class Apprise:
    """A message to people by mail, Slack, Discord, Telegram, Matrix and the like, as an URL of apprise names it."""

    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FeedFile:
    """A file that holds the latest alerts as a feed: Atom, or JSON Feed where its name ends in .json."""

    path: Path


@dataclass(frozen=True, slots=True)
class Command:
    """A program that is started for each alert and reads it as JSON from its standard input."""

    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandardOutput:
    """A line of JSON on the standard output of this program."""


Way: TypeAlias = Webhook | Apprise | FeedFile | Command | StandardOutput


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told: a name, the way there, and how many seconds one try may take."""

    name: str
    way: Way
    deadline: float = 15.0
