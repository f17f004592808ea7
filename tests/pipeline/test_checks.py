"""What one check does beyond the decision: order in time, moved addresses, and somebody else being quicker."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, select

from monitor.core.errors import StoreError
from monitor.core.outcomes import Exchange, Failed, Fetched
from monitor.core.records import ArticleState, Check, Result
from monitor.pipeline.check import judge
from monitor.pipeline.monitor import Monitor
from monitor.pipeline.ports import Conflict
from monitor.store.archive import SqlArchive
from monitor.store.record import SqlStore
from monitor.store.tables import articles, observations
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_edits import AFTER, LAST, LATER, A, B
from tests.replays import TEXT, Shot

STORY = "https://dailyinqilab.com/international/news/601234"
MOVED = "https://dailyinqilab.com/national/news/601234"
HOUR = timedelta(hours=1)


def test_a_capture_older_than_the_last_decides_nothing_but_is_kept(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, LATER)])
    (checked,) = newsroom.replay([Shot(B, AFTER)])
    assert (checked.result, checked.version) == (Result.UNCHANGED, 1)
    assert "older than the last reading" in checked.why
    contents = newsroom.contents()
    assert (len(contents["versions"]), len(contents["captures"]), len(contents["observations"])) == (1, 2, 2)


@pytest.mark.parametrize(
    ("shot", "outcome"),
    [
        (Shot(b"nothing here", AFTER, url=STORY, status=404), "gone"),
        (Shot(b"oops", AFTER, url=STORY, status=503), "failed"),
        (Shot(b"", AFTER, url=STORY), "unreadable"),
        (Shot(A[:4000], AFTER, url=STORY, claimed=A), "failed"),
    ],
    ids=["not found", "server error", "unreadable", "damaged"],
)
def test_nor_does_an_old_one_without_the_story(newsroom: Newsroom, shot: Shot, outcome: str) -> None:
    newsroom.run([Shot(A, LATER, url=STORY)])
    (before,), _ = rows(newsroom, articles), newsroom.run([shot])
    (after,) = rows(newsroom, articles)
    assert after == {**before, "revision": 2}
    assert [row["outcome"] for row in rows(newsroom, observations)] == ["fetched", outcome]


def rows(newsroom: Newsroom, table: Table) -> list[dict[str, object]]:
    with newsroom.database.reading() as connection:
        return [dict(row) for row in connection.execute(select(table).order_by(table.c.id)).mappings()]


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


def test_the_html_and_the_text_form_of_a_page_may_differ_without_an_edit_by_the_paper(newsroom: Newsroom) -> None:
    folder = Path(__file__).parents[2] / "monitor" / "sites" / "inqilab" / "cases"
    page = (folder / "2023_long.html").read_bytes()
    shots = [Shot(page, AFTER, url=STORY, content_type="text/html"), Shot(A, LATER, url=STORY)]
    checked = newsroom.replay(shots)
    assert [(each.result, each.decision.announced) for each in checked] == [
        (Result.PUBLISHED, None),
        (Result.EDITED, None),
    ]
    assert "the difference may be ours" in checked[1].why


def test_a_page_cut_off_in_the_middle_is_no_shorter_story(newsroom: Newsroom) -> None:
    folder = Path(__file__).parents[2] / "monitor" / "sites" / "inqilab" / "cases"
    for case in ("2023_long.html", "2017_report.html"):
        page, url = (folder / case).read_bytes(), f"https://dailyinqilab.com/national/news/{len(case)}"
        end = page.index(b"</body>")
        shots = [Shot(page[:cut], url=url, content_type="text/html") for cut in range(end // 2, end, end // 12)]
        assert {each.result for each in newsroom.replay(shots)} == {Result.FAILED}


def test_a_page_made_to_take_hours_is_refused_at_once(newsroom: Newsroom) -> None:
    page = b"<html><body>" + b"<div>" * 150_000 + b"</body></html>"
    (checked,) = newsroom.replay([Shot(page, url=STORY, content_type="text/html")])
    assert "more than 40,000 tags" in checked.why


class Contested(SqlStore):
    """A record to which somebody else commits first, so many times."""

    times = 1

    def commit(self, check: Check) -> int | None:
        if self.times:
            self.times -= 1
            other = self.state(check.article_id)
            super().commit(replace(check, revision=other.revision, observation=replace(check.observation, ref=None)))
        return super().commit(check)


def with_store(newsroom: Newsroom, store: SqlStore) -> Monitor:
    return replace(newsroom.monitor([Shot(A)]), store=store)


def fetched(body: bytes, at: datetime = AFTER) -> Fetched:
    return Fetched(Exchange(STORY, STORY, at, 200, (("Content-Type", TEXT),), body))


def test_a_story_that_leads_to_another_one_on_record_is_gone_and_not_edited(newsroom: Newsroom) -> None:
    other = "https://dailyinqilab.com/national/news/777"
    newsroom.run([Shot(A, AFTER, url=STORY), Shot(B, AFTER, url=other)])
    (checked,) = newsroom.replay([Shot(B, LATER, url=STORY, final_url=other)])
    assert checked.result is Result.GONE
    assert "another story, inqilab:news/777" in checked.why


def test_a_story_that_moved_to_a_new_key_is_not_found_a_second_time(newsroom: Newsroom) -> None:
    old = "https://old.dailyinqilab.com/article/5/slug"
    newsroom.run([Shot(A, AFTER, url=old)])
    newsroom.run([Shot(A, LATER, url=old, final_url=MOVED)])
    (checked,) = newsroom.replay([Shot(B, LAST, url=MOVED)])
    assert (checked.ref.name, checked.result) == ("inqilab:article/5", Result.EDITED)
    assert len(newsroom.contents()["articles"]) == 1


def test_a_capture_that_was_damaged_counts_once_it_is_repaired(newsroom: Newsroom) -> None:
    (damaged,) = newsroom.replay([Shot(A[:500], AFTER, claimed=A)])
    assert damaged.result is Result.FAILED
    (repaired,) = newsroom.replay([Shot(A, AFTER)])
    assert repaired.result is Result.PUBLISHED


def test_a_failure_today_does_not_make_older_captures_too_old(newsroom: Newsroom) -> None:
    (failed,) = newsroom.replay([Shot(b"oops", status=503)])
    assert failed.result is Result.FAILED
    assert [each.result for each in newsroom.replay([Shot(A, AFTER), Shot(B, LATER)])] == [
        Result.PUBLISHED,
        Result.EDITED,
    ]


def test_after_a_wrong_clock_was_put_right_nobody_is_accused_and_nothing_is_missed(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])
    monitor = newsroom.monitor([Shot(A)])
    results = [judge(monitor, first.ref, fetched(body, at)) for body, at in ((A, LAST), (B, LATER), (A, LATER + HOUR))]
    assert [(each.result, each.decision.announced) for each in results] == [
        (Result.UNCHANGED, None),
        (Result.EDITED, None),
        (Result.REVERTED, False),
    ]
    assert "clock" in results[1].why


def test_whoever_comes_second_decides_again(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])
    checked = judge(with_store(newsroom, Contested(newsroom.database)), first.ref, fetched(B))
    assert checked.result is Result.UNCHANGED
    versions = SqlArchive(newsroom.database).versions(first.ref.id)
    assert [version.seq for version in versions] == [1, 2]


def test_who_never_gets_a_turn_says_so(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])

    class Jammed(SqlStore):
        def commit(self, check: Check) -> int | None:
            raise Conflict(check.article_id)

    with pytest.raises(StoreError, match="another process wrote"):
        judge(with_store(newsroom, Jammed(newsroom.database)), first.ref, fetched(B))


def test_a_failure_changes_nothing_but_the_log(newsroom: Newsroom) -> None:
    (first,) = newsroom.replay([Shot(A, AFTER, url=STORY)])
    before = newsroom.contents()
    outcome = Failed(Exchange(STORY, STORY, LAST), "no connection", unreachable=True)
    checked = judge(newsroom.monitor([Shot(A)]), first.ref, outcome)
    assert (checked.result, checked.unreachable, checked.version) == (Result.FAILED, True, 1)
    after = newsroom.contents()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"articles", "observations"}
    state: ArticleState = SqlStore(newsroom.database).state(first.ref.id)
    assert state.last_shown_at == AFTER
