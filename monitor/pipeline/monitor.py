"""The parts that use cases work with, as `bootstrap` joins them."""

from dataclasses import dataclass

from monitor.pipeline.ports import Archive, Clock, Fetcher, Store
from monitor.sitekit.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Monitor:
    """One running monitor: the sites it knows, its record, its way to pages, and its clock."""

    sites: Catalogue
    store: Store
    archive: Archive
    fetcher: Fetcher
    clock: Clock
