"""A monitor on the hosts of `bench.server`, each a site of its own with the real parsers and a distance of 0."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bench.server import HOSTS
from monitor.bootstrap import open_monitor
from monitor.config import FetchSettings, defaults
from monitor.core.addresses import allowed
from monitor.core.records import ArticleRef, Discovery
from monitor.core.urls import tidy
from monitor.pipeline.monitor import Monitor
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site
from monitor.sites.inqilab import SITE as INQILAB


@contextmanager
def opened(folder: Path, port: int) -> Iterator[Monitor]:
    """Open a monitor whose record is in a folder and whose sites are the hosts at a port."""
    fetch = FetchSettings(delay=0.0, allow_private=(allowed("127.0.0.0/8"),))
    with open_monitor(replace(defaults(folder), fetch=fetch)) as monitor:
        yield replace(monitor, sites=toys(port))


def toys(port: int) -> Catalogue:
    """Return the sites at a port."""
    return Catalogue.of(_site(number, port) for number in range(len(HOSTS)))


def follow(monitor: Monitor, site: Site, numbers: Sequence[int]) -> list[ArticleRef]:
    """Put stories of a site on record, to be checked at every run."""
    found = [Discovery(f"news/{number}", _url(site, number)) for number in numbers]
    return monitor.store.discovered(site, found, at=monitor.clock.now(), followed=True)


def urls(site: Site, numbers: Sequence[int]) -> list[str]:
    """The addresses of stories."""
    return [_url(site, number) for number in numbers]


def _site(number: int, port: int) -> Site:
    root = f"http://{HOSTS[number]}:{port}/"
    return replace(
        INQILAB,
        name=f"toy{number:02}",
        title=root,
        match=(re.compile(rf"{re.escape(root)}(?P<key>news/\d+)"),),
        canonical=tidy,
        sources=(),
        examples=(),
    )


def _url(site: Site, number: int) -> str:
    """The numbers of two sites are never the same, so that no two pages are alike."""
    return f"{site.title}news/{number}{site.name.removeprefix('toy')}"
