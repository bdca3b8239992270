"""Whether Chimera works, for machines that ask often."""

import asyncio
import math
import time

import structlog
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from src.api.services import ApiServices, HealthCheck
from src.core.services.maintenance import SystemHealth

_log = structlog.get_logger(__name__)

_TIME_LIMIT = 3.0  # seconds; a component that takes longer is as good as down
_PATIENCE = 1.5  # seconds that a request waits for what is asked beside it
# Background components, and the seconds that an answer about one is good for: asking workers takes a second,
# asking Riot a call of the budget.
_BACKGROUND = {"workers": 10.0, "riot": 60.0}


class Health(BaseModel):
    """`status` is `ok`, `degraded` (work waits, nothing is lost) or `down`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "degraded",
                    "components": {"database": "ok", "redis": "ok", "workers": "down", "riot": "ok"},
                }
            ]
        }
    )

    status: str
    components: dict[str, str]


def health_routes(services: ApiServices) -> APIRouter:
    """`GET /health`: every component by name, `ok`, `down` or `unknown`; why one is down is in the log.

    503 only without the database or Redis. Missing workers, or a Riot that refuses the key, are `degraded` with 200:
    the API takes work and tells of it all the same, and a load balancer that took it out, or a supervisor that
    restarted it, because a worker is being restarted would turn a delay into an outage.
    """
    router = APIRouter()
    background = {name: _Remembered(services.health, name, keep) for name, keep in _BACKGROUND.items()}

    @router.get(
        "/health",
        tags=["operations"],
        summary="Whether everything works",
        response_model=Health,
        responses={503: {"model": Health, "description": "The database or Redis is down"}},
    )
    async def health() -> JSONResponse:
        """Each component; 503 if the API cannot work without the one that is down."""
        checks = services.health_checks
        states, delays = await asyncio.gather(
            asyncio.gather(*(_state(name, check) for name, check in checks.items())),
            asyncio.gather(*(remembered.state() for remembered in background.values())),
        )
        is_down, is_delayed = "down" in states, "down" in delays
        components = dict(zip((*checks, *background), (*states, *delays), strict=True))
        status = "down" if is_down else "degraded" if is_delayed else "ok"
        return JSONResponse({"status": status, "components": components}, status_code=503 if is_down else 200)

    return router


class _Remembered:
    """How a background component is: asked when the answer has aged, while those who ask get what is known."""

    def __init__(self, health: SystemHealth, name: str, keep: float) -> None:
        self._health = health
        self._name = name
        self._keep = keep
        self._asking: asyncio.Task[None] | None = None
        self._known = "unknown"
        self._known_at = -math.inf

    async def state(self) -> str:
        now = time.monotonic()
        age = now - self._known_at
        if age > self._keep and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask())
        if age > 2 * self._keep and self._asking is not None:
            await asyncio.wait({self._asking}, timeout=_PATIENCE)
        return self._known if self._known_at >= now - 2 * self._keep else "unknown"

    async def _ask(self) -> None:
        found = await self._health.examine(only={self._name})
        self._known = str(found["components"][self._name]["status"])
        self._known_at = time.monotonic()


async def _state(name: str, check: HealthCheck) -> str:
    try:
        async with asyncio.timeout(_TIME_LIMIT):
            await check()
    except Exception as error:  # noqa: BLE001  (whatever a check raises, it means the component is down)
        _log.warning("component_down", component=name, error=type(error).__name__)
        return "down"
    return "ok"
