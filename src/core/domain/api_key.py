"""API keys: who may use the REST API, and for what."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Scope(StrEnum):
    """What a key may do."""

    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    METRICS_READ = "metrics:read"


class AuthMode(StrEnum):
    """When the API wants a key: see `chimera api-key`."""

    AUTO = "auto"  # open on the loopback until the first key exists
    REQUIRED = "required"
    OFF = "off"


class ApiKey(BaseModel):
    """A key as it is kept: never the key itself, only its HMAC.

    `key_id` is public (part of the key, shown in lists); `per_minute`: requests allowed in any minute.
    """

    model_config = ConfigDict(frozen=True)

    key_id: str
    name: str
    scopes: frozenset[Scope]
    per_minute: int = 600
    created_at: datetime
    revoked_at: datetime | None = None
