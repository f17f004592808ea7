"""A small language, and random queries and stories in it: few words, so that queries match as often as not."""

import re
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from monitor.core.articles import Article
from monitor.core.query import Document
from monitor.language.analyse import Analyser, Word
from tests.core.query.slow import TEXT, Story, Tree

LEMMAS: Mapping[str, frozenset[str]] = {
    "a": frozenset({"a"}),
    "as": frozenset({"a", "as"}),
    "ab": frozenset({"ab", "b"}),
    "b": frozenset({"b"}),
    "bs": frozenset({"b", "bs"}),
    "c": frozenset({"c"}),
    "কিম": frozenset({"কিম"}),
    "কিমের": frozenset({"কিম", "কিমের"}),
}
GROUPS = (("a", "c"), ("b", "a c", "কিম c b"), ("কিম", "ab"))
WORDS = tuple(LEMMAS)
SITES = ("toys", "other")


class Toy(Analyser):
    """The analyser of that language: words are apart by spaces."""

    def words(self, text: str) -> list[Word]:
        return [Word(*found.span(), found[0], self.lemmas(found[0])) for found in re.finditer(r"\S+", text)]

    def lemmas(self, form: str) -> frozenset[str]:
        return LEMMAS.get(form, frozenset((form,)))


def document(story: Story) -> Document:
    """The story as queries see it."""
    texts = {field: [" ".join(words) for words in story[field]] for field in (*TEXT, "byline", "section", "credit")}
    one = {field: texts[field][0] if texts[field] else None for field in ("subheading", "byline", "section", "credit")}
    article = Article(texts["title"][0], tuple(texts["body"]), captions=tuple(texts["captions"]), **one)  # type: ignore[arg-type]
    return Document.of(article, site=story["site"], language=story["lang"], analyser=Toy(story["lang"]))


def stories(site: str = "toys") -> st.SearchStrategy[Story]:
    paragraph = st.lists(st.sampled_from(WORDS), max_size=9)
    one = st.lists(paragraph, max_size=1)
    many = st.lists(paragraph, max_size=3)
    fields: dict[str, Any] = dict.fromkeys(("subheading", "byline", "section", "credit"), one)
    return st.fixed_dictionaries(
        {**fields, "title": st.lists(paragraph, min_size=1, max_size=1), "body": many, "captions": many}
        | {"site": st.just(site), "lang": st.just("toy")}
    )


_TERM = st.tuples(st.sampled_from(WORDS), st.just("lemma")) | st.sampled_from(
    [("a", "exact"), ("as", "exact"), ("bs", "exact"), ("a", "prefix"), ("b", "prefix"), ("কি", "prefix")]
)
_WORDS = st.tuples(
    st.just("words"),
    st.lists(_TERM, min_size=1, max_size=3).map(tuple),
    st.sampled_from([0, 0, 0, 1, 2]),
    st.sampled_from(["", "", "", "title", "body", "section"]),
)
_NEAR = st.lists(st.lists(_WORDS, min_size=1, max_size=2).map(tuple), min_size=2, max_size=3).flatmap(
    lambda operands: st.tuples(
        st.just("near"),
        st.just(tuple(operands)),
        st.tuples(*[st.integers(1, 4) for _ in operands[1:]]),
    )
)
_NAMED = st.tuples(st.just("site"), st.sampled_from(SITES)) | st.tuples(st.just("lang"), st.sampled_from(["toy", "bn"]))


def _grown(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    many = st.lists(parts, min_size=2, max_size=3)
    return (
        many.map(lambda some: ("and", *some))
        | many.map(lambda some: ("or", *some))
        | parts.map(lambda one: ("not", one))
    )


leaves = _WORDS | _NEAR
"""Words and NEAR alone."""

plain_trees: st.SearchStrategy[Tree] = st.recursive(_WORDS | _WORDS | _NEAR | _NAMED, _grown, max_leaves=5)
"""Queries about one text."""

trees: st.SearchStrategy[Tree] = st.recursive(
    plain_trees | st.tuples(st.sampled_from(["gained", "lost", "more", "fewer"]), plain_trees), _grown, max_leaves=4
)
"""Queries about a change as well."""


def written(tree: Tree) -> str:
    """The text of a query."""
    kind, *parts = tree
    if kind == "words":
        terms, slop, scope = parts
        marks = {"lemma": ("", ""), "exact": ("=", ""), "prefix": ("", "*")}
        text = " ".join(word.join(marks[how]) for word, how in terms)
        return (f"{scope}:" if scope else "") + (text if len(terms) == 1 and not slop else _quoted(text, slop))
    if kind == "near":
        operands = [f"({' OR '.join(map(written, words))})" for words in parts[0]]
        return operands[0] + "".join(f" NEAR/{n} {text}" for n, text in zip(parts[1], operands[1:], strict=True))
    if kind in {"and", "or"}:
        return f" {kind.upper()} ".join(f"({written(part)})" for part in parts)
    if kind in {"site", "lang"}:
        return f"{kind}:{parts[0]}"
    return f"{'NOT ' if kind == 'not' else f'{kind}:'}({written(parts[0])})"


def _quoted(text: str, slop: int) -> str:
    return f'"{text}"' + (f"~{slop}" if slop else "")
