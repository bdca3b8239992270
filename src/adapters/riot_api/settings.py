"""What the Riot adapter reads from the environment."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.core.domain.job import Lane


class RiotSettings(BaseSettings):
    """Key, address and limits of Riot calls; times in seconds.

    `riot_api_base_url` may hold `{host}`: the platform (na1) or routing value (americas) goes there. A call may
    wait `riot_api_patience_*` in all for its turn and between attempts; each attempt takes `riot_api_timeout` at
    most, so a call ends after patience + timeout at the latest.
    """

    model_config = SettingsConfigDict(
        env_file=("var/servers.env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    riot_api_key: SecretStr = SecretStr("")
    riot_api_base_url: str = Field(default="https://{host}.api.riotgames.com", pattern=r"^https?://[^\s/?#]")
    riot_api_timeout: float = Field(default=10.0, gt=0, le=25)  # budgets give a call up for lost after 30 s
    riot_api_connect_timeout: float = Field(default=4.0, gt=0)
    riot_api_patience_interactive: float = Field(default=30.0, ge=0)
    riot_api_patience_background: float = Field(default=60.0, ge=0)
    riot_api_max_body_bytes: int = Field(default=32 * 1024 * 1024, gt=0)

    @field_validator("riot_api_key")
    @classmethod
    def _strip(cls, key: SecretStr) -> SecretStr:
        """Keys are pasted; a line break at the end would break the request header."""
        return SecretStr(key.get_secret_value().strip())

    def url(self, host: str, target: str) -> str:
        """The address of `target` (path and query, encoded) on a platform or routing value."""
        return self.riot_api_base_url.replace("{host}", host).rstrip("/") + target

    def patience(self, lane: Lane) -> float:
        """How long a call of this lane may wait, in seconds."""
        if lane is Lane.INTERACTIVE:
            return self.riot_api_patience_interactive
        return self.riot_api_patience_background
