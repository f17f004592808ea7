"""Did a story change, and did its paper say so?

`decide` compares one reading with what is on record and answers with a value; it touches nothing. The rules are the
table in docs/architecture.md. An edit is called silent only where the page's own update time cannot mean it; in every
doubt the answer is "not known", with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from monitor.core.articles import Article
from monitor.core.stamps import Move, describe, ends, move
from monitor.language.dates import Stated
from monitor.language.notes import is_correction_note


class Change(StrEnum):
    """How a reading relates to the versions on record."""

    NEW = "new"
    EDITED = "edited"
    REVERTED = "reverted"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a story, read with today's parser.

    `content` and `content_hash` are of the last version, `earlier` maps the fingerprints of the versions before it to
    their numbers, `stamp` is the update time that the last observation showed, and `last_shown` is the time of the
    last fetch that still showed the last version. `doubt` says why nothing can be said of an edit or a restamp, where
    something does (another parser read the page then, the clock went back).
    """

    content: Article
    content_hash: str
    earlier: Mapping[str, int]
    stamp: Stated | None
    last_shown: datetime
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What one reading means.

    `announced` is True, False (a silent edit) or None (not known; also where nothing was edited). `restamped` is true
    where only the stated update time moved forward.
    """

    change: Change
    announced: bool | None
    why: str
    restamped: bool = False


# What a move of the stamp says of an edit. The one move that is missing, SAME, needs the times: see `_under_one_stamp`.
_VERDICTS: Final[Mapping[Move, tuple[bool | None, str]]] = {
    Move.APPEARED: (True, "an update time appeared: {new}"),
    Move.FORWARD: (True, "the update time moved from {old} to {new}"),
    Move.VANISHED: (None, "the update time {old} vanished"),
    Move.BACK: (None, "the update time went back from {old} to {new}"),
    Move.ABSENT: (None, "the page states no update time"),
    Move.UNCLEAR: (None, "the update times {old} and {new} cannot be compared"),
}
_SAME_TEXT: Final[Mapping[Move, str]] = {
    Move.APPEARED: "an update time appeared ({new}), the text did not change",
    Move.FORWARD: "the update time moved from {old} to {new}, the text did not change",
    Move.VANISHED: "the update time {old} vanished, the text did not change",
    Move.BACK: "the update time went back from {old} to {new}, the text did not change",
}


def decide(known: Known | None, article: Article, content_hash: str, *, language: str) -> Decision:
    """Compare a reading with what is on record."""
    if known is None:
        return Decision(Change.NEW, None, "first seen")
    if content_hash == known.content_hash:
        return _unchanged(known, article)
    announced, why = _announced(known, article, language)
    if content_hash in known.earlier:
        return Decision(Change.REVERTED, announced, f"the text of version {known.earlier[content_hash]} again; {why}")
    return Decision(Change.EDITED, announced, why)


def _unchanged(known: Known, article: Article) -> Decision:
    if known.doubt:
        return Decision(Change.NONE, None, f"the same text; {known.doubt}")
    moved = move(known.stamp, article.updated)
    why = _SAME_TEXT.get(moved, "the same text").format(old=describe(known.stamp), new=describe(article.updated))
    return Decision(Change.NONE, None, why, restamped=moved is Move.FORWARD)


def _announced(known: Known, article: Article, language: str) -> tuple[bool | None, str]:
    """Judge an edit: announced, silent, or not known; with the reason."""
    if known.doubt:
        return None, known.doubt
    if _notes(article, language) > _notes(known.content, language):
        return True, "the text gained a correction note"
    moved = move(known.stamp, article.updated)
    if moved is Move.SAME:
        return _under_one_stamp(known, article)
    announced, why = _VERDICTS[moved]
    return announced, why.format(old=describe(known.stamp), new=describe(article.updated))


def _under_one_stamp(known: Known, article: Article) -> tuple[bool | None, str]:
    """The text changed while the stamp stood still: silent only if the old text outlived the stamp's own span."""
    stated = describe(article.updated)
    if known.last_shown > max(ends(known.stamp), ends(article.updated)):
        return False, f"the update time stayed at {stated}, though the old text was still shown after it"
    return None, f"the update time {stated} may mean this edit: the old text was not seen after it"


def _notes(article: Article, language: str) -> int:
    return sum(is_correction_note(text, language) for text in article.paragraphs)
