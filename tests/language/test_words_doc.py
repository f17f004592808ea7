"""What docs/words.md tells users about words is so."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.language.test_analyse import are_one

DOCUMENT = Path(__file__).parents[2] / "docs" / "words.md"
EXAMPLES = re.findall(r"^ {4}(.+ [=≠] .+)$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("example", EXAMPLES)
def test_example(example: str) -> None:
    if "≠" in example:
        one, other = example.split(" ≠ ")
        assert not are_one(one, other)
    else:
        assert all(are_one(one, other) for one, other in pairwise(example.split(" = ")))


def test_every_block_was_read() -> None:
    lines = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    assert [line.strip() for line in lines] == EXAMPLES
