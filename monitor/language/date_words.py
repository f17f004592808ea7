"""The words of date lines, in frozen tables for each language.

A row is a kind, one letter (`date_grammar` explains them), a number, and the words that have both. In the words a
comma parts two, and a space stands within a phrase. Listed are also the misspellings that papers print.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

Row: TypeAlias = tuple[str, int, str]

REPORTER: Final = 1
"""The number of an unknown word that ends a byline."""
AGENCY: Final = 2
"""The number of an unknown word that is a news agency."""
WAS: Final = 1
"""The number of a label that is a verb, so that it speaks of what stands before it."""


def _numbered(kind: str, names: Iterable[str], first: int) -> tuple[Row, ...]:
    return tuple((kind, number, words) for number, words in enumerate(names, first))


# --- Parts of the day ---


def _clock(said: dict[int, int]) -> tuple[int, ...]:
    """Give for each hour 0-23 as said the hour it means, or -1; an hour it can mean may also be said as such."""
    meant = {hour: hour for hour in said.values() if hour == 0 or hour > 12} | said
    return tuple(meant.get(hour, -1) for hour in range(24))


def _evening(*hours: int) -> dict[int, int]:
    return {hour: hour % 12 + 12 for hour in hours}


def _morning(*hours: int) -> dict[int, int]:
    return {hour: hour % 12 for hour in hours}


# An hour is taken with a part of the day only where Bengali speakers join the two: "সকাল ১টা" is not understood.
_PARTS: Final = (
    ("a", _clock(_morning(*range(13))), "এএম, এ এম, am, a m, পূর্বাহ্ন, পূর্বাহ্ণ, পুর্বাহ্ন, পুর্বাহ্ণ"),
    ("a", _clock(_evening(*range(1, 13))), "পিএম, পি এম, pm, p m, অপরাহ্ন, অপরাহ্ণ"),
    ("a", _clock(_evening(12)), "মধ্যাহ্ন, মধ্যাহ্ণ, noon"),
    ("v", _clock(_morning(2, 3, 4, 5, 6)), "ভোররাত, ভোররাতে, ভোর রাত, ভোর রাতে, শেষ রাত, শেষ রাতে, শেষরাত, শেষরাতে"),
    ("v", _clock(_morning(3, 4, 5, 6, 7)), "ভোর, ভোরে, ভোরবেলা"),
    ("v", _clock(_morning(*range(4, 12))), "সকাল, সকালে, সকাল বেলা, সকালবেলা"),
    ("v", _clock({9: 9, 10: 10, 11: 11, **_evening(12, 1, 2, 3, 4)}), "বেলা"),
    ("v", _clock({11: 11, **_evening(12, 1, 2, 3)}), "দুপুর, দুপুরে, দুপুর বেলা, দুপুরবেলা"),
    ("v", _clock(_evening(2, 3, 4, 5, 6)), "বিকাল, বিকালে, বিকেল, বিকেলে, বিকাল বেলা, বিকেল বেলা, বিকালবেলা, বিকেলবেলা"),
    ("v", _clock(_evening(5, 6, 7, 8)), "সন্ধ্যা, সন্ধ্যায়, সন্ধ্যে, সন্ধ্যাবেলা, সন্ধ্যা বেলা, সন্ধা, সন্ধায়"),
    ("v", _clock(_morning(12, 1, 2, 3, 4) | _evening(7, 8, 9, 10, 11)), "রাত, রাতে, রাত্রি, রাত্রে"),
    ("v", _clock(_morning(12, 1, 2, 3, 4)), "মধ্যরাত, মধ্যরাতে, মধ্য রাত, মধ্য রাতে, গভীর রাত, গভীর রাতে"),
)
CLOCKS: Final = tuple(hours for _, hours, _ in _PARTS)
"""By the number of a part of the day: for each hour 0-23 as said the hour 0-23 it means, -1 for none."""

# --- English ---

_MONTHS_EN: Final = (
    "january, jan",
    "february, feb",
    "march, mar",
    "april, apr",
    "may",
    "june, jun",
    "july, jul",
    "august, aug",
    "september, sept, sep",
    "october, oct",
    "november, nov",
    "december, dec",
)
_WEEKDAYS_EN: Final = (
    "monday, mon",
    "tuesday, tues, tue",
    "wednesday, weds, wed",
    "thursday, thurs, thur, thu",
    "friday, fri",
    "saturday, sat",
    "sunday, sun",
)
_NUMBERS_EN: Final = ("a, an, one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_DAYS_AGO_EN: Final = ("today", "yesterday")
_PUBLISHED_EN: Final = (
    "published, published on, published at, published date, published time, publish date, publish time, publish, "
    "publication date, date published, date of publication, first published, first published on, first published at, "
    "originally published, originally published on, posted, posted on, posted at, post date, date posted, "
    "first posted, created, created on, created at, date created, uploaded, uploaded on, uploaded at, upload date, "
    "upload time"
)
_UPDATED_EN: Final = (
    "updated, updated on, updated at, updated date, updated time, update, update time, update date, date updated, "
    "last updated, last updated on, last updated at, last update, last update on, last update at, latest update, "
    "modified, modified on, modified at, modified date, date modified, last modified, last modified on, "
    "last modified at, edited, last edited, last edited on, revised, last revised, last changed, corrected, "
    "corrected on, corrected at, last corrected"
)
_ENGLISH: Final = (
    *_numbered("M", _MONTHS_EN, 1),
    *_numbered("w", _WEEKDAYS_EN, 0),
    *_numbered("n", _NUMBERS_EN, 1),
    *_numbered("r", _DAYS_AGO_EN, 0),
    *((kind, index, words) for index, (kind, _, words) in enumerate(_PARTS)),
    ("o", 0, "st, nd, rd, th"),
    ("O", 0, "of"),
    ("u", 0, "hours, hour, hrs, hr"),
    ("m", 0, "minutes, minute, mins, min"),
    ("s", 0, "seconds, second, secs, sec"),
    ("D", 0, "days, day"),
    ("W", 0, "weeks, week, months, month, years, year"),
    ("g", 0, "ago"),
    ("j", 0, "just now"),
    ("z", 0, "utc, gmt"),
    ("f", 0, "on, at, date, time, date and time"),
    ("E", 0, "online edition, print edition"),
    ("p", 0, "dhaka"),
    ("P", 0, _PUBLISHED_EN),
    ("U", 0, _UPDATED_EN),
    ("A", 0, "published and updated, published & updated"),
    ("V", 0, "views, view, min read, mins read, minute read, minutes read"),
    ("?", REPORTER, "desk, reporter, correspondent, desk report, staff report, com, net, org"),
    ("Q", 0, "republished, re - published, re published, last published, latest published, last posted, reposted"),
    ("Q", 0, "re - posted, previously published, also published, not published, not yet published, unpublished"),
    ("Q", 0, "not updated, not yet updated, to be published, to be updated, never updated"),
)

# --- Bengali ---

_MONTHS_BN: Final = (
    "জানুয়ারি, জানুয়ারী, জানুআরি, জানুআরী, জানু",
    "ফেব্রুয়ারি, ফেব্রুয়ারী, ফেব্রুআরি, ফেব্রুআরী, ফেব্রয়ারি, ফেব্রয়ারী, ফেব্রূয়ারি, ফেব্রূয়ারী, ফেব্রু, ফেব",
    "মার্চ",
    "এপ্রিল, এপ্রীল",
    "মে",
    "জুন",
    "জুলাই",
    "আগস্ট, আগষ্ট, অগাস্ট, অগাষ্ট, অগস্ট, অগষ্ট, আগাস্ট, আগাষ্ট, আগস্ট্, আগ",
    "সেপ্টেম্বর, সেপ্টেম্বার, সেপ্টেমবর, সেপ্টম্বর, সেপ্টে, সেপ্ট, সেপ",
    "অক্টোবর, অক্টোবার, অক্টবর, অক্টো",
    "নভেম্বর, নভেম্বার, নভেমবর, নবেম্বর, নভে",
    "ডিসেম্বর, ডিসেম্বার, ডিসেমবর, ডিসে",
)
_BANGLA_MONTHS: Final = (
    "বৈশাখ",
    "জ্যৈষ্ঠ, জৈষ্ঠ, জ্যৈষ্ট, জৈষ্ট্য, জৈষ্ঠ্য",
    "আষাঢ়",
    "শ্রাবণ, শ্রাবন",
    "ভাদ্র",
    "আশ্বিন",
    "কার্তিক, কার্ত্তিক",
    "অগ্রহায়ণ, অগ্রহায়ন",
    "পৌষ",
    "মাঘ",
    "ফাল্গুন, ফাল্গুণ",
    "চৈত্র",
)
_WEEKDAYS_BN: Final = (
    "সোমবার, সোম",
    "মঙ্গলবার, মঙ্গল",
    "বুধবার, বুধ",
    "বৃহস্পতিবার, বৃহস্পতি, বৃহষ্পতিবার, বৃহ",
    "শুক্রবার, শুক্র",
    "শনিবার, শনি",
    "রবিবার, রোববার, রবি, রোব",
)
_NUMBERS_BN: Final = ("এক", "দুই", "তিন", "চার", "পাঁচ", "ছয়", "সাত", "আট", "নয়", "দশ")
_DAYS_AGO_BN: Final = ("আজ, আজকে", "গতকাল, গতকল্য, গত কাল", "গত পরশু, গতপরশু")
_PUBLISHED_BN: Final = (
    "প্রকাশ, প্রকাশিত, প্রকাশকাল, প্রকাশ কাল, প্রকাশের সময়, প্রকাশের সময়কাল, প্রকাশের তারিখ, প্রকাশের তারিখ ও সময়, "
    "প্রকাশ সময়, প্রকাশের কাল, প্রকাশ টাইম, প্রকাশ তারিখ, প্রকাশিত সময়, প্রকাশিত তারিখ, প্রকাশিত হয়েছে, প্রকাশিত হয়, "
    "প্রকাশ করা হয়েছে, প্রকাশনার সময়, প্রকাশনার তারিখ, প্রথম প্রকাশ, প্রথম প্রকাশিত, পাবলিশ, পাবলিশড, পোস্ট, পোস্টেড, "
    "পোস্টের সময়, পোস্ট করা হয়েছে, আপলোড, আপলোডের সময়, আপলোডের তারিখ, আপলোড সময়, আপলোড তারিখ, আপলোড করা হয়েছে, "
    "অনলাইন প্রকাশ, অনলাইন প্রকাশিত, সংবাদ প্রকাশের সময়, সংবাদ প্রকাশের তারিখ, খবর প্রকাশের সময়, খবর প্রকাশের তারিখ"
)
_UPDATED_BN: Final = (
    "আপডেট, আপডেটেড, আপডেটের সময়, আপডেট সময়, আপডেট টাইম, সর্বশেষ আপডেট, সর্বশেষ আপডেট সময়, সর্বশেষ আপডেটের সময়, "
    "শেষ আপডেট, সবশেষ আপডেট, লাস্ট আপডেট, হালনাগাদ, হালনাগাদের সময়, সর্বশেষ হালনাগাদ, "
    "সংশোধিত, সংশোধন, সংশোধনের সময়, সর্বশেষ সংশোধন, সর্বশেষ সংশোধিত, পরিমার্জিত, পরিমার্জন, সর্বশেষ পরিমার্জন, "
    "সর্বশেষ পরিমার্জিত, পরিবর্তিত, সর্বশেষ পরিবর্তন, সম্পাদনা, সম্পাদিত, সর্বশেষ সম্পাদনা, সর্বশেষ সম্পাদিত"
)
_WAS_UPDATED_BN: Final = (
    "আপডেট করা হয়েছে, আপডেট হয়েছে, সর্বশেষ আপডেট করা হয়েছে, সর্বশেষ আপডেট হয়েছে, হালনাগাদ করা হয়েছে, সর্বশেষ হালনাগাদ করা হয়েছে"
)
_PUBLISHED_AND_UPDATED_BN: Final = "প্রকাশ ও আপডেট, প্রকাশ এবং আপডেট, প্রকাশিত ও আপডেট, প্রকাশ ও হালনাগাদ"
# What the people and rooms that a byline ends with are called; রিপোর্ট alone is also a report that somebody publishes.
_REPORTERS_BN: Final = (
    "ডেস্ক, প্রতিবেদক, প্রতিনিধি, রিপোর্টার, সংবাদদাতা, করেসপন্ডেন্ট, করেসপনডেন্ট, ব্যুরো, ডটকম, "
    "অনলাইন রিপোর্ট, স্টাফ রিপোর্ট, ডেস্ক রিপোর্ট"
)
_COUNTERS_BN: Final = (
    "পঠিত, বার পঠিত, বার পড়া হয়েছে, বার দেখা হয়েছে, পড়া হয়েছে, দেখা হয়েছে, বার দেখেছেন, জন দেখেছেন, জন পড়েছেন, ভিজিট, ভিউ"
)
_BENGALI: Final = (
    *_numbered("M", _MONTHS_BN, 1),
    *_numbered("B", _BANGLA_MONTHS, 1),
    *_numbered("w", _WEEKDAYS_BN, 0),
    *_numbered("n", _NUMBERS_BN, 1),
    *_numbered("r", _DAYS_AGO_BN, 0),
    ("i", 0, "হিজরি, হিজরী"),
    ("H", 0, "মহররম, মুহররম, মুহাররম, মহরম, সফর, রজব, শাবান, রমজান, রমযান, রমাদান, শাওয়াল, জিলকদ"),
    ("H", 0, "জ্বিলকদ, জিলহজ, জিলহজ্জ, জিলহজ্ব, রবিউল, রবিউস, জমাদিউল, জমাদিউস, জামাদিউল, জামাদিউস, জুমাদাল"),
    ("H", 0, "আউয়াল, আওয়াল, সানি, সানী"),
    ("e", 0, "খ্রিস্টাব্দ, খ্রিষ্টাব্দ, খ্রীস্টাব্দ, খ্রীষ্টাব্দ, খ্রি, ইংরেজি, ইংরেজী, ইং, সাল, সালে, সন"),
    ("G", 0, "সালের, সনের"),
    ("b", 0, "বঙ্গাব্দ, বাংলা"),
    ("o", 0, "লা, রা, ঠা, ই, শে, এ"),
    ("d", 1, "পহেলা, পয়লা"),
    ("h", 0, "টা, টায়, টার, ঘটিকা, ঘটিকায়"),
    ("u", 0, "ঘণ্টা, ঘন্টা, ঘণ্টায়, ঘন্টায়"),
    ("m", 0, "মিনিট, মিনিটে, মি"),
    ("s", 0, "সেকেন্ড, সেকেন্ডে"),
    ("k", 30, "সাড়ে"),
    ("k", 15, "সোয়া"),
    ("k", -15, "পৌনে"),
    ("K", 90, "দেড়টা, দেড়টায়"),
    ("K", 150, "আড়াইটা, আড়াইটায়"),
    ("D", 0, "দিন"),
    ("W", 0, "সপ্তাহ, মাস, বছর, বৎসর"),
    ("g", 0, "আগে, পূর্বে"),
    ("j", 0, "এইমাত্র, এই মাত্র, এখনই"),
    ("z", 0, "জিএমটি, ইউটিসি, গ্রিনিচ মান সময়"),
    ("Z", 360, "বাংলাদেশ সময়, বাংলাদেশ মান সময়"),
    ("Z", 330, "ভারতীয় সময়, ভারতীয় মান সময়"),
    ("f", 0, "তারিখ, তারিখে, সময়, তারিখ ও সময়, রোজ"),
    ("E", 0, "অনলাইন সংস্করণ, প্রিন্ট সংস্করণ, ছাপা সংস্করণ, অনলাইন ভার্সন, প্রিন্ট ভার্সন"),
    ("p", 0, "ঢাকা, চট্টগ্রাম, চট্রগ্রাম, সিলেট, রাজশাহী, খুলনা, বরিশাল, রংপুর, ময়মনসিংহ, কুমিল্লা, বগুড়া, কলকাতা, আগরতলা"),
    ("P", 0, _PUBLISHED_BN),
    ("U", 0, _UPDATED_BN),
    ("U", WAS, _WAS_UPDATED_BN),
    ("A", 0, _PUBLISHED_AND_UPDATED_BN),
    ("V", 0, _COUNTERS_BN),
    ("N", 0, "বার"),
    ("?", REPORTER, _REPORTERS_BN),
    ("?", AGENCY, "বাসস, ইউএনবি, রয়টার্স, এএফপি, সিনহুয়া, পিটিআই, এএনআই"),
    ("Q", 0, "পুনঃপ্রকাশ, পুনঃপ্রকাশিত, পুন ঃ প্রকাশ, পুন ঃ প্রকাশিত, পুনপ্রকাশ, পুনপ্রকাশিত, পুন প্রকাশ, পুন প্রকাশিত"),
    ("Q", 0, "পুনরায় প্রকাশ, পুনরায় প্রকাশিত, সর্বশেষ প্রকাশ, সর্বশেষ প্রকাশিত, শেষ প্রকাশ, শেষ প্রকাশিত"),
)

# --- What is read in which language ---

ISO: Final[tuple[Row, ...]] = (("t", 0, "t"), ("z", 0, "z"))
"""The letters of an ISO 8601 time, which is read in every language."""

LANGUAGES: Final[Mapping[str, tuple[Row, ...]]] = MappingProxyType(
    {
        "en": (*ISO, *_ENGLISH),
        # Bengali pages mix English words in: "আপডেট: ২ মে ২০২৫, ৩:৪৪ PM".
        "bn": (*ISO, *_ENGLISH, *_BENGALI),
    }
)
"""By primary language tag; of a word that is in two rows the later counts."""

DAY_FIRST: Final = frozenset({"bn"})
"""The languages in which 03/04/2023 is the third of April; in English nobody can tell."""
