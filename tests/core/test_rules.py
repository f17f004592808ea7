"""Rules, as tables: what an event is an occasion for, which rules are refused, how large an edit is."""

import pytest

from monitor.core.articles import Article
from monitor.core.changes import Change
from monitor.core.diff import diff_articles
from monitor.core.events import EventKind
from monitor.core.query import Query
from monitor.core.rules import OF_STORIES, Occasion, Rule, RuleError, occasions_of, size_of

O = Occasion  # noqa: E741
EDITED, REVERTED, NONE = Change.EDITED, Change.REVERTED, Change.NONE


@pytest.mark.parametrize(
    ("kind", "change", "announced", "occasions"),
    [
        (EventKind.PUBLISHED, Change.NEW, None, {O.PUBLISHED}),
        (EventKind.EDITED, EDITED, True, {O.EDITED}),
        (EventKind.EDITED, EDITED, None, {O.EDITED}),
        (EventKind.EDITED, EDITED, False, {O.EDITED, O.SILENT}),
        (EventKind.EDITED, REVERTED, True, {O.EDITED, O.REVERTED}),
        (EventKind.EDITED, REVERTED, False, {O.EDITED, O.REVERTED, O.SILENT}),
        (EventKind.RESTAMPED, NONE, None, {O.RESTAMPED}),
        (EventKind.ALTERNATING, NONE, None, set()),
        (EventKind.UNPUBLISHED, NONE, None, {O.UNPUBLISHED}),
        (EventKind.SITE_CHANGED, NONE, None, {O.SITE_CHANGED}),
        (EventKind.RECEIVER_DISABLED, NONE, None, {O.RECEIVER_DISABLED}),
    ],
)
def test_occasions(kind: EventKind, change: Change, announced: bool | None, occasions: set[Occasion]) -> None:
    assert occasions_of(kind, change, announced) == occasions


def test_every_kind_of_event_is_an_occasion_or_none() -> None:
    named = set().union(*(occasions_of(kind, REVERTED, announced=False) for kind in EventKind))
    assert named == set(Occasion)


@pytest.mark.parametrize(
    ("query", "on", "refused"),
    [
        ("কিম", OF_STORIES, None),
        ("gained:কিম", {O.SILENT}, None),
        ("gained:কিম", {O.PUBLISHED, O.REVERTED}, None),
        (
            "gained:কিম",
            {O.PUBLISHED, O.RESTORED},
            "gained: compares an edit with the text before it: add edited to its occasions",
        ),
        ("site:a OR NOT lang:bn", {O.SITE_FAILING}, None),
        ("", {O.SITE_FAILING, O.EDITED}, None),
        (
            "কিম",
            {O.SITE_FAILING, O.SITE_CHANGED, O.EDITED},
            "there is no text to match when it is about site changed, site failing: take only site: and lang:",
        ),
        (
            "site:a NOT lost:কিম",
            {O.SITE_FAILING, O.EDITED},
            "there is no text to match when it is about site failing: take only site: and lang:",
        ),
    ],
)
def test_a_rule_that_asks_for_what_cannot_be_is_refused(query: str, on: set[Occasion], refused: str | None) -> None:
    def make() -> Rule:
        return Rule(name="r", query=Query.parse(query), on=frozenset(on), to=("desk",))

    if refused is None:
        assert make().on == on
    else:
        with pytest.raises(RuleError) as error:
            make()
        assert str(error.value) == refused


@pytest.mark.parametrize(
    ("old", "new", "size"),
    [
        ("কিম পুতিন", "কিম পুতিন", 0),
        ("কিম পুতিন", "কিম, পুতিন", 0),
        ("কিম পুতিন", "কিম এবং পুতিন", 1),
        ("৩ জন নিহত", "৫ জন নিহত", 2),
        ("কিম", "কিম বলেন, “না।” তারপর", 3),
    ],
)
def test_size_of_an_edit(old: str, new: str, size: int) -> None:
    assert size_of(diff_articles(Article("t", (old,)), Article("t", (new,)))) == size
