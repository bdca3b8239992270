"""What webhooks read from the environment."""

from typing import Annotated

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from yarl import URL

from src.core.domain.webhook_secret import signing_key
from src.core.errors import InvalidInput


class WebhookSettings(BaseSettings):
    """What signs result webhooks (empty: there are none), and which receivers may be http or private.

    An allowed host is `host`, with any port, or `host:port`.
    """

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    webhook_secret: SecretStr = SecretStr("")
    webhook_allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    @field_validator("webhook_secret")
    @classmethod
    def _is_a_webhook_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                signing_key(value)
            except InvalidInput as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("webhook_allowed_hosts", mode="before")
    @classmethod
    def _read_hosts(cls, value: object) -> object:
        """In the form in which `WebhookAddresses` looks them up: lower case, ASCII, IPv6 in brackets."""
        if not isinstance(value, str):
            return value
        return tuple(_canonical(entry.strip()) for entry in value.split(",") if entry.strip())


def _canonical(entry: str) -> str:
    try:
        url = URL(f"https://{entry}")
    except ValueError:
        url = URL()
    if not url.raw_host or url != url.origin():
        raise ValueError("it lists hosts such as hooks.internal or 127.0.0.1:8080, with commas between")
    host = (url.host_subcomponent or "").rstrip(".")
    return host if url.explicit_port is None else f"{host}:{url.explicit_port}"
