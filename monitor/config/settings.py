"""What a configuration sets, as values; every field has the default that holds where a file says nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from monitor.core.addresses import Allowed
from monitor.core.receivers import Receiver
from monitor.core.schedules import Schedule

if TYPE_CHECKING:
    from monitor.core.rules import Rule

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """How sites are asked.

    `delay`: seconds between two requests to one host. `deadline`: seconds that one request may take in all.
    `max_bytes`: bytes of a body, decompressed, beyond which a request is given up.
    `allow_private`: the places that may be connected to though they are not public.
    `proxy`: the http(s) URL of a proxy that all requests take. Not in the repr, as it may hold a password.
    """

    delay: float = 5.0
    deadline: float = 60.0
    max_bytes: int = 10_000_000
    allow_private: tuple[Allowed, ...] = ()
    proxy: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RechecksSettings:
    """How much may be spent on looking again at known stories.

    `fetches_per_article`: of an article in its first 30 days. `requests_a_day`: of all articles of all sites, None for
    no limit. `horizon`: seconds for which a quiet article is looked at.
    """

    fetches_per_article: int = 20
    requests_a_day: int | None = None
    horizon: float = 90.0 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRechecksSettings:
    """The same for one site; None where the file sets nothing of its own for it, and then no limit of requests."""

    fetches_per_article: int | None = None
    requests_a_day: int | None = None
    horizon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """What is set for one site. `delay`: seconds between two requests to it, None where the file sets none.

    `schedule`: when `monitor run` looks at it; None is whenever something is due.
    """

    enabled: bool = True
    delay: float | None = None
    rechecks: SiteRechecksSettings = field(default_factory=SiteRechecksSettings)
    schedule: Schedule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """How `monitor run` works, in seconds.

    `tick`: how often it looks for what is due. `concurrency`: how many sources and stories are worked on at once.
    `deadline`: how long one of them may take. `stop_limit`: how long what is under way may take when it is to end.
    `http_port`: where on 127.0.0.1 it says how it goes (a port); None for nowhere.
    `silence`: after how long a worker of a cluster of whom nothing is heard counts as dead.
    """

    tick: float = 5.0
    concurrency: int = 16
    deadline: float = 300.0
    stop_limit: float = 30.0
    http_port: int | None = None
    silence: float = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """What `monitor db prune` may give up, by its age in seconds; None keeps all.

    `observations`: fetches in the log. `captures`: responses that are behind no version.
    """

    observations: float | None = None
    captures: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsSettings:
    """What makes an alert. `history`: seconds after which what a first reading or a backfill finds is no news."""

    history: float = 1.0 * _DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a file sets, and the defaults of the rest.

    `database`: a SQLAlchemy URL; a SQLite path in it is absolute. Not in the repr, as it may hold a password.
    `contact`: the e-mail address or web page told to sites in the User-Agent.
    `receivers`: who can be told of alerts, by name.
    `rules`: of what they are told, by name; those that were added by command stand in the database.
    `synonyms`: groups of words that are one to the rules.
    `sites`: those the file names; for all others `SiteSettings()` holds.
    """

    database: str = field(repr=False)
    contact: str | None = None
    fetch: FetchSettings = field(default_factory=FetchSettings)
    rechecks: RechecksSettings = field(default_factory=RechecksSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    run: RunSettings = field(default_factory=RunSettings)
    receivers: Mapping[str, Receiver] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, "Rule"] = field(default_factory=lambda: MappingProxyType({}))
    synonyms: tuple[tuple[str, ...], ...] = ()
    alerts: AlertsSettings = field(default_factory=AlertsSettings)
    sites: Mapping[str, SiteSettings] = field(default_factory=lambda: MappingProxyType({}))
