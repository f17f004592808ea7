"""Whether the daemon says that it can work."""

import asyncio

import pytest

from monitor.core.errors import StoreError
from monitor.service.figures import Figures
from monitor.service.metrics import Metrics
from monitor.store.database import Database
from tests.daemon.house import HOUR, PAPERS, House, settle


def test_it_is_not_ready_while_nothing_can_be_kept(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full can still be read."""
    house = House(database)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    async def scene() -> list[str | None]:
        rounds = house.rounds(PAPERS[:1])
        figures = Figures(house.monitor, rounds, Metrics(), ["morning"], 5)
        said = [await figures.ready()]
        with monkeypatch.context() as broken:
            broken.setattr(house.leases, "claim", fail)
            await rounds.tick()
            await settle(rounds)
            said.append(await figures.ready())
        house.clock.at += HOUR
        await rounds.tick()
        await settle(rounds)
        return [*said, await figures.ready()]

    assert asyncio.run(scene()) == ["no tick yet", "the database fails, so nothing is fetched", None]
