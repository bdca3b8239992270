"""`chimera api-key`: the keys of the REST API, from the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from src.adapters.webhooks import WebhookSettings
from src.bootstrap.container import Container
from src.bootstrap.settings import read_settings
from src.core.domain.api_key import ApiKey, Scope
from src.core.domain.webhook_secret import webhook_secret_for
from src.core.errors import ConfigurationError, InvalidInput
from src.core.services.api_access import ApiAccess


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A fresh key, its text, and what signs the callbacks it asks for, if callbacks are on."""

    key: ApiKey
    text: SecretStr
    webhook_secret: SecretStr | None


async def create(name: str, scopes: str, *, per_minute: int) -> MadeKey:
    """Make a key with these scopes, commas between them.

    Raises:
        InvalidInput: with what to write instead.
    """
    wanted = _read_scopes(scopes)
    async with _access() as access:
        key, text = await access.create(name, wanted, per_minute=per_minute)
    return MadeKey(key, text, _callback_secret(key.key_id))


async def webhook_secret(key_id: str | None) -> SecretStr:
    """What signs the callbacks that a key asks for; without a key, those that an open API is asked for.

    Raises:
        InvalidInput: there is no such key (any more).
        ConfigurationError: callbacks are off.
    """
    if key_id is not None:
        async with _access() as access:
            if not any(key.key_id == key_id and key.revoked_at is None for key in await access.all()):
                raise InvalidInput("There is no such key, or it is revoked. `chimera api-key list` shows them.")
    secret = _callback_secret(key_id)
    if secret is None:
        raise ConfigurationError("Result callbacks are off: set WEBHOOK_SECRET.")
    return secret


async def lines() -> list[str]:
    """A line for each key: id, name, scopes, requests per minute, when it was made and revoked."""
    async with _access() as access:
        return [_line(key) for key in await access.all()] or ["There are no keys."]


async def revoke(key_id: str) -> None:
    """End a key.

    Raises:
        InvalidInput: there is no such key (any more).
    """
    async with _access() as access:
        await access.revoke(key_id)


@asynccontextmanager
async def _access() -> AsyncIterator[ApiAccess]:
    services = Container.build()
    try:
        yield services.access
    finally:
        await services.close()


def _callback_secret(key_id: str | None) -> SecretStr | None:
    secret = read_settings(WebhookSettings).webhook_secret
    return webhook_secret_for(secret, key_id) if secret.get_secret_value() else None


def _read_scopes(text: str) -> frozenset[Scope]:
    names = {name.strip() for name in text.split(",") if name.strip()}
    unknown = sorted(names - set(Scope))
    if unknown:
        raise InvalidInput(f"Unknown scope {unknown[0][:40]!r}. There are {', '.join(Scope)}.")
    return frozenset(Scope(name) for name in names)


def _line(key: ApiKey) -> str:
    until = f", revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
    scopes = ",".join(sorted(key.scopes))
    return f"{key.key_id}  {key.name}  {scopes}  {key.per_minute}/min  made {key.created_at:%Y-%m-%d %H:%M}{until}"
