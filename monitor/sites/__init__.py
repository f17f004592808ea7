"""The news sites this program knows. One folder each: a package here whose `SITE` is its Site.

A site from elsewhere is an entry point of the group `monitor.sites` that loads a Site.
"""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points
from typing import Final

from monitor.core.errors import UsageError
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.site import Site

GROUP: Final = "monitor.sites"


def load() -> Catalogue:
    """Find all sites. Raises UsageError for a package or an entry point that holds none, or two of one name."""
    return Catalogue.of([*_own(), *_installed()])


def _own() -> Iterator[Site]:
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg and not module.name.startswith("_"):
            name = f"{__name__}.{module.name}"
            yield _checked(getattr(import_module(name), "SITE", None), f"{name}.SITE")


def _installed() -> Iterator[Site]:
    for entry in entry_points(group=GROUP):
        where = (
            f"entry point {entry.name!r} of {entry.dist.name if entry.dist else 'an unknown package'} ({entry.value})"
        )
        try:
            loaded = entry.load()
        except (ImportError, AttributeError) as error:
            raise UsageError(f"{where} cannot be loaded: {error}; repair or remove that package") from error
        yield _checked(loaded, where)


def _checked(candidate: object, where: str) -> Site:
    if isinstance(candidate, Site):
        return candidate
    kind = "missing" if candidate is None else f"of type {type(candidate).__name__}"
    raise UsageError(f"{where} is {kind}; it must be a monitor.sitekit.site.Site")
