"""What docs/queries.md tells users about queries is so: each finds the text beside it, and passes over the other."""

import re
from pathlib import Path

import pytest

from monitor.core.articles import Article
from monitor.core.query import Document, Lexicon, Query, QueryError, Text, matches
from monitor.core.query.parse import DEEPEST
from monitor.core.query.tokens import FIELDS, LONGEST
from monitor.language.analyse import Analyser

DOCUMENT = (Path(__file__).parents[3] / "docs" / "queries.md").read_text("utf-8")
ROWS = re.findall(r"^\| `(.+)` \| (.+) \| (.+) \|$", DOCUMENT, re.MULTILINE)
ANALYSER = Analyser("bn")


def document(cell: str) -> Document:
    """The story in a cell: fields apart by semicolons, or the body."""
    fields = {"body": cell} if ": " not in cell else dict(field.split(": ") for field in cell.split("; "))
    article = Article(
        fields.get("title", ""),
        (fields.get("body", ""),),
        subheading=fields.get("subheading"),
        captions=(fields.get("captions", ""),),
        byline=fields.get("byline"),
        section=fields.get("section"),
        credit=fields.get("credit"),
    )
    return Document.of(
        article, site=fields.get("site", "inqilab"), language=fields.get("lang", "bn"), analyser=ANALYSER
    )


@pytest.mark.parametrize(("query", "found", "passed"), ROWS, ids=[row[0] for row in ROWS])
def test_a_query_finds_what_it_says(query: str, found: str, passed: str) -> None:
    for cell, is_found in ((found, True), (passed, False)):
        *before, after = cell.split(" → ")
        text = Text(document(after), document(before[0]) if before else None)
        assert (matches(Query.parse(query), text, Lexicon(ANALYSER)) is not None) == is_found, cell


def test_all_fields_have_examples() -> None:
    assert {field for field in FIELDS if any(f"{field}:" in query for query, _, _ in ROWS)} == set(FIELDS)


def test_the_limits_are_those_of_the_program() -> None:
    assert f"up to {LONGEST:,} characters long and up to {DEEPEST} levels deep" in DOCUMENT


def test_the_refusal_that_is_shown() -> None:
    with pytest.raises(QueryError) as error:
        Query.parse("পুতিন AND OR কিম")
    assert "".join(f"    {line}\n" for line in str(error.value).split("\n")) in DOCUMENT
