"""What belongs to the body of a story, and what only stands between its paragraphs."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from monitor.language.normalise import comparable
from monitor.sitekit.markup import Block
from monitor.sites.inqilab.common import credit_of

# A pointer to another story in the middle of this one: আরও পড়ুন (read also), alone or with the headline behind it.
_READ_ALSO: Final = re.compile(rf"[\W_]*আর[ওো] (?:{comparable('পড়ুন')}|দেখুন|খবর)\s*(?:$|[:ঃ|>–—-]|\"(?:\s|$))")
_READ_ALSO_HINT: Final = "আর"
_BARE: Final = re.compile(rf"{_READ_ALSO.pattern}[\W_]*$")
_OTHER_STORY: Final = re.compile(r"(?:^|/)(?:news|article|details)/\d+")
_AD_LINK: Final = re.compile(
    r"https?://(?:ads?\d*|adserver|adclick)\.|doubleclick\.net|googlesyndication|googleadservices|/ads?/|[?&]adurl="
)
# What looks like a headline: one line, and no sentence that ends, is quoted or goes on below.
_HEADLINE: Final = re.compile(r"[^।]{1,150}(?<![?!.…:;,)\]\"'])")

# Counters, labels and buttons that stand between the paragraphs, each a whole line: those that look like words of a
# story, such as শেয়ার (also "stock"), only with their verb.
_LABEL: Final = re.compile(
    comparable(
        r"(?:বিজ্ঞাপন|অ্যাডভার্টাইজমেন্ট|advertisement|স্পনসরড"
        r"|(?:শেয়ার|প্রিন্ট|ফলো|অনুসরণ|মন্তব্য|কমেন্ট|লাইক|সাবস্ক্রাইব) করুন|প্রিন্ট|প্রিন্ট সংস্করণ|অনলাইন সংস্করণ"
        r"|(?:মোট )?(?:পঠিত|পড়া হয়েছে|দেখা হয়েছে|ভিউ|views?|হিট)(?: ?[:ঃ])? ?[\d,]+(?: ?বার)?"
        r"|(?:(?:সংবাদটি|খবরটি|এই সংবাদটি|নিউজটি) )?(?:মোট )?[\d,]+ (?:বার (?:পঠিত|পড়া হয়েছে|দেখা হয়েছে)|views?|ভিউ))"
        r" ?[।:ঃ]?"
    ),
    re.IGNORECASE,
)
_LONGEST_LABEL: Final = 50


def story(blocks: Iterable[Block]) -> tuple[str, ...]:
    """Return the paragraphs among the blocks of a body: no pointer to another story, no advertisement, no label."""
    return tuple(
        text
        for text, link in blocks
        if not (link and leads_away(link)) and not _is_read_also(text) and not _is_label(text)
    )


def paragraphs_of(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the paragraphs among the lines of a body, as `story` does.

    Where a pointer stands alone, the headline it means is the line below: another one at every fetch.
    """
    paragraphs: list[str] = []
    is_below_pointer = False
    for line in lines:
        is_other = is_below_pointer and _is_headline(line)
        is_below_pointer = _is_bare_pointer(line)
        if not (is_other or _is_read_also(line) or _is_label(line)):
            paragraphs.append(line)
    return tuple(paragraphs)


def headlines_at(lines: Sequence[str]) -> int | None:
    """Return where a pointer stands with nothing but headlines below it, None if there is none."""
    pointers = (at for at, line in enumerate(lines) if _is_bare_pointer(line))
    return next((at for at in pointers if all(_is_headline(line) for line in lines[at + 1 :])), None)


def leads_away(link: str) -> bool:
    """Whether a link leads to another story or an advertiser."""
    return _OTHER_STORY.search(link) is not None or _AD_LINK.search(link) is not None


def _is_bare_pointer(line: str) -> bool:
    return _is_read_also(line) and _BARE.fullmatch(comparable(line)) is not None


def _is_read_also(text: str) -> bool:
    opening = text[:60]
    return _READ_ALSO_HINT in opening and _READ_ALSO.match(comparable(opening)) is not None


def _is_headline(line: str) -> bool:
    text = comparable(line)
    return _HEADLINE.fullmatch(text) is not None and credit_of([line]) is None


def _is_label(text: str) -> bool:
    return len(text) <= _LONGEST_LABEL and _LABEL.fullmatch(comparable(text)) is not None
