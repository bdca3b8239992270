"""Request limits in Redis, counted by the `limits` library in a window that moves."""

import asyncio
import time

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

_log = structlog.get_logger(__name__)

_MINUTE = 60
_CONNECTIONS = 16
_PATIENCE = 0.4  # seconds
_PAUSE = 1.0  # seconds without counting after Redis was found away
_LOG_EVERY = 60.0  # seconds
_SHORTEST_WAIT = 0.01  # a turn that is due by the time it is looked at is still no turn taken


class RedisRequestLimits:
    """Implements `RequestLimits` for every process that uses the same Redis."""

    def __init__(
        self, url: str, *, prefix: str = "chimera:requests", window: int = _MINUTE, patience: float = _PATIENCE
    ) -> None:
        """`url` as redis-py writes it. Seconds: `window` is what counts as a minute, `patience` what counting takes."""
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=patience,
            socket_timeout=patience,
            socket_connect_timeout=patience,
            retry=Retry(NoBackoff(), 0),
        )
        # The address counts in the pool only; the library wants one all the same.
        storage = RedisStorage(
            "async+redis://localhost:6379",
            implementation="redispy",
            key_prefix=prefix,
            connection_pool=self._pool,  # type: ignore[arg-type]  # passed on to redis-py, which is where it belongs
        )
        self._limiter = MovingWindowRateLimiter(storage)
        self._window = window
        self._patience = patience
        self._away_until = 0.0
        self._logged_at = -_LOG_EVERY

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.aclose()

    async def take(self, who: str, *, per_minute: int) -> float:
        """See `RequestLimits.take`."""
        now = time.monotonic()
        if now < self._away_until:
            return 0.0
        try:
            async with asyncio.timeout(self._patience):
                return await self._take(who, RateLimitItemPerSecond(per_minute, self._window))
        except (RedisError, OSError) as error:
            self._away_until = now + _PAUSE
            if now - self._logged_at >= _LOG_EVERY:
                self._logged_at = now
                _log.warning("requests_not_counted", reason=type(error).__name__)
            return 0.0

    async def _take(self, who: str, limit: RateLimitItemPerSecond) -> float:
        if await self._limiter.hit(limit, who):
            return 0.0
        window = await self._limiter.get_window_stats(limit, who)
        # The library counts with this machine's clock, too.
        return min(max(window.reset_time - time.time(), _SHORTEST_WAIT), float(self._window))
