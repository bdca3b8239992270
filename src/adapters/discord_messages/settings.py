"""Where Discord is, and who we are there."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class DiscordSettings(BaseSettings):
    """Discord's address and the bot's token.

    The token serves answers that come too late for their interaction; without it those are given up.
    """

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    discord_api_base_url: str = Field(default="https://discord.com/api/v10", pattern=r"^https?://[^\s?#]+$")
    discord_bot_token: SecretStr | None = None

    @field_validator("discord_bot_token")
    @classmethod
    def _without_blanks(cls, token: SecretStr | None) -> SecretStr | None:
        """What a copy from Discord's page brings along is no part of the token; blanks alone are none."""
        text = token.get_secret_value().strip() if token else ""
        return SecretStr(text) if text else None
