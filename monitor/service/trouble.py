"""Trouble with the database, told when it begins and when it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from monitor.core.errors import StoreError


@dataclass(slots=True)
class Trouble:
    """Whether the database fails at present, as far as is known."""

    log: FilteringBoundLogger
    failing: bool = False

    def fails(self, error: StoreError) -> None:
        """It failed: that is told once."""
        if not self.failing:
            self.log.error("database_failing", error=str(error))
        self.failing = True

    def serves(self) -> None:
        """It served again: that is told once too."""
        if self.failing:
            self.log.info("database_recovered")
        self.failing = False

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell how it went in this block, whose StoreError goes no further."""
        try:
            yield
        except StoreError as error:
            self.fails(error)
        else:
            self.serves()
