"""What a thread does cannot be broken off: it is awaited, and undone."""

import asyncio

import pytest

from monitor.pipeline.unbroken import or_undone


@pytest.mark.parametrize("broken_off", [False, True])
def test_what_was_taken_is_given_back_where_its_taker_was_broken_off(*, broken_off: bool) -> None:
    undone: list[str] = []

    async def scene() -> str | None:
        taken = asyncio.Event()

        async def take() -> str:
            await taken.wait()
            return "a lease"

        async def undo(taken: str) -> None:
            undone.append(taken)

        taker = asyncio.create_task(or_undone(take(), undo))
        await asyncio.sleep(0)
        if broken_off:
            taker.cancel()
            await asyncio.sleep(0)
        taken.set()
        await asyncio.wait([taker])
        return None if taker.cancelled() else taker.result()

    assert asyncio.run(scene()) == (None if broken_off else "a lease")
    assert undone == (["a lease"] if broken_off else [])
