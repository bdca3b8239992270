"""What the database adapter reads from the environment."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class DatabaseSettings(BaseSettings):
    """How to reach Postgres; an empty URL is an unset one. The command timeout (s) bounds every statement."""

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: SecretStr = SecretStr("")
    database_pool_size: int = Field(default=10, ge=1, le=1000)
    database_command_timeout: float = Field(default=30.0, gt=0)
