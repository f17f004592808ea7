"""When a schedule fires: in the site's own zone, over changes of the clock, and after a sleep only once."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.core.schedules import Every, cron_of
from monitor.service.timing import new_scheduler, trigger_of

BERLIN, DHAKA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Dhaka")
SUNDAY = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def fires(line: str, zone: ZoneInfo, after: datetime, times: int = 1) -> list[str]:
    trigger, fired, now = trigger_of(cron_of(line), zone), [], after
    for _ in range(times):
        at = trigger.get_next_fire_time(None, now)
        fired.append(f"{at.astimezone(UTC):%a %m-%d %H:%M}")
        now = at + timedelta(seconds=1)
    return fired


@pytest.mark.parametrize(
    ("line", "zone", "first"),
    [
        ("0 9 * * 0", DHAKA, "Sun 11-29 03:00"),  # it is past nine in Dhaka
        ("0 13 * * 0", DHAKA, "Sun 11-22 07:00"),
        ("0 9 * * 1", DHAKA, "Mon 11-23 03:00"),
        ("0 9 * * sat-sun", BERLIN, "Sun 11-22 08:00"),
        ("*/10 6-23 * * *", DHAKA, "Sun 11-22 06:00"),
        ("0 0 29 2 *", DHAKA, "Mon 02-28 18:00"),
    ],
)
def test_a_cron_line(line: str, zone: ZoneInfo, first: str) -> None:
    assert fires(line, zone, SUNDAY) == [first]


def test_a_night_in_which_the_clock_is_changed() -> None:
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert fires("30 9 * * *", BERLIN, spring, 2) == ["Sun 03-29 07:30", "Mon 03-30 07:30"]
    assert fires("30 9 * * *", BERLIN, autumn, 2) == ["Sun 10-25 08:30", "Mon 10-26 08:30"]


def test_an_interval() -> None:
    at = trigger_of(Every(600)).get_next_fire_time(SUNDAY, SUNDAY)
    assert at == SUNDAY + timedelta(minutes=10)


def test_a_job_that_is_late_by_days_runs_once() -> None:
    ran: list[str] = []

    async def scene() -> None:
        scheduler, ended = new_scheduler(), asyncio.Event()

        async def job() -> None:
            ran.append("run")

        async def last() -> None:
            ended.set()

        three_days_ago = datetime.now(UTC) - timedelta(days=3)
        scheduler.add_job(job, trigger_of(Every(3600)), next_run_time=three_days_ago)
        scheduler.add_job(last, trigger_of(Every(3600)), next_run_time=three_days_ago + timedelta(hours=1))
        scheduler.start()
        await ended.wait()
        scheduler.wakeup()
        scheduler.shutdown(wait=False)

    asyncio.run(scene())
    assert ran == ["run"]


def test_a_job_that_is_still_under_way_is_passed_over_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []

    async def scene() -> None:
        scheduler, begun, over, ended = new_scheduler(), asyncio.Event(), asyncio.Event(), asyncio.Event()

        async def job() -> None:
            ran.append("run")
            begun.set()
            await over.wait()

        async def last() -> None:
            ended.set()

        long_ago = datetime.now(UTC) - timedelta(hours=1)
        scheduler.add_job(job, trigger_of(Every(7200)), id="job", next_run_time=long_ago)
        scheduler.start()
        await begun.wait()
        scheduler.modify_job("job", next_run_time=long_ago)
        scheduler.add_job(last, trigger_of(Every(7200)), next_run_time=long_ago + timedelta(minutes=1))
        await ended.wait()
        over.set()
        scheduler.shutdown(wait=False)

    asyncio.run(scene())
    assert ran == ["run"]
    assert [each.getMessage() for each in caplog.records if "maximum number" in each.getMessage()] == []
