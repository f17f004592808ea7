"""Words: how well Bengali forms are joined, on the table of pairs that the tests hold; and how fast a text is analysed.

The published stemmer is bangla-stemmer 1.0 (Mezbaul Islam Protick, 2020), which is installed by hand:
`uv pip install bangla-stemmer`. It prints as it works.
"""

import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from itertools import cycle, islice
from pathlib import Path

from bench.timing import medians
from monitor.language.analyse import Analyser, fold
from tests.language.pairs import Pair, pairs

SEEDS = Path(__file__).parents[1] / "seeds"
WORDS = 1500
ROUNDS = 200
Joins = Callable[[str, str], bool]


def run() -> Iterator[str]:
    """Measure, and yield a line a way of joining, then a line a time."""
    yield from _quality(pairs())
    yield from _speed()


def _quality(table: list[Pair]) -> Iterator[str]:
    joins = sum(pair.join for pair in table)
    yield f"{joins} pairs that are one word, {len(table) - joins} that are two"
    yield f"{'':<20}{'joined':>9}{'kept apart':>12}{'precision':>11}{'recall':>8}"
    for name, are_one in _ways().items():
        right = sum(are_one(pair.one, pair.other) for pair in table if pair.join)
        wrong = sum(are_one(pair.one, pair.other) for pair in table if not pair.join)
        precision = right / (right + wrong) if right + wrong else 1.0
        apart = len(table) - joins - wrong
        yield f"{name:<20}{right:>9}{apart:>12}{precision:>11.1%}{right / joins:>8.1%}"


def _ways() -> dict[str, Joins]:
    """Return ways of telling whether two words are one, by name."""
    analyser = Analyser("bn")

    def share_a_lemma(one: str, other: str) -> bool:
        words, others = analyser.words(one), analyser.words(other)
        return len(words) == len(others) and all(w.lemmas & o.lemmas for w, o in zip(words, others, strict=True))

    def begin_alike(one: str, other: str) -> bool:
        one, other = fold(one), fold(other)
        return one.startswith(other) or other.startswith(one)

    ways: dict[str, Joins] = {
        "the analyser": share_a_lemma,
        "no stemming": lambda one, other: fold(one) == fold(other),
        "prefix": begin_alike,
    }
    try:
        stemmer = importlib.import_module("bangla_stemmer.stemmer.stemmer").BanglaStemmer()
    except ImportError:
        return ways

    def stem(word: str) -> str:
        with redirect_stdout(io.StringIO()):
            return str(stemmer.stem(fold(word)))

    return {**ways, "bangla-stemmer 1.0": lambda one, other: stem(one) == stem(other)}


def _speed() -> Iterator[str]:
    seeds = " ".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    text = " ".join(islice(cycle(seeds.split()), WORDS))
    warm = Analyser("bn")
    times = medians({"cut at blanks (floor)": text.split, "warm": lambda: warm.words(text)}, ROUNDS)
    times |= medians({"cold": lambda: Analyser("bn").words(text)}, ROUNDS)
    different = len(set(text.split()))
    yield f"{len(warm.words(text))} words of the seeds, {different} of them different, {ROUNDS} rounds, medians"
    for name, seconds in times.items():
        yield f"{name:<24}{seconds * 1000:8.3f} ms {seconds / times['cut at blanks (floor)']:7.1f} x"
    yield "goal: warm under 2 ms, cold under 10 ms"
