"""Waiting for one's turn at a host."""

import asyncio

from monitor.pipeline.ports import Clock, Hosts


async def wait_for_turn(hosts: Hosts, clock: Clock, host: str, delay: float) -> None:
    """Book the host's next free moment, and wait for it."""
    now = clock.now()
    start = await asyncio.to_thread(hosts.reserve, host, now=now, delay=delay)
    await clock.sleep((start - now).total_seconds())
