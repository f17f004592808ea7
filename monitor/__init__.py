"""A scheduled scraper and feed monitor for news: every version kept, every silent edit seen."""

from typing import Final

__version__: Final = "0.1.0"
