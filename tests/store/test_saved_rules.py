"""Rules that are kept in the database."""

import pytest

from monitor.core.saved_rules import SavedRule
from monitor.store.database import Database
from monitor.store.saved_rules import SqlSavedRules
from tests.store.builders import minute

KIM = {"match": "পুতিন AND কিম", "to": ["desk"]}


@pytest.fixture
def saved(database: Database) -> SqlSavedRules:
    """The rules, in an empty database."""
    return SqlSavedRules(database)


def test_a_rule_is_kept_as_it_was_written(saved: SqlSavedRules) -> None:
    assert saved.add("kim", KIM, at=minute(1))
    assert saved.all() == [SavedRule("kim", KIM, minute(1))]


def test_a_name_is_given_once(saved: SqlSavedRules) -> None:
    saved.add("kim", KIM, at=minute(1))
    assert not saved.add("kim", {"match": "other"}, at=minute(2))
    assert saved.all() == [SavedRule("kim", KIM, minute(1))]


def test_disabled_and_enabled_again(saved: SqlSavedRules) -> None:
    saved.add("kim", KIM, at=minute(1))
    for at in (2, 3):
        saved.disable("kim", at=minute(at))
        assert saved.all() == [SavedRule("kim", KIM, minute(2), minute(2))]
    saved.enable("kim", at=minute(4))
    assert saved.all() == [SavedRule("kim", KIM, minute(4))]


def test_of_a_rule_of_the_configuration_only_that_it_is_disabled(saved: SqlSavedRules) -> None:
    saved.disable("desk", at=minute(1))
    assert saved.all() == [SavedRule("desk", None, minute(1), minute(1))]
    saved.enable("desk", at=minute(2))
    assert saved.all() == []


def test_a_name_that_was_disabled_in_an_earlier_configuration_is_free(saved: SqlSavedRules) -> None:
    saved.disable("kim", at=minute(1))
    assert saved.add("kim", KIM, at=minute(2))
    assert saved.all() == [SavedRule("kim", KIM, minute(2))]


def test_removed(saved: SqlSavedRules) -> None:
    saved.add("kim", KIM, at=minute(1))
    assert saved.remove("kim")
    assert not saved.remove("kim")
    assert saved.all() == []


def test_every_change_leaves_another_mark(saved: SqlSavedRules) -> None:
    marks = [saved.mark()]
    saved.add("kim", KIM, at=minute(1))
    marks.append(saved.mark())
    saved.disable("kim", at=minute(2))
    marks.append(saved.mark())
    saved.enable("kim", at=minute(3))
    marks.append(saved.mark())
    saved.remove("kim")
    saved.add("putin", KIM, at=minute(4))
    marks.append(saved.mark())
    assert len(set(marks)) == len(marks)


def test_a_clock_that_is_set_back_hides_no_change(saved: SqlSavedRules) -> None:
    saved.add("kim", KIM, at=minute(60))
    saved.add("putin", KIM, at=minute(1))
    marks = [saved.mark()]
    saved.disable("putin", at=minute(2))
    marks.append(saved.mark())
    saved.enable("putin", at=minute(3))
    marks.append(saved.mark())
    assert len(set(marks)) == 3
    assert [rule.disabled_at for rule in saved.all()] == [None, None]
