"""How the sites stand, held against what is to be watched and what may be spent."""

from datetime import timedelta

import pytest

from monitor.core.budget import Terms
from monitor.core.status import SiteStatus
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.pipeline.status import status_of
from monitor.sitekit.catalogue import Catalogue
from monitor.store.database import Database
from tests.pipeline.daily import FEED, Desk, listing, story, url


@pytest.fixture
def desk(database: Database) -> Desk:
    desk = Desk(database)
    desk.serve({url(number): story() for number in range(1, 40)})
    desk.serve({FEED: listing(*map(url, range(1, 40)))})
    return desk


def look(desk: Desk, *enabled: str, delay: float = 5) -> dict[str, SiteStatus]:
    policy = RecheckPolicy({"daily": Terms(fetches=20, delay=delay)})
    status = status_of(desk.archive, desk.clock.now(), Catalogue.of([desk.site]), policy, enabled)
    return {site.name: site for site in status.sites}


def test_a_site_that_was_never_looked_at(desk: Desk) -> None:
    assert look(desk, "daily") == {"daily": SiteStatus(name="daily")}
    assert look(desk) == {}


def test_after_a_run_all_is_fine_and_the_archive_is_not_due(desk: Desk) -> None:
    desk.once()
    site = look(desk, "daily")["daily"]
    assert (site.enabled, site.sources, site.due_sources, site.due, site.problems) == (True, 1, 0, 0, ())
    desk.clock.at += timedelta(days=1)
    site = look(desk, "daily")["daily"]
    assert (site.due_sources, site.due) == (1, 39)


def test_a_site_that_is_off_is_shown_as_that(desk: Desk) -> None:
    desk.once()
    assert look(desk)["daily"].enabled is False


@pytest.mark.parametrize(("delay", "told"), [(5, None), (36_000, "39 stories under watch would take")])
def test_stories_that_outgrow_their_host(desk: Desk, delay: float, told: str | None) -> None:
    desk.once()
    outgrown = look(desk, "daily", delay=delay)["daily"].outgrown
    assert (outgrown or "").startswith(told or "")
    assert (outgrown is None) is (told is None)
