"""What the daemon says of its work: a line for each thing that matters, and nothing where all is as it was.

Everything is counted besides, what is as it was too.
"""

from dataclasses import dataclass

from structlog.typing import FilteringBoundLogger

from monitor.core.alerts import MessageState
from monitor.core.delivery import Attempt, Verdict
from monitor.core.events import Event, EventKind
from monitor.core.messages import Message
from monitor.core.outcomes import Deferred
from monitor.core.records import Result
from monitor.pipeline import deliver
from monitor.pipeline.poll import Polled
from monitor.pipeline.tick import Witness
from monitor.pipeline.weigh import Checked
from monitor.service.metrics import Metrics
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Journal(Witness):
    """Writes what comes of the work into the log, and counts it."""

    log: FilteringBoundLogger
    metrics: Metrics

    def polled(self, site: Site, url: str, polled: Polled) -> None:
        """A source was read, or could not be."""
        if polled.deferred is None:
            self.metrics.polled(site.name, fine=polled.trouble is None)
        if polled.trouble is not None and not polled.trouble.known:
            self.log.warning("source_failed", site=site.name, url=url, why=polled.trouble.why)
        for event in polled.events:
            self.metrics.happened(site.name, event.kind)
            self.log.warning(event.kind.replace(" ", "_"), site=site.name, url=url, why=event.why)

    def checked(self, checked: Checked) -> None:
        """A story was checked, and that is on record."""
        self.metrics.checked(checked.ref.site, checked.result, silent=checked.decision.announced is False)
        level = "debug" if checked.result is Result.UNCHANGED else "info"
        announced = {"announced": checked.decision.announced} if checked.result is Result.EDITED else {}
        getattr(self.log, level)(checked.result, article=checked.ref.name, why=checked.why, **announced)

    def judged(self, site: Site, event: Event) -> None:
        """A site began to fail as a whole, or recovered."""
        self.metrics.happened(site.name, event.kind)
        level = "error" if event.kind is EventKind.SITE_FAILING else "info"
        getattr(self.log, level)(event.kind.replace(" ", "_"), site=site.name, why=event.why)

    def deferred(self, site: Site, deferred: Deferred) -> None:
        """A host is to be left alone, and what was claimed of it waits."""
        self.metrics.put_off(site.name, "host")
        until = deferred.until.isoformat(timespec="seconds")
        self.log.info("host_left_alone", site=site.name, host=deferred.host, until=until, why=deferred.why)

    def timed_out(self, site: Site, name: str) -> None:
        """A source or a story took longer than its deadline, and waits."""
        self.metrics.put_off(site.name, "deadline")
        self.log.warning("timed_out", site=site.name, what=name)

    def broke(self, site: Site, name: str, error: Exception) -> None:
        """A bug came up at a source or a story, which waits."""
        self.metrics.put_off(site.name, "bug")
        self.log.error("bug", site=site.name, what=name, exc_info=error)

    def lost(self, site: Site, name: str) -> None:
        """What was done came to nothing: its lease had ended."""
        self.metrics.put_off(site.name, "lease")
        self.log.warning("lease_lost", site=site.name, what=name)


@dataclass(frozen=True, slots=True)
class Postmark(deliver.Witness):
    """Does the same for what receivers are told."""

    log: FilteringBoundLogger
    metrics: Metrics

    def tried(self, message: Message, attempt: Attempt, verdict: Verdict) -> None:
        """A message was tried, and that is on record. Of a receiver that fails it is enough to say so at first."""
        self.metrics.told(message.receiver, verdict.state)
        about = {"receiver": message.receiver, "key": message.key}
        if verdict.state is MessageState.DELIVERED:
            self.log.info("delivered", **about, tries=message.tries + 1)
        elif verdict.state is MessageState.DEAD:
            self.log.error("message_dead", **about, why=verdict.why)
        else:
            is_known = verdict.standing.failures > 1
            say = self.log.debug if is_known else self.log.warning
            say("not_delivered", **about, why=verdict.why)
        if verdict.standing.disabled_at == attempt.ended_at:
            self.log.error("receiver_disabled", receiver=message.receiver, why=verdict.why)

    def lost(self, message: Message) -> None:
        """A message was tried, but its lease had ended: it may be sent twice."""
        self.log.warning("lease_lost", receiver=message.receiver, what=message.key)

    def broke(self, message: Message, error: Exception) -> None:
        """A bug came up as a message was sent; it counts as a failure."""
        self.log.error("bug", receiver=message.receiver, what=message.key, exc_info=error)
