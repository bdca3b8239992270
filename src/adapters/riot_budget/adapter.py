"""The budget as a Lua script: Redis runs it as one step, by its own clock, for all processes alike.

How windows are followed is told in `windows.lua`, how a process talks to it in `door.py`.
"""

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import orjson
from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from src.adapters.riot_budget.door import Door
from src.adapters.riot_budget.settings import RiotBudgetSettings, redis_address
from src.adapters.riot_budget.tuning import BudgetTuning
from src.core.domain.job import Lane
from src.core.domain.rate_limits import RateLimitAnswer, Window, seconds_for
from src.core.errors import StorageUnavailable
from src.core.ports.riot_budget import Permit

_CONNECTIONS = 8
_NUMBERS_PER_WINDOW = 4


class RedisRiotBudget:
    """`RiotBudget` for every process that uses the same key and Redis."""

    def __init__(
        self,
        *,
        url: str | None = None,
        api_key: SecretStr | str | None = None,
        prefix: str = "chimera:budget:",
        tuning: BudgetTuning | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`url` and `api_key` default to the environment's. The key enters Redis as a hash only."""
        settings = RiotBudgetSettings()
        address = redis_address(url or settings.celery_broker_url.get_secret_value())
        key = settings.riot_api_key if api_key is None else api_key
        key = key.get_secret_value() if isinstance(key, SecretStr) else key
        self._owner = hashlib.sha256(key.strip().encode()).hexdigest()[:16]
        self._prefix = prefix
        self._tuning = tuning or BudgetTuning()
        self._told_tuning = self._tuning.for_scripts()
        self._jitter = jitter
        self._redis = Redis.from_pool(_pool(address, self._tuning.answer_timeout))
        self._exchange_script = self._redis.register_script(_lua("exchange"))
        self._allowance_script = self._redis.register_script(_lua("allowance"))
        self._doors: dict[str, Door] = {}

    async def close(self) -> None:
        """Tell Redis what it has not heard yet, and close the connections."""
        for door in self._doors.values():
            await door.close()
        await self._redis.aclose()

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """See the port. A waiting call looks again when Redis said, or soon while Redis cannot say."""
        return await self._door(routing).acquire(method, lane, patience=patience)

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """See the port. Should Redis be away, it hears of it later."""
        answer = RateLimitAnswer.read(status, headers)
        self._door(permit.routing).report(permit, status, answer, is_abandoned=False)

    async def abandon(self, permit: Permit) -> None:
        """See the port."""
        answer = RateLimitAnswer.read(None, {})
        self._door(permit.routing).report(permit, None, answer, is_abandoned=True)

    async def seconds_for(self, routing: str, calls: Mapping[str, int], lane: Lane) -> float | None:
        """See the port."""
        await self._door(routing).tell()
        keys = [self._key(routing, "app"), *(self._key(routing, f"method:{method}") for method in calls)]
        answer = await self._run(self._allowance_script, keys, [self._told_tuning])
        app, *methods = _numbers(answer)
        if len(app) == 1:
            return None
        spread = 0.0 if lane is Lane.INTERACTIVE else self._tuning.spread
        amounts = (sum(calls.values()), *calls.values())
        return max(
            blocked + seconds_for(amount, _windows(numbers), spread=spread)
            for amount, (blocked, *numbers) in zip(amounts, (app, *methods), strict=True)
        )

    def _door(self, routing: str) -> Door:
        if routing not in self._doors:

            async def exchange(methods: Sequence[str], message: bytes) -> bytes:
                keys = [self._key(routing, name) for name in ("epoch", "app", *(f"method:{name}" for name in methods))]
                return await self._run(self._exchange_script, keys, [message, self._told_tuning])

            self._doors[routing] = Door(routing, exchange, self._tuning, self._jitter)
        return self._doors[routing]

    def _key(self, routing: str, name: str) -> str:
        # One hash tag: in a Redis Cluster, everything about a routing value lies on one node.
        return f"{self._prefix}{{{self._owner}:{routing}}}:{name}"

    async def _run(self, script: AsyncScript, keys: Sequence[str], arguments: Sequence[bytes]) -> bytes:
        try:
            answer: bytes = await script(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            raise StorageUnavailable(f"The Riot budget in Redis cannot be reached ({type(error).__name__}).") from error
        return answer


def _numbers(answer: bytes) -> list[list[float]]:
    numbers: list[list[float]] = orjson.loads(answer)
    return numbers


def _windows(numbers: Sequence[float]) -> list[Window]:
    rows = [numbers[start : start + _NUMBERS_PER_WINDOW] for start in range(0, len(numbers), _NUMBERS_PER_WINDOW)]
    return [Window(calls=int(calls), length=length, used=int(used), left=left) for calls, length, used, left in rows]


def _pool(address: str, timeout: float) -> BlockingConnectionPool:
    """Connections that give up soon, and try once more if one is broken: Redis may have been restarted."""
    return BlockingConnectionPool.from_url(
        address,
        max_connections=_CONNECTIONS,
        timeout=timeout,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    )


def _lua(name: str) -> str:
    folder = Path(__file__).parent
    return (folder / "windows.lua").read_text("utf-8") + (folder / f"{name}.lua").read_text("utf-8")
