"""What is asked of each component to tell how the system is."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from src.adapters.celery_queue import CeleryJobQueue
from src.adapters.database import DatabaseAdapter
from src.adapters.riot_api import RiotAPIAdapter, RiotSettings
from src.core.domain.regions import RoutingValue
from src.core.domain.riot_id import RiotId
from src.core.errors import AccountNotFound, ConfigurationError, Unavailable
from src.core.ports.clock import Clock
from src.core.ports.riot_budget import RiotBudget
from src.core.services.maintenance import SystemHealth

_NOBODY = RiotId(game_name="Chimera", tag_line="0000")


def system_health(
    *, database: DatabaseAdapter, queue: CeleryJobQueue, riot: RiotSettings, budget: RiotBudget, clock: Clock
) -> SystemHealth:
    """The checks of database, broker, workers and Riot."""

    async def workers() -> Mapping[str, Any]:
        count = await queue.workers()
        if not count:
            raise Unavailable("No worker answered within a second.")
        return {"count": count}

    async def ask_riot() -> None:
        if not riot.riot_api_key.get_secret_value():
            raise ConfigurationError("RIOT_API_KEY is not set.")
        # No patience: one call, if the budget has a turn left over for it, and no second attempt.
        impatient = riot.model_copy(update={"riot_api_patience_background": 0.0})
        async with RiotAPIAdapter(settings=impatient, budget=budget) as adapter:
            with suppress(AccountNotFound):
                await adapter.account_by_riot_id(_NOBODY, RoutingValue.AMERICAS)

    checks = {"database": database.ping, "broker": queue.ping, "workers": workers, "riot": ask_riot}
    return SystemHealth(checks, clock)
