"""The captions of a story's own pictures, told apart from those of the stories it points to."""

from collections.abc import Iterator, Sequence, Set
from typing import Final

from selectolax.lexbor import LexborNode

from monitor.sitekit.markup import blocks, is_within_furniture
from monitor.sites.inqilab.body import leads_away, story

_CAPTIONS: Final = "figcaption, .caption"
_AROUND_CAPTION: Final = frozenset({"figure", "caption"})


def captions(area: LexborNode, parts: Sequence[LexborNode]) -> tuple[str, ...]:
    """Return the captions in the parts of a body, and above them in the area around."""
    around = {each.mem_id for part in parts for each in _upwards(part, area)}
    within = {part.mem_id for part in parts}
    texts: list[str] = []
    for node in area.css(_CAPTIONS):
        boxes = list(_below(node, around))
        if boxes and _is_in_place(boxes[-1], around, within) and _is_own(boxes, area):
            texts.append(" ".join(story(blocks(node))))
    return tuple(filter(None, texts))


def _is_in_place(box: LexborNode, around: Set[int], within: Set[int]) -> bool:
    """Whether a box stands in a part of the body, or above one."""
    if box.parent is not None and box.parent.mem_id in within:
        return True
    after = box.next
    while after is not None and after.mem_id not in around:
        after = after.next
    return after is not None


def _is_own(boxes: Sequence[LexborNode], area: LexborNode) -> bool:
    """Whether a caption, the first of these boxes, is of no other story: by its box, or by where its picture leads."""
    caption = boxes[0]
    holds_another = len(caption.css(_CAPTIONS)) > 1  # It finds the node itself, too.
    if holds_another or is_within_furniture(caption, area, but=_AROUND_CAPTION):
        return False
    links = [box for box in boxes if box.tag == "a"]
    if figure := next((box for box in boxes if box.css_first("img")), None):
        links += [link for link in figure.css("a") if link.css_first("img")]
    return not any(leads_away(link.attributes.get("href") or "") for link in links)


def _below(node: LexborNode, limit: Set[int]) -> Iterator[LexborNode]:
    """Yield a node and what is around it, up to the limit."""
    around: LexborNode | None = node
    while around is not None and around.mem_id not in limit:
        yield around
        around = around.parent


def _upwards(node: LexborNode, area: LexborNode) -> Iterator[LexborNode]:
    """Yield a node and what is around it, up to the area."""
    around: LexborNode | None = node
    while around is not None and around.mem_id != area.mem_id:
        yield around
        around = around.parent
    yield area
