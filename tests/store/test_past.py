"""Events of the past, each with the text before and after."""

from monitor.core.changes import Change
from monitor.core.events import Event, EventKind
from monitor.store.archive import SqlArchive
from monitor.store.record import SqlStore
from tests.store.builders import OTHER_SITE, article, known, minute, publish, see_again


def test_an_edit_has_the_text_before_it(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    publish(store, ref, "এক", at=minute(1))
    publish(store, ref, "দুই", at=minute(2))
    first, second = archive.events(minute(0))
    assert (first.event.kind, first.before, first.article, first.seq) == (EventKind.PUBLISHED, None, article("এক"), 1)
    assert (second.event.kind, second.before, second.article, second.seq) == (
        EventKind.EDITED,
        article("এক"),
        article("দুই"),
        2,
    )
    assert (second.change, second.at, second.first_seen_at, second.ref) == (Change.EDITED, minute(2), minute(2), ref)


def test_what_is_no_change_has_none(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    publish(store, ref, "এক", at=minute(1))
    publish(store, ref, "দুই", at=minute(2))
    see_again(store, ref, minute(3), events=(Event(EventKind.RESTAMPED, None, "moved"),))
    (restamped,) = archive.events(minute(3))
    assert (restamped.event.kind, restamped.before, restamped.article) == (EventKind.RESTAMPED, None, article("দুই"))


def test_from_a_moment_on_and_at_one_site(store: SqlStore, archive: SqlArchive) -> None:
    for number in range(1, 4):
        publish(store, known(store, number), f"{number}", at=minute(number))
    publish(store, known(store, 1, OTHER_SITE), "other", at=minute(9))
    assert [each.article.paragraphs[0] for each in archive.events(minute(2))] == ["2", "3", "other"]
    assert [each.article.paragraphs[0] for each in archive.events(minute(2), "daily")] == ["2", "3"]
    assert (archive.count_events(minute(2)), archive.count_events(minute(2), "daily")) == (3, 2)


def test_more_than_one_portion(store: SqlStore, archive: SqlArchive) -> None:
    ref = known(store)
    publish(store, ref, "এক", at=minute(0))
    for number in range(1, 202):
        see_again(store, ref, minute(number), events=(Event(EventKind.RESTAMPED, None, f"{number}"),))
    assert [each.event.why for each in archive.events(minute(1))] == [str(number) for number in range(1, 202)]
