"""What the record holds of stories and their checks: the values that cross the door of the store."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.core.absence import Absence
from monitor.core.articles import Article, ParserId
from monitor.core.changes import Change
from monitor.core.events import Event
from monitor.core.headers import Headers, header
from monitor.core.masses import Hold, Shift
from monitor.core.outcomes import Hop
from monitor.core.rechecks import NextCheck, Rule
from monitor.core.signals import Signals
from monitor.core.validators import Validators
from monitor.language.dates import Stated


class Result(StrEnum):
    """What a check came to, as it is counted."""

    PUBLISHED = "published"
    EDITED = "edited"
    REVERTED = "reverted"
    RESTAMPED = "restamped"
    UNCHANGED = "unchanged"
    GONE = "gone"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """A story on record: its database id, site, key within the site, and current canonical URL."""

    id: int
    site: str
    key: str
    url: str

    @property
    def name(self) -> str:
        """The key with its site, such as `inqilab:news/601234`: what a user types."""
        return f"{self.site}:{self.key}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """A story as a source lists it, with its key within the site, and what else is shown (monitor.core.signals)."""

    key: str
    url: str
    headline: str | None = None
    stated: str | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """A response kept as it was received. `url` was asked for, `final_url` is where redirects led."""

    url: str
    final_url: str
    status: int
    headers: Headers
    body: bytes
    captured_at: datetime

    @property
    def content_type(self) -> str:
        """The Content-Type header as sent, empty where there is none."""
        return header(self.headers, "content-type") or ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One fetch of an article or a source, as it goes on record.

    `outcome` is fetched, unreadable (fetched, but nothing could be read), not-modified, gone, blocked or failed.
    `url` was asked for, `final_url` is where redirects led, None where they led nowhere else, `hops` are the requests
    on the way. `sha256` (hex) and `size` (bytes) are of the body; `elapsed` is in seconds; `ref` names a replayed
    capture (see `Exchange`); `stamp` is the update time that the page showed.
    """

    at: datetime
    outcome: str
    url: str
    final_url: str | None
    status: int | None
    size: int
    sha256: str | None
    elapsed: float
    why: str | None = None
    ref: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    stamp: Stated | None = None
    hops: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class NewReading:
    """An article as read by a parser, with its fingerprint, to be kept."""

    article: Article
    parser: ParserId
    content_hash: str


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be added. `changed_after` is the last time the version before was still seen."""

    change: Change
    announced: bool | None
    why: str
    changed_after: datetime | None
    reading: NewReading


@dataclass(frozen=True, slots=True)
class Correction:
    """A version read again by a later parser: the record is corrected, the paper did nothing."""

    version_id: int
    reading: NewReading


@dataclass(frozen=True, slots=True)
class VersionMark:
    """As much of a stored version as a decision needs, in its latest reading.

    `changed_after` is the last time the version before was seen, None for the first version.
    """

    id: int
    seq: int
    content_hash: str
    parser: ParserId
    capture_id: int
    changed_after: datetime | None
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What the next decision on a story stands on.

    `revision` grows with every commit; a commit that expects another one is refused. `marks` are all versions, oldest
    first, and `content` the last one's. `stamp` is what the last reading showed, `validators` what it came with.
    `recorded` is the outcome on record of the capture that was asked about, None if it is not on record.
    `signalled_at` is when a source first reported a change that no fetch has looked for yet, `signals` what the site's
    reports were worth so far. `rule` is by what the next look is planned, which is no matter of the record. `flips`
    counts the turns between two texts since the last version (monitor.core.flips); `hold` is what is held back at its
    site. `history` says that its site's first reading or a backfill found it.
    """

    ref: ArticleRef
    revision: int
    marks: tuple[VersionMark, ...]
    content: Article | None
    stamp: Stated | None
    added_at: datetime
    last_observed_at: datetime | None
    last_shown_at: datetime | None
    recorded: str | None
    validators: Validators | None = None
    absence: Absence | None = None
    signalled_at: datetime | None = None
    signals: Signals = field(default_factory=Signals)
    rule: Rule = field(default_factory=Rule)
    flips: int = 0
    hold: Hold | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """All that one check of a story found, written in one transaction or not at all.

    `capture` is kept if given. `read` says that an article was read, so that `observation.stamp` and the observation's
    time become what the next check compares with, and the last version counts as seen; `validators` then take the
    place of those before, and `share_title` is what the page tells those who share it. `absence` is the state from
    now on. `next_check` says when to look again and why then. `moved_to` is the story's new canonical URL, the former
    one being kept. `caught` is a host that repeated its validators for a page that had changed. `signalled_at` is what
    the state said; `proved` ends that signal and says whether it was true, None if this check could not tell. `lease`
    is the token under which the story was checked, which ends with the commit; None where it was checked without.
    `shown` is the id of the version that the page shows, None for the last one, and `flips` the turns since that one
    (monitor.core.flips). `shift` is the step that the hold of its site takes; a commit that was decided on another hold
    is refused.
    """

    article_id: int
    revision: int
    observation: Observation
    next_check: NextCheck
    read: bool = False
    validators: Validators | None = None
    share_title: str | None = None
    absence: Absence | None = None
    caught: str | None = None
    capture: Capture | None = None
    version: NewVersion | None = None
    corrections: tuple[Correction, ...] = ()
    events: tuple[Event, ...] = ()
    moved_to: str | None = None
    signalled_at: datetime | None = None
    proved: bool | None = None
    lease: str | None = None
    shown: int | None = None
    flips: int = 0
    shift: Shift | None = None


@dataclass(frozen=True, slots=True)
class Headline:
    """What a story was called at a place: feed, sitemap, listing, archive or og (what the page tells who shares it)."""

    place: str
    text: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """When a story is looked at again, and what is on record of why.

    `signalled_at` is when a source first reported a change that no fetch has looked for yet; `signals` are what the
    site's reports were worth so far. `last` is the latest fetch, None where none is on record.
    """

    next_check: NextCheck
    signalled_at: datetime | None
    signals: Signals
    last: Observation | None


@dataclass(frozen=True, slots=True)
class ArticleQuery:
    """Which stories to list. `change` is the last version's; `silent` asks for any silent edit in the story's life."""

    site: str | None = None
    since: datetime | None = None
    change: Change | None = None
    silent: bool = False
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A story in a list: its last version in brief. `title` is None while no page of it could be read."""

    ref: ArticleRef
    former_urls: tuple[str, ...]
    title: str | None
    published: Stated | None
    updated: Stated | None
    added_at: datetime
    checked_at: datetime | None
    versions: int
    silent_edits: int
    change: Change | None
    announced: bool | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version as it is shown, in its latest reading. `last_seen_at` is the last fetch that still showed it."""

    id: int
    seq: int
    change: Change
    announced: bool | None
    why: str
    article: Article
    content_hash: str
    parser: ParserId
    first_seen_at: datetime
    last_seen_at: datetime
    changed_after: datetime | None
    corrected: bool = field(default=False)


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """A host's robots.txt, as its last answers and the last try leave it.

    `status` and `body` are of the answer that came at `fetched_at` and says what the rules are. While there is none
    (`fetched_at` is None), `status` is the failing answer's, None if none came at all. `tried_at` is when it was last
    asked for, and `failing_since` when that began to fail, None if it did not.
    """

    status: int | None
    body: bytes
    fetched_at: datetime | None
    tried_at: datetime
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A fetch of a story as it stands on record.

    `version` is the number of the version that the page showed, None where no text was read, or where the page was
    older than what had been read before and decided nothing.
    """

    observation: Observation
    version: int | None


@dataclass(frozen=True, slots=True)
class StoryLog:
    """The fetches of a story that are on record, in the order of their times.

    `checks` is how many there ever were: more than `fetches` where old ones were pruned. `gone_since`, how often that
    was confirmed, and `unpublished_at` are of a story that is not to be found now.
    """

    checks: int
    fetches: tuple[Logged, ...]
    gone_since: datetime | None = None
    gone_confirmed: int = 0
    unpublished_at: datetime | None = None
