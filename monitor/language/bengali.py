"""Bengali nouns and names: of which words a form may be an inflected form.

    lemmas("নেতাদেরকেই")    নেতাদেরকেই, নেতা

A form is taken apart from its end: stem, then a classifier or plural, a case, an emphatic particle. What may follow a
stem is decided by its last sound, and by whether it has more than one syllable (`_kind`):

    consonant            পুতিন   পুতিনের, পুতিনকে, পুতিনে, ছাত্ররা, লোকেরা
    াহ                   শাহ     শাহের, হিজবুল্লাহর
    া                    ঢাকা    ঢাকার, ঢাকাকে, ঢাকায়, ঢাকাতে, নেতারা
    another vowel sign   মোদি    মোদির, মোদিকে, মোদিতে, নদীরা; after ো also মস্কোয়
    a vowel letter       বই      বইয়ের, বইয়ে, টোকিওর, টোকিওতে, ভাইয়েরা
    ং                    পিং     পিংয়ের, পিঙের, পিংকে
    া, one syllable      মা      মায়ের, পায়ে, মায়েরা; so মারা is no plural of মা, চার no genitive of চা

So ঢাকার belongs to ঢাকা and ঢাকের to ঢাক, and never to both. No dictionary is asked whether a stem exists: a stem that is
no word is shared with no other word. Where it is another word (বাজার, market, is no form of বাজা, to ring), the form
stands in `bengali_words`. Of verbs nothing is known but that their commonest forms are no nouns.

Source of the paradigm: Hanne-Ruth Thompson, Bengali: A Comprehensive Grammar (2010), on nouns, cases and classifiers.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from monitor.language.bengali_words import COUNTS, FUNCTION_WORDS, IRREGULAR, WHOLE
from monitor.language.normalise import nfc

# What may follow a stem of each kind; `_kind` names them. A case ends the word, but for an emphatic particle.
_CASES: Final = {
    "consonant": "ে ের কে",
    "ah": "ের র ে তে কে",
    "aa": "র য় তে কে",
    "o": "র য় তে কে",
    "vowel": "র তে কে",
    "letter": "র এর য়ের য় য়ে তে কে",
    "ng": "এর য়ের এ য়ে কে",
    "short aa": "য়ের য়ে",
    "short i": "কে",
    "short": "",
}
_PERSONS: Final = {
    "consonant": "রা েরা দের েদের",
    "ah": "রা েরা দের",
    "aa": "রা দের",
    "o": "রা দের",
    "vowel": "রা দের",
    "letter": "রা এরা য়েরা দের য়েদের",
    "ng": "রা য়েরা দের",
    "short aa": "য়েরা য়েদের",
}
_AFTER_PERSONS: Final = {"দের": " কে"}
# Parts that stand between a stem and its case, with their own cases: unmistakable ones, then those that a word of one
# syllable cannot be trusted with (মাটি, soil, is not মা-টি).
_PLURALS: Final = {
    **dict.fromkeys(("গুলো", "গুলি", "গুলা"), " র কে তে য়"),
    **dict.fromkeys(("গণ", "বৃন্দ", "সমূহ"), " ের ে কে"),
    "দিগ": "কে ের",
    "সহ": " ",
}
_CLASSIFIERS: Final = {
    **dict.fromkeys(("টা", "টি", "টুকু", "খানা", "খানি"), " র কে তে"),
    "টায়": " ",
    "খানায়": " ",
}
_COUNTERS: Final = {"জন": " ের কে", "টে": " ", "টো": " "}  # behind a number only
_DAYS: Final = ("লা", "রা", "ঠা", "ই", "শে")  # ১লা, ২রা, ৪ঠা, ৫ই, ২১শে: the day of a month, in figures
_ORDINAL: Final = nfc("য়")  # ২য়, the second
_EMPHATIC: Final = ("", "ই", "ও")

_SIGNS: Final = "ািীুূৃেৈোৌ"
_LETTERS: Final = "অআইঈউঊঋএঐওঔ"
_CONSONANT: Final = re.compile("[ক-হৎ]়?")
_ONE_SYLLABLE: Final = re.compile(f"(?:[ক-হ]়?্)*[ক-হ]়?[{_SIGNS}]ঁ?")
_SHORT_T: Final = re.compile(f"(?:[ক-হ]়?্)*[ক-হ]়?[{_SIGNS}]?ৎ")  # সৎ, গৎ: not সত, গত
_ALIKE: Final = {"ৎ": "ত", "ং": "ঙ", "্": ""}  # ভবিষ্যৎ, ভবিষ্যতের; রং, রঙের
# An ending set off by a sign, or by a change of script: বিএনপি'র, বিএনপি-র, 5টি, bnp-এর.
_SET_OFF: Final = re.compile(r"(.+)['-]([^'-]+)|(.*[a-z0-9])([^a-z0-9'-]+)", re.DOTALL)


def lemmas(form: str) -> frozenset[str]:
    """Return the words of which a folded form may be a form: itself, and what is left without its endings."""
    found = {form}
    if (apart := _SET_OFF.fullmatch(form)) and (apart[2] or apart[4]) in SET_OFF:
        if apart[4] != _ORDINAL:
            found.add(_written(apart[1] or apart[3]))
    else:
        word = form.replace("'", "")
        found.add(_written(word))
        if word not in FUNCTION_WORDS and word not in WHOLE:
            found.update(map(_written, _stems(word)))
    return frozenset(found)


def _written(stem: str) -> str:
    """Return a stem as it is written before an ending."""
    if stem[-1] not in _ALIKE or _SHORT_T.fullmatch(stem):
        return IRREGULAR.get(stem, stem)
    return stem[:-1] + _ALIKE[stem[-1]]


def _stems(word: str) -> Iterator[str]:
    """Yield what may stand before the endings of a word, the longest first; up to one that is known to be whole."""
    for length in range(1, min(_LONGEST, len(word) - 2) + 1):
        kinds = _ENDINGS.get(word[-length:])
        if kinds is None:
            continue
        stem = word[:-length]
        if stem in FUNCTION_WORDS:
            if word[-length:] in _EMPHATIC:
                yield stem
                return
        elif _kind(stem) in kinds or ("number" in kinds and stem in COUNTS):
            yield stem
        if stem in WHOLE:
            return


def _kind(stem: str) -> str:
    """Name what decides on the endings of a stem: its last sound, and whether it is of one syllable."""
    last = stem[-2] if stem[-1] in "ঁ়" else stem[-1]
    if last in _LETTERS:
        return "letter"
    if last == "ং":
        return "ng"
    if stem.endswith("াহ"):
        return "ah"
    if last not in _SIGNS:
        return "consonant" if _CONSONANT.fullmatch(last) and len(stem.rstrip("়")) > 1 else "none"
    if _ONE_SYLLABLE.fullmatch(stem) and len(stem) < 4:  # a cluster makes a stem as good as long: স্ত্রী, স্ত্রীর
        return "short aa" if last == "া" else "short i" if last in "িী" else "short"
    return "aa" if last == "া" else "o" if last == "ো" else "vowel"


def _endings() -> Mapping[str, frozenset[str]]:
    """Return all endings with the kinds of stem they may follow."""
    found: dict[str, set[str]] = {}

    def add(kinds: set[str], parts: Mapping[str, str]) -> None:
        for part, cases in parts.items():
            for case in cases.split(" "):
                for particle in _EMPHATIC:
                    found.setdefault(nfc(part + case + particle), set()).update(kinds)

    every = set(_CASES)
    for kind in every:
        add({kind}, {"": _CASES[kind]})
        add({kind}, {part: _AFTER_PERSONS.get(part[-3:], " ") for part in _PERSONS.get(kind, "").split()})
    long = {kind for kind in every if not kind.startswith("short")}
    add(every, _PLURALS)
    add(long, _CLASSIFIERS)
    add(long, dict.fromkeys(_EMPHATIC[1:], " "))
    add({"number"}, {**_CLASSIFIERS, **_COUNTERS})
    found.pop("", None)
    return MappingProxyType({ending: frozenset(kinds) for ending, kinds in found.items()})


_ENDINGS: Final = _endings()
_LONGEST: Final = max(map(len, _ENDINGS))
SET_OFF: Final = frozenset({*_ENDINGS, *map(nfc, _DAYS)})
"""What may follow a word behind an apostrophe or a dash: any ending."""

SET_OFF_AS_TYPED: Final = frozenset({*SET_OFF, *(ending.replace("\u09af\u09bc", "\u09df") for ending in SET_OFF)})
