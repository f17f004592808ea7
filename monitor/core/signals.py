"""Signals: a source shows a known story otherwise than before, so the story itself may have changed.

A signal makes a story due (monitor.core.rechecks), as long as the signals of its site are worth a look. Whether one
was true is said by the first fetch after it that saw the text: it found a change, or it did not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.core.rechecks import TRUSTED

REPORTING: Final = frozenset({"feed", "sitemap"})
"""The kinds of sources whose word counts. On a front page, headlines are tried out that no story has."""

_REMEMBERED: Final = 100
_MANY: Final = 10
_LONGEST_FETCH: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """How a source shows a story: its headline, and when it says that the story was changed, in its own words."""

    headline: str | None = None
    stated: str | None = None


@dataclass(frozen=True, slots=True)
class Signals:
    """How many signals of a site were looked into, and how many of them were true."""

    count: int = 0
    true: int = 0

    @property
    def precision(self) -> float:
        """The share that proves true, as it is to be expected: a site is trusted until some twenty were false."""
        return (self.true + 1) / (self.count + 2)

    @property
    def trusted(self) -> bool:
        """Whether a signal is worth a look."""
        return self.precision >= TRUSTED

    def after(self, *, proved: bool) -> "Signals":
        """Return what is known after one more; the older ones lose their weight, for sites change their ways."""
        share = 1 if self.count < _REMEMBERED else 2
        return Signals(self.count // share + 1, self.true // share + proved)


def is_restamp(signals: int, listed: int) -> bool:
    """Whether so many of the listed stories are shown otherwise at once that the source was changed, not the stories.

    Each of them would be due at once: thousands, where a whole sitemap was written anew.
    """
    return signals >= _MANY and signals * 2 > listed


def is_answered(signalled_at: datetime | None, seen: datetime) -> bool:
    """Whether a sight of the text says if a signal was true: not if the signal came while the page was on its way.

    A signal from much later than that was noted by a clock that has been set back since, and must not wait for it.
    """
    return signalled_at is not None and not seen < signalled_at <= seen + _LONGEST_FETCH


def is_signal(before: Shown, now: Shown) -> bool:
    """Whether a story is shown otherwise than before. What is not shown, then or now, says nothing."""
    pairs = ((before.headline, now.headline), (before.stated, now.stated))
    return any(old is not None and new is not None and old != new for old, new in pairs)
