"""GET /health."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from src.api import health
from src.api.services import HealthCheck
from src.core.errors import ConfigurationError, RiotKeyRejected, Unavailable
from tests.fakes.api import FakeApiServices, a_client, fake_api_services, healthy


async def broken() -> None:
    raise Unavailable("password=hunter2")


async def hanging() -> None:
    await asyncio.Event().wait()


async def refused() -> None:
    raise RiotKeyRejected


async def not_set() -> None:
    raise ConfigurationError("RIOT_API_KEY is not set.")


def services(background: Mapping[str, HealthCheck] | None = None, **checks: HealthCheck) -> FakeApiServices:
    made = fake_api_services(background_checks={"workers": healthy, "riot": healthy} | dict(background or {}))
    made.health_checks = {"database": healthy, "redis": healthy} | checks
    return made


async def ask(around: FakeApiServices) -> tuple[int, str, Any]:
    async with a_client(around) as client, client.get("/health") as response:
        return response.status, await response.text(), await response.json()


async def test_all_components_up_is_200() -> None:
    status, _, body = await ask(services())
    components = {"database": "ok", "redis": "ok", "workers": "ok", "riot": "ok"}
    assert (status, body) == (200, {"status": "ok", "components": components})


@pytest.mark.parametrize("check", [broken, hanging])
async def test_one_component_down_is_503_and_says_which_and_not_why(
    check: HealthCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_TIME_LIMIT", 0.05)
    status, text, body = await ask(services(database=check))
    assert (status, body["status"]) == (503, "down")
    assert (body["components"]["database"], body["components"]["redis"]) == ("down", "ok")
    assert "hunter2" not in text


@pytest.mark.parametrize(("name", "check"), [("workers", broken), ("riot", refused)])
async def test_what_only_delays_work_does_not_take_the_api_out(name: str, check: HealthCheck) -> None:
    status, text, body = await ask(services({name: check}))
    assert (status, body["status"], body["components"][name]) == (200, "degraded", "down")
    assert "hunter2" not in text


async def test_a_key_that_nobody_has_set_yet_is_no_fault() -> None:
    _, _, body = await ask(services({"riot": not_set}))
    assert (body["status"], body["components"]["riot"]) == ("ok", "unknown")


async def test_nobody_waits_for_a_component_that_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_PATIENCE", 0.05)
    _, _, body = await ask(services({"workers": hanging}))
    assert (body["status"], body["components"]["workers"]) == ("ok", "unknown")


async def test_workers_and_riot_are_not_asked_at_every_look() -> None:
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1

    async with a_client(services({"workers": count})) as client:
        for _ in range(3):
            async with client.get("/health") as response:
                assert response.status == 200
    assert asked == 1


async def test_an_answer_that_has_aged_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_BACKGROUND", {"workers": 0.0, "riot": 60.0})
    states = [broken, healthy]

    async def recovering() -> None:
        await states.pop(0)()

    around = services({"workers": recovering})
    async with a_client(around) as client:
        bodies = []
        for _ in range(2):
            async with client.get("/health") as response:
                bodies.append(await response.json())
    assert [body["components"]["workers"] for body in bodies] == ["down", "ok"]
