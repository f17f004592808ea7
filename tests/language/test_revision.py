"""The index of the search holds lemmas: whoever changes what lemmas words get has to say so."""

from hashlib import sha256

from monitor.language.analyse import Analyser
from monitor.language.revision import ANALYSER_REVISION
from tests.language.pairs import pairs

DIGEST = {1: "c360b462e27a9f9e"}
TEXTS = {
    "bn": " ".join(word for pair in pairs() for word in (pair.one, pair.other))
    + " ২০২৩-এর ৫টি BNP-র U.S. 3.5 missiles",
    "as": "ঢাকাৰ পুতিনের",
    "en": "Putin's missiles don't 1,20,000 co-operate U.S. পুতিনের",
    "ru": "ракеты Путина NATO's",
    "zh": "北京时间",
}


def test_other_lemmas_have_another_revision() -> None:
    lemmas = [(word.form, sorted(word.lemmas)) for code, text in TEXTS.items() for word in Analyser(code).words(text)]
    digest = sha256(repr(lemmas).encode()).hexdigest()[:16]
    assert DIGEST.get(ANALYSER_REVISION) == digest, "raise ANALYSER_REVISION, and put its digest here"
