"""What the fetches on record prove: sights, spans, windows, and the stretches in which nobody looked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.articles import Article, ParserId
from monitor.core.changes import Change
from monitor.core.coverage import Coverage, Kind, Span, Stretch, cover, gaps, kind_of
from monitor.core.records import Logged, Observation, StoryLog, VersionRecord

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BLIND = ("not-modified", "unreadable", "gone", "blocked", "failed", "fetched")


def hour(number: float) -> datetime:
    return START + timedelta(hours=number)


def fetch(at: float, what: int | str, ref: str | None = None) -> Logged:
    """A fetch that showed a version, or one of an outcome that showed none."""
    outcome = "fetched" if isinstance(what, int) else what
    observation = Observation(hour(at), outcome, "https://daily.example/1", None, 200, 9, None, 0.1, ref=ref)
    return Logged(observation, what if isinstance(what, int) else None)


def log(*fetches: Logged, pruned: int = 0) -> StoryLog:
    return StoryLog(len(fetches) + pruned, fetches)


def version(seq: int, first: float, last: float, changed_after: float | None = None) -> VersionRecord:
    return VersionRecord(
        id=seq,
        seq=seq,
        change=Change.EDITED if seq > 1 else Change.NEW,
        announced=None,
        why="",
        article=Article("title", ("text",)),
        content_hash=str(seq),
        parser=ParserId("p", 1),
        first_seen_at=hour(first),
        last_seen_at=hour(last),
        changed_after=None if changed_after is None else hour(changed_after),
    )


def versions_of(fetches: Sequence[Logged]) -> list[VersionRecord]:
    """The versions that the record has of these fetches, whose versions never go back."""
    times: dict[int, list[datetime]] = {}
    for each in fetches:
        if each.version is not None:
            times.setdefault(each.version, []).append(each.observation.at)
    records, before = [], None
    for seq, seen in times.items():
        first, last = seen[0], seen[-1]
        records.append(replace(version(seq, 0, 0), first_seen_at=first, last_seen_at=last, changed_after=before))
        before = last
    return records


def stretch(
    begins: float, ends: float, before: int | None, after: int | None, *, words: int = 0, missed: int = 0
) -> Stretch:
    return Stretch(hour(begins), hour(ends), before, after, words, missed)


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        (1, Kind.SEEN),
        ("fetched", Kind.OLDER),
        ("not-modified", Kind.NOT_MODIFIED),
        ("unreadable", Kind.UNREADABLE),
        ("gone", Kind.GONE),
        ("blocked", Kind.BLOCKED),
        ("failed", Kind.FAILED),
    ],
)
def test_what_a_fetch_says_of_the_text(what: int | str, kind: Kind) -> None:
    assert kind_of(fetch(0, what)) is kind


# A name, the fetches, and the stretches between the sights in them.
CASES: list[tuple[str, list[Logged], list[Stretch]]] = [
    ("never fetched", [], []),
    ("seen once: nothing is left open", [fetch(0, 1)], []),
    ("seen twice", [fetch(0, 1), fetch(2, 1)], [stretch(0, 2, 1, 1)]),
    ("changed in between", [fetch(0, 1), fetch(2, 2)], [stretch(0, 2, 1, 2)]),
    ("a 304 is no sight", [fetch(0, 1), fetch(1, "not-modified"), fetch(2, 1)], [stretch(0, 2, 1, 1, words=1)]),
    ("nor is a failure", [fetch(0, 1), fetch(1, "failed"), fetch(2, 1)], [stretch(0, 2, 1, 1, missed=1)]),
    ("nor an older capture", [fetch(0, 1), fetch(1, "fetched"), fetch(2, 1)], [stretch(0, 2, 1, 1, missed=1)]),
    ("failed before it was seen", [fetch(0, "blocked"), fetch(3, 1)], [stretch(0, 3, None, 1, missed=1)]),
    ("gone at the end", [fetch(0, 1), fetch(2, "gone"), fetch(5, "gone")], [stretch(0, 5, 1, None, missed=2)]),
    ("never seen", [fetch(0, "failed"), fetch(9, "failed")], [stretch(0, 9, None, None, missed=2)]),
    ("two captures of one moment", [fetch(1, 1), fetch(1, 2)], [stretch(1, 1, 1, 2)]),
]  # fmt: skip


@pytest.mark.parametrize(("fetches", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_stretches(fetches: list[Logged], expected: list[Stretch]) -> None:
    assert list(cover(log(*fetches), versions_of(fetches)).stretches) == expected


def test_a_story_in_all() -> None:
    fetches = [fetch(0, 1), fetch(1, "not-modified"), fetch(4, 1), fetch(5, 2), fetch(9, "failed")]
    covered = cover(log(*fetches), versions_of(fetches))
    assert covered == Coverage(
        first=hour(0),
        last=hour(9),
        counts={Kind.SEEN: 3, Kind.NOT_MODIFIED: 1, Kind.FAILED: 1},
        lost=0,
        whole_since=hour(0),
        spans=(Span(1, hour(0), hour(4), 2, None), Span(2, hour(5), hour(5), 1, hour(4))),
        stretches=(
            stretch(0, 4, 1, 1, words=1),
            stretch(4, 5, 1, 2),
            stretch(5, 9, 2, None, missed=1),
        ),
    )
    assert [span.window for span in covered.spans] == [None, timedelta(hours=1)]


@pytest.mark.parametrize(
    ("at_least", "widths"),
    [
        (None, [9, 6, 5, 4, 3]),
        (timedelta(hours=4), [9, 6, 5, 4]),
        (timedelta(0), [9, 6, 5, 4, 3, 2, 1]),
        (timedelta(days=9), []),
    ],
)
def test_gaps_are_the_widest_stretches(at_least: timedelta | None, widths: list[int]) -> None:
    covered = cover(log(*(fetch(at, 1) for at in (0, 1, 3, 6, 10, 15, 21, 30)), fetch(30, 2)), [])
    assert [each.width / timedelta(hours=1) for each in gaps(covered, at_least)] == widths


class TestPruned:
    """What was pruned may have seen the text: before the whole part of the log no gap is claimed."""

    VERSIONS = (version(1, 0, 10), version(2, 11, 40, changed_after=10))

    def test_no_gap_before_the_whole_part(self) -> None:
        covered = cover(log(fetch(30, 2), fetch(40, 2), pruned=7), self.VERSIONS)
        assert (covered.lost, covered.whole_since, covered.first) == (7, hour(30), hour(0))
        assert covered.stretches == (stretch(30, 40, 2, 2),)

    def test_versions_and_windows_stay(self) -> None:
        covered = cover(log(fetch(40, 2), pruned=7), self.VERSIONS)
        assert covered.spans == (Span(1, hour(0), hour(10), 0, None), Span(2, hour(11), hour(40), 1, hour(10)))

    def test_replayed_captures_are_kept_and_say_nothing_of_what_was_pruned(self) -> None:
        covered = cover(log(fetch(0, 1, ref="a"), fetch(30, 2), fetch(40, 2), pruned=7), self.VERSIONS)
        assert (covered.whole_since, covered.stretches) == (hour(30), (stretch(30, 40, 2, 2),))

    @pytest.mark.parametrize("kept", [(), (fetch(0, 1, ref="a"), fetch(10, 1, ref="b"))])
    def test_where_all_fetches_of_the_web_are_pruned_nothing_is_claimed(self, kept: tuple[Logged, ...]) -> None:
        covered = cover(log(*kept, pruned=2), self.VERSIONS)
        assert (covered.whole_since, covered.stretches) == (None, ())


def fetches(*, clock_goes_back: bool) -> st.SearchStrategy[list[Logged]]:
    """Fetches as they come on record: versions rise by one; the log has them in the order of their times."""
    steps = st.lists(
        st.tuples(st.integers(-3 if clock_goes_back else 0, 50), st.sampled_from(("same", "next", *BLIND)))
    )

    def build(steps: list[tuple[int, str]]) -> list[Logged]:
        at, seq, made = 0, 0, []
        for step, what in steps:
            at += step
            seq += what == "next" or (what == "same" and not seq)
            made.append(fetch(at, seq if what in {"same", "next"} else what))
        return sorted(made, key=lambda each: each.observation.at)

    return steps.map(build)


@given(fetches(clock_goes_back=True))
def test_stretches_tile_the_life_of_the_story(made: list[Logged]) -> None:
    covered = cover(log(*made), versions_of(made))
    tiles = covered.stretches
    life = made[-1].observation.at - made[0].observation.at if made else timedelta()
    assert sum((each.width for each in tiles), timedelta()) == life
    assert all(one.ends == two.begins and one.after == two.before for one, two in pairwise(tiles))
    assert all(each.width >= timedelta() for each in tiles)
    assert sum(covered.counts.values()) == len(made)
    assert sum(each.not_modified + each.missed for each in tiles) == len(made) - covered.counts.get(Kind.SEEN, 0)


@given(fetches(clock_goes_back=False))
def test_spans_and_windows_tile_the_time_between_the_first_sight_and_the_last(made: list[Logged]) -> None:
    covered = cover(log(*made), versions_of(made))
    windows = sum((span.window or timedelta() for span in covered.spans), timedelta())
    spans = sum((span.last - span.first for span in covered.spans), timedelta())
    seen = [each.observation.at for each in made if each.version is not None]
    assert spans + windows == (seen[-1] - seen[0] if seen else timedelta())
    assert sum(span.sights for span in covered.spans) == len(seen)


@given(fetches(clock_goes_back=True), st.integers(0, 200))
def test_a_pruned_log_claims_no_gap_that_the_whole_log_does_not_have(made: list[Logged], before: int) -> None:
    versions = versions_of(made)
    kept = [each for each in made if each.observation.at >= hour(before)]
    whole, part = cover(log(*made), versions), cover(log(*kept, pruned=len(made) - len(kept)), versions)
    for each in part.stretches:  # a story that nobody saw yet keeps what is left of its first stretch
        assert any(
            it.begins <= each.begins and each.ends == it.ends and each.after == it.after for it in whole.stretches
        )
