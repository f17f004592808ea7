"""Random histories of stories, held against a model of the store's contract that is plain Python."""

import tempfile
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from monitor.core.articles import ParserId
from monitor.core.changes import Change
from monitor.core.records import ArticleQuery, ArticleRef, Correction
from monitor.language.dates import Stated
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.database import connect
from monitor.store.record import SqlStore
from monitor.store.schema import prepare
from tests.store.builders import STAMP, capture, check, known, minute, observation, reading, version

TEXTS = st.sampled_from(["a", "b", "c"])
MINUTES = st.integers(0, 30)


@dataclass
class Version:
    text: str
    parser: int
    first_seen: datetime
    changed_after: datetime | None


@dataclass
class Story:
    """What the contract says of a story after some checks."""

    revision: int = 0
    versions: list[Version] = field(default_factory=list)
    stamp: Stated | None = None
    checked: datetime | None = None
    shown: datetime | None = None

    def check(self, at: datetime) -> None:
        self.revision += 1
        self.checked = max(at, self.checked or at)

    def show(self, at: datetime, stamp: Stated | None) -> None:
        self.revision += 1
        self.checked = self.shown = at
        self.stamp = stamp

    def last_seen(self) -> list[datetime | None]:
        return [*(each.changed_after for each in self.versions[1:]), self.shown][: len(self.versions)]


class Histories(RuleBasedStateMachine):
    """Stories are checked in any order, at times that go forward and back, and now and then with an old revision."""

    stories = Bundle("stories")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = connect(f"sqlite:///{self.folder.name}/x.db")
        prepare(self.database)
        self.store = SqlStore(self.database)
        self.archive = SqlArchive(self.database)
        self.refs: dict[int, ArticleRef] = {}
        self.model: dict[int, Story] = {}

    def teardown(self) -> None:
        assert self.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        self.database.close()
        self.folder.cleanup()

    @initialize(target=stories)
    def discover(self) -> object:
        for number in (1, 2):
            self.refs[number] = known(self.store, number)
            self.model[number] = Story()
        return multiple(1, 2)

    @rule(number=stories, words=TEXTS, at=MINUTES.map(minute))
    def a_new_version(self, number: int, words: str, at: datetime) -> None:
        story = self.model[number]
        change = Change.EDITED if story.versions else Change.NEW
        new = check(
            self.refs[number],
            story.revision,
            at,
            version=version(words, change, changed_after=story.shown if story.versions else None),
            capture=capture(words.encode()),
        )
        assert self.store.commit(new) == len(story.versions) + 1
        story.versions.append(Version(words, 1, at, story.shown))
        story.show(at, STAMP)

    @rule(number=stories, at=MINUTES.map(minute), stamp=st.sampled_from([STAMP, None]))
    def the_same_again(self, number: int, at: datetime, stamp: Stated | None) -> None:
        story = self.model[number]
        again = check(self.refs[number], story.revision, at, observation=observation(at, stamp=stamp))
        assert self.store.commit(again) is None
        story.show(at, stamp)

    @rule(number=stories, at=MINUTES.map(minute))
    def nothing_read(self, number: int, at: datetime) -> None:
        story = self.model[number]
        self.store.commit(check(self.refs[number], story.revision, at, read=False))
        story.check(at)

    @rule(number=stories, which=st.integers(0, 9), words=TEXTS, at=MINUTES.map(minute))
    def a_better_parser(self, number: int, which: int, words: str, at: datetime) -> None:
        story = self.model[number]
        if not story.versions:
            return
        corrected = story.versions[which % len(story.versions)]
        mark = self.store.state(self.refs[number].id).marks[which % len(story.versions)]
        corrected.text, corrected.parser = words, corrected.parser + 1
        correction = Correction(mark.id, reading(words, corrected.parser))
        self.store.commit(check(self.refs[number], story.revision, at, corrections=(correction,)))
        story.show(at, STAMP)

    @rule(number=stories, off=st.sampled_from([-1, 1]), at=MINUTES.map(minute))
    def another_revision(self, number: int, off: int, at: datetime) -> None:
        late = check(self.refs[number], self.model[number].revision + off, at, version=version("z"), capture=capture())
        with pytest.raises(Conflict):
            self.store.commit(late)

    @invariant()
    def states_are_as_the_model_says(self) -> None:
        for number, story in self.model.items():
            state = self.store.state(self.refs[number].id)
            assert state.revision == story.revision
            assert (state.stamp, state.last_observed_at, state.last_shown_at) == (
                story.stamp,
                story.checked,
                story.shown,
            )
            assert [(mark.seq, mark.content_hash, mark.parser) for mark in state.marks] == [
                (seq, reading(each.text).content_hash, ParserId("v2023", each.parser))
                for seq, each in enumerate(story.versions, 1)
            ]
            assert state.content == (reading(story.versions[-1].text).article if story.versions else None)

    @invariant()
    def the_archive_is_as_the_model_says(self) -> None:
        for number, story in self.model.items():
            shown = self.archive.versions(self.refs[number].id)
            assert [(each.article.paragraphs[0], each.first_seen_at, each.corrected) for each in shown] == [
                (each.text, each.first_seen, each.parser > 1) for each in story.versions
            ]
            assert [each.last_seen_at for each in shown] == story.last_seen()
        listed = [(each.ref, each.versions) for each in self.archive.articles(ArticleQuery())]
        assert sorted(listed, key=lambda each: each[0].id) == [
            (self.refs[number], len(story.versions)) for number, story in self.model.items()
        ]


Histories.TestCase.settings = settings(max_examples=25, stateful_step_count=20)
TestHistories = Histories.TestCase
