"""Reading feeds: RSS 0.9 to 2.0, RDF, Atom and JSON Feed, as found in the wild.

Only what discovery needs is read: of each entry its address, its headline and the time that it states, and how long
the feed asks to be left alone. What is no feed lists nothing.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from monitor.core.articles import Unreadable
from monitor.core.urls import is_web
from monitor.sitekit.links import Entry, absolute, found
from monitor.sitekit.page import Page
from monitor.sitekit.site import Listed
from monitor.sitekit.xml_pages import elements, xml_text

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST: Final = 10_000_000
"""Characters; a hundred times as many as a feed has."""
_LONGEST_TITLE: Final = 2_000
_LONGEST_BASE: Final = 2_000
_MOST_ESCAPED: Final = 3
_ESCAPED: Final = re.compile(r"&(?:#\w{1,8}|\w{2,31});")

_ATOM_LINK: Final = "{http://www.w3.org/2005/Atom}link"
_ORIGINAL: Final = "{*}origLink"
_BASE: Final = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

_DAY: Final = 86_400
_PERIODS: Final = {
    "hourly": 3_600,
    "daily": _DAY,
    "weekly": 7 * _DAY,
    "monthly": 30 * _DAY,
    "yearly": 365 * _DAY,
}
_NUMBER: Final = re.compile(r"[0-9]{1,6}")

# Whatever says that a story was changed, and only where nothing does, when it came out.
_STATED: Final = (
    "{http://www.w3.org/2005/Atom}updated",
    "{http://purl.org/atom/ns#}modified",
    "{http://purl.org/dc/terms/}modified",
    "{http://www.w3.org/2005/Atom}published",
    "{http://purl.org/atom/ns#}issued",
    "{http://purl.org/dc/elements/1.1/}date",
)


def feed_links(page: Page) -> Listed | Unreadable:
    """Return the stories a feed lists, in its order; never raises, whatever the bytes."""
    text = xml_text(page)
    return text if isinstance(text, Unreadable) else read_feed(page.url, text)


def read_feed(url: str, text: str) -> Listed | Unreadable:
    """Return the stories that the text of a feed lists. `url` is where it was found."""
    if len(text) > _LARGEST:
        return Unreadable(f"it is longer than {_LARGEST:,} characters: no feed is")
    if text.startswith("{"):
        links, ttl = found(url, _json_entries(text)), None
    else:
        asked: dict[str, str] = {}
        links = found(url, _xml_entries(url, text, asked))
        ttl = _ttl(asked)
    return Listed(links, ttl=ttl) if links else Unreadable("no feed, or one that lists nothing")


def _json_entries(text: str) -> Iterator[Entry]:
    """Yield the items of a JSON Feed (https://www.jsonfeed.org/version/1.1/)."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return
    items = feed.get("items") if isinstance(feed, Mapping) else None
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            addresses = (item.get(name) for name in ("url", "external_url", "id"))
            times = (item.get(name) for name in ("date_modified", "date_published"))
            title = item.get("title")
            yield Entry(
                next((each for each in addresses if isinstance(each, str) and each), None),
                _plain(title) if isinstance(title, str) else None,
                next((each for each in times if isinstance(each, str) and each), None),
            )


def _xml_entries(url: str, text: str, asked: dict[str, str]) -> Iterator[Entry]:
    """Yield the entries of a feed, and gather in `asked` how often it asks to be read."""
    base = None
    for element in elements(text, "item", "entry", "ttl", "updatePeriod", "updateFrequency"):
        name = str(element.tag).rpartition("}")[2]
        if name not in {"item", "entry"}:
            asked.setdefault(name, element.text or "")
            continue
        # Of the elements around, once: each entry could make a feed read a base of a megabyte again.
        base = base or _based(url, reversed(list(element.iterancestors())))
        yield Entry(_address(base, element), _title(element), _stated(element))


def _based(base: str, elements: "Iterable[_Element]") -> str:
    """Return what addresses are relative to within elements that stand in one another, the outermost first."""
    for element in elements:
        own = element.get(_BASE)
        try:
            joined = urljoin(base, own.strip()) if own else base
        except ValueError:
            continue
        if len(joined) <= _LONGEST_BASE and is_web(joined):
            base = joined
    return base


def _address(base: str, entry: "_Element") -> str | None:
    """Return the address of an entry's story: where counters of clicks put another into `link`, the original."""
    original = entry.findtext(_ORIGINAL)
    if original and is_web(original.strip()):
        return original
    namespace = _namespace(entry)
    for link in _by_fitness([*entry.findall(f"{namespace}link"), *entry.findall(_ATOM_LINK)]):
        address = (link.get("href") or link.text or "").strip()
        if address:
            # An address that came through escaping twice. No address means "&amp;".
            return absolute(_based(base, (entry, link)), address.replace("&amp;", "&"))
    return entry.get(_ABOUT) or _identity(entry, namespace)


def _by_fitness(links: "list[_Element]") -> "list[_Element]":
    """Return links to the story itself, HTML first: what else an entry links to (a reply, a recording) is left out."""
    fit = [link for link in links if link.get("rel", "alternate") == "alternate"]
    return sorted(fit, key=lambda link: "html" not in link.get("type", "text/html"))


def _identity(entry: "_Element", namespace: str) -> str | None:
    """Return the name of an entry if that is an address: RSS says where it is none, Atom need not."""
    guid = entry.find(f"{namespace}guid")
    if guid is not None:
        name = guid.text if guid.get("isPermaLink", "true").lower() != "false" else None
    else:
        name = entry.findtext(f"{namespace}id")
    return name if name and is_web(name.strip()) else None


def _namespace(element: "_Element") -> str:
    """Return the namespace of an element as it stands before tags, `{...}`; empty if it has none."""
    return "".join(str(element.tag).rpartition("}")[:2])


def _title(entry: "_Element") -> str | None:
    """Return an entry's own title: that of a picture in it has another namespace."""
    title = entry.find(f"{_namespace(entry)}title")
    return None if title is None else _plain("".join(title.itertext()))


def _stated(entry: "_Element") -> str | None:
    """Return when an entry says that it was last changed, or else came out."""
    times = (entry.findtext(name) for name in (*_STATED, f"{_namespace(entry)}pubDate"))
    return next((each for each in times if each and each.strip()), None)


def _plain(title: str) -> str:
    """Return a title without markup: feeds escape it once, twice, three times or not at all."""
    title = title[:_LONGEST_TITLE]
    for _ in range(_MOST_ESCAPED):
        if "<" not in title and not _ESCAPED.search(title):
            break
        root = LexborHTMLParser(title).body
        text = root.text() if root else ""
        if text in {"", title}:
            # What is all markup was none: a title about the tag <b>.
            break
        title = text
    return title


def _ttl(asked: Mapping[str, str]) -> float | None:
    """Return for how many seconds a feed asks not to be read again, a day at most; None if it does not say.

    RSS has `ttl`, in minutes (https://www.rssboard.org/rss-specification); the syndication module a period and how
    often in it the feed changes (https://web.resource.org/rss/1.0/modules/syndication/).
    """
    if minutes := _number(asked.get("ttl")):
        return min(minutes * 60.0, _DAY)
    period = _PERIODS.get(asked.get("updatePeriod", "").strip().lower())
    return min(period / (_number(asked.get("updateFrequency")) or 1), _DAY) if period else None


def _number(text: str | None) -> int:
    """Return a number that is written plainly, 0 for any other text."""
    text = (text or "").strip()
    return int(text) if _NUMBER.fullmatch(text) else 0
