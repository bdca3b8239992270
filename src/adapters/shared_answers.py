"""Answers that processes share, in Redis, for the moment in which several want the same."""

import asyncio
import hashlib

import structlog
import zstandard
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.exceptions import RedisError

from src.core.errors import StorageUnavailable

_log = structlog.get_logger(__name__)

_LEAD_MS = 12_000  # a leader that says nothing for so long has died, or waits longer than anybody should for it
_ANSWER_MS = 10_000
_LOOK_EVERY = 0.05  # seconds
_SOCKET_TIMEOUT = 2.0
_SCANNED_AT_ONCE = 1000  # keys

_FOLLOW = """
-- The answer, or whether somebody is still at it. KEYS: leader, followers, answer. ARGV: ms to keep the note.
local answer = redis.call('GET', KEYS[3])
if answer then return answer end
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('SET', KEYS[2], 1, 'PX', ARGV[1])
return 1
"""
_IS_WANTED = """
-- The call has failed, or nobody waits for its answer: done. KEYS: leader, followers. ARGV: 1 if there is an answer.
if ARGV[1] == '1' and redis.call('EXISTS', KEYS[2]) == 1 then return 1 end
redis.call('DEL', KEYS[1])
return 0
"""


class RedisSharedAnswers:
    """The SharedAnswers port, for all processes that use the same Redis and the same API key.

    A leader's answer is put down only if somebody has asked for it by then, and for ten seconds.
    """

    def __init__(self, url: str, api_key: SecretStr, *, prefix: str = "chimera:answers:") -> None:
        """Documents differ from key to key; the key itself enters Redis as a hash only."""
        self._redis = Redis.from_url(url, socket_timeout=_SOCKET_TIMEOUT, socket_connect_timeout=_SOCKET_TIMEOUT)
        self._salt = api_key.get_secret_value().strip().encode()
        self._prefix = prefix
        self._follow = self._redis.register_script(_FOLLOW)
        self._is_wanted = self._redis.register_script(_IS_WANTED)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def lead(self, subject: str) -> bool:
        """See the port. Who still has the last answer at hand does not lead either."""
        leader, _, answer = self._keys(subject)
        try:
            if await self._redis.exists(answer):
                return False
            return bool(await self._redis.set(leader, 1, nx=True, px=_LEAD_MS))
        except (RedisError, OSError) as error:
            _log.info("answers_not_shared", reason=type(error).__name__)
            return True

    async def tell(self, subject: str, body: bytes | None) -> None:
        """See the port."""
        leader, followers, answer = self._keys(subject)
        try:
            if not await self._is_wanted(keys=[leader, followers], args=[int(body is not None)]):
                return
            packed = await asyncio.to_thread(zstandard.ZstdCompressor(level=1).compress, body or b"")
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.set(answer, packed, px=_ANSWER_MS)
                pipe.delete(leader, followers)
                await pipe.execute()
        except (RedisError, OSError) as error:
            _log.info("answers_not_shared", reason=type(error).__name__)

    async def follow(self, subject: str, *, patience: float) -> bytes | None:
        """See the port."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while loop.time() < end:
            try:
                found = await self._follow(keys=self._keys(subject), args=[_LEAD_MS])
            except (RedisError, OSError) as error:
                _log.info("answers_not_shared", reason=type(error).__name__)
                return None
            if isinstance(found, bytes):
                return zstandard.ZstdDecompressor().decompress(found)
            if not found:
                return None
            await asyncio.sleep(_LOOK_EVERY)
        return None

    async def clear(self) -> None:
        """See the port."""
        try:
            async for key in self._redis.scan_iter(match=f"{self._prefix}*:answer", count=_SCANNED_AT_ONCE):
                await self._redis.unlink(key)
        except (RedisError, OSError) as error:
            raise StorageUnavailable("Redis (shared answers) cannot be reached.", retry_after=2) from error

    def _keys(self, subject: str) -> list[str]:
        name = hashlib.sha256(self._salt + b"\x00" + subject.encode()).hexdigest()[:32]
        return [f"{self._prefix}{{{name}}}:{part}" for part in ("leader", "followers", "answer")]
