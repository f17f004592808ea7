"""Reading the text out of HTML, as a reader sees it: in blocks, and without what is no part of the text."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from selectolax.lexbor import LexborNode

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
_FURNITURE: Final = frozenset({
    "ad", "ads", "adsense", "advert", "advertisement", "also", "author", "banner", "caption", "comment",
    "comments", "newsletter", "promo", "recommended", "related", "share", "sharing", "social", "sponsor",
    "subscribe", "tag", "tags", "writer",
})  # fmt: skip
_CLASS_WORD: Final = re.compile(r"[a-z]+")

_End = Literal["block", "link"]


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
    HTML and the text form of one page give the same ones. Scripts, forms, figures and boxes whose class says that
    they are furniture (advertisement, related stories, sharing) are left out.
    """
    writer = _Writer()
    stack: list[LexborNode | _End | None] = [container.first_child]
    while stack:
        node = stack.pop()
        if isinstance(node, LexborNode):
            stack.append(node.next)
            _enter(node, writer, stack)
        elif node == "block":
            writer.end()
        elif node == "link":
            writer.links.pop()
    writer.end()
    return writer.done


def _enter(node: LexborNode, writer: _Writer, stack: list[LexborNode | _End | None]) -> None:
    tag = node.tag
    if tag == "-text":
        writer.add(node.text_content or "")
    elif tag == "br":
        writer.end()
    elif tag in _BLOCKS:
        writer.end()
        if not is_furniture(node):
            stack += ("block", node.first_child)
    elif tag not in _SILENT:
        if tag == "a":
            writer.links.append(node.attributes.get("href"))
            stack.append("link")
        stack.append(node.first_child)


def is_furniture(node: LexborNode) -> bool:
    """Whether an element is known, by its tag or a word in its class, to be no part of a story's text."""
    if node.tag in _SILENT:
        return True
    classes = node.attributes.get("class")
    return classes is not None and not _FURNITURE.isdisjoint(_CLASS_WORD.findall(classes.lower()))


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
