"""The rule book finds exactly the rules that match, whatever was added and dropped before, in any language."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.articles import Article
from monitor.core.query import Document, Query, Synonyms, Text
from monitor.core.rulebook import RuleBook
from monitor.core.rules import OF_STORIES, Occasion, Rule
from monitor.language.analyse import Analyser, Word
from tests.core.query.slow import Slow, Story, Tree
from tests.core.query.toys import GROUPS, LEMMAS, Toy, document, stories, trees, written

ALL = OF_STORIES


def rule(name: str, query: str, *on: Occasion, min_change: int = 0, enabled: bool = True) -> Rule:
    occasions = frozenset(on) or ALL
    return Rule(name=name, query=Query.parse(query), on=occasions, to=("desk",), min_change=min_change, enabled=enabled)


def names(book: RuleBook, text: Text, *occasions: Occasion, size: int | None = None) -> list[str]:
    return [met.name for met, _ in book.matching(text, occasions or ALL, size)]


def story(body: str, language: str = "bn") -> Text:
    return Text(Document.of(Article("", (body,)), site="toys", language=language, analyser=Analyser(language)))


@given(
    rules=st.lists(trees, max_size=8),
    late=st.lists(trees, max_size=4),
    dropped=st.sets(st.integers(0, 7)),
    texts=st.lists(st.tuples(stories(), st.none() | stories()), min_size=1, max_size=3),
)
@settings(max_examples=50, deadline=None)
def test_none_is_missed(
    rules: Sequence[Tree], late: Sequence[Tree], dropped: set[int], texts: Sequence[tuple[Story, Story | None]]
) -> None:
    slow = Slow(LEMMAS.__getitem__, GROUPS)
    book = RuleBook([rule(str(at), written(tree)) for at, tree in enumerate(rules)], Synonyms(GROUPS), Toy)
    left = {str(at): tree for at, tree in enumerate(rules)}
    for at, (after, before) in enumerate(texts):
        text = Text(document(after), document(before) if before else None)
        assert names(book, text) == sorted(name for name, tree in left.items() if slow.holds(tree, after, before))
        if at == 0:  # the index is there by now, and is kept up
            for number in dropped:
                book.drop(str(number))
                left.pop(str(number), None)
            for number, tree in enumerate(late):
                book.add(rule(str(number), written(tree)))
                left[str(number)] = tree


def test_a_rule_that_takes_the_name_of_another_takes_its_place() -> None:
    book = RuleBook([rule("r", "কিম")])
    assert names(book, story("কিম")) == ["r"]
    book.add(rule("r", "পুতিন"))
    assert (names(book, story("কিম")), names(book, story("পুতিন"))) == ([], ["r"])
    book.add(rule("r", "পুতিন", enabled=False))
    assert names(book, story("পুতিন")) == []


@pytest.mark.parametrize("section", ["কিম", None])
@pytest.mark.parametrize("body", ["পুতিন বৈঠক", "বৈঠক"])
def test_what_a_rule_needs_besides_may_be_in_one_place_or_another(section: str | None, body: str) -> None:
    article = Article("", (body,), section=section)
    text = Text(Document.of(article, site="toys", language="bn", analyser=Analyser("bn")))
    book = RuleBook([rule("r", "বৈঠক (section:কিম OR পুতিন)")])
    assert names(book, text) == (["r"] if section or "পুতিন" in body else [])


def test_a_rule_is_for_its_occasions() -> None:
    book = RuleBook(
        [
            rule("new", "", Occasion.PUBLISHED),
            rule("silent", "", Occasion.SILENT),
            rule("both", "কিম", Occasion.PUBLISHED, Occasion.EDITED),
        ]
    )
    assert names(book, story("কিম"), Occasion.PUBLISHED) == ["both", "new"]
    assert names(book, story("কিম"), Occasion.EDITED, Occasion.SILENT) == ["both", "silent"]
    assert names(book, story("কিম"), Occasion.UNPUBLISHED) == []


@pytest.mark.parametrize(("size", "met"), [(None, ["any", "large"]), (0, ["any"]), (4, ["any"]), (5, ["any", "large"])])
def test_small_edits_are_passed_over(size: int | None, met: list[str]) -> None:
    book = RuleBook([rule("any", "কিম"), rule("large", "কিম", min_change=5)])
    assert names(book, story("কিম"), size=size) == met


def test_each_language_has_its_own_words() -> None:
    book = RuleBook(
        [rule("r", "as")], analyser_of=lambda language: Toy(language) if language == "toy" else Analyser(language)
    )
    toy = Text(Document.of(Article("a", ()), site="toys", language="toy", analyser=Toy("toy")))
    assert names(book, toy) == ["r"]
    assert names(book, story("a", "bn")) == []
    book.drop("r")
    assert names(book, toy) == []


def test_what_befalls_a_site_meets_rules_without_words() -> None:
    failing = Occasion.SITE_FAILING
    book = RuleBook(
        [
            rule("any", "", failing),
            rule("this", "site:toys", failing),
            rule("not", "NOT site:toys", failing),
            rule("story", "কিম"),
        ]
    )
    assert names(book, Text(Document.bare(site="toys", language="bn")), failing) == ["any", "this"]
    assert names(book, Text(Document.bare(site=None, language="")), failing) == ["any", "not"]


def test_no_index_is_made_for_what_is_about_no_story() -> None:
    languages: list[str] = []
    book = RuleBook([rule("any", "", Occasion.RECEIVER_DISABLED), rule("story", "কিম")], analyser_of=_noted(languages))
    assert names(book, Text(Document.bare(site=None, language="")), Occasion.RECEIVER_DISABLED) == ["any"]
    assert languages == []


def _noted(languages: list[str]) -> type[Analyser]:
    class Noted(Analyser):
        def words(self, text: str) -> list[Word]:
            languages.append(self.language)
            return super().words(text)

    return Noted
