"""Whether Chimera works, for machines that ask often."""

import asyncio

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from src.api.services import ApiServices, HealthCheck

_log = structlog.get_logger(__name__)

_TIME_LIMIT = 3.0  # seconds; a component that takes longer is as good as down


def health_routes(services: ApiServices) -> APIRouter:
    """`GET /health`: 200 with every component `ok`, else 503; why one is down is in the log, not in the answer."""
    router = APIRouter()

    @router.get("/health", tags=["operations"])
    async def health() -> JSONResponse:
        checks = services.health_checks
        states = await asyncio.gather(*(_state(name, check) for name, check in checks.items()))
        healthy = all(state == "ok" for state in states)
        return JSONResponse(
            {"status": "ok" if healthy else "down", "components": dict(zip(checks, states, strict=True))},
            status_code=200 if healthy else 503,
        )

    return router


async def _state(name: str, check: HealthCheck) -> str:
    try:
        async with asyncio.timeout(_TIME_LIMIT):
            await check()
    except Exception as error:  # noqa: BLE001  (whatever a check raises, it means the component is down)
        _log.warning("component_down", component=name, error=type(error).__name__)
        return "down"
    return "ok"
