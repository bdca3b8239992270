"""Settings: read once, checked together, bad ones named in one line."""

from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from src.adapters.celery_queue import CelerySettings
from src.adapters.database import DatabaseSettings
from src.adapters.discord_messages import DiscordSettings
from src.adapters.riot_api import RiotSettings
from src.adapters.rso_adapter import RSOSettings
from src.core.errors import ConfigurationError

ENV_FILES = ("var/servers.env", ".env")
S = TypeVar("S", bound=BaseSettings)


class BotSettings(BaseSettings):
    """The bot's own: its token, and where Discord is."""

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    discord_bot_token: SecretStr | None = None
    discord_client_id: str | None = None
    discord_client_secret: SecretStr | None = None
    discord_api_base_url: str = "https://discord.com/api/v10"
    discord_gateway_url: str | None = None
    discord_oauth_base_url: str = "https://discord.com"


class WebSettings(BaseSettings):
    """The API process and Flower."""

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    public_base_url: str = "http://127.0.0.1:8000"
    api_host: str = "127.0.0.1"
    api_port: int = Field(8000, ge=0, le=65535)
    flower_port: int = Field(5555, ge=0, le=65535)
    flower_basic_auth: SecretStr | None = None


class WorkerSettings(BaseSettings):
    """What scripts/start_worker.sh passes on."""

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    worker_name: str = "chimera_worker"
    worker_loglevel: str = Field("info", pattern="(?i)^(debug|info|warning|error|critical)$")


SETTINGS_CLASSES: tuple[type[BaseSettings], ...] = (
    BotSettings, CelerySettings, DatabaseSettings, DiscordSettings, RiotSettings, RSOSettings, WebSettings,
    WorkerSettings,
)  # fmt: skip
# The sandbox has settings of its own, a layer above this one.
_SANDBOX_PREFIXES = ("RIOT_SANDBOX_", "RSO_SANDBOX_", "CHIMERA_")


def read_settings(settings_class: type[S]) -> S:
    """Read one class of settings from the environment and .env.

    Raises:
        ConfigurationError: in one line, naming the setting and not its value.
    """
    try:
        return settings_class()
    except ValidationError as error:
        raise ConfigurationError(_first_problem(error)) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{' or '.join(ENV_FILES)} is not UTF-8 text.") from None


def check_settings(env_file: Path = Path(".env")) -> None:
    """Check every setting there is, and the names in `.env`.

    Raises:
        ConfigurationError: at the first bad value or unknown name.
    """
    known = {name.upper() for settings_class in SETTINGS_CLASSES for name in settings_class.model_fields}
    for name in _names_in(env_file):
        if name.upper() not in known and not name.startswith(_SANDBOX_PREFIXES):
            raise ConfigurationError(f"{env_file}: unknown setting {name}. .env.example lists those there are.")
    for settings_class in SETTINGS_CLASSES:
        read_settings(settings_class)


def _names_in(env_file: Path) -> tuple[str, ...]:
    if not env_file.is_file():
        return ()
    try:
        return tuple(dotenv_values(env_file))
    except UnicodeDecodeError:
        raise ConfigurationError(f"{env_file} is not UTF-8 text.") from None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
    return f"Bad setting {name}: {problem['msg'].removeprefix('Value error, ')}."
