"""The machine's clock."""

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """The present moment, never the same twice and never going back while the program runs."""

    def __init__(self) -> None:
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        self._last = max(datetime.now(UTC), self._last + timedelta(microseconds=1))
        return self._last

    async def sleep(self, seconds: float) -> None:
        """Wait; zero or less returns at once."""
        if seconds > 0:
            await asyncio.sleep(seconds)
