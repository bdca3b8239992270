"""Who may use the REST API: making, checking and ending its keys."""

import hmac
import re
from collections.abc import Collection
from hashlib import sha256
from zlib import crc32

from pydantic import SecretStr

from src.core.domain.api_key import ApiKey, Scope
from src.core.errors import ApiKeyRejected, InvalidInput, RateLimited, ScopeMissing
from src.core.ports.api_keys import ApiKeyStore
from src.core.ports.clock import Clock
from src.core.ports.request_limits import RequestLimits
from src.core.ports.secrets import SecretSource

# `chm_<key id>_<secret><checksum>`: the prefix lets scanners find leaked keys, the checksum tells typing errors.
_KEY = re.compile(r"(chm_([0-9a-f]{12})_[0-9a-f]{64})([0-9a-f]{8})")
_PURPOSE = b"chimera/api-key/1:"
_NOBODYS = bytes(sha256().digest_size)
_LONGEST_NAME = 80
_MOST_PER_MINUTE = 100_000


class ApiAccess:
    """API keys. Only the HMAC-SHA256 of a key is kept, under `pepper`.

    With an empty `pepper` the digest is keyed with nothing but its purpose: 256 random bits cannot be guessed from
    it either; a pepper makes digests that were written into the database from outside worthless. Changing it ends
    every key.
    """

    def __init__(
        self, keys: ApiKeyStore, limits: RequestLimits, secrets: SecretSource, clock: Clock, *, pepper: SecretStr
    ) -> None:
        self._keys = keys
        self._limits = limits
        self._secrets = secrets
        self._clock = clock
        self._pepper = pepper.get_secret_value().encode()
        self._was_closed = False

    async def create(self, name: str, scopes: Collection[Scope], *, per_minute: int = 600) -> tuple[ApiKey, SecretStr]:
        """Make a key; its second half is the key itself, which nobody can show again.

        Raises:
            InvalidInput: no name, no scope, or an impossible limit.
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise InvalidInput(f"A key needs a name of 1 to {_LONGEST_NAME} characters.")
        if not scopes:
            raise InvalidInput(f"A key needs a scope: {', '.join(Scope)}.")
        if not 1 <= per_minute <= _MOST_PER_MINUTE:
            raise InvalidInput(f"per_minute must be between 1 and {_MOST_PER_MINUTE}, not {per_minute}.")
        key_id, secret = (sha256(self._secrets.token().encode()).hexdigest() for _ in range(2))
        key = ApiKey(
            key_id=key_id[:12],
            name=name,
            scopes=frozenset(scopes),
            per_minute=per_minute,
            created_at=self._clock.now(),
        )
        text = f"chm_{key.key_id}_{secret}"
        await self._keys.add(key, self._digest(text))
        return key, SecretStr(text + _checksum(text))

    async def authenticate(self, presented: str) -> ApiKey:
        """The key that a client presents. A misspelt one is refused without asking the database.

        Raises:
            ApiKeyRejected: it is none, unknown or revoked.
        """
        match = _KEY.fullmatch(presented)
        if match is None or _checksum(match[1]) != match[3]:
            raise ApiKeyRejected("This is no API key: something of it is missing or misspelt.")
        found = await self._keys.find(match[2])
        # Unknown and wrong take the same time and read the same.
        digest = found[1] if found is not None else _NOBODYS
        if not hmac.compare_digest(self._digest(match[1]), digest) or found is None:
            raise ApiKeyRejected("This API key is unknown or was revoked.")
        return found[0]

    async def count(self, key: ApiKey) -> None:
        """Count a request of a key.

        Raises:
            RateLimited: too many within a minute; `retry_after` says when the next one fits.
        """
        wait = await self._limits.take(f"api-key:{key.key_id}", per_minute=key.per_minute)
        if wait > 0:
            raise RateLimited(f"This API key may ask {key.per_minute} times a minute.", retry_after=wait)

    async def has_keys(self) -> bool:
        """True once there has been a key, revoked or not."""
        # It never turns back; before that, a key made a moment ago must count at once.
        self._was_closed = self._was_closed or await self._keys.any()
        return self._was_closed

    async def all(self) -> tuple[ApiKey, ...]:
        """Every key, revoked ones too, oldest first."""
        return await self._keys.all()

    async def revoke(self, key_id: str) -> None:
        """End a key.

        Raises:
            InvalidInput: there is no such key (any more).
        """
        if not await self._keys.revoke(key_id):
            raise InvalidInput("There is no such key, or it is revoked already. `chimera api-key list` shows them.")

    def _digest(self, text: str) -> bytes:
        return hmac.new(self._pepper, _PURPOSE + text.encode(), sha256).digest()


def require(key: ApiKey, scope: Scope) -> None:
    """Let a key pass that has the scope.

    Raises:
        ScopeMissing: it has not.
    """
    if scope not in key.scopes:
        raise ScopeMissing(f"This API key lacks the scope {scope}.")


def _checksum(text: str) -> str:
    return f"{crc32(text.encode()):08x}"
