"""What queries mean, held against a slow and obvious evaluator on random queries and stories."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.query import Lexicon, Place, Query, Synonyms, Text, matches
from monitor.core.query.anchors import Anchor, Anchors
from monitor.core.query.nodes import SCOPES
from tests.core.query.slow import Place as SlowPlace
from tests.core.query.slow import Slow, Story, Tree
from tests.core.query.toys import GROUPS, LEMMAS, Toy, document, leaves, plain_trees, stories, trees, written


def lemmas(word: str) -> frozenset[str]:
    return LEMMAS[word]


def lexicon(groups: Sequence[tuple[str, ...]] = ()) -> Lexicon:
    return Lexicon(Toy("toy"), Synonyms(tuple(groups)))


def has_all(anchors: Iterable[Anchor], text: Text) -> bool:
    """Whether a text has a key of each anchor."""
    return all(any(key.text in key.shelf.keys_of(text) for key in anchor) for anchor in anchors)


def stretches(places: Iterable[SlowPlace], story: Story) -> set[tuple[str, int, int]]:
    """The words that are inside a place."""
    return {(field, number, at) for field, number, first, last in places for at in range(first, last + 1)}


def covered(places: Iterable[Place], story: Story) -> set[tuple[str, int, int]]:
    """The same, of places in characters."""
    found = set()
    for place in places:
        words = story[place.field][place.paragraph]
        starts = [sum(len(word) + 1 for word in words[:at]) for at in range(len(words))]
        ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
        found |= {
            (place.field, place.paragraph, at) for at in range(starts.index(place.start), ends.index(place.end) + 1)
        }
    return found


@pytest.mark.parametrize("groups", [(), GROUPS], ids=["as they are", "with synonyms"])
@given(tree=trees, after=stories(), before=st.none() | stories())
@settings(max_examples=150, deadline=None)
def test_a_query_matches_what_it_says(
    groups: tuple[tuple[str, ...], ...], tree: Tree, after: Story, before: Story | None
) -> None:
    text = Text(document(after), document(before) if before else None)
    query, words = Query.parse(written(tree)), lexicon(groups)
    found = matches(query, text, words) is not None
    assert found == Slow(lemmas, groups).holds(tree, after, before)
    assert not found or has_all(Anchors(words, frozenset()).of(query.node), text)


@pytest.mark.parametrize("groups", [(), GROUPS], ids=["as they are", "with synonyms"])
@given(tree=leaves | plain_trees, story=stories(), other=stories())
@settings(max_examples=100, deadline=None)
def test_the_places_are_those_that_match(
    groups: tuple[tuple[str, ...], ...], tree: Tree, story: Story, other: Story
) -> None:
    slow = Slow(lemmas, groups)
    for change, after, before in (("", story, None), ("gained", story, other), ("lost", other, story)):
        text = Text(document(after), document(before) if before else None)
        query = Query.parse(f"{change}:({written(tree)})" if change else written(tree))
        found = matches(query, text, lexicon(groups))
        if found is not None:
            shown, none = (found.before, found.after) if change == "lost" else (found.after, found.before)
            assert not none
            assert covered(shown, story) == stretches(slow.found(tree, story), story)
            assert list(shown) == sorted(
                shown, key=lambda place: (SCOPES.index(place.field), place.paragraph, place.start)
            )
            apart = [
                one.field != two.field or one.paragraph != two.paragraph or one.end < two.start
                for one, two in pairwise(shown)
            ]
            assert all(apart)
