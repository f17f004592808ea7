"""Correction notes: the sentence by which a paper owns up to an edit."""

import re
from typing import Final

from monitor.language.normalise import comparable

# A label counts only with a colon or dash behind it: সংশোধনী প্রস্তাব ("amendment motion") opens ordinary news.
_LABELS: Final = {
    "bn": ("সংশোধনী", "সংশোধন", "সংশোধিত", "ভুল সংশোধন", "দুঃখ প্রকাশ", "সম্পাদকের নোট", "সম্পাদকীয় নোট"),
    "en": (
        "correction",
        "corrections",
        "corrected",
        "clarification",
        "editor's note",
        "editors' note",
        "update note",
    ),
}
_SENTENCES: Final = {
    "bn": ("এই প্রতিবেদনের আগের সংস্করণে", "এই সংবাদটি সংশোধন করা হয়েছে", "এই প্রতিবেদনটি সংশোধন করা হয়েছে"),
    "en": (
        "an earlier version of this",
        "a previous version of this",
        "this article was amended",
        "this article was corrected",
        "this article has been corrected",
        "this story has been corrected",
    ),
}


def _either(openings: tuple[str, ...]) -> str:
    return "|".join(re.escape(comparable(opening)) for opening in openings)


_NOTES: Final = {
    language: re.compile(
        rf"[\W_]*(?:(?:{_either(_LABELS[language])})\s*[:ঃ|\-–—]|(?:{_either(_SENTENCES[language])}))",
        re.IGNORECASE,
    )
    for language in _LABELS
}


def is_correction_note(paragraph: str, language: str) -> bool:
    """Whether a paragraph opens the way correction notes do in its language, or in English."""
    opening = comparable(paragraph[:200])
    return any(note.match(opening) for name, note in _NOTES.items() if name in {language, "en"})
