"""What the record holds of rules, beside those of the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedRule:
    """A rule that was added by command, or one of the configuration that was disabled by command.

    `definition` is what config.yaml would have under the rule's name, None for a rule of the configuration.
    """

    name: str
    definition: Mapping[str, object] | None
    changed_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many alerts a rule has made, and when the event of the last one was."""

    alerts: int
    last_at: datetime
