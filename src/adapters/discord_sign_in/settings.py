"""What the Discord sign-in reads from the environment."""

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.domain.web_address import is_confidential


class DiscordSignInSettings(BaseSettings):
    """The application as Discord knows it, where Discord signs people in, and where their browsers come back to.

    Without a secret there is no sign-in at Discord.
    """

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    discord_client_id: str | None = None
    discord_client_secret: SecretStr | None = None
    discord_oauth_base_url: str = "https://discord.com"
    public_base_url: str = "http://127.0.0.1:8000"

    @field_validator("discord_client_id")
    @classmethod
    def _id_without_blanks(cls, client_id: str | None) -> str | None:
        """What a copy from Discord's page brings along is no part of it; blanks alone are nothing."""
        return (client_id or "").strip() or None

    @field_validator("discord_client_secret")
    @classmethod
    def _secret_without_blanks(cls, secret: SecretStr | None) -> SecretStr | None:
        text = secret.get_secret_value().strip() if secret else ""
        return SecretStr(text) if text else None

    @field_validator("discord_oauth_base_url")
    @classmethod
    def _secrets_stay_private(cls, url: str) -> str:
        if not is_confidential(url) or "?" in url or "#" in url:
            raise ValueError("it must be an https address (http only on this machine's loopback), without ? and #")
        return url.rstrip("/")

    @property
    def redirect_uri(self) -> str:
        """The callback page; it must be registered at Discord exactly like this."""
        return f"{self.public_base_url.rstrip('/')}/discord/callback"
