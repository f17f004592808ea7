"""All sites this program knows, and whose a URL is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from difflib import get_close_matches

from monitor.core.errors import UsageError
from monitor.core.urls import urn_digest
from monitor.sitekit.site import Site


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Sites by name. Build it with `Catalogue.of`, which refuses two sites of one name."""

    by_name: dict[str, Site]

    @classmethod
    def of(cls, sites: Iterable[Site]) -> "Catalogue":
        """Gather sites; raise UsageError if two have one name, or one claims an example of another."""
        by_name: dict[str, Site] = {}
        for site in sites:
            other = by_name.setdefault(site.name, site)
            if other is not site:
                raise UsageError(f"two sites are named {site.name!r}: {other.title} and {site.title}; rename one")
        catalogue = cls(dict(sorted(by_name.items())))
        for site in catalogue:
            catalogue._check_examples(site)
        return catalogue

    def __iter__(self) -> Iterator[Site]:
        return iter(self.by_name.values())

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all sites, sorted."""
        return tuple(self.by_name)

    def get(self, name: str) -> Site:
        """Return a site by name; raise UsageError with the nearest name if there is none."""
        if name not in self.by_name:
            near = get_close_matches(name, self.names, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self.names)}"
            raise UsageError(f"unknown site {name!r}; {hint}")
        return self.by_name[name]

    def zone_of(self, name: str) -> tzinfo:
        """Return a site's time zone; UTC for a site on record that this program does not know any more."""
        return self.by_name[name].timezone if name in self.by_name else UTC

    def claim(self, url: str) -> Site | None:
        """Return the site whose story a web URL is, None if no site claims it.

        Raises UsageError with both names if two sites do: then one story would be kept twice.
        """
        if urn_digest(url):
            return None
        owners = [site for site in self if site.key_of(url) is not None]
        if len(owners) > 1:
            raise UsageError(
                f"two sites claim {url}: {owners[0].name} and {owners[1].name}; narrow the patterns of one"
            )
        return owners[0] if owners else None

    def _check_examples(self, site: Site) -> None:
        for url in site.examples:
            owner = self.claim(url)
            if owner is not site:
                claim = f"{owner.name} claims it" if owner else f"{site.name} does not claim it"
                raise UsageError(f"{url} is an example of {site.name}, but {claim}; repair the patterns")
