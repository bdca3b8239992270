"""What the system's health check asks of whom."""

from typing import Any

import pytest

from src.adapters.riot_api import RiotSettings
from src.bootstrap.health_checks import system_health
from src.core.domain.job import Lane
from src.core.errors import Unavailable
from tests.fakes.clock import FakeClock
from tests.fakes.riot_budget import FakeRiotBudget
from tests.unit.adapters.riot_api.scripted_riot import Reply, scripted_riot

NOBODY = b'{"status": {"message": "Data not found", "status_code": 404}}'


class Answering:
    """Stands for the database and the queue; `count` workers answer."""

    def __init__(self, count: int = 2) -> None:
        self.count = count

    async def ping(self) -> None:
        return

    async def workers(self) -> int:
        return self.count


async def examine(riot: RiotSettings, budget: FakeRiotBudget | None = None, *, workers: int = 2) -> dict[str, Any]:
    parts: Any = Answering(workers)
    health = system_health(
        database=parts, queue=parts, riot=riot, budget=budget or FakeRiotBudget(), clock=FakeClock()
    )  # fmt: skip
    return await health.examine()


def settings(**known: Any) -> RiotSettings:
    return RiotSettings(_env_file=None, riot_api_timeout=1.0, **known)


@pytest.fixture
def no_key(monkeypatch: pytest.MonkeyPatch) -> RiotSettings:
    monkeypatch.delenv("RIOT_API_KEY", raising=False)
    return settings()


async def test_without_a_key_riot_is_not_asked(no_key: RiotSettings) -> None:
    budget = FakeRiotBudget()
    report = await examine(no_key, budget)
    assert report["status"] == "healthy"
    assert report["components"]["riot"] == {"status": "unknown", "reason": "RIOT_API_KEY is not set."}
    assert report["components"]["workers"]["count"] == 2
    assert budget.acquired == []


async def test_a_system_without_workers_is_degraded(no_key: RiotSettings) -> None:
    report = await examine(no_key, workers=0)
    assert report["status"] == "degraded"
    assert report["components"]["workers"] == {"status": "down", "reason": "No worker answered within a second."}


@pytest.mark.parametrize(
    ("reply", "status"),
    [(Reply(status=404, body=NOBODY), "ok"), (Reply(status=503), "down"), (Reply(status=403), "down")],
)
async def test_riot_is_asked_once_behind_everybody_else(reply: Reply, status: str) -> None:
    budget = FakeRiotBudget()
    async with scripted_riot() as riot:
        riot.reply(reply)
        report = await examine(settings(riot_api_key="RGAPI-x", riot_api_base_url=riot.base_url), budget)
        assert len(riot.requests) == 1
    assert report["components"]["riot"]["status"] == status
    assert [lane for _, _, lane in budget.acquired] == [Lane.BACKGROUND]


async def test_a_budget_that_cannot_be_reached_is_told() -> None:
    budget = FakeRiotBudget(error=Unavailable("The budget is away."))
    report = await examine(settings(riot_api_key="RGAPI-x"), budget)
    assert report["components"]["riot"] == {"status": "down", "reason": "The budget is away."}
