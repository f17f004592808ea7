"""The doors through which use cases reach the world. `net` and `store` implement them, `bootstrap` joins them.

Times are aware datetimes. The store is synchronous, one unit of work a call; asynchronous code calls it through
`Monitor.call`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from monitor.core.answers import Answer
from monitor.core.articles import Article
from monitor.core.delivery import Attempt, Verdict
from monitor.core.events import Event, Tell
from monitor.core.headers import Headers
from monitor.core.health import Tried
from monitor.core.kept import CaptureQuery, KeptCapture
from monitor.core.leases import Claimed, Lease
from monitor.core.messages import Message, MessageLog, MessageQuery, MessageSummary, ReceiverStatus
from monitor.core.outcomes import Deferred, Outcome
from monitor.core.past import PastEvent
from monitor.core.politeness import Report, Turn, Wait
from monitor.core.query.preselection import Preselection
from monitor.core.records import (
    ArticleQuery,
    ArticleRef,
    ArticleState,
    ArticleSummary,
    Capture,
    Check,
    Discovery,
    Headline,
    Planned,
    RobotsRecord,
    StoryLog,
    VersionRecord,
)
from monitor.core.saved_rules import RuleCount, SavedRule
from monitor.core.search import SearchedVersion
from monitor.core.sources import SourceCheck, SourceState, SourceSummary
from monitor.core.status import Status
from monitor.core.validators import Validators
from monitor.sitekit.site import Site, Source


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC. Successive calls never go back within one clock."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once."""
        ...


class Fetcher(Protocol):
    """Where pages come from: the live web, or a folder of captures."""

    @property
    def conditional(self) -> bool:
        """Whether it makes use of validators, so that they are worth reading before a request."""
        ...

    async def get(
        self, url: str, *, delay: float | None = None, validators: Validators | None = None
    ) -> Outcome | Deferred:
        """Answer a request with a value; raises only on a bug.

        `delay` is the site's own number of seconds between requests to a host, None for the general one. With
        `validators` the page is asked for only if it has changed since, unless they are too old or the host is not to
        be believed. Deferred: the host is not to be asked yet, and it would be too long to wait for it here.
        """
        ...

    def reaches(self, url: str) -> bool:
        """Whether a request for this URL can be answered at all: always on the web, only captured ones in a replay."""
        ...

    def pending(self, site: str) -> Sequence[str]:
        """Return URLs of a site to check though no source lists them, one entry for each check, in order.

        In a replay these are the captures still to be given; on the web there are none.
        """
        ...

    async def close(self) -> None:
        """Let go of connections. Further requests are bugs."""
        ...


class Conflict(Exception):  # noqa: N818 - not an error: the answer "decide again"
    """Somebody else committed to the story since its state was read."""


class Lost(Exception):  # noqa: N818 - not an error: the answer "this is somebody else's now"
    """The lease under which something was done has ended, and its result is not wanted any more."""


class Store(Protocol):
    """The record, as the pipeline writes it. Each call is one transaction; failures of the database are StoreError."""

    def discovered(
        self, site: Site, found: Sequence[Discovery], *, at: datetime, followed: bool = False
    ) -> list[ArticleRef]:
        """Put stories on record, each once, and return all of them in the order given.

        A URL that a story of the site has or had means that story, else the key does. A known story keeps its
        canonical URL; the URL given here is added to its former ones if it is new. `followed` marks stories that a
        user asked for.
        """
        ...

    def source(self, site: Site, url: str) -> SourceState:
        """Return what the next reading of a source stands on: a plain state if it is not on record."""
        ...

    def known(self, site: Site, found: Sequence[Discovery]) -> int:
        """Return how many of these stories are on record, by URL or key."""
        ...

    def polled(self, site: Site, check: SourceCheck) -> list[ArticleRef]:
        """Write all that one reading of a source found, and return its stories in order, as `discovered` does.

        An observation whose `ref` is on record for the source already is not added again. Raises Lost, with nothing
        written, if the reading was done under a lease that does not hold any more.
        """
        ...

    def listed(self, site: Site, url: str) -> list[ArticleRef]:
        """Return the stories that a source listed when it was last read, in the order of their ids."""
        ...

    def followed(self, site: Site) -> list[ArticleRef]:
        """Return the stories that users asked to follow at a site, oldest first."""
        ...

    def due(self, site: Site, now: datetime) -> list[ArticleRef]:
        """Return the stories of a site whose next check has come, the longest overdue first."""
        ...

    def unread(self, refs: Sequence[ArticleRef]) -> list[ArticleRef]:
        """Return those of these stories of which no page could be read yet, in the order given."""
        ...

    def archive_days(self, site: Site, url: str) -> frozenset[date]:
        """Return the days of an archive that a backfill has read to the end."""
        ...

    def archive_read(self, site: Site, archive: Source, day: date, *, at: datetime) -> None:
        """Note that a day of an archive has been read, and every story of it been checked."""
        ...

    def answers(self, article_id: int, since: datetime) -> bool:
        """Whether another story of the same site was read after a moment: the site shows its stories."""
        ...

    def alerted(self, article_id: int) -> frozenset[str]:
        """Return the names of the rules that a story has met so far."""
        ...

    def last_ways(self, article_id: int, at: datetime) -> list[str | None]:
        """Return in which way the other stories of its site were found changed when last looked at, None: not at all.

        Of those looked at a second time or later within the day before `at`, the latest sixty, the latest first.
        """
        ...

    def held_back(self, article_id: int, since: datetime) -> int:
        """Return how many changes were held back at a story's site from a moment on."""
        ...

    def state(self, article_id: int, *, ref: str | None = None) -> ArticleState:
        """Return what the next decision on a story stands on; `ref` asks whether that capture is on record."""
        ...

    def examined(self, site: Site, tries: Sequence[Tried], *, at: datetime, tell: Tell) -> tuple[Event, ...]:
        """Judge the health of a site after some more tries, and return the events that were written: each one once.

        `tell` gives them the alerts that are written with them.
        """
        ...

    def capture(self, capture_id: int) -> Capture:
        """Return a kept response, its body checked against its hash; StoreError if it does not match."""
        ...

    def commit(self, check: Check) -> int | None:
        """Write all that one check found, in one transaction; return the new version's number if there is one.

        Raises Conflict, with nothing written, if the story's revision is no longer the one expected, or with a `shift`
        if that is no longer what is held back at the site, and Lost if the check was made under a lease that does not
        hold any more. A `moved_to` that is the URL of another story leaves both stories where they are.
        """
        ...


class Archive(Protocol):
    """The record, as it is looked at."""

    def articles(self, query: ArticleQuery) -> list[ArticleSummary]:
        """List stories, the one whose last version was seen first most recently on top; never-read ones last."""
        ...

    def find(self, reference: str) -> ArticleSummary | None:
        """Return a story by database id (`12`), name (`inqilab:news/601234`) or URL, current or former."""
        ...

    def versions(self, article_id: int) -> list[VersionRecord]:
        """Return all versions of a story, oldest first."""
        ...

    def headlines(self, article_id: int) -> list[Headline]:
        """Return what a story was called elsewhere than on its own page, by place, oldest first."""
        ...

    def sources(self) -> list[SourceSummary]:
        """Return all sources on record, by site and URL."""
        ...

    def watched(self, now: datetime) -> Mapping[str, Sequence[int]]:
        """Return how many stories of each site are under watch, in each band of quiet time of `monitor.core.budget`.

        It counts all stories on record, so it is for now and then.
        """
        ...

    def planned(self, article_id: int) -> Planned:
        """Return when a story is looked at again, and why; LookupError if there is no such story."""
        ...

    def log(self, article_id: int) -> StoryLog:
        """Return every fetch of a story that is on record; LookupError if there is no such story."""
        ...

    def status(self, now: datetime, polled: Collection[tuple[str, str]]) -> Status:
        """Return how all that is on record stands at this moment.

        `polled` are the sources that count, by site and URL: others, such as archives, are never due.
        """
        ...

    def count_events(self, since: datetime, site: str | None = None) -> int:
        """Return how many events of stories there are from a moment on, at one site or at all."""
        ...

    def events(self, since: datetime, site: str | None = None) -> Iterator[PastEvent]:
        """Yield the events of stories from a moment on, as they were put on record: those that have a version."""
        ...

    def count_captures(self, query: CaptureQuery) -> int:
        """Return how many captures of stories a query asks for."""
        ...

    def captures(self, query: CaptureQuery) -> Iterator[KeptCapture]:
        """Yield captures of stories as they were put on record, each a unit of work of its own.

        StoreError for one whose body is not what was received.
        """
        ...


class SearchIndex(Protocol):
    """The versions on record, as the search finds them: by an index, which knows which marks a text has."""

    def sites(self) -> Mapping[str, str]:
        """Return the languages of all sites on record, by name."""
        ...

    def waiting(self) -> int:
        """Return how many texts the index does not have yet: the search finds them only when it has them."""
        ...

    def fill(self) -> Iterator[int]:
        """Let the index have what waits, a portion in a transaction; yield how many texts each of them had.

        It may be stopped at any time, and goes on where it was.
        """
        ...

    def candidates(
        self, wanted: Preselection, *, below: int | None, limit: int, since: datetime | None, gone: bool
    ) -> list[int]:
        """Return the ids of versions that have these marks, and maybe some that have not, the highest id first.

        Only ids below one are returned, if that is given, and at most so many. `since` leaves out what was first seen
        before; `gone` the last version of each story that is still there.
        """
        ...

    def versions(self, ids: Sequence[int], *, with_before: bool) -> list[SearchedVersion]:
        """Return versions by id, in the order given; what was said before only if asked for."""
        ...

    def text(self, version: SearchedVersion, seq: int) -> Article:
        """Return what another version of the same story says; LookupError if there is none of this number."""
        ...


class Hosts(Protocol):
    """What all processes together know of a host (core/politeness.py), kept between runs. A call is a transaction."""

    def take(self, host: str, *, token: str, now: datetime, hold: float) -> Turn | Wait:
        """Ask for the turn at a host; of all who ask at once, one gets it. `token` names this request and no other.

        The turn must be given back; if it is not, it ends by itself after `hold` seconds.
        """
        ...

    def give_back(self, turn: Turn, report: Report, *, now: datetime, delay: float, jitter: float) -> None:
        """Give the turn back, and say what came of it.

        `delay` is the number of seconds between two requests to this host, `jitter` a random number from 0 to 1. A turn
        that came to its end before can still make the host slower, no more.
        """
        ...

    def robots(self, host: str) -> RobotsRecord | None:
        """Return the host's robots.txt as last kept."""
        ...

    def keep_robots(self, host: str, record: RobotsRecord) -> None:
        """Keep a host's robots.txt in place of the one before."""
        ...


class Leases(Protocol):
    """Who works on what that is due. A lease ends by itself, so what a killed program had claimed is not lost.

    Each call is a transaction. The clock may have been set back: a lease that would last longer than any is given
    does not hold.
    """

    def enrol(self, sites: Sequence[Site], *, now: datetime) -> None:
        """Put sites on record with the sources that are polled, so that they can be claimed.

        What was put off by a clock that has been set back since is due again.
        """
        ...

    def ready(self, sites: Sequence[Site], *, now: datetime) -> list[Site]:
        """Return those of these sites that have something due which nobody has claimed, the longest overdue first."""
        ...

    def claim(self, site: Site, lease: Lease, *, limit: int, early: bool = False) -> Claimed:
        """Claim what is due at a site: sources, then stories, the longest overdue first, and no more than `limit`.

        `early` claims sources that may be asked although it is not their time yet.
        """
        ...

    def put_off(self, claimed: Claimed, *, until: datetime, why: str) -> None:
        """Let claimed things wait, and end their lease. What the lease does not hold any more is left as it is."""
        ...

    def give_back(self, claimed: Claimed) -> None:
        """End a lease: what is left of it may be claimed again."""
        ...

    def take_back(self, site: Site, owner: str, *, now: datetime) -> None:
        """End all leases at a site whose tokens begin with the name of an owner who counts as dead.

        If he only slept, he is told so when he commits (Lost).
        """
        ...


class SavedRules(Protocol):
    """The rules that were added or disabled by command. Each call is a transaction."""

    def all(self) -> list[SavedRule]:
        """Return all of them, by name."""
        ...

    def mark(self) -> tuple[int, datetime | None]:
        """Return what is another one whenever a rule was added, removed or switched."""
        ...

    def add(self, name: str, definition: Mapping[str, object], *, at: datetime) -> bool:
        """Keep a rule; False, with nothing written, if there is one of that name."""
        ...

    def remove(self, name: str) -> bool:
        """Forget a rule, and that one of the configuration was disabled; False if there is none."""
        ...

    def disable(self, name: str, *, at: datetime) -> None:
        """Let a rule match nothing any more, whether it is on record or in the configuration."""
        ...

    def enable(self, name: str, *, at: datetime) -> None:
        """Let a rule match again."""
        ...

    def met(self) -> Mapping[str, RuleCount]:
        """Return of each rule that was ever met how often, and when last."""
        ...


class Outbox(Protocol):
    """The messages that are to be sent. A claim is a lease: it ends by itself, so that what a killed program had in
    hand is sent by the next one. Each call is a transaction.
    """

    def ready(self, receivers: Collection[str], *, now: datetime) -> list[str]:
        """Return those of these receivers for whom there is something to gather or to claim."""
        ...

    def gather(self, receiver: str, *, now: datetime, key: Callable[[], str]) -> None:
        """Let go of the messages to a receiver that were held until now.

        One of a rule is sent as it is, several are told of in a digest, whose key is made by `key`.
        """
        ...

    def claim(self, receiver: str, lease: Lease, *, limit: int) -> list[Message]:
        """Claim what may be sent to a receiver now (monitor.core.delivery), the longest due first, at most `limit`.

        Never two about one story, and none while an earlier one about its story still waits.
        """
        ...

    def settle(self, message: Message, attempt: Attempt, tell: Tell) -> Verdict:
        """Write what came of a try, for the message and for its receiver, and end the lease.

        A receiver that wants nothing more is an event, to which `tell` gives its alerts. Raises Lost, with nothing
        written, if the message is not claimed under this lease any more.
        """
        ...

    def give_back(self, messages: Sequence[Message]) -> None:
        """End the leases of messages that were not tried."""
        ...

    def test(self, receiver: str, lease: Lease, *, key: str) -> Message:
        """Put a message on record that is of no alert, claimed under a lease, however its receiver stands."""
        ...


class Mailroom(Protocol):
    """The messages as a user looks at them, and what a user can do about them. Each call is a transaction."""

    def messages(self, query: MessageQuery) -> list[MessageSummary]:
        """List messages, the latest first."""
        ...

    def message(self, reference: str) -> MessageLog | None:
        """Return a message by its database id (`12`) or its key, with all tries to send it."""
        ...

    def receivers(self) -> list[ReceiverStatus]:
        """Return how the receivers on record stand, by name: all that were ever written or sent to."""
        ...

    def retry(self, ids: Sequence[int], *, now: datetime) -> int:
        """Let messages be sent now, and be tried for three days, under the keys they have; return how many.

        Those that are held, were told of in a digest or are on the way are left as they are.
        """
        ...

    def replay(self, since: datetime, *, now: datetime, receiver: str | None = None) -> int:
        """Let all messages that were made since a moment and have ended be sent once more; return how many.

        The keys stay the same: a receiver that keeps them handles only what it never got.
        """
        ...

    def enable(self, receiver: str, *, now: datetime) -> bool:
        """Send to a receiver again that wanted nothing more; return whether it was disabled.

        What waits for it is due now, and tried for three days.
        """
        ...


class Sender(Protocol):
    """The way to one receiver."""

    @property
    def at_once(self) -> int:
        """How many messages may be on the way at the same time."""
        ...

    async def send(self, message: Message, *, at: datetime) -> Answer:
        """Try once to tell the receiver, and say what came of it; raises only on a bug.

        `at` is the time of this try. It is broken off (by cancelling) when the receiver's deadline is over, and must
        then leave nothing behind that runs on. Whoever is told twice must be able to know it by the message's key.
        """
        ...


class Poster(Protocol):
    """The way out for messages: the one that pages take, with the same guard."""

    async def post(self, url: str, body: bytes, headers: Headers) -> Answer:
        """Send one POST and return what its answer means. Redirects are not followed."""
        ...

    async def close(self) -> None:
        """Let go of connections. Further requests are bugs."""
        ...


class Upkeep(Protocol):
    """What the record needs every day."""

    def __call__(self, now: datetime) -> Iterator[int]:
        """Do it, portion by portion, each a transaction of its own; yield how many rows each gave up."""
        ...
