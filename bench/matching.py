"""Rules against one article of 1,500 words, 100 of them matching: the rule book beside a loop over all rules.

The article is made of paragraphs of the seeds' words, at the frequency they have there, and of 60 names out of 20,000.
Rules are about names, of which some are in many rules (as 1 / square root of the rank), alone or with other words, half
of them the seeds'. Of 100,000 such rules about 100 match. Each number of rules is measured in a process of its own.
"""

import gc
import random
import re
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from bench.timing import medians
from monitor.core.articles import Article
from monitor.core.query import Document, Lexicon, Query, Text
from monitor.core.query.evaluate import condition_of
from monitor.core.query.sides import Sides
from monitor.core.rulebook import RuleBook
from monitor.core.rules import Occasion, Rule
from monitor.language.analyse import Analyser

SIZES: Final = (10, 1_000, 100_000)
WORDS, NAMES, MATCHING, ROUNDS = 1_500, 20_000, 100, 51
GOAL: Final = "100,000 rules under 2 ms and 500 MB, and one more or less far below an index"

_SEEDS: Final = Path(__file__).parents[1] / "seeds"
_ENGLISH: Final = (
    "Putin",
    "Kim",
    "Moscow",
    "Kremlin",
    "Dhaka",
    "minister",
    "election",
    "court",
    "budget",
    "DPRK",
    "KCNA",
)
_ONSETS: Final = "কখগচজটডতদনপফবভমযরলশসহ"
_VOWELS: Final = ("া", "ি", "ু", "ে", "ো", "")
_OCCASIONS: Final = frozenset({Occasion.EDITED})
# How rules are written, and how often: a name (N), words of stories (T).
_TEMPLATES: Final = {
    '"N N"': 25,
    "N AND T": 20,
    "N AND (T OR T)": 15,
    "N NEAR/5 T": 10,
    'title:(N OR N) OR "N N"': 10,
    'N AND "T T"': 5,
    "(N OR N OR N) -T": 5,
    "=N T": 4,
    "N* AND T*": 3,
    "gained:N OR lost:(N AND T)": 3,
}


def run() -> Iterator[str]:
    """Measure each number of rules in a process of its own, and yield their lines."""
    yield f"an article of {WORDS:,} words; medians of {ROUNDS} rounds, processor time"
    for size in SIZES:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            yield from process.submit(_measure, size).result()
    yield f"goal: {GOAL}"


class World:
    """An article, and rules that desks could have."""

    def __init__(self, chance: random.Random) -> None:
        self._chance: Final = chance
        texts = (path.read_text("utf-8") for path in sorted(_SEEDS.glob("*.txt")))
        self._seen: Final = [word.form for text in texts for word in Analyser("bn").words(text)]
        known = [*sorted(set(self._seen)), *_ENGLISH]
        self._topics: Final = [*known, *(self._made_up() for _ in known)]
        self._names: Final = list(dict.fromkeys(self._made_up() for _ in range(NAMES)))
        self._ranks: Final = list(accumulate(rank**-0.5 for rank in range(1, len(self._names) + 1)))
        self.article: Final = self._article()

    def text(self, analyser: Analyser) -> Text:
        """Return the article as queries see it."""
        return Text(Document.of(self.article, site="inqilab", language="bn", analyser=analyser))

    def rules(self, size: int) -> list[Rule]:
        """Return so many rules, as many of which match the article as are asked for."""
        analyser = Analyser("bn")
        lexicon = Lexicon(analyser)
        sides = Sides(self.text(analyser), lexicon)
        wanted = {True: min(MATCHING, size), False: max(0, size - MATCHING)}
        rules: list[Rule] = []
        while len(rules) < size:
            query = Query.parse(self.query())
            is_met = condition_of(query.node, lexicon)(sides)
            if wanted[is_met]:
                wanted[is_met] -= 1
                rules.append(Rule(name=f"rule {len(rules):06}", query=query, on=_OCCASIONS, to=("desk",)))
        return rules

    def _article(self) -> Article:
        names = iter(self._chance.sample(self._names, WORDS // 25))
        words = [next(names) if at % 25 == 10 else self._seen[at % len(self._seen)] for at in range(WORDS)]
        return Article(" ".join(words[:10]), tuple(" ".join(words[at : at + 50]) for at in range(10, WORDS, 50)))

    def query(self) -> str:
        """Return the text of a rule as a desk could write it."""
        template = self._chance.choices([*_TEMPLATES], [*_TEMPLATES.values()])[0]
        return re.sub(r"\b[NT]\b", self._word, template)

    def _word(self, sign: re.Match[str]) -> str:
        return self._name() if sign[0] == "N" else self._chance.choice(self._topics)

    def _name(self) -> str:
        return self._chance.choices(self._names, cum_weights=self._ranks)[0]

    def _made_up(self) -> str:
        return "".join(
            self._chance.choice(_ONSETS) + self._chance.choice(_VOWELS) for _ in range(self._chance.randint(3, 5))
        )


def _measure(size: int) -> list[str]:
    world = World(random.Random(size))
    rules = world.rules(size)
    analyser = Analyser("bn")
    text = world.text(analyser)
    other = World(random.Random(-size)).text(analyser)  # its words are taken for common ones
    started = time.process_time()
    book = RuleBook(rules)
    book.matching(other, _OCCASIONS)
    index = time.process_time() - started
    met = book.matching(text, _OCCASIONS)
    gc.collect()
    gc.freeze()  # as a program does that stays
    late = Rule(name="late", query=Query.parse(world.query()), on=_OCCASIONS, to=("desk",))

    def add_and_drop() -> None:
        book.add(late)
        book.drop(late.name)

    def loop() -> list[Rule]:
        sides = Sides(text, book.lexicon("bn"))
        return [rule for rule, holds in zip(rules, conditions, strict=True) if holds(sides)]

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    conditions = [condition_of(rule.query.node, book.lexicon("bn")) for rule in rules]
    if loop() != [rule for rule, _ in met]:
        raise AssertionError("the rule book and the loop disagree")
    times = medians(
        {
            "matched": lambda: book.matching(text, _OCCASIONS),
            "with the analysis": lambda: book.matching(world.text(analyser), _OCCASIONS),
            "added and dropped": add_and_drop,
        },
        ROUNDS,
        time.process_time,
    )
    times |= medians({"loop over all": loop}, 5, time.process_time) | {"index made": index}
    return list(_lines(f"{size:,} rules, {len(met)} match, {memory:,.0f} MB", times))


def _lines(what: str, times: dict[str, float]) -> Iterator[str]:
    yield what
    for name, seconds in times.items():
        yield f"  {name:<20}{seconds * 1000:12.3f} ms {seconds / times['loop over all']:9.4f} x the loop"
