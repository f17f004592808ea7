"""Joins the parts. The only file that names concrete ones; those that a command does not need are not imported."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.clock import SystemClock
from monitor.config import Settings, SiteSettings
from monitor.core.budget import Terms
from monitor.pipeline.alerting import Alerting
from monitor.pipeline.monitor import Monitor, directly
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site
from monitor.sites import load

if TYPE_CHECKING:
    from monitor.net.replay import ReplayFetcher
    from monitor.pipeline.matching import RuleAlerting
    from monitor.pipeline.ports import Archive, Clock, Fetcher, Leases, SavedRules, SearchIndex
    from monitor.store.database import Database


def sites_to_run(sites: Catalogue, settings: Settings, names: Sequence[str] | None) -> list[Site]:
    """Return the sites asked for by name, else all that the settings leave enabled."""
    wanted = [sites.get(name) for name in dict.fromkeys(names or ())]
    return wanted or [site for site in sites if settings.sites.get(site.name, SiteSettings()).enabled]


@contextmanager
def open_search(settings: Settings) -> Iterator["SearchIndex"]:
    """Open the record to search it."""
    from monitor.store.search import SqlSearchIndex

    with _database(settings) as database:
        yield SqlSearchIndex(database)


@contextmanager
def open_archive(settings: Settings) -> Iterator["Archive"]:
    """Open the record to look at it."""
    from monitor.store.archive import SqlArchive

    with _database(settings) as database:
        yield SqlArchive(database)


@contextmanager
def open_rules(settings: Settings) -> Iterator["SavedRules"]:
    """Open what is kept of rules beside the configuration."""
    from monitor.store.saved_rules import SqlSavedRules

    with _database(settings) as database:
        yield SqlSavedRules(database)


@contextmanager
def open_monitor(settings: Settings, *, replay: Path | None = None, alert_history: bool = False) -> Iterator[Monitor]:
    """Open a whole monitor, on the live web or on captures in files. Close its fetcher in the loop that used it.

    `alert_history` makes alerts of whatever happened, however long ago.
    """
    from monitor.store.archive import SqlArchive
    from monitor.store.record import SqlStore

    sites, clock = _configured(load(), settings), SystemClock()
    rechecks = recheck_policy(sites, settings)
    replayed = None if replay is None else _replay(settings, replay, sites, clock)
    with _database(settings) as database:
        store, archive = SqlStore(database), SqlArchive(database)
        is_told = replayed is None or alert_history  # a replay is of the past
        alerting = _alerting(settings, database, alert_history=alert_history) if is_told else Alerting()
        if replayed is not None:
            remarks = replayed.remarks
            yield Monitor(sites, store, archive, replayed, clock, directly, remarks, rechecks, alerting)
        else:
            web = _web(settings, database, clock)
            yield Monitor(sites, store, archive, web, clock, rechecks=rechecks, alerting=alerting)


def _alerting(settings: Settings, database: "Database", *, alert_history: bool) -> Alerting:
    """Return what matches the rules there are. Without any nothing is imported for them: it takes 0.1 s."""
    from monitor.store.saved_rules import SqlSavedRules

    saved = SqlSavedRules(database).all()
    if not (settings.rules or saved):
        return Alerting()
    from monitor.config.rules import rules_in_force

    alerting = rule_alerting(settings, alert_history=alert_history)
    alerting.take(rules_in_force(settings.rules, saved, settings.receivers))
    return alerting


def rule_alerting(settings: Settings, *, alert_history: bool = False) -> "RuleAlerting":
    """Return what matches rules, with no rules yet."""
    from uuid import uuid4

    from monitor.core.query import Synonyms
    from monitor.core.rulebook import RuleBook
    from monitor.pipeline.matching import RuleAlerting

    news = None if alert_history else timedelta(seconds=settings.alerts.history)
    book = RuleBook(synonyms=Synonyms(settings.synonyms))
    return RuleAlerting(book, news, lambda: f"msg_{uuid4().hex}")


def recheck_policy(sites: Catalogue, settings: Settings) -> RecheckPolicy:
    """Return what the settings allow to be spent on looking again at the stories of each site."""
    terms = {site.name: _terms(settings, site) for site in sites_to_run(sites, settings, None)}
    return RecheckPolicy(terms, settings.rechecks.requests_a_day)


def _terms(settings: Settings, site: Site) -> Terms:
    special = settings.sites.get(site.name, SiteSettings())
    general, own = settings.rechecks, special.rechecks
    delays = (special.delay, site.delay, settings.fetch.delay)
    return Terms(
        fetches=own.fetches_per_article or general.fetches_per_article,
        requests_a_day=own.requests_a_day,
        delay=next(delay for delay in delays if delay is not None),
        horizon=timedelta(seconds=own.horizon or general.horizon),
    )


@contextmanager
def open_daemon(settings: Settings, clock: "Clock | None" = None) -> Iterator[tuple[Monitor, "Leases"]]:
    """Open a whole monitor on the live web, and the leases under which it works on what is due.

    `clock` is the machine's own where none is given.
    """
    from monitor.store.archive import SqlArchive
    from monitor.store.leases import SqlLeases
    from monitor.store.record import SqlStore

    sites, clock = _configured(load(), settings), clock or SystemClock()
    with _database(settings) as database:
        store, archive, web = SqlStore(database), SqlArchive(database), _web(settings, database, clock)
        monitor = Monitor(sites, store, archive, web, clock, rechecks=recheck_policy(sites, settings))
        yield monitor, SqlLeases(database)


@contextmanager
def only_daemon(settings: Settings) -> Iterator[Callable[[], None]]:
    """Be the only daemon of the database, and give the means to stay it; AlreadyLedError if there is another one."""
    from monitor.store.leader import leading

    with leading(settings.database) as keep:
        yield keep


def _configured(sites: Catalogue, settings: Settings) -> Catalogue:
    """Put what the settings say of a site into the site."""
    delays = {name: site.delay for name, site in settings.sites.items() if site.delay is not None}
    return Catalogue.of(replace(site, delay=delays.get(site.name, site.delay)) for site in sites)


@contextmanager
def _database(settings: Settings) -> Iterator["Database"]:
    from monitor.store.database import connect
    from monitor.store.schema import prepare

    with closing(connect(settings.database)) as database:
        prepare(database)
        yield database


def _replay(settings: Settings, path: Path, sites: Catalogue, clock: "Clock") -> "ReplayFetcher":
    from monitor.net.replay import open_replay

    return open_replay(path, sites=sites, clock=clock, max_bytes=settings.fetch.max_bytes)


def _web(settings: Settings, database: "Database", clock: "Clock") -> "Fetcher":
    from random import Random

    from monitor.net.egress import Egress
    from monitor.net.request import Client, new_http_client
    from monitor.net.robots import Robots
    from monitor.net.turns import Turns
    from monitor.net.web import WebFetcher
    from monitor.store.hosts import SqlHosts

    fetch = settings.fetch
    contact = f"; +{settings.contact}" if settings.contact else ""
    egress = Egress(fetch.allow_private, proxy=fetch.proxy)
    http = new_http_client(f"monitor/{__version__} (news monitor{contact})", egress=egress)
    client = Client(http, clock, fetch.deadline, fetch.max_bytes)
    turns = Turns(client, SqlHosts(database), clock, Random())  # noqa: S311 - nothing secret hangs on it
    return WebFetcher(turns, Robots(turns, "monitor"), fetch.delay)
