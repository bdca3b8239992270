"""The budget as two Lua scripts: Redis runs each as one step, by its own clock, for all processes alike.

How windows are followed is told in `windows.lua`.
"""

import asyncio
import hashlib
import random
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import structlog
from pydantic import SecretStr
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from src.adapters.riot_budget.settings import RiotBudgetSettings, redis_address
from src.core.domain.job import Lane
from src.core.errors import RateLimited, Unavailable
from src.core.ports.riot_budget import Permit

log = structlog.get_logger(__name__)

_BUCKETS = re.compile(r"\s*\d{1,9}:\d{1,9}\s*(,\s*\d{1,9}:\d{1,9}\s*)*", re.ASCII)
_CONNECTIONS = 16
_LONGEST_SLEEP = 2.0  # seconds; a wait may turn out shorter: limits grow, Redis is emptied
_FIRST_POLL, _LONGEST_POLL = 0.02, 0.25  # seconds, while only an answer on its way can tell how long it takes


@dataclass(frozen=True, slots=True)
class BudgetTuning:
    """How careful the budget is; times in seconds.

    A window counts as over `slack + drift * its length` after its end. A call is forgotten `lost_after` its start
    (longer than any call can take), a probe for unknown limits is repeated after `probe_after`. Background calls
    leave `1 - background_share` of every bucket to people who wait. A 429 without `Retry-After` pauses 1, 2, 4 ...
    `longest_backoff` seconds, half of it at random; no 429 pauses longer than `longest_block`. Redis has
    `answer_timeout` to answer, and as much to be connected to.
    """

    slack: float = 0.025
    drift: float = 0.002
    lost_after: float = 30.0
    probe_after: float = 5.0
    background_share: float = 0.8
    longest_backoff: float = 30.0
    longest_block: float = 3600.0
    answer_timeout: float = 2.0


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
        self._jitter = jitter
        self._redis = Redis.from_pool(_pool(address, self._tuning.answer_timeout))
        self._acquire = self._redis.register_script(_lua("acquire"))
        self._report = self._redis.register_script(_lua("report"))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def acquire(self, routing: str, method: str, lane: Lane, *, patience: float) -> Permit:
        """See the port. A waiting call looks again when Redis said, or soon while Redis cannot say."""
        permit = Permit(id=uuid4().hex, routing=routing, method=method)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        poll = _FIRST_POLL
        while True:
            wait, unknown = await self._ask(permit, lane)
            if wait <= 0 and not unknown:
                return permit
            left = deadline - loop.time()
            if left <= 0 or wait > left:
                raise RateLimited(retry_after=wait or 1.0)
            pause = min(wait, _LONGEST_SLEEP)
            if unknown:
                pause = max(pause, poll)
                poll = min(poll * 1.5, _LONGEST_POLL)
            # Spread the waiting processes a little, so that they do not all ask in the same millisecond.
            await asyncio.sleep(min(left, pause + self._jitter() * 0.005))

    async def report(self, permit: Permit, *, status: int | None, headers: Mapping[str, str]) -> None:
        """See the port."""
        names = {name.lower(): value for name, value in headers.items()}
        limits = [
            _buckets(names.get(f"x-{scope}-rate-limit{kind}", ""))
            for scope in ("app", "method")
            for kind in ("", "-count")
        ]
        blocked, pause = "", -1.0
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            blocked = "app" if names.get("x-rate-limit-type", "").strip().lower() == "application" else "method"
            pause = self._pause(names.get("retry-after", ""))
        tuning = self._tuning
        arguments = [permit.id, status or 0, *limits, blocked, pause, self._jitter(), tuning.longest_backoff]
        try:
            await self._run(self._report, permit, [*arguments, tuning.slack, tuning.drift])
        except Unavailable as error:
            # The call stays "on its way" until it counts as lost, which is on the safe side.
            log.warning("riot_budget_report_lost", routing=permit.routing, method=permit.method, reason=str(error))

    async def _ask(self, permit: Permit, lane: Lane) -> tuple[float, bool]:
        """Take the call's place now. (0, False): taken; else seconds to wait at least, and if it may be longer."""
        tuning = self._tuning
        share = 1.0 if lane is Lane.INTERACTIVE else tuning.background_share
        arguments = [permit.id, share, tuning.lost_after, tuning.probe_after, tuning.slack, tuning.drift]
        granted, milliseconds, unknown = await self._run(self._acquire, permit, arguments)
        return (0.0, False) if granted else (milliseconds / 1000, bool(unknown))

    async def _run(self, script: Callable[..., Awaitable[Any]], permit: Permit, arguments: Sequence[Any]) -> Any:
        # One hash tag: in a Redis Cluster, everything about a routing value lies on one node.
        app = f"{self._prefix}{{{self._owner}:{permit.routing}}}:app"
        method = f"{self._prefix}{{{self._owner}:{permit.routing}}}:method:{permit.method}"
        try:
            return await script(keys=[app, f"{app}:flight", method, f"{method}:flight"], args=arguments)
        except (RedisError, OSError) as error:
            raise Unavailable(f"The Riot budget in Redis cannot be reached ({type(error).__name__}).") from error

    def _pause(self, retry_after: str) -> float:
        """Seconds to pause; -1 if Riot does not say."""
        text = retry_after.strip()
        return min(float(text), self._tuning.longest_block) if text.isascii() and text.isdigit() else -1.0


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


def _buckets(header: str) -> str:
    """A header that says what it should, else nothing.

    >>> _buckets("20:1,100:120")
    '20:1,100:120'
    >>> _buckets("plenty")
    ''
    """
    return header if _BUCKETS.fullmatch(header) else ""
