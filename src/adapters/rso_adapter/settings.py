"""What the RSO adapter reads from the environment."""

from pathlib import Path
from typing import Final

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.domain.regions import RoutingValue
from src.core.domain.web_address import is_confidential

# Empty would leave it to `.env`.
_NO_KEY_FILE: Final = "none"


class RSOSettings(BaseSettings):
    """The RSO client, its issuer, and where the browser comes back to.

    A client authenticates with its secret, or with `RSO_PRIVATE_KEY_FILE` (PEM, RSA or EC) when that is set (`none`:
    it is not, whatever `.env` says).
    """

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    rso_client_id: str | None = None
    rso_client_secret: SecretStr | None = None
    rso_private_key_file: Path | None = None
    rso_issuer_url: str = "https://auth.riotgames.com"
    public_base_url: str = "http://127.0.0.1:8000"
    riot_api_base_url: str = "https://{host}.api.riotgames.com"

    @field_validator("rso_private_key_file", mode="before")
    @classmethod
    def _none(cls, path: object) -> object:
        return None if path == _NO_KEY_FILE else path

    @field_validator("rso_issuer_url")
    @classmethod
    def _issuer_is_private_to_eavesdroppers(cls, url: str) -> str:
        if not is_confidential(url):
            raise ValueError("it must be an https URL (http only on this machine's loopback)")
        return url.rstrip("/")

    def account_url(self, routing: RoutingValue) -> str:
        """Where Riot tells the bearer of an access token whose it is."""
        return self.riot_api_base_url.rstrip("/").replace("{host}", routing) + "/riot/account/v1/accounts/me"

    @property
    def redirect_uri(self) -> str:
        """The callback page; it must be registered at Riot exactly like this."""
        return f"{self.public_base_url.rstrip('/')}/rso/callback"
