"""What the record holds of sources and their readings: the values that cross the door of the store."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.events import Event
from monitor.core.polling import Plan
from monitor.core.records import Discovery, Observation
from monitor.core.validators import Validators


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the next reading of a source stands on.

    `read_at` is the last one, None if there was none; `ttl` is for how many seconds it asked to be left alone then.
    """

    plan: Plan
    validators: Validators | None
    read_at: datetime | None
    ttl: float | None = None


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """All that one reading of a source found, written in one transaction.

    `url` names the source (a template where it has a page a day), `observations` are the pages fetched for it.
    `read` says that it was read, so that `found` is what it lists now; `validators` and `ttl` then take the place of
    those before. A `plan` of None leaves the plan as it is. `history` marks stories that are new by it as no news, and
    `due` says that they are to be checked though nobody asks. `caught` is a host that repeated its validators for a
    page that had changed.
    """

    kind: str
    url: str
    at: datetime
    observations: tuple[Observation, ...]
    plan: Plan | None = None
    read: bool = False
    found: tuple[Discovery, ...] = ()
    history: bool = False
    due: bool = True
    validators: Validators | None = None
    ttl: float | None = None
    events: tuple[Event, ...] = ()
    caught: str | None = None


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source on record, in a list. `links` is how many stories its last reading listed."""

    site: str
    kind: str
    url: str
    checked_at: datetime | None
    links: int | None
    state: SourceState
