"""How pages say that what was asked for is not there, in the languages of their readers."""

import re
from typing import Final

from monitor.language.normalise import comparable, nfc

# Sentences of a page about itself. "Not found" alone also stands in headlines ("Missing boy not found for weeks").
_SAYS_MISSING: Final = re.compile(
    nfc(r"""\b(?:error\ ?)?(?:404|410)\b (?! \S*\d) .{0,20} (?:$|error|not\ found|gone|পাওয়া|ত্রুটি)
    | ^(?:error\ ?)? (?:404|410)\b
    | \b(?:page|article|story|post|content|url|link|file|news) \b .{0,40}
      \b(?:not\ (?:be\ )?found|does\ ?n[o']t\ exist|no\ longer\ (?:available|exists?)
      |has\ been\ (?:removed|deleted)|is\ gone)\b
    | ^(?:oops\W{0,3}\ ?)?(?:404\W*)?(?:page\ )?not\ found\b
    | \b(?:could\ ?n[o']t|can\ ?n[o']t|cannot|unable\ to)\ (?:be\ )?find\b .{0,30} \b(?:page|article|story|looking)
    | (?:পেজ|পেইজ|পাতা|পৃষ্ঠা|সংবাদ|খবর|লিংক|কনটেন্ট) .{0,40} (?:খুঁজে\ )?(?:পাওয়া\ যায়নি|পাওয়া\ যায়\ নি|পাওয়া\ যাচ্ছে\ না)
    | (?:পেজ|পেইজ|পাতা|পৃষ্ঠা|সংবাদ|লিংক|কনটেন্ট) .{0,20} (?:সরিয়ে\ (?:ফেলা|নেওয়া)|মুছে\ ফেলা|নেই$)
    """),
    re.IGNORECASE | re.VERBOSE,
)
_LONGEST: Final = 200


def says_missing(heading: str) -> bool:
    """Whether a page's title or main heading says that there is no such page."""
    return _SAYS_MISSING.search(comparable(heading[:_LONGEST])) is not None
