"""What the budget reads from the environment."""

from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.errors import ConfigurationError

_REDIS_SCHEMES = frozenset({"redis", "rediss", "unix"})
_CELERY_SOCKET_SCHEME = "redis+socket"


class RiotBudgetSettings(BaseSettings):
    """The Redis server (the broker's) and the API key whose allowance it keeps."""

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    celery_broker_url: SecretStr = SecretStr("redis://localhost:6379/1")  # it may hold a password
    riot_api_key: SecretStr = SecretStr("")


def redis_address(broker_url: str) -> str:
    """A broker URL as the Redis client writes it: Celery has its own form for sockets.

    >>> redis_address("redis+socket:///run/redis.sock?virtual_host=1")
    'unix:///run/redis.sock?db=1'

    Raises:
        ConfigurationError: the broker is not Redis.
    """
    parts = urlsplit(broker_url)
    if parts.scheme in _REDIS_SCHEMES:
        return broker_url
    if parts.scheme != _CELERY_SOCKET_SCHEME:
        raise ConfigurationError("CELERY_BROKER_URL is not a Redis address (redis://, rediss:// or redis+socket://).")
    database = parse_qs(parts.query).get("virtual_host", ["0"])[0].strip("/")
    return f"unix://{parts.netloc}{parts.path}?db={database}"
