"""What pages are known by: when it is sent, and when it is a lie."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.headers import Headers
from monitor.core.validators import Validators, is_lie, to_send, validators_of

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DATE = "Sun, 22 Nov 2026 05:00:00 GMT"
KNOWN = Validators('"a"', DATE, NOW)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), None),
        ((("ETag", '"a"'),), Validators('"a"', None, NOW)),
        ((("last-modified", DATE),), Validators(None, DATE, NOW)),
        ((("etag", 'W/"a"'), ("Last-Modified", DATE)), Validators('W/"a"', DATE, NOW)),
        ((("ETag", ""),), None),
    ],
)
def test_validators_of(headers: Headers, expected: Validators | None) -> None:
    assert validators_of(headers, NOW) == expected


def test_they_are_sent_for_a_day_and_then_the_whole_page_is_asked_for() -> None:
    assert to_send(None, NOW) is None
    assert to_send(KNOWN, NOW + timedelta(hours=23, minutes=59)) == KNOWN
    assert to_send(KNOWN, NOW + timedelta(days=1)) is None
    assert to_send(KNOWN, NOW - timedelta(seconds=1)) is None
    assert KNOWN.headers == (("If-None-Match", '"a"'), ("If-Modified-Since", DATE))


@pytest.mark.parametrize(
    ("known", "now", "lie"),
    [
        (None, KNOWN, False),
        (KNOWN, None, False),
        (KNOWN, KNOWN, True),
        (KNOWN, Validators('"b"', DATE, NOW), False),
        (KNOWN, Validators('"a"', "later", NOW), True),
        (Validators(None, DATE, NOW), Validators(None, DATE, NOW), True),
        (Validators(None, DATE, NOW), Validators(None, "later", NOW), False),
        (Validators(None, DATE, NOW), Validators('"a"', DATE, NOW), False),
    ],
)
def test_is_lie(known: Validators | None, now: Validators | None, lie: bool) -> None:
    assert is_lie(known, now) is lie
