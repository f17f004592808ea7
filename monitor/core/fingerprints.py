"""One string that stands for what an article says: equal content, equal fingerprint."""

from hashlib import sha256
from typing import Final

from monitor.core.articles import Article
from monitor.language.normalise import REVISION, comparable

_FIELD: Final = "\x00"
_ITEM: Final = "\x01"
_PREFIX: Final = f"{REVISION}:"


def fingerprint(article: Article) -> str:
    """Return the hash of title, sub-heading, body, captions, byline, section and credit, normalised.

    Stated times, the image address and a derived title do not count: the first are judged apart, the second changes
    with the page's resizing service, and the last only repeats the lead. Form: `<revision>:<SHA-256, hex>`.
    """
    fields = (
        "" if article.title_derived else _plain(article.title),
        _plain(article.subheading or ""),
        _ITEM.join(map(_plain, article.paragraphs)),
        _ITEM.join(map(_plain, article.captions)),
        _plain(article.byline or ""),
        _plain(article.section or ""),
        _plain(article.credit or ""),
    )
    # Normalising all at once is three times as fast as text by text; it leaves the separators where they are.
    content = comparable(_FIELD.join(fields))
    for separator in (_FIELD, _ITEM):
        content = content.replace(f" {separator}", separator).replace(f"{separator} ", separator)
    return _PREFIX + sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def is_current(content_hash: str) -> bool:
    """Whether a stored fingerprint was made by today's normalisation, so that comparing with it means something."""
    return content_hash.startswith(_PREFIX)


def _plain(text: str) -> str:
    """Free a text of the separators, which no page has any use for."""
    return text.replace(_FIELD, " ").replace(_ITEM, " ")
