"""Schedules as APScheduler wants them. It runs in memory and is made anew from the configuration at every start.

Its traps: a job that is late is thrown away unless `misfire_grace_time` is None; missed runs are made up for one by one
unless `coalesce` is true; it warns at every tick that the one before is still under way; its weekdays begin with
Monday; and its end cancels coroutines that it runs, so jobs only begin tasks that are ours.
"""

import logging
from collections.abc import Iterable
from datetime import UTC, tzinfo
from typing import Final

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from monitor.core.schedules import Every, Schedule

_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def new_scheduler() -> AsyncIOScheduler:
    """Make a scheduler without jobs: after a sleep or a jump of the clock each of them runs once, however late."""
    once = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    return AsyncIOScheduler(timezone=UTC, job_defaults=once)


def trigger_of(schedule: Schedule, zone: tzinfo = UTC) -> BaseTrigger:
    """Turn a schedule into a trigger in a site's own time zone."""
    if isinstance(schedule, Every):
        return IntervalTrigger(seconds=schedule.seconds, timezone=UTC)
    return CronTrigger(
        minute=_list(schedule.minute),
        hour=_list(schedule.hour),
        day=_list(schedule.day),
        month=_list(schedule.month),
        day_of_week=_list(_DAYS[number] for number in schedule.weekday),
        timezone=zone,
    )


def _list(values: Iterable[object]) -> str:
    return ",".join(map(str, values))
