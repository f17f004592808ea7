"""Responses on record, as they leave it."""

from dataclasses import dataclass
from datetime import datetime

from monitor.core.records import Capture


@dataclass(frozen=True, slots=True)
class CaptureQuery:
    """Which captures are asked for: of a site, of a story, made then or later; all that is None asks for all."""

    site: str | None = None
    article_id: int | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptCapture:
    """A capture of a story, with the story's site and key. `shared` says that other captures have the same body."""

    site: str
    key: str
    capture: Capture
    shared: bool
