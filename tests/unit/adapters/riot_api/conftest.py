"""The adapter in front of a scripted server, with a budget that gives every call its turn."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from tests.fakes.riot_budget import FakeRiotBudget
from tests.unit.adapters.riot_api.scripted_riot import ScriptedRiot, scripted_riot

KEY = "RGAPI-0123-secret"


@dataclass
class Pauses:
    """Sleeps in no time and keeps a list of it."""

    seconds: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
async def riot() -> AsyncIterator[ScriptedRiot]:
    async with scripted_riot() as server:
        yield server


@pytest.fixture
def settings(riot: ScriptedRiot) -> RiotSettings:
    return RiotSettings(riot_api_key=KEY, riot_api_base_url=riot.base_url, riot_api_timeout=1.0)


@pytest.fixture
def budget() -> FakeRiotBudget:
    return FakeRiotBudget()


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def adapter(settings: RiotSettings, budget: FakeRiotBudget, pauses: Pauses) -> AsyncIterator[RiotAPIAdapter]:
    async with RiotAPIAdapter(settings=settings, budget=budget, sleep=pauses.sleep, jitter=lambda: 1.0) as adapter:
        yield adapter
