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
from src.core.errors import InvalidInput
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
    secret = read_settings(WebhookSettings).webhook_secret
    return MadeKey(key, text, webhook_secret_for(secret, key.key_id) if secret.get_secret_value() else None)


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
