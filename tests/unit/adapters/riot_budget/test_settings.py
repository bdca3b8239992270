"""Addresses and keys of the budget."""

import pytest

from src.adapters.riot_budget import RedisRiotBudget, RiotBudgetSettings
from src.adapters.riot_budget.settings import redis_address
from src.core.errors import ConfigurationError


@pytest.mark.parametrize(
    ("broker", "address"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/0"),
        ("rediss://:word@host/2", "rediss://:word@host/2"),
        ("unix:///run/redis.sock?db=1", "unix:///run/redis.sock?db=1"),
        ("redis+socket:///run/redis.sock", "unix:///run/redis.sock?db=0"),
        ("redis+socket:///run/redis.sock?virtual_host=1", "unix:///run/redis.sock?db=1"),
        ("redis+socket:///run/redis.sock?virtual_host=/2", "unix:///run/redis.sock?db=2"),
        ("redis+socket://:word@/run/redis.sock?virtual_host=1", "unix://:word@/run/redis.sock?db=1"),
    ],
)
def test_celerys_addresses_are_understood(broker: str, address: str) -> None:
    assert redis_address(broker) == address


@pytest.mark.parametrize("broker", ["amqp://localhost", "memory://", "localhost:6379", ""])
def test_a_broker_other_than_redis_is_refused(broker: str) -> None:
    with pytest.raises(ConfigurationError, match="Redis"):
        redis_address(broker)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://:password@elsewhere/3")
    settings = RiotBudgetSettings()
    assert settings.celery_broker_url.get_secret_value() == "redis://:password@elsewhere/3"
    assert "password" not in repr(settings)


async def test_it_constructs_without_arguments_and_without_a_server() -> None:
    await RedisRiotBudget().close()
