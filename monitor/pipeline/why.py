"""Why a story is looked at again when it is: the sentence on record, and all that it follows from."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.budget import Outlook
from monitor.core.changes import Change
from monitor.core.records import ArticleSummary, Planned, VersionRecord
from monitor.pipeline.lookup import find
from monitor.pipeline.ports import Archive
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Reasons:
    """What decides when a story is looked at again.

    `changes` are the versions that made a change, oldest first. `outlook` is what may be spent on its site, None for a
    site that is switched off.
    """

    story: ArticleSummary
    planned: Planned
    changes: tuple[VersionRecord, ...]
    outlook: Outlook | None


def reasons(archive: Archive, sites: Catalogue, policy: RecheckPolicy, reference: str, *, now: datetime) -> Reasons:
    """Gather why the story that a user means is looked at again when it is; UsageError if it is not on record."""
    story = find(archive, sites, reference)
    changes = tuple(each for each in archive.versions(story.ref.id) if each.change is not Change.NEW)
    outlook = policy.outlooks(archive, now).get(story.ref.site)
    return Reasons(story, archive.planned(story.ref.id), changes, outlook)
