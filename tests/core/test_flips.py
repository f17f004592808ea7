"""Two texts in turn, as a table: the versions on record, the turns counted, the text shown now."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.events import EventKind
from monitor.core.flips import Turns, told, turns_of

CASES = {
    "nothing_on_record": ("", "A", 0, None),
    "two_changes": ("ABA", "B", 0, None),
    "three_changes": ("ABA", "A", 0, None),
    "the_fourth_change": ("ABAB", "A", 0, Turns(1, True, 2)),
    "no_fourth_change_yet": ("ABAB", "B", 0, Turns(0, False, 1)),
    "the_other_text_again": ("ABAB", "A", 1, Turns(1, False, 2)),
    "back": ("ABAB", "B", 1, Turns(2, True, 1)),
    "after_many_turns": ("ABAB", "A", 1_000, Turns(1_001, True, 2)),
    "another_text": ("ABAB", "C", 7, None),
    "a_text_from_before_the_turns": ("CABAB", "C", 7, None),
    "after_other_texts": ("CDEABAB", "A", 0, Turns(1, True, 2)),
    "only_the_last_four_count": ("ABABC", "A", 0, None),
    "a_third_text_in_between": ("ABCABC", "A", 0, None),
    # a later parser may read two versions as one
    "read_as_one_text": ("AAAA", "A", 3, None),
}


@pytest.mark.parametrize(("texts", "now", "count", "turns"), CASES.values(), ids=CASES.keys())
def test_turns(texts: str, now: str, count: int, turns: Turns | None) -> None:
    assert turns_of(texts, now, count) == turns


def test_it_is_told_once() -> None:
    why, (event,) = told(Turns(1, True, 2), last=4)
    assert (event.kind, event.announced, event.why) == (EventKind.ALTERNATING, None, why)
    assert "the texts of versions 3 and 4 take turns" in why
    assert told(Turns(1_002, True, 1), last=4) == (
        "the texts of versions 3 and 4 take turns, 1,002 times since version 4",
        (),
    )


@given(st.text("AB", min_size=1, max_size=200))
def test_of_two_texts_each_is_kept_at_most_twice_and_every_further_turn_counted(shown: str) -> None:
    """What a story shows, look after look, put on record as the pipeline does."""
    versions, count = shown[0], 0
    for now in shown:
        turns = turns_of(versions, now, count)
        if turns is not None:
            count = turns.count
            assert versions[-turns.back] == now
        elif now != versions[-1]:
            versions, count = versions + now, 0
    assert len(versions) <= 4
    assert len(versions) - 1 + count == sum(one != other for one, other in pairwise(shown))


@given(st.text("ABC", min_size=1, max_size=200))
def test_every_text_is_on_record(shown: str) -> None:
    versions, count = shown[0], 0
    for now in shown:
        turns = turns_of(versions, now, count)
        if turns is not None:
            count = turns.count
        elif now != versions[-1]:
            versions, count = versions + now, 0
        assert now in versions[-2:]
