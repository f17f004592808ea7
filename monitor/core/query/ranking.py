"""Which of some matches come first: those in which the words of the query stand often, high up, and in a short text.

Each word, phrase or NEAR of a query counts by itself; what stands in a title counts thrice. What is rare among the
matches weighs more than what all of them have. It is BM25 with weighted fields, reckoned over the matches alone: no
figures of a whole corpus are needed, which two databases would have to agree on.

Source of the formula: Stephen Robertson and Hugo Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond
(2009), sections 3.2 and 3.6, with the usual k1 = 1.2 and b = 0.75. Only the rarity is another one, as a term that all
matches have still has to count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from monitor.core.query.documents import Text
from monitor.core.query.evaluate import matches
from monitor.core.query.lexicon import Lexicon
from monitor.core.query.nodes import And, Changed, Near, Node, Or, Words
from monitor.core.query.parse import Query

_WEIGHTS: Final = {"title": 3, "subheading": 2}
_K1: Final = 1.2
_B: Final = 0.75
_DIGITS: Final = 3  # of a score: smaller differences say nothing


@dataclass(frozen=True, slots=True)
class Weight:
    """What counts of a match: how often it has each term, by its number in the query, and how long the text is."""

    terms: Mapping[int, int]
    length: int


def weigh(query: Query, text: Text, lexicon: Lexicon) -> Weight:
    """Weigh a text that matches a query."""
    terms = {}
    for number, (term, is_after) in enumerate(_terms(query.node, is_after=True)):
        document = text.after if is_after else text.before
        found = matches(Query("", term), Text(document), lexicon) if document else None
        if found is not None:
            terms[number] = sum(_WEIGHTS.get(place.field, 1) for place in found.after)
    return Weight(terms, sum(len(paragraph.words) for paragraph in text.after.paragraphs))


def scores(weights: Sequence[Weight]) -> list[float]:
    """Return how good each of some matches is beside the others, in their order."""
    having = Counter(term for weight in weights for term in weight.terms)
    rarity = {term: log(1 + len(weights) / count) for term, count in having.items()}
    average = sum(weight.length for weight in weights) / max(len(weights), 1) or 1.0
    return [round(_score(weight, rarity, weight.length / average), _DIGITS) for weight in weights]


def _score(weight: Weight, rarity: Mapping[int, float], length: float) -> float:
    saturation = _K1 * (1 - _B + _B * length)
    return sum(rarity[term] * often * (_K1 + 1) / (often + saturation) for term, often in weight.terms.items())


def _terms(node: Node, *, is_after: bool) -> Iterator[tuple[Words | Near, bool]]:
    """Yield what a query asks for, with the side of a change on which; what it does not want is left out."""
    match node:
        case Words() | Near():
            yield node, is_after
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from _terms(part, is_after=is_after)
        case Changed(change=change, part=part):
            yield from _terms(part, is_after=change.is_after)
