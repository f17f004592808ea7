"""Feeds of alerts as documents: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org), written and read again.

Only what is written here is read: a feed is what its own last entries are kept in.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lxml import etree
from lxml.builder import ElementMaker

_TITLE: Final = "Alerts"
_AUTHOR: Final = "monitor"
_JSON_VERSION: Final = "https://jsonfeed.org/version/1.1"
_NAMESPACE: Final = "http://www.w3.org/2005/Atom"
_ATOM: Final = ElementMaker(namespace=_NAMESPACE, nsmap={None: _NAMESPACE})
_PATHS: Final = {"a": _NAMESPACE}


class NoFeed(ValueError):  # noqa: N818 - an answer, as Conflict is
    """The document is no feed of ours."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One alert in a feed. `id` is an IRI, `at` when it was observed (RFC 3339), `type` that of the payload."""

    id: str
    type: str
    at: str
    title: str
    text: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A form of feed: how entries are written, under the id of the feed, and how they are read."""

    write: Callable[[str, Sequence[Entry]], bytes]
    read: Callable[[bytes], list[Entry]]


def iri(name: str) -> str:
    """Return an id that is the same for the same name, for ever."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"


def _write_atom(feed: str, entries: Sequence[Entry]) -> bytes:
    root = _ATOM.feed(
        _ATOM.id(feed),
        _ATOM.title(_TITLE),
        _ATOM.updated(max(entry.at for entry in entries)),
        _ATOM.author(_ATOM.name(_AUTHOR)),
        *map(_atom_entry, entries),
    )
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def _atom_entry(entry: Entry) -> etree._Element:
    return _ATOM.entry(
        _ATOM.id(entry.id),
        _ATOM.title(entry.title),
        _ATOM.updated(entry.at),
        _ATOM.category(term=entry.type),
        *([_ATOM.link(href=entry.link)] if entry.link else []),
        _ATOM.content(entry.text, type="text"),
    )


def _read_atom(document: bytes) -> list[Entry]:
    try:
        root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NoFeed(f"no XML: {error}") from None
    if root.tag != f"{{{_NAMESPACE}}}feed" or root.findtext("a:author/a:name", namespaces=_PATHS) != _AUTHOR:
        raise NoFeed("no Atom feed of this program")
    return [_entry_of_atom(each) for each in root.iterfind("a:entry", _PATHS)]


def _entry_of_atom(entry: etree._Element) -> Entry:
    def text(name: str) -> str:
        return entry.findtext(f"a:{name}", "", _PATHS)

    category, link = entry.find("a:category", _PATHS), entry.find("a:link", _PATHS)
    return Entry(
        id=text("id"),
        type="" if category is None else category.get("term", ""),
        at=text("updated"),
        title=text("title"),
        text=text("content"),
        link=None if link is None else link.get("href"),
    )


def _write_json(feed: str, entries: Sequence[Entry]) -> bytes:
    document = {
        "version": _JSON_VERSION,
        "title": _TITLE,
        "authors": [{"name": _AUTHOR}],
        "description": f"The latest alerts ({feed}).",
        "items": [_json_item(entry) for entry in entries],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _json_item(entry: Entry) -> dict[str, Any]:
    item = {"id": entry.id, "title": entry.title, "content_text": entry.text, "date_published": entry.at}
    return {**item, "tags": [entry.type], **({"url": entry.link} if entry.link else {})}


def _read_json(document: bytes) -> list[Entry]:
    try:
        feed = json.loads(document)
    except ValueError as error:
        raise NoFeed(f"no JSON: {error}") from None
    if not isinstance(feed, dict) or feed.get("authors") != [{"name": _AUTHOR}]:
        raise NoFeed("no JSON feed of this program")
    return [
        Entry(
            id=item["id"],
            type=item["tags"][0],
            at=item["date_published"],
            title=item["title"],
            text=item["content_text"],
            link=item.get("url"),
        )
        for item in feed["items"]
    ]


ATOM: Final = Document(_write_atom, _read_atom)
JSON: Final = Document(_write_json, _read_json)
