"""GET /health."""

import asyncio

import aiohttp
import pytest

from src.api import health
from src.api.app import create_app
from src.api.services import HealthCheck
from src.core.errors import Unavailable
from tests.fakes.api import FakeSignIns, running


async def healthy() -> None:
    """Nothing wrong."""


async def broken() -> None:
    raise Unavailable("password=hunter2")


async def hanging() -> None:
    await asyncio.Event().wait()


async def ask(sign_ins: FakeSignIns) -> tuple[int, str, object]:
    async with (
        running(create_app(sign_ins.services)) as base,
        aiohttp.ClientSession() as session,
        session.get(f"{base}/health") as response,
    ):
        return response.status, await response.text(), await response.json()


async def test_all_components_up_is_200() -> None:
    sign_ins = FakeSignIns()
    sign_ins.services.health_checks = {"database": healthy, "redis": healthy}

    status, _, body = await ask(sign_ins)

    assert (status, body) == (200, {"status": "ok", "components": {"database": "ok", "redis": "ok"}})


@pytest.mark.parametrize("check", [broken, hanging])
async def test_one_component_down_is_503_and_says_which_and_not_why(
    check: HealthCheck, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_TIME_LIMIT", 0.05)
    sign_ins = FakeSignIns()
    sign_ins.services.health_checks = {"database": check, "redis": healthy}

    status, text, body = await ask(sign_ins)

    assert (status, body) == (503, {"status": "down", "components": {"database": "down", "redis": "ok"}})
    assert "hunter2" not in text
