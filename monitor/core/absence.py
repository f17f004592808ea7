"""Is a story unpublished? A state machine that takes its time, for an outage is never a deletion.

    there ── missing ──> suspected ── missing again at +10 min, +1 h, +24 h ──> unpublished
      ^                      │                                                       │
      └────────────── there again (restored, if it counted as unpublished) ──────────┘

A check that fails or is blocked says nothing about the story and moves nothing. Each check confirms at most one step,
and the last one counts only if the site answered for another story since the first suspicion: a site that answers
"not found" to everything, or sends every reader to its front page, has another trouble.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

_STEPS: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=24))
_RESTED: Final = timedelta(hours=1)
_PATIENCE: Final = 48
_AFTERWARDS: Final = timedelta(weeks=1)
_LOOKS_AFTERWARDS: Final = 4


@dataclass(frozen=True, slots=True)
class Absence:
    """Since when a story is missing, how many later checks confirmed it, and when it counted as unpublished."""

    since: datetime
    confirmed: int = 0
    unpublished_at: datetime | None = None

    @property
    def is_last_step(self) -> bool:
        """Whether the next confirmation is the one that counts."""
        return self.unpublished_at is None and self.confirmed == len(_STEPS) - 1


def missing(known: Absence | None, now: datetime, *, site_answers: bool) -> Absence:
    """Return the state after a check that did not find the story.

    `site_answers` says that the site showed another of its stories since the first suspicion.
    """
    if known is None:
        return Absence(now)
    if known.unpublished_at is not None or now < known.since + _STEPS[known.confirmed]:
        return known
    if not known.is_last_step:
        return replace(known, confirmed=known.confirmed + 1)
    return replace(known, confirmed=len(_STEPS), unpublished_at=now) if site_answers else known


def next_look(absence: Absence, now: datetime) -> tuple[datetime | None, str]:
    """Return when to look for a missing story again, and why then; None for never: then it is not expected back."""
    if absence.unpublished_at is None:
        due, since = absence.since + _STEPS[absence.confirmed], f"missing since {absence.since:%Y-%m-%d %H:%M} UTC"
        if due > now:
            return due, f"{since}: to be confirmed"
        # late, for a check failed, or came late itself, or the site is silent: then perhaps for good
        answers = " when the site shows another story" if absence.is_last_step else ""
        return now + max(_RESTED, (now - absence.since) / _PATIENCE), f"{since}: still to be confirmed{answers}"
    weeks = (now - absence.unpublished_at) // _AFTERWARDS + 1
    if weeks > _LOOKS_AFTERWARDS:
        return None, f"unpublished since {absence.unpublished_at:%Y-%m-%d}: not looked for any more"
    return absence.unpublished_at + weeks * _AFTERWARDS, "unpublished: looked for once a week, four times"
