"""Joins the parts. The only file that names concrete ones; those that a command does not need are not imported."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.clock import SystemClock
from monitor.config import Settings, SiteSettings
from monitor.core.budget import Terms
from monitor.core.errors import UsageError
from monitor.pipeline.alerting import Alerting
from monitor.pipeline.monitor import Monitor, directly
from monitor.pipeline.rechecks import RecheckPolicy
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site
from monitor.sites import load

if TYPE_CHECKING:
    from monitor.core.receivers import Receiver
    from monitor.core.rules import Rule
    from monitor.net.replay import ReplayFetcher
    from monitor.net.request import HttpClient
    from monitor.pipeline.delivery import Delivery, Route
    from monitor.pipeline.ports import (
        Archive,
        Clock,
        Fetcher,
        Leases,
        Mailroom,
        Poster,
        SavedRules,
        SearchIndex,
        Sender,
        Upkeep,
    )
    from monitor.store.database import Database
    from monitor.store.leader import Lead


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
def open_mailroom(settings: Settings) -> Iterator["Mailroom"]:
    """Open the messages to receivers, to look at them."""
    from monitor.store.mailroom import SqlMailroom

    with _database(settings) as database:
        yield SqlMailroom(database)


@contextmanager
def open_monitor(settings: Settings, *, replay: Path | None = None, alert_history: bool = False) -> Iterator[Monitor]:
    """Open a whole monitor, on the live web or on captures in files. Close it in the loop that used it.

    `alert_history` makes alerts of whatever happened, however long ago.
    """
    from monitor.store.archive import SqlArchive
    from monitor.store.record import SqlStore

    sites, clock = _configured(load(), settings), SystemClock()
    rechecks = recheck_policy(sites, settings)
    replayed = None if replay is None else _replay(settings, replay, sites, clock)
    http = cache(partial(_http, settings))
    with _database(settings) as database:
        store, archive, delivery = SqlStore(database), SqlArchive(database), _delivery(settings, database, clock, http)
        is_told = replayed is None or alert_history  # a replay is of the past
        alerting = _alerting(settings, database, alert_history=alert_history) if is_told else Alerting()
        pages = replayed or _web(settings, database, clock, http())
        monitor = Monitor(sites, store, archive, pages, clock, rechecks=rechecks, alerting=alerting, delivery=delivery)
        yield monitor if replayed is None else replace(monitor, call=directly, remarks=replayed.remarks)


def _alerting(settings: Settings, database: "Database", *, alert_history: bool) -> Alerting:
    """Return what matches the rules there are. Without any nothing is imported for them: it takes 0.1 s."""
    from monitor.store.saved_rules import SqlSavedRules

    if not settings.rules and SqlSavedRules(database).mark() == (0, None):
        return Alerting()
    return _rule_alerting(settings, database, alert_history=alert_history)


def _rule_alerting(settings: Settings, database: "Database", *, alert_history: bool = False) -> Alerting:
    """Return what matches the rules of the configuration and those that are, and will be, added by command."""
    from uuid import uuid4

    from monitor.config.rules import rules_in_force
    from monitor.core.query import Synonyms
    from monitor.core.rulebook import RuleBook
    from monitor.pipeline.matching import RuleAlerting
    from monitor.store.saved_rules import SqlSavedRules

    saved, marks = SqlSavedRules(database), list[object]()

    def read() -> "Mapping[str, Rule] | None":
        mark = saved.mark()
        if mark in marks:
            return None
        rules = rules_in_force(settings.rules, saved.all(), settings.receivers)
        marks[:] = [mark]
        return rules

    news = None if alert_history else timedelta(seconds=settings.alerts.history)
    book = RuleBook(synonyms=Synonyms(settings.synonyms))
    alerting = RuleAlerting(book, news, lambda: f"msg_{uuid4().hex}", read)
    alerting.refresh()
    return alerting


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
    http = cache(partial(_http, settings))
    with _database(settings) as database:
        store, archive, web = SqlStore(database), SqlArchive(database), _web(settings, database, clock, http())
        rechecks, delivery = recheck_policy(sites, settings), _delivery(settings, database, clock, http)
        alerting = _rule_alerting(settings, database)
        monitor = Monitor(
            sites,
            store,
            archive,
            web,
            clock,
            rechecks=rechecks,
            alerting=alerting,
            delivery=delivery,
            upkeep=_upkeep(settings, database),
        )
        yield monitor, SqlLeases(database)


def _upkeep(settings: Settings, database: "Database") -> "Upkeep":
    from monitor.store.pruning import Limits, tend

    return lambda now: tend(database, Limits.at(now, **asdict(settings.retention)))


@contextmanager
def only_daemon(settings: Settings) -> Iterator[Callable[[], None]]:
    """Be the only daemon of the database, and give the means to stay it; AlreadyLedError if there is another one."""
    from monitor.store.leader import leading

    with leading(settings.database) as keep:
        yield keep


def cluster_url(settings: Settings) -> str:
    """Return the URL of a database that many machines can work on, as libpq reads it; UsageError if it is none."""
    from sqlalchemy import make_url

    url = make_url(settings.database)
    if url.get_backend_name() != "postgresql":
        raise UsageError(
            "many machines need one Postgres: set `database: postgresql://USER:${PASSWORD}@HOST/NAME` in the "
            "configuration. With an SQLite file `monitor run` does all the work by itself"
        )
    if find_spec("procrastinate") is None:
        raise UsageError('a cluster needs more packages: pip install "monitor[cluster]"')
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def new_lead(settings: Settings) -> "Lead":
    """Return the lead of the database, which many programs may want."""
    from monitor.store.leader import Lead

    return Lead(settings.database)


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


def _web(settings: Settings, database: "Database", clock: "Clock", http: "HttpClient") -> "Fetcher":
    from random import Random

    from monitor.net.request import Client
    from monitor.net.robots import Robots
    from monitor.net.turns import Turns
    from monitor.net.web import WebFetcher
    from monitor.store.hosts import SqlHosts

    fetch = settings.fetch
    client = Client(http, clock, fetch.deadline, fetch.max_bytes)
    turns = Turns(client, SqlHosts(database), clock, Random())  # noqa: S311 - nothing secret hangs on it
    return WebFetcher(turns, Robots(turns, "monitor"), fetch.delay)


def _http(settings: Settings) -> "HttpClient":
    """Open the one way out."""
    from monitor.net.egress import Egress
    from monitor.net.request import new_http_client

    contact = f"; +{settings.contact}" if settings.contact else ""
    egress = Egress(settings.fetch.allow_private, proxy=settings.fetch.proxy)
    return new_http_client(f"monitor/{__version__} (news monitor{contact})", egress=egress)


def _delivery(
    settings: Settings, database: "Database", clock: "Clock", http: "Callable[[], HttpClient]"
) -> "Delivery | None":
    """Join what tells receivers, if there are any; it takes the way out that pages take."""
    if not settings.receivers:
        return None
    from random import random
    from uuid import uuid4

    from monitor.net.posting import HttpPoster
    from monitor.pipeline.delivery import Delivery
    from monitor.store.mailroom import SqlMailroom
    from monitor.store.outbox import SqlOutbox

    poster = HttpPoster(http(), clock)
    known = routes(settings.receivers, poster)
    return Delivery(SqlOutbox(database), SqlMailroom(database), known, poster, random, lambda: uuid4().hex)


def routes(receivers: "Mapping[str, Receiver]", poster: "Poster") -> "dict[str, Route]":
    """Return the ways to receivers, by their names."""
    from monitor.pipeline.delivery import Route

    return {name: Route(_sender(receiver, poster), receiver.deadline) for name, receiver in receivers.items()}


def _sender(receiver: "Receiver", poster: "Poster") -> "Sender":
    from monitor.core.receivers import Apprise, Command, FeedFile, StandardOutput, Webhook

    match receiver.way:
        case Webhook():
            from monitor.notify.webhook import WebhookSender

            return WebhookSender(receiver.way, poster)
        case Apprise(url):
            from monitor.notify.people import PeopleSender

            return PeopleSender(receiver.name, url)
        case FeedFile(path):
            from monitor.notify.feed_file import FeedFileSender

            return FeedFileSender(path)
        case Command(argv):
            from monitor.notify.command import CommandSender

            return CommandSender(argv)
        case StandardOutput():
            from monitor.notify.lines import LineSender

            return LineSender(sys.stdout)
