"""The store's three faces on one database."""

import pytest

from monitor.store.archive import SqlArchive
from monitor.store.database import Database
from monitor.store.hosts import SqlHosts
from monitor.store.record import SqlStore


@pytest.fixture
def store(database: Database) -> SqlStore:
    """The record, to write."""
    return SqlStore(database)


@pytest.fixture
def archive(database: Database) -> SqlArchive:
    """The record, to look at."""
    return SqlArchive(database)


@pytest.fixture
def hosts(database: Database) -> SqlHosts:
    """What is known of hosts."""
    return SqlHosts(database)
