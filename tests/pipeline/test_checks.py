"""What one check does beyond the decision: order in time, moved addresses, and somebody else being quicker."""

from dataclasses import replace

import pytest

from monitor.core.errors import StoreError
from monitor.core.outcomes import Exchange, Failed, Fetched
from monitor.core.records import ArticleState, Check, Result
from monitor.pipeline.check import judge
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.record import SqlStore
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_edits import AFTER, LAST, LATER, A, B
from tests.replays import TEXT, Shot

STORY = "https://dailyinqilab.com/international/news/601234"
MOVED = "https://dailyinqilab.com/national/news/601234"


def test_a_capture_older_than_the_last_decides_nothing_but_is_kept(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, LATER)])
    (checked,) = newsroom.replay([Shot(B, AFTER)])
    assert (checked.result, checked.version) == (Result.UNCHANGED, 1)
    assert "older than the last observation" in checked.why
    contents = newsroom.contents()
    assert (len(contents["versions"]), len(contents["captures"]), len(contents["observations"])) == (1, 2, 2)


def test_after_a_move_the_address_follows_and_the_former_one_is_kept(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER, url=STORY)])
    (checked,) = newsroom.replay([Shot(A, LATER, url=STORY, final_url=MOVED)])
    assert checked.result is Result.UNCHANGED
    archive = SqlArchive(newsroom.database)
    story = archive.find("inqilab:news/601234")
    assert story is not None
    assert (story.ref.url, story.former_urls) == (MOVED, (STORY,))
    assert archive.find(STORY) == archive.find(MOVED) == story


def test_an_address_that_leads_to_a_front_page_is_gone(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER, url=STORY)])
    (checked,) = newsroom.replay([Shot(A, LATER, url=STORY, final_url="https://dailyinqilab.com/")])
    assert checked.result is Result.GONE
    assert "which is no story" in checked.why


def test_two_spellings_of_an_address_are_one_story(newsroom: Newsroom) -> None:
    other = "https://www.dailyinqilab.com/index.php/national/news/601234"
    checked = newsroom.replay([Shot(A, AFTER, url=STORY), Shot(B, LATER, url=other)])
    assert [each.result for each in checked] == [Result.PUBLISHED, Result.EDITED]
    assert checked[0].ref.id == checked[1].ref.id


def test_an_address_that_is_no_story_is_told_and_not_checked(newsroom: Newsroom) -> None:
    run = newsroom.run([Shot(A, AFTER, url="https://dailyinqilab.com/about-us")])
    assert run.checked == ()
    assert "no story of inqilab" in run.troubles[0].why


class Contested(SqlStore):
    """A record to which somebody else commits first, so many times."""

    times = 1

    def commit(self, check: Check) -> int | None:
        if self.times:
            self.times -= 1
            other = self.state(check.article_id)
            super().commit(replace(check, revision=other.revision, observation=replace(check.observation, ref=None)))
        return super().commit(check)


def fetched(body: bytes) -> Fetched:
    return Fetched(Exchange(STORY, STORY, AFTER, 200, {"content-type": TEXT}, body))


def test_whoever_comes_second_decides_again(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])
    checked = judge(Contested(newsroom.database), newsroom.sites.get("inqilab"), first.ref, fetched(B))
    assert checked.result is Result.UNCHANGED
    versions = SqlArchive(newsroom.database).versions(first.ref.id)
    assert [version.seq for version in versions] == [1, 2]


def test_who_never_gets_a_turn_says_so(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])

    class Jammed(SqlStore):
        def commit(self, check: Check) -> int | None:
            raise Conflict(check.article_id)

    with pytest.raises(StoreError, match="another process wrote"):
        judge(Jammed(newsroom.database), newsroom.sites.get("inqilab"), first.ref, fetched(B))


def test_a_failure_changes_nothing_but_the_log(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])
    before = newsroom.contents()
    outcome = Failed(Exchange(STORY, STORY, LAST), "no connection", unreachable=True)
    checked = judge(SqlStore(newsroom.database), newsroom.sites.get("inqilab"), first.ref, outcome)
    assert (checked.result, checked.unreachable, checked.version) == (Result.FAILED, True, 1)
    after = newsroom.contents()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"articles", "observations"}
    state: ArticleState = SqlStore(newsroom.database).state(first.ref.id)
    assert state.last_shown_at == AFTER
