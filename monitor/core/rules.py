"""Rules: what somebody wants to be told of, and how.

A rule meets an event if it is for such an occasion, if the change is large enough, and if its query matches the text
that the event is about: the text as it is and, for an edit, the one before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.core.alerts import Limit
from monitor.core.changes import Change
from monitor.core.diff import FieldDiff, Op, words_in
from monitor.core.errors import UsageError
from monitor.core.events import EventKind
from monitor.core.query import Query
from monitor.core.query.nodes import Changed, Words, leaves
from monitor.core.quiet import Quiet


class Occasion(StrEnum):
    """What a rule can be for. An edit is up to three of them: edited in any case, and silent or reverted, too."""

    PUBLISHED = "published"
    EDITED = "edited"
    SILENT = "silent"
    REVERTED = "reverted"
    RESTAMPED = "restamped"
    UNPUBLISHED = "unpublished"
    RESTORED = "restored"
    SOURCE_FAILING = "source failing"
    SOURCE_RECOVERED = "source recovered"
    SOURCE_LOST_ITEMS = "source lost items"
    SITE_FAILING = "site failing"
    SITE_RECOVERED = "site recovered"
    SITE_CHANGED = "site changed"
    SITE_SETTLED = "site settled"
    RECEIVER_DISABLED = "receiver disabled"


EDITS: Final = frozenset({Occasion.EDITED, Occasion.SILENT, Occasion.REVERTED})
"""The occasions on which there is a text before the change."""

OF_STORIES: Final = EDITS | {Occasion.PUBLISHED, Occasion.RESTAMPED, Occasion.UNPUBLISHED, Occasion.RESTORED}
"""The occasions that are about a story; all others are about a site, one of its sources or a receiver."""


def occasions_of(kind: EventKind, change: Change, announced: bool | None) -> frozenset[Occasion]:
    """Return the occasions that an event is. That two texts take turns is none: it was told as edits."""
    if kind is EventKind.ALTERNATING:
        return frozenset()
    if kind is not EventKind.EDITED:
        return frozenset((Occasion(kind),))
    silent = {Occasion.SILENT} if announced is False else set()
    reverted = {Occasion.REVERTED} if change is Change.REVERTED else set()
    return frozenset({Occasion.EDITED} | silent | reverted)


class RuleError(UsageError):
    """A rule that could never do what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What somebody wants to be told of. RuleError if it asks for what cannot be.

    `on` are the occasions, `to` the names of receivers. An edit that puts in and takes out fewer than `min_change`
    words is passed over. In `quiet` hours alerts wait, and of what is more than `limit` a digest is told. There is one
    alert for a story, by the first event that the rule meets; with `every`, one for each event. A rule that is not
    `enabled` meets nothing.
    """

    name: str
    query: Query
    on: frozenset[Occasion]
    to: tuple[str, ...]
    min_change: int = 0
    quiet: Quiet | None = None
    limit: Limit | None = None
    every: bool = False
    enabled: bool = True

    def __post_init__(self) -> None:
        """Refuse a rule that could never do what it says."""
        parts = leaves(self.query.node)
        of_sites = ", ".join(sorted(self.on - OF_STORIES))
        if of_sites and any(isinstance(part, Words | Changed) for part in parts):
            raise RuleError(f"there is no text to match when it is about {of_sites}: take only site: and lang:")
        change = next((part.change for part in parts if isinstance(part, Changed)), None)
        if change and not self.on & EDITS:
            raise RuleError(f"{change}: compares an edit with the text before it: add edited to its occasions")


def size_of(diffs: Iterable[FieldDiff]) -> int:
    """Return the size of an edit: how many words it put in and took out."""
    known = tuple(diffs)
    return words_in(known, Op.INSERT) + words_in(known, Op.DELETE)
