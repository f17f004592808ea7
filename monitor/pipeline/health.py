"""What a site's stories and sources came to, handed to the record, which tells by it whether the site is in health.

    tries = [tried_source(source.url, polled), *map(tried_story, checked)]
    events = await examine(monitor, site, tries)      one transaction; an event stands in it once

Whoever checks many stories of a site hands them over together: it is one write. What is lost with a killed program is
a few tries, never an event.
"""

from collections.abc import Sequence

from monitor.core.events import Event
from monitor.core.health import Tried
from monitor.core.records import Result
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.poll import Polled
from monitor.pipeline.weigh import Checked
from monitor.sitekit.site import Site


async def examine(monitor: Monitor, site: Site, tries: Sequence[Tried | None]) -> tuple[Event, ...]:
    """Judge a site after some more tries, and return what the user is to be told. A replay says nothing of today."""
    known = [each for each in tries if each is not None]
    if not known or not monitor.fetcher.conditional:
        return ()
    now = monitor.clock.now()
    return await monitor.call(
        monitor.store.examined, site, known, at=now, tell=monitor.alerting.of_site(site, now, now)
    )


def tried_source(url: str, polled: Polled) -> Tried | None:
    """Return what a reading of a source says of its site; None if its host was not asked."""
    if polled.trouble is not None and polled.new is None:
        return Tried(url, polled.trouble.why, polled.trouble.unreachable)
    return None if polled.new is None else Tried(url, new=polled.new)


def tried_story(checked: Checked) -> Tried:
    """Return what a check of a story says of its site. A story that is gone was told by a site that answers."""
    failed = checked.result in {Result.FAILED, Result.BLOCKED}
    return Tried(
        str(checked.ref.id),
        checked.why if failed else None,
        checked.unreachable,
        checked.fields,
    )
