"""A clock whose time is the test's: waiting moves it, nothing else does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """Starts at a fixed moment; each look moves it by a microsecond, as no two moments of a real clock are the same."""

    at: datetime = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        self.at += timedelta(microseconds=1)
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=max(seconds, 0))
