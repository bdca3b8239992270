"""Where Discord is, and who we are there."""

from pydantic import Field, SecretStr
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
