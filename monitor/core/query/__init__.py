"""Queries over stories: what a desk writes to say which stories it cares about, and whether a story is one of them.

    parse.py      a line of text -> Query, or QueryError with the place         tokens.py, nodes.py, errors.py
    documents.py  an Article -> Document: its words, by lemma and form, each with its place
    lexicon.py    the words of a query, as one language and the user's synonyms have them
    evaluate.py   matches(query, text, lexicon) -> Match: the places that match
    anchors.py    what a text must hold for a query to match, so that most queries need not be tried

The language is described for its users in docs/queries.md.
"""

from monitor.core.query.documents import Document, Place, Text
from monitor.core.query.errors import QueryError
from monitor.core.query.evaluate import Match, matches
from monitor.core.query.lexicon import Lexicon, Synonyms
from monitor.core.query.parse import Query

__all__ = ["Document", "Lexicon", "Match", "Place", "Query", "QueryError", "Synonyms", "Text", "matches"]
