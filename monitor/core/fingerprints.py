"""One string that stands for what an article says: equal content, equal fingerprint."""

from hashlib import sha256
from typing import Final

from monitor.core.articles import Article
from monitor.language.normalise import REVISION, comparable

# Neither sign can occur in comparable text: both are white space to str.split, which folds them away.
_FIELD: Final = "\x1e"
_ITEM: Final = "\x1f"
_PREFIX: Final = f"{REVISION}:"


def fingerprint(article: Article) -> str:
    """Return the hash of title, sub-heading, body, captions, byline, section and credit, normalised.

    Stated times, the image address and a derived title do not count: the first are judged apart, the second changes
    with the page's resizing service, and the last only repeats the lead. Form: `<revision>:<SHA-256, hex>`.
    """
    fields = (
        "" if article.title_derived else comparable(article.title),
        comparable(article.subheading or ""),
        _ITEM.join(map(comparable, article.paragraphs)),
        _ITEM.join(map(comparable, article.captions)),
        comparable(article.byline or ""),
        comparable(article.section or ""),
        comparable(article.credit or ""),
    )
    return _PREFIX + sha256(_FIELD.join(fields).encode("utf-8", "surrogatepass")).hexdigest()


def is_current(content_hash: str) -> bool:
    """Whether a stored fingerprint was made by today's normalisation, so that comparing with it means something."""
    return content_hash.startswith(_PREFIX)
