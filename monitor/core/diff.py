"""What changed between two versions, word by word.

Words are compared in their comparable form, so that a change of spelling that no reader can see is no difference, and
shown as they stand. The alignment is a longest common subsequence over words and signs (white space travels with the
word before it), by Hyyrö's bit-parallel algorithm in rapidfuzz.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from rapidfuzz.distance import LCSseq

from monitor.core.articles import Article
from monitor.language.normalise import comparable
from monitor.language.words import pieces

PARAGRAPH: Final = "\n\n"


class Op(StrEnum):
    """What became of a stretch of text."""

    EQUAL = "equal"
    DELETE = "delete"
    INSERT = "insert"


# how a change is shown without colour
BRACKETS: Final = {Op.EQUAL: ("", ""), Op.DELETE: ("[-", "-]"), Op.INSERT: ("{+", "+}")}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text that was kept, taken out or put in; paragraphs are apart by an empty line."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """A field of the article that changed: the whole of it in spans, old and new."""

    field: str
    spans: tuple[Span, ...]


def diff_articles(old: Article, new: Article) -> tuple[FieldDiff, ...]:
    """Return the fields that differ, in reading order. Stated times are not compared here."""
    before, after = dict(_fields(old)), dict(_fields(new))
    diffs = (FieldDiff(name, diff_texts(before[name], after[name])) for name in before)
    return tuple(diff for diff in diffs if any(span.op is not Op.EQUAL for span in diff.spans))


def words_in(diffs: Iterable[FieldDiff], op: Op) -> int:
    """Return how many words were put in, or taken out; signs are none."""
    texts = (span.text for diff in diffs for span in diff.spans if span.op is op)
    return sum(any(map(str.isalnum, piece)) for text in texts for piece in pieces(text))


def diff_texts(old: str, new: str) -> tuple[Span, ...]:
    """Return spans whose equal and deleted texts make up the old text, and equal and inserted ones the new.

    Equal stretches are given as the new text has them.
    """
    before, after = _words(old), _words(new)
    spans: list[Span] = []
    for step in LCSseq.opcodes([word.key for word in before], [word.key for word in after]):
        if step.tag == "equal":
            spans.append(Span(Op.EQUAL, _text(after[step.dest_start : step.dest_end])))
        else:
            spans.append(Span(Op.DELETE, _text(before[step.src_start : step.src_end])))
            spans.append(Span(Op.INSERT, _text(after[step.dest_start : step.dest_end])))
    return tuple(_joined(_bridged(spans)))


def near(text: str, *, first: bool, last: bool, context: int) -> str:
    """Cut an equal stretch, between words, to what stands next to a change; the first and last have one neighbour."""
    begin = "" if first else head(text, context)
    end = "" if last else _tail(text, context)
    if len(begin) + len(end) >= len(text):
        return text
    return f"{begin}{'' if first else ' '}…{'' if last else ' '}{end}"


def head(text: str, count: int) -> str:
    """Return the beginning of a text, up to so many characters, and whole words of it."""
    return text if len(text) <= count else text[: count + 1].rsplit(maxsplit=1)[0]


def _tail(text: str, count: int) -> str:
    return text if len(text) <= count else text[-count - 1 :].split(maxsplit=1)[-1]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word or sign as it stands with the space behind it, and as it is compared."""

    text: str
    key: str


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    for piece in pieces(text):
        if piece.isspace() and words:
            last = words[-1]
            words[-1] = _Word(last.text + piece, last.key + PARAGRAPH if PARAGRAPH in piece else last.key)
        else:
            # never an empty key: rapidfuzz takes that for the character NUL
            words.append(_Word(piece, comparable(piece) or " "))
    return words


def _text(words: Sequence[_Word]) -> str:
    return "".join(word.text for word in words)


def _bridged(spans: list[Span]) -> Iterator[Span]:
    """Take a lone sign between two changes into them: "a, b" for "c, d" reads as one change, not as two."""
    for index, span in enumerate(spans):
        inside = 0 < index < len(spans) - 1
        if span.op is Op.EQUAL and inside and not any(map(str.isalnum, span.text)) and PARAGRAPH not in span.text:
            yield Span(Op.DELETE, span.text)
            yield Span(Op.INSERT, span.text)
        else:
            yield span


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """Between two equal stretches put all that went out first, then all that came in."""
    for is_equal, run in groupby(spans, key=lambda span: span.op is Op.EQUAL):
        group = list(run)
        for op in (Op.EQUAL,) if is_equal else (Op.DELETE, Op.INSERT):
            text = "".join(span.text for span in group if span.op is op)
            if text:
                yield Span(op, text)


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "title", article.title
    yield "subheading", article.subheading or ""
    yield "byline", article.byline or ""
    yield "section", article.section or ""
    yield "body", PARAGRAPH.join(article.paragraphs)
    yield "captions", PARAGRAPH.join(article.captions)
    yield "credit", article.credit or ""
