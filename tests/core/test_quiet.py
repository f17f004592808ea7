"""Quiet hours, as a table and on random clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.core.quiet import Quiet

DHAKA, BERLIN = ZoneInfo("Asia/Dhaka"), ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "zone", "now", "until"),
    [
        # over midnight
        ("23:00-07:00", DHAKA, "2026-01-01T16:59:59+00:00", None),
        ("23:00-07:00", DHAKA, "2026-01-01T17:00:00+00:00", "2026-01-02T01:00:00+00:00"),
        ("23:00-07:00", DHAKA, "2026-01-01T23:30:00+00:00", "2026-01-02T01:00:00+00:00"),
        ("23:00-07:00", DHAKA, "2026-01-02T01:00:00+00:00", None),
        ("২৩:০০–০৭:০০", DHAKA, "2026-01-01T17:00:00+00:00", "2026-01-02T01:00:00+00:00"),
        # within a day
        ("13:00-14:30", DHAKA, "2026-01-01T13:15:00+06:00", "2026-01-01T14:30:00+06:00"),
        ("13:00-14:30", DHAKA, "2026-01-01T14:30:00+06:00", None),
        # the night that is an hour shorter, and the one that is an hour longer
        ("23:00-07:00", BERLIN, "2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"),
        ("23:00-07:00", BERLIN, "2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00"),
        # a time that the clock leaves out, and the first of two
        ("23:00-02:30", BERLIN, "2026-03-29T00:00:00+01:00", "2026-03-29T03:30:00+02:00"),
        ("23:00-02:30", BERLIN, "2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+02:00"),
        ("23:00-02:30", BERLIN, "2026-10-25T02:30:00+01:00", None),
    ],
)
def test_until(hours: str, zone: ZoneInfo, now: str, until: str | None) -> None:
    assert Quiet.parse(hours, zone).until(at(now)) == (at(until) if until else None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("23-7", 'expected quiet hours such as "23:00-07:00"'),
        ("", 'expected quiet hours such as "23:00-07:00"'),
        ("24:00-07:00", "hour must be in 0..23"),
        ("07:00-07:00", "quiet hours must end at another time than they begin; to stop a rule, disable it"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Quiet.parse(text, DHAKA)


minutes = st.integers(0, 24 * 60 - 1)


@given(
    start=minutes,
    length=st.integers(1, 24 * 60 - 121),
    zone=st.sampled_from(
        ["Asia/Dhaka", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Chatham"]
    ).map(ZoneInfo),
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda when: when.replace(tzinfo=UTC)),
)
def test_they_end_at_their_time_and_only_then(start: int, length: int, zone: ZoneInfo, now: datetime) -> None:
    def clock(minute: int) -> time:
        return time(minute // 60 % 24, minute % 60)

    quiet = Quiet(clock(start), clock(start + length), zone)
    until = quiet.until(now)
    local = now.astimezone(zone)
    is_inside = (local.hour * 60 + local.minute - start) % (24 * 60) < length
    if until is None:
        # by the clock on the wall it may be quiet only within the hour or so that a clock was set by
        assert not is_inside or quiet.until(now - timedelta(hours=1)) or quiet.until(now + timedelta(hours=1))
        return
    assert now < until <= now + timedelta(minutes=length, hours=2)
    assert quiet.until(until) is None
    assert quiet.until(until - timedelta(seconds=1)) == until
    ended = until.astimezone(zone)
    assume(ended.astimezone(UTC).astimezone(zone) == ended)
    if zone.utcoffset(ended - timedelta(hours=3)) == zone.utcoffset(ended + timedelta(hours=3)):
        assert ended.time() == quiet.end
