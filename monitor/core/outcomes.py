"""What came of one fetch. Outcomes are values: exceptions are for bugs."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from monitor.core.headers import Headers, header


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way to a page, or the refusal to make it.

    `robots` says by what word of robots.txt it was allowed or refused. `address` is the IP address connected to and
    `status` the answer's, None where there was none; `elapsed` is in seconds.
    """

    url: str
    robots: str
    status: int | None = None
    address: str | None = None
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what was received for it.

    `at` is the time of the observation: the fetch's, or in a replay the capture's; `dated` says that it is the
    capture's own and not this machine's. `elapsed` is in seconds. `status` is None where no answer came. `url` was
    asked for, `final_url` is where redirects led, by the `hops` that were made (none in a replay). `ref` names a
    replayed capture: two exchanges of one article with the same ref are one observation, replayed.
    """

    url: str
    final_url: str
    at: datetime
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    elapsed: float = 0.0
    ref: str | None = None
    dated: bool = False
    hops: tuple[Hop, ...] = ()

    @property
    def content_type(self) -> str:
        """The Content-Type header as sent, empty where there is none."""
        return header(self.headers, "content-type") or ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page was received whole."""

    name: ClassVar[str] = "fetched"
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class NotModified:
    """The server says that nothing changed since the validators that were sent."""

    name: ClassVar[str] = "not-modified"
    exchange: Exchange
    why: str = "the server says: not modified"


@dataclass(frozen=True, slots=True)
class Gone:
    """The story is not there any more: 404, 410, or the address leads to a front page."""

    name: ClassVar[str] = "gone"
    exchange: Exchange
    why: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Something stands in front of the story: a bot wall, a consent page, a login. Named, never evaded."""

    name: ClassVar[str] = "blocked"
    exchange: Exchange
    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """No page was received, or not all of it, or it may not be asked for.

    `unreachable` is true where no connection came about at all: the network or the host is down.
    """

    name: ClassVar[str] = "failed"
    exchange: Exchange
    why: str
    retryable: bool = True
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class Deferred:
    """No request was made, and nothing was observed: the host is to be left alone until a moment.

    It asked for that (Retry-After), or it failed so often in a row that it must not cost the others any time.
    """

    host: str
    until: datetime
    why: str


Outcome = Fetched | NotModified | Gone | Blocked | Failed
"""`name` is what an outcome is called on record, `why` says what kept the page away."""
