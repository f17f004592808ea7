"""Queries, as tables: what each way to write them finds, and what is refused with the place shown."""

import pytest

from monitor.core.articles import Article
from monitor.core.query import Document, Lexicon, Query, QueryError, Synonyms, Text, matches
from monitor.core.query.anchors import Anchors
from monitor.core.query.parse import DEEPEST, LONGEST_CHAIN
from monitor.core.query.tokens import LONGEST
from monitor.language.analyse import Analyser
from tests.core.query.test_meaning import has_all

ANALYSER = Analyser("bn")
STORY = Article(
    title="Kim meets Putin",
    subheading="a rare summit",
    paragraphs=("alpha beta gamma delta epsilon", "beta alpha. Sergei Shoigu spoke; 1,200 men"),
    captions=("the caption",),
    byline="Ann Author",
    section="World",
    credit="Reuters",
)


def document(article: Article) -> Document:
    return Document.of(article, site="inqilab", language="bn", analyser=ANALYSER)


def found(
    query: str, *groups: tuple[str, ...], before: Article | None = None, after: Article = STORY
) -> list[str] | None:
    """The stretches of the texts that match, those before a change behind a minus."""
    text = Text(document(after), document(before) if before else None)
    parsed, lexicon = Query.parse(query), Lexicon(ANALYSER, Synonyms(groups))
    match = matches(parsed, text, lexicon)
    if match is None:
        return None
    assert has_all(Anchors(lexicon, frozenset()).of(parsed.node), text)
    sides = [
        (article, mark, places)
        for article, mark, places in ((after, "", match.after), (before, "-", match.before))
        if article
    ]
    return [
        mark + texts(article)[place.field][place.paragraph][place.start : place.end]
        for article, mark, places in sides
        for place in places
    ]


def texts(article: Article) -> dict[str, tuple[str, ...]]:
    one = {
        "title": article.title,
        "subheading": article.subheading,
        "byline": article.byline,
        "section": article.section,
        "credit": article.credit,
    }
    return {field: (text or "",) for field, text in one.items()} | {
        "body": article.paragraphs,
        "captions": article.captions,
    }


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("", []),
        ("  ", []),
        # words, in any field of the text
        ("kim", ["Kim"]),
        ("summit caption", ["summit", "caption"]),
        ("author", None),
        ("১২০০", ["1,200"]),
        # AND, OR, NOT, and what stands side by side
        ("kim AND putin", ["Kim", "Putin"]),
        ("kim && putin", ["Kim", "Putin"]),
        ("kim xi", None),
        ("kim OR xi", ["Kim"]),
        ("xi || putin || kim", ["Kim", "Putin"]),
        ("kim NOT xi", ["Kim"]),
        ("kim AND NOT putin", None),
        ("kim -xi", ["Kim"]),
        ("kim !xi", ["Kim"]),
        ("kim -putin", None),
        ("NOT xi", []),
        ("NOT NOT kim", []),
        ("xi OR kim putin", ["Kim", "Putin"]),
        ("(xi OR kim) xi", None),
        ("kim OR (NOT alpha)", ["Kim"]),
        ("xi OR (NOT xi)", []),
        ("putin* OR shoigu*", ["Putin", "Shoigu"]),
        ("=putin OR title:xi", ["Putin"]),
        # phrases
        ('"kim meets"', ["Kim meets"]),
        ('"meets kim"', None),
        ("“kim meets”", ["Kim meets"]),
        ('"gamma delta epsilon beta"', None),
        ('"putin a rare"', None),
        ("alpha-beta", ["alpha beta"]),
        ('"gamma, delta"', ["gamma delta"]),
        ('"beta alpha"~1', ["alpha beta", "beta alpha"]),
        ('"alpha epsilon"~2', None),
        ('"epsilon alpha"~3', ["alpha beta gamma delta epsilon"]),
        ('"epsilon beta"~১০০', ["beta gamma delta epsilon"]),
        # NEAR: in any order, and only within a paragraph
        ("epsilon NEAR alpha", ["alpha", "epsilon"]),
        ("alpha NEAR/3 epsilon", None),
        ("alpha NEAR/4 epsilon", ["alpha", "epsilon"]),
        ("alpha NEAR/৪ epsilon", ["alpha", "epsilon"]),
        ("epsilon NEAR shoigu", None),
        ("kim NEAR alpha", None),
        ("kim NEAR kim", None),
        ("alpha NEAR/1 alpha", None),
        ('"sergei shoigu" NEAR/1 (spoke OR wrote)', ["Sergei Shoigu", "spoke"]),
        ("alpha NEAR/2 gamma NEAR/2 epsilon", ["alpha", "gamma", "epsilon"]),
        ("beta NEAR/1 alpha NEAR/1 sergei", ["beta", "alpha", "Sergei"]),
        # prefixes and exact forms
        ("shoi*", ["Shoigu"]),
        ("epsilon*", ["epsilon"]),
        ("hoi*", None),
        ('"sergei sho*"', ["Sergei Shoigu"]),
        ("sergei-sho*", ["Sergei Shoigu"]),
        ("meet", ["meets"]),
        ("=meet", None),
        ("=Meets", ["meets"]),
        ('"kim =meets"', ["Kim meets"]),
        ('="kim meet"', None),
        # fields
        ("title:kim", ["Kim"]),
        ("title: kim", ["Kim"]),
        ("TITLE:kim", ["Kim"]),
        ("body:kim", None),
        ("title:(kim putin)", ["Kim", "Putin"]),
        ("title:(kim alpha)", None),
        ("title:(kim body:alpha)", ["Kim", "alpha", "alpha"]),
        ("title:kim alpha", ["Kim", "alpha", "alpha"]),
        ("title:(NOT alpha)", []),
        ("subheading:rare captions:caption", ["rare", "caption"]),
        ('byline:"ann author" section:world credit:reuters', ["Ann Author", "World", "Reuters"]),
        ("site:inqilab", []),
        ('site:"Inqilab" kim', ["Kim"]),
        ("site:inqi", None),
        ("site:(other OR inqilab) lang:bn", []),
        ("lang:en", None),
        # nothing changed
        ("gained:kim", None),
        ("NOT more:kim", []),
    ],
)  # fmt: skip
def test_what_is_found(query: str, places: list[str] | None) -> None:
    assert found(query) == places


OLD = Article("Kim", ("alpha alpha beta",))
NEW = Article("Kim", ("alpha gamma, alpha delta alpha",))


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("gained:gamma", ["gamma"]),
        ("gained:alpha", None),
        ("gained:beta", None),
        ("gained:(alpha gamma)", ["alpha", "gamma", "alpha", "alpha"]),
        ("gained:(NOT beta)", []),
        ("lost:beta", ["-beta"]),
        ("lost:gamma", None),
        ("lost:(NOT gamma)", []),
        ('gained:"gamma alpha" lost:"alpha beta"', ["gamma, alpha", "-alpha beta"]),
        ("more:alpha", ["alpha", "alpha", "alpha"]),
        ("fewer:alpha", None),
        ("more:kim OR fewer:kim", None),
        ('fewer:"alpha alpha"', ["-alpha alpha"]),
        ("more:(beta OR gamma)", None),
        ("more:(gamma OR delta)", ["gamma", "delta"]),
        ("fewer:(beta OR xi)", ["-beta"]),
        ("fewer:(alpha beta)", ["-alpha", "-alpha", "-beta"]),
        ("title:kim gained:body:gamma", ["Kim", "gamma"]),
        ("gained:title:gamma", None),
        ("site:inqilab gained:(site:inqilab gamma)", ["gamma"]),
    ],
)  # fmt: skip
def test_what_changed(query: str, places: list[str] | None) -> None:
    assert found(query, before=OLD, after=NEW) == places


@pytest.mark.parametrize(
    ("query", "groups", "places"),
    [
        ("shoygu", [("shoigu", "shoygu")], ["Shoigu"]),
        ("=shoygu", [("shoigu", "shoygu")], None),
        ("shoyg*", [("shoigu", "shoygu")], None),
        ("minister", [("minister", "sergei shoigu")], ["Sergei Shoigu"]),
        ('"sergey shoygu"', [("sergey shoygu", "sergei shoigu")], ["Sergei Shoigu"]),
        ('"alpha sergey shoygu spoke"', [("sergey shoygu", "sergei shoigu")], ["alpha. Sergei Shoigu spoke"]),
        ('"alpha minister spoke"', [("minister", "sergei shoigu")], ["alpha. Sergei Shoigu spoke"]),
        ('"sergey shoygu said"', [("sergey shoygu", "sergei shoigu")], None),
        ("sergey shoygu", [("sergey shoygu", "sergei shoigu")], None),
        ("a", [("a", "b"), ("b", "kim")], ["a"]),
        ("xi", [("xi", "putin"), ("xi", "kim")], ["Kim", "Putin"]),
        ("boss NEAR/1 spoke", [("boss", "sergei shoigu")], ["Sergei Shoigu", "spoke"]),
        ("site:other", [("other", "inqilab")], None),
        ('"boss of staff wrote"', [("boss of staff", "spoke"), ("wrote", "1200")], ["spoke; 1,200"]),
        ("title:head", [("head", "xi"), ("head", "kim")], ["Kim"]),
    ],
)
def test_synonyms(query: str, groups: list[tuple[str, ...]], places: list[str] | None) -> None:
    assert found(query, *groups) == places


def test_a_word_of_a_query_has_the_forms_of_the_language() -> None:
    story = Article("", ("পুতিনের সঙ্গে কিমা নয়, কিমকে দেখা গেল রাশিয়ায়",))
    assert found("পুতিন কিম রাশিয়া", after=story) == ["পুতিনের", "কিমকে", "রাশিয়ায়"]
    assert found("=পুতিন", after=story) is None
    assert found("গুতিন", ("গুতিন", "পুতিন"), after=story) == ["পুতিনের"]


EXPECTED = 'expected a word, a "phrase" or ('


@pytest.mark.parametrize(
    ("query", "message", "line", "caret"),
    [
        ("kim AND", f"{EXPECTED} after AND", "kim AND", "       ^"),
        ("kim AND  ", f"{EXPECTED} after AND", "kim AND  ", "       ^"),
        ("kim AND OR xi", f"{EXPECTED} after AND", "kim AND OR xi", "        ^^"),
        ("OR xi", f"{EXPECTED} before OR", "OR xi", "^^"),
        ("title:", f"{EXPECTED} after title:", "title:", "      ^"),
        ("kim ()", f"{EXPECTED} between the parentheses", "kim ()", "     ^"),
        ("(kim OR (xi)", "this ( is never closed: put a ) where it should be", "(kim OR (xi)", "^"),
        ("kim) xi", "this ) closes nothing: take it away, or put a ( before", "kim) xi", "   ^"),
        ('kim "xi', 'this quotation does not end: put a " where it should', 'kim "xi', "    ^"),
        ("kim and xi", 'write AND in capitals, or "and" to find the word', "kim and xi", "    ^^^"),
        ("kim Near xi", 'write NEAR in capitals, or "Near" to find the word', "kim Near xi", "    ^^^^"),
        ("kim NEAR/0 xi", "NEAR/ takes a number of words, 1 to 1,000, without a space", "kim NEAR/0 xi", "    ^^^^^^"),
        ("kim NEAR/1001 xi", "NEAR/ takes a number of words, 1 to 1,000, without a space", "kim NEAR/1001 xi", "    ^^^^^^^^^"),
        ("kim NEAR/ 5 xi", "NEAR/ takes a number of words, 1 to 1,000, without a space", "kim NEAR/ 5 xi", "    ^^^^^"),
        ("kim NEAR (xi putin)", "NEAR takes words, phrases, and such in parentheses with OR between them", "kim NEAR (xi putin)", "         ^"),
        ("kim NEAR NOT xi", f"{EXPECTED} after NEAR", "kim NEAR NOT xi", "         ^^^"),
        ('"kim"~ xi', '"…"~ takes a number of words, 1 to 1,000, without a space', '"kim"~ xi', "     ^"),
        ("kim~2", 'words have no ~ or ^; "…"~5 allows 5 other words between those of a phrase', "kim~2", "^^^^^"),
        ("k*m", "* can only stand at the end of a word", "k*m", "^^^"),
        ("=kim*", "= is for the exact form and * for every ending: take one of them", "=kim*", "^^^^^"),
        ("kim - xi", "there is no word in this: write one, or take it away", "kim - xi", "    ^"),
        ('kim ""', "there is no word in this: write one, or take it away", 'kim ""', "    ^^"),
        ("kim *", "there is no word in this: write one, or take it away", "kim *", "    ^"),
        ("gained:(kim lost:xi)", "lost: cannot stand inside gained:", "gained:(kim lost:xi)", "            ^^^^^"),
        ("site:inq*", "site: takes the whole name and no other signs", "site:inq*", "     ^^^^"),
        ("kim url:xi", "no field url: there are title, subheading, body, captions, byline, section, credit, site, lang, gained, lost, more, fewer; put text with a colon in quotes", "kim url:xi", "    ^^^^"),
        # the caret stands under the place, whatever stands before it
        ("পুতিনের AND", f"{EXPECTED} after AND", "পুতিনের AND", "        ^"),
        ("金正恩 k*m", "* can only stand at the end of a word", "金正恩 k*m", "       ^^^"),
        ("kim\n(xi", "this ( is never closed: put a ) where it should be", "kim (xi", "    ^"),
        ("x " * 40 + "k*m" + " y" * 40, "* can only stand at the end of a word", "…" + "x " * 25 + "k*m" + " y" * 25 + "…", " " * 51 + "^^^"),
    ],
)  # fmt: skip
def test_what_is_refused(query: str, message: str, line: str, caret: str) -> None:
    with pytest.raises(QueryError) as error:
        Query.parse(query)
    assert str(error.value).split("\n") == [message, f"  {line}", f"  {caret}"]
    assert error.value.message == message


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("NOT ", ""), ("!", ""), ("title:", ""), ('x OR "y" (', ")")]
)
def test_what_could_exhaust_the_stack_is_refused(opening: str, closing: str) -> None:
    found(opening * DEEPEST + "x" + closing * DEEPEST)
    for levels in (DEEPEST + 1, 500):
        with pytest.raises(QueryError, match="more than 40 levels inside each other: write two rules"):
            Query.parse(opening * levels + "x" + closing * levels)


def test_chains_of_near_have_an_end() -> None:
    found(" NEAR ".join("x" * LONGEST_CHAIN))
    with pytest.raises(QueryError, match="more than 20 in one chain of NEAR: write two rules"):
        Query.parse(" NEAR ".join("x" * (LONGEST_CHAIN + 1)))


def test_a_query_may_be_long_but_not_endless() -> None:
    assert found(" OR ".join(["xi"] * 1_300 + ["kim"])) == ["Kim"]
    with pytest.raises(QueryError, match="a query may have up to 8,192 characters: write two rules"):
        Query.parse("x" * (LONGEST + 1))
