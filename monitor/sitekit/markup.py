"""Reading the text out of HTML, as a reader sees it: in blocks, and without what is no part of the text."""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from selectolax.lexbor import LexborNode

from monitor.sitekit.page import Page
from monitor.sitekit.texts import says_something

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "caption", "center", "dd", "details", "div", "dl", "dt",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_SILENT: Final = frozenset({
    "aside", "audio", "button", "canvas", "figure", "form", "iframe", "input", "ins", "nav", "noscript",
    "object", "script", "select", "style", "svg", "template", "textarea", "video",
})  # fmt: skip
# What is no text wherever it stands, in the middle of a sentence too: advertisements, counters, buttons.
_NEVER_TEXT: Final = frozenset({
    "ad", "ads", "adsbygoogle", "adsense", "advert", "advertisement", "counter", "dfp", "follow", "gpt", "hit", "hits",
    "outbrain", "pageviews", "postviews", "print", "sponsor", "sponsored", "taboola", "view", "viewcount", "views",
    "whatsapp",
})  # fmt: skip
# What is no text as a box of its own. Within a sentence, a name or a word may be marked so.
_FURNITURE: Final = _NEVER_TEXT | {
    "also", "author", "banner", "caption", "comment", "comments", "newsletter", "promo", "recommended", "related",
    "share", "sharing", "social", "subscribe", "tag", "tags", "writer",
}  # fmt: skip
# The words of classes and ids. Some compounds are one word, for they mean the story itself or the way it is shown: how
# it prints in Bootstrap and Tailwind, the area to be printed, what has scrolled into view, the wrapper of a view.
_WORD: Final = re.compile(
    r"d-print|print:|print[-_](?:area|body|content|section)|view[-_]content|[a-z]+[-_]view(?![a-z])|[a-z]+"
)


class Block(NamedTuple):
    """A run of text that stands on its own line, white space collapsed as in HTML.

    `link` is the address of a link that spans the whole block, None where anything visible stands outside it.
    """

    text: str
    link: str | None = None


@dataclass(slots=True)
class _Writer:
    """The block being read, and those already read."""

    done: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    links: list[str | None] = field(default_factory=list)
    link: str | None = None

    def add(self, text: str) -> None:
        if not self.pieces and text.isspace():
            return
        self.pieces.append(text)
        if not self.links:
            self.outside.append(text)
        elif self.link is None:
            self.link = self.links[0]

    def end(self) -> None:
        if not self.pieces:
            return
        text = collapse("".join(self.pieces))
        if text and says_something(text):
            is_link = self.link is not None and not says_something("".join(self.outside))
            self.done.append(Block(text, self.link if is_link else None))
        self.pieces.clear()
        self.outside.clear()
        self.link = None


def collapse(text: str) -> str:
    """Return a text as HTML shows it: runs of ASCII white space are one space, none at the ends.

    No-break spaces inside stay: they are the author's.
    """
    # str.replace goes over Bengali text twenty times as fast as a regular expression does.
    for space in "\t\n\f\r":
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text.strip()


def blocks(container: LexborNode) -> list[Block]:
    """Return the blocks of text under a node, in order.

    A `<br>` ends a block as a new paragraph does: so a story whose paragraphs are set with it falls into them, and the
    HTML and the text form of one page give the same ones. Scripts, forms, figures and boxes whose class or id says
    that they are furniture (advertisement, counter, related stories, sharing) are left out.
    """
    writer = _Writer()
    # Not recursive: markup may be ten thousand elements deep.
    open_elements: list[LexborNode] = []
    node = container.first_child
    while node is not None or open_elements:
        if node is None:
            node = open_elements.pop()
            _leave(node, writer)
        elif inside := _enter(node, writer):
            open_elements.append(node)
            node = inside
            continue
        node = node.next
    writer.end()
    return writer.done


def _enter(node: LexborNode, writer: _Writer) -> LexborNode | None:
    """Write a text, or begin an element. Return the first node in it, None if there is nothing to read."""
    tag = node.tag
    if tag == "-text":
        writer.add(node.text_content or "")
        return None
    is_block = tag in _BLOCKS
    if is_block or tag == "br":
        writer.end()
    inside = node.first_child
    if inside is None or tag in _SILENT:
        return None
    attributes = node.attributes
    if attributes and _says(attributes, _FURNITURE if is_block else _NEVER_TEXT):
        return None
    if is_block and inside.next is None and inside.tag == "-text":
        # A paragraph without markup, as most are, is written at once.
        writer.add(inside.text_content or "")
        writer.end()
        return None
    if tag == "a":
        writer.links.append(attributes.get("href"))
    return inside


def _leave(node: LexborNode, writer: _Writer) -> None:
    tag = node.tag
    if tag in _BLOCKS:
        writer.end()
    elif tag == "a":
        writer.links.pop()


def _says(attributes: Mapping[str, str | None], words: Set[str]) -> bool:
    """Whether class or id have one of these words."""
    if "class" not in attributes and "id" not in attributes:
        return False
    names = f"{attributes.get('class')} {attributes.get('id')}"
    return not words.isdisjoint(_WORD.findall(names.lower()))


def is_within_furniture(node: LexborNode, area: LexborNode, *, but: Set[str] = frozenset()) -> bool:
    """Whether an element stands in a part of an area that is known, by a tag or a word, to be no part of the story.

    `but` are tags and words that do not count.
    """
    words, silent = _FURNITURE - but, _SILENT - but
    around = node.parent
    while around is not None and around.mem_id != area.mem_id:
        if around.tag in silent or _says(around.attributes, words):
            return True
        around = around.parent
    return False


def text_of(node: LexborNode | None) -> str | None:
    """Return the text of an element on one line, None if there is no element or it says nothing."""
    if node is None:
        return None
    return " ".join(block.text for block in blocks(node)) or None


def ancestor(node: LexborNode, class_name: str) -> LexborNode | None:
    """Return the nearest element around a node that has a class."""
    around = node.parent
    while around is not None and around.tag != "-document":
        if class_name in (around.attributes.get("class") or "").split():
            return around
        around = around.parent
    return None


def og_title(page: Page) -> str | None:
    """Return the title under which a page asks to be shared (https://ogp.me), None if it names none."""
    for meta in page.tree.css('meta[property="og:title"], meta[name="og:title"]'):
        if title := collapse(meta.attributes.get("content") or ""):
            return title
    return None
