"""docs/alert.schema.json says what is sent: all of it, and nothing else."""

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.core import digests
from tests.notify.messages import message
from tests.payloads import ALL, AT

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[1] / "docs" / "alert.schema.json").read_bytes())

DIGEST = digests.digest(
    [digests.Told(f"msg_{n}", payload) for n, payload in enumerate(ALL[:-2])], AT, count=200, since=AT, until=AT
)
PAYLOADS = (*ALL, DIGEST, digests.test_note(AT))


def body(payload: dict[str, Any]) -> dict[str, Any]:
    """A payload as it is sent."""
    sent: dict[str, Any] = json.loads(message(1, payload).body)
    return sent


def strict(schema: Any) -> Any:
    """The same schema, which also refuses what it does not name."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "required" in schema else {}
    return {**{key: strict(value) for key, value in schema.items()}, **closed}


def keys(value: Any, *path: str | int) -> Iterator[tuple[str | int, ...]]:
    """The paths of all keys in a document."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from keys(each, *path, key)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from keys(each, *path, index)


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["type"])
def test_it_names_all_that_is_sent(payload: dict[str, Any]) -> None:
    assert not [error.message for error in Draft202012Validator(strict(SCHEMA)).iter_errors(body(payload))]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload["type"])
def test_whoever_reads_may_count_on_every_key(payload: dict[str, Any]) -> None:
    validator = Draft202012Validator(SCHEMA)
    for *path, last in keys(whole := body(payload)):
        less: Any = deepcopy(whole)
        inner = less
        for key in path:
            inner = inner[key]
        del inner[last]
        assert not validator.is_valid(less), (*path, last)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("type",), "story.burnt"),
        (("type",), "site.failing"),
        (("timestamp",), "2023-09-14T09:30:00+00:00"),
        (("data", "story", "version"), 0),
        (("data", "story", "published", "at"), "14 September"),
        (("data", "event", "announced"), "yes"),
        (("data", "change", "fields", 0, "spans", 0, "op"), "replace"),
        (("data", "change", "between"), []),
    ],
)
def test_it_refuses_what_is_never_sent(path: tuple[str | int, ...], value: object) -> None:
    (edit,) = [payload for payload in ALL if payload["data"].get("event", {}).get("silent")]
    sent: Any = body(edit)
    assert Draft202012Validator(SCHEMA).is_valid(sent)
    inner = sent
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert not Draft202012Validator(SCHEMA).is_valid(sent)


def test_later_releases_may_add() -> None:
    assert Draft202012Validator(SCHEMA).is_valid({**body(ALL[0]), "more": 1})


def test_it_knows_every_type() -> None:
    assert set(SCHEMA["properties"]["type"]["enum"]) == {payload["type"] for payload in PAYLOADS}
