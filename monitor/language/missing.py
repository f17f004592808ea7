"""How pages say that what was asked for is not there, in the languages of their readers."""

import re
from typing import Final

from monitor.language.normalise import comparable, nfc

# Sentences of a page about itself. "Not found" alone also stands in headlines ("Missing boy not found for weeks").
_STATUS: Final = r"(?:error\W{0,3})?(?:404|410)"
_ENGLISH: Final = r"(?:page|article|story|post|content|url|link|file)"
_BENGALI: Final = nfc("(?:পেজ|পেইজ|পাতা|পৃষ্ঠা|সংবাদ|খবর|লিংক|কনটেন্ট)")
_SAYS_MISSING: Final = re.compile(
    "|".join(
        (
            rf"^{_STATUS}\W*(?:$|error\b|not found\b|gone\b|page\b|{_ENGLISH} )",
            rf"\b{_STATUS}\W+(?:not found|gone|page not found)\b",
            nfc(rf"{_STATUS}\W+পাওয়া"),
            rf"^(?:oops|sorry)?\W*(?:{_ENGLISH} )?not found\b",
            rf"\b{_ENGLISH}\b.{{0,40}}\b(?:(?:was|is|could) not (?:be )?found|not found$|does ?n[o']t exist)",
            rf"\b{_ENGLISH}\b.{{0,40}}\b(?:is|are) no longer (?:available|here)\b",
            rf"\b{_ENGLISH}\b.{{0,20}}\bhas been (?:removed|deleted)\b",
            rf"\bcan(?:no|')?t find\b.{{0,30}}\b{_ENGLISH}\b",
            nfc(rf"{_BENGALI}.{{0,40}}(?:পাওয়া যায়নি|পাওয়া যায় নি|পাওয়া যাচ্ছে না)"),
            nfc(rf"{_BENGALI}.{{0,20}}(?:সরিয়ে (?:ফেলা|নেওয়া)|মুছে ফেলা|নেই$)"),
        )
    ),
    re.IGNORECASE,
)
_LONGEST: Final = 200


def says_missing(heading: str) -> bool:
    """Whether a page's title or main heading says that there is no such page."""
    return _SAYS_MISSING.search(comparable(heading[:_LONGEST])) is not None
