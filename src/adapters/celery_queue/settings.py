"""Celery's settings, as the environment gives them."""

import re
from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

QUEUES = (
    "default", "matches", "ai", "analysis", "player_sync", "match_processing", "timeline_processing",
    "recovery", "maintenance", "reports", "metrics",
)  # fmt: skip
"""Every queue there is; a worker without `-Q` serves them all."""
BACKGROUND_QUEUES = (
    "matches", "player_sync", "match_processing", "timeline_processing", "recovery", "maintenance",
)  # fmt: skip
"""Those for work that nobody waits for."""


class CelerySettings(BaseSettings):
    """Broker, backend, limits, and what a worker is where its command line does not say. Times in seconds."""

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    celery_broker_url: SecretStr = SecretStr("redis://localhost:6379/1")
    celery_result_backend: SecretStr = SecretStr("redis://localhost:6379/2")
    celery_task_time_limit: int = Field(300, ge=5)
    celery_task_soft_time_limit: int = Field(240, ge=1)
    worker_name: str = "chimera_worker"
    worker_loglevel: str = Field("info", pattern="(?i)^(debug|info|warning|error|critical)$")
    worker_concurrency: int = Field(4, ge=1, le=64)
    worker_autoscale: Annotated[tuple[int, int] | None, NoDecode] = (10, 3)
    worker_queue: Annotated[tuple[str, ...], NoDecode] = QUEUES

    @field_validator("worker_name")
    @classmethod
    def _is_a_plain_word(cls, value: str) -> str:
        """It becomes half of a node's name, where Celery gives `@` and `%` a meaning."""
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", value):
            raise ValueError("write a word of letters, digits, _ . and -")
        return value

    @field_validator("worker_autoscale", mode="before")
    @classmethod
    def _read_autoscale(cls, value: object) -> object:
        """`10,3` is at most 10 and at least 3 processes; `off` keeps WORKER_CONCURRENCY of them."""
        if not isinstance(value, str):
            return value
        if value.strip().lower() in {"off", "none", "0"}:
            return None
        most, _, least = value.partition(",")
        if not (most.strip().isdecimal() and least.strip().isdecimal() and int(most) >= int(least) >= 1):
            raise ValueError("write MAX,MIN such as 10,3, or off")
        return int(most), int(least)

    @field_validator("worker_queue", mode="before")
    @classmethod
    def _read_queues(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(name.strip() for name in value.split(",") if name.strip())
        if not names or any(name not in QUEUES for name in names):
            raise ValueError(f"it lists queues that do not exist, or none; there are {', '.join(QUEUES)}")
        return names

    @field_validator("celery_broker_url", "celery_result_backend")
    @classmethod
    def _is_redis(cls, value: SecretStr) -> SecretStr:
        """The ledger's hints and Celery's results live in Redis; no other broker is supported."""
        if not value.get_secret_value().startswith(("redis://", "rediss://", "redis+socket://", "unix://")):
            raise ValueError("it must be a Redis URL such as redis://localhost:6379/1")
        return value

    @field_validator("celery_task_soft_time_limit")
    @classmethod
    def _below_hard_limit(cls, value: int, info: ValidationInfo) -> int:
        if value >= info.data.get("celery_task_time_limit", value + 1):
            raise ValueError("must be below CELERY_TASK_TIME_LIMIT")
        return value
