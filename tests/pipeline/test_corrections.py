"""A better parser corrects the record; it never makes an edit of a change that the paper did not make."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.core.articles import Article, Unreadable
from monitor.core.records import Result
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser
from monitor.store.archive import SqlArchive
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_edits import AFTER, HEADLINES, LAST, LATER, RESTAMP, WORD, A, B
from tests.replays import SEED, Shot, edited

Read = Callable[[Page], Article | Unreadable]


def revise(newsroom: Newsroom, better: Callable[[Read], Read]) -> None:
    """Give the site a new revision of all its parsers."""

    def revised(parser: Parser) -> Parser:
        return replace(parser, revision=parser.revision + 1, read=better(parser.read))

    inqilab = newsroom.sites.get("inqilab")
    revised_site = replace(inqilab, parsers=tuple(map(revised, inqilab.parsers)))
    newsroom.sites = Catalogue.of([revised_site, newsroom.sites.get("wirecopy")])


def without_credit(read: Read) -> Read:
    def better(page: Page) -> Article | Unreadable:
        article = read(page)
        return replace(article, credit=None) if isinstance(article, Article) else article

    return better


def test_a_revised_parser_corrects_and_nothing_was_edited(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, without_credit)
    (checked,) = newsroom.replay([Shot(A, LATER)])
    assert checked.result is Result.UNCHANGED
    (version,) = SqlArchive(newsroom.database).versions(checked.ref.id)
    assert version.corrected
    assert version.article.credit is None
    assert version.parser.revision == 2
    assert len(newsroom.contents()["events"]) == 1


def test_an_edit_under_a_revised_parser_is_the_papers_change_alone(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, without_credit)
    (checked,) = newsroom.replay([Shot(B, LATER)])
    assert (checked.result, checked.decision.announced) == (Result.EDITED, False)
    old, new = SqlArchive(newsroom.database).versions(checked.ref.id)
    assert (old.corrected, new.corrected) == (True, False)
    assert old.article.credit is None


def test_a_text_of_old_is_known_again_though_an_older_parser_read_it(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER), Shot(B, LATER)])
    revise(newsroom, without_credit)
    (checked,) = newsroom.replay([Shot(A, LAST)])
    assert checked.result is Result.REVERTED


def test_a_version_is_read_again_once_for_each_revision(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, without_credit)
    newsroom.run([Shot(A, LATER)])
    readings = newsroom.contents()["readings"]
    newsroom.run([Shot(A, LAST)])
    assert newsroom.contents()["readings"] == readings
    assert len(readings) == 2


def blind_to(body: bytes) -> Callable[[Read], Read]:
    """A better parser that cannot read one page any more."""

    def better(read: Read) -> Read:
        return lambda page: Unreadable("not this design") if page.body == body else without_credit(read)(page)

    return better


def test_where_todays_parser_cannot_read_the_old_page_nobody_is_accused(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, blind_to(SEED))
    checked = newsroom.replay([Shot(edited(HEADLINES), LATER), Shot(edited(HEADLINES, WORD), LAST)])
    assert [(each.result, each.decision.announced) for each in checked] == [
        (Result.EDITED, None),
        (Result.EDITED, False),
    ]
    assert "the difference may be ours" in checked[0].why
    assert not SqlArchive(newsroom.database).versions(checked[0].ref.id)[0].corrected


def test_an_old_page_that_cannot_be_read_again_counts_as_read_if_the_text_is_the_same(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, lambda read: lambda page: Unreadable("no") if page.body == SEED else read(page))
    checked = newsroom.replay([Shot(edited(HEADLINES), LATER), Shot(edited(HEADLINES, WORD), LAST)])
    assert [(each.result, each.decision.announced) for each in checked] == [
        (Result.UNCHANGED, None),
        (Result.EDITED, False),
    ]


def stamped(hours: int | None) -> Callable[[Read], Read]:
    """A better parser that reads the update time otherwise: so many hours later, or not at all."""

    def better(read: Read) -> Read:
        def read_otherwise(page: Page) -> Article | Unreadable:
            article = read(page)
            if not isinstance(article, Article) or article.updated is None:
                return article
            at = article.updated.at
            assert isinstance(at, datetime)
            return replace(article, updated=replace(article.updated, at=at + timedelta(hours=hours)) if hours else None)

        return read_otherwise

    return better


@pytest.mark.parametrize("hours", [12, -12, None])
def test_an_update_time_read_otherwise_is_no_restamp_and_no_announcement(newsroom: Newsroom, hours: int | None) -> None:
    newsroom.run([Shot(A, AFTER)])
    revise(newsroom, stamped(hours))
    assert [each.result for each in newsroom.replay([Shot(A, LATER)])] == [Result.UNCHANGED]
    (edit,) = newsroom.replay([Shot(B, LAST)])
    assert (edit.result, edit.decision.announced) == (Result.EDITED, False if hours else None)


def test_a_restamp_seen_by_another_parser_cannot_be_compared(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER), Shot(edited(RESTAMP), LATER)])
    revise(newsroom, stamped(12))
    (edit,) = newsroom.replay([Shot(edited(RESTAMP, WORD), LAST)])
    assert (edit.result, edit.decision.announced) == (Result.EDITED, None)
    assert "another parser read the update time" in edit.why


def test_a_page_that_could_not_be_read_is_read_when_its_capture_comes_again_to_a_better_parser(
    newsroom: Newsroom,
) -> None:
    broken = edited(WORD, ("বিভাগ : ", "অন্য ঘর : "), ("মন্তব্য করুন\n", ""), ("এই বিভাগের আরও\n", ""), ("আরও পড়ুন\n", ""))
    (failed,) = newsroom.replay([Shot(broken, AFTER)])
    assert failed.result is Result.FAILED

    def lenient(read: Read) -> Read:
        return lambda page: read(replace(page, body=page.body.replace("অন্য ঘর".encode(), "বিভাগ".encode())))

    revise(newsroom, lenient)
    (checked,) = newsroom.replay([Shot(broken, AFTER)])
    assert checked.result is Result.PUBLISHED
