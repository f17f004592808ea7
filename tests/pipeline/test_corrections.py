"""A better parser corrects the record; it never makes an edit of a change that the paper did not make."""

from collections.abc import Callable
from dataclasses import replace

from monitor.core.articles import Article, Unreadable
from monitor.core.records import Result
from monitor.sitekit.catalogue import Catalogue
from monitor.sitekit.page import Page
from monitor.sitekit.site import Parser
from monitor.store.archive import SqlArchive
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_edits import AFTER, LAST, LATER, WORD, A, B
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


def test_a_parser_that_cannot_read_the_old_page_any_more_leaves_the_old_reading(newsroom: Newsroom) -> None:
    newsroom.run([Shot(A, AFTER)])

    def blind(read: Read) -> Read:
        return lambda page: Unreadable("not this design") if page.body == SEED else read(page)

    revise(newsroom, blind)
    (checked,) = newsroom.replay([Shot(B, LATER)])
    assert checked.result is Result.EDITED
    assert not SqlArchive(newsroom.database).versions(checked.ref.id)[0].corrected


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
