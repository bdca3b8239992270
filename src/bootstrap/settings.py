"""Settings: read once, checked together, bad ones named in one line."""

import os
from enum import StrEnum
from io import StringIO
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from src.adapters.celery_queue import CelerySettings
from src.adapters.database import DatabaseSettings
from src.adapters.database.pool import asyncpg_url
from src.adapters.discord_messages import DiscordSettings
from src.adapters.discord_sign_in import DiscordSignInSettings
from src.adapters.icon_proof import IconProofSettings
from src.adapters.riot_api import RiotSettings
from src.adapters.rso_adapter import RSOSettings
from src.adapters.webhooks import WebhookSettings
from src.bootstrap.servers import forget_settings_of_the_dead
from src.core.domain.api_key import AuthMode
from src.core.domain.binding import Proof
from src.core.domain.job import Rate
from src.core.domain.web_address import is_confidential
from src.core.errors import ConfigurationError, InvalidInput
from src.core.services.match_ingest import IN_FLIGHT

ENV_FILES = ("var/servers.env", ".env")
S = TypeVar("S", bound=BaseSettings)


def _is_web_address(url: str) -> str:
    return _address(url, "http", "https")


def _is_websocket_address(url: str | None) -> str | None:
    return url and _address(url, "ws", "wss")


def _address(url: str, plain: str, secure: str) -> str:
    parts = urlsplit(url)
    try:
        usable = parts.scheme in {plain, secure} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # the port is no number
        usable = False
    if not usable or parts.query or parts.fragment or any(letter.isspace() for letter in url):
        raise ValueError(f"it must be an address such as {secure}://host, without ? and #")
    return url


def _is_proxies(text: str) -> str:
    """As uvicorn reads it, which takes what is no address for a name that never asks."""
    try:
        for entry in text.split(",") if text.strip() != "*" else ():
            ip_network(entry.strip())
    except ValueError:
        raise ValueError("write IP addresses or networks with commas between them, or *") from None
    return text.strip()


WebAddress = Annotated[str, AfterValidator(_is_web_address)]


class BotSettings(DiscordSettings):
    """The bot's own, beside its token and Discord's address."""

    discord_gateway_url: Annotated[str | None, AfterValidator(_is_websocket_address)] = None


class WebSettings(BaseSettings):
    """The API process and Flower."""

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    public_base_url: WebAddress = "http://127.0.0.1:8000"
    api_host: str = "127.0.0.1"
    api_port: int = Field(8000, ge=1, le=65535)
    forwarded_allow_ips: Annotated[str, AfterValidator(_is_proxies)] = "127.0.0.1"
    api_auth: AuthMode = AuthMode.AUTO
    api_key_secret: SecretStr = SecretStr("")
    flower_port: int = Field(5555, ge=1, le=65535)
    flower_basic_auth: SecretStr | None = None

    @field_validator("flower_basic_auth")
    @classmethod
    def _names_user_and_password(cls, value: SecretStr | None) -> SecretStr | None:
        """As Flower reads it, commas between several; one without a password would let nobody in."""
        for pair in value.get_secret_value().split(",") if value else ():
            user, _, password = pair.partition(":")
            if not (user.strip() and password.strip()):
                raise ValueError("write user:password")
        return value


class BindProof(StrEnum):
    """How `/bind` lets people prove that an account is theirs."""

    AUTO = "auto"  # by signing in at Riot where RSO_CLIENT_ID is set, else by a profile icon
    RSO = "rso"
    ICON = "icon"
    BOTH = "both"


class LinkSettings(BaseSettings):
    """What linking asks of people."""

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    bind_proof: BindProof = BindProof.AUTO

    def proofs(self, *, has_client: bool) -> frozenset[Proof]:
        """How people may prove an account; `has_client`: whether RSO_CLIENT_ID is set."""
        if self.bind_proof is BindProof.AUTO:
            return frozenset({Proof.RSO if has_client else Proof.ICON})
        return frozenset(Proof) if self.bind_proof is BindProof.BOTH else frozenset({Proof(self.bind_proof.value)})


def _read_rate(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return None if value.strip().lower() == "off" else Rate.parse(value)
    except InvalidInput as error:
        raise ValueError(str(error)) from None


RateSetting = Annotated[Rate | None, NoDecode, BeforeValidator(_read_rate)]
Retries = Annotated[int, Field(ge=0, le=20)]


class TaskSettings(BaseSettings):
    """How often background jobs may start, across all workers (`10/m`, `1/h`, `off`), and how often one is retried.

    `matches_in_flight`: how many matches of a routing value a batch fetches at a time. `default_match_year`: the year
    that a sync takes when nobody names one. `job_lease`: seconds without a word from a worker after which its job is
    somebody else's.
    """

    model_config = SettingsConfigDict(env_file=ENV_FILES, env_ignore_empty=True, extra="ignore", frozen=True)

    player_sync_rate: RateSetting = Rate(count=10, seconds=60)
    player_sync_retries: Retries = 3
    match_processing_rate: RateSetting = Rate(count=30, seconds=60)
    match_processing_retries: Retries = 5
    timeline_processing_rate: RateSetting = Rate(count=20, seconds=60)
    timeline_processing_retries: Retries = 3
    recovery_rate: RateSetting = Rate(count=5, seconds=60)
    recovery_retries: Retries = 2
    maintenance_rate: RateSetting = Rate(count=1, seconds=3600)
    maintenance_retries: Retries = 1
    matches_in_flight: int = Field(IN_FLIGHT, ge=1, le=100)
    default_match_year: int = Field(2025, ge=2010, le=2100)
    job_lease: float = Field(30.0, ge=5, le=600)


SETTINGS_CLASSES: tuple[type[BaseSettings], ...] = (
    BotSettings, CelerySettings, DatabaseSettings, DiscordSignInSettings, IconProofSettings, LinkSettings,
    RiotSettings, RSOSettings, TaskSettings, WebhookSettings, WebSettings,
)  # fmt: skip
_VAR, _ENV_FILE = Path("var"), ENV_FILES[1]
_STORAGE = (CelerySettings, DatabaseSettings)
_CREDENTIALS = frozenset({"DISCORD_BOT_TOKEN", "RIOT_API_KEY"})
# The sandbox has settings of its own, a layer above this one.
_SANDBOX_PREFIXES = ("SANDBOX_", "RIOT_SANDBOX_", "RSO_SANDBOX_", "CHIMERA_")


def read_settings(settings_class: type[S]) -> S:
    """Read one class of settings from the environment, .env and what a system that runs here tells.

    Whoever names a credential takes addresses of storage from that system, and nothing else: it may be the sandbox,
    whose stand-ins are to hear of no real token.

    Raises:
        ConfigurationError: in one line, naming the setting and not its value.
    """
    forget_settings_of_the_dead(_VAR)
    own_only = settings_class.model_config.get("env_file") == ENV_FILES and (
        settings_class not in _STORAGE and names_credentials()
    )
    try:
        return settings_class(_env_file=_ENV_FILE) if own_only else settings_class()
    except ValidationError as error:
        raise ConfigurationError(_first_problem(error)) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{' or '.join(ENV_FILES)} is not UTF-8 text.") from None
    except PermissionError as error:
        raise ConfigurationError(f"{error.filename} cannot be read: {error.strerror}.") from None


def names_credentials() -> bool:
    """Whether the environment or .env has a credential of Chimera's own.

    Raises:
        ConfigurationError: `.env` cannot be read.
    """
    return bool(_CREDENTIALS & named_settings())


def sandbox_runs() -> bool:
    """Whether a sandbox tells other shells of this folder its settings.

    Raises:
        ConfigurationError: its file cannot be read.
    """
    forget_settings_of_the_dead(_VAR)
    return bool(_CREDENTIALS & values_in(Path(ENV_FILES[0])).keys())


def check_settings(env_file: Path = Path(".env")) -> None:
    """Check every setting there is, those that go together, and the names in `.env`.

    Raises:
        ConfigurationError: at the first bad value or unknown name.
    """
    known = {name.upper() for settings_class in SETTINGS_CLASSES for name in settings_class.model_fields}
    for name in values_in(env_file):
        if name.upper() not in known and not name.startswith(_SANDBOX_PREFIXES):
            raise ConfigurationError(f"{env_file}: unknown setting {name}. .env.example lists those there are.")
    for settings_class in SETTINGS_CLASSES:
        read_settings(settings_class)
    if database_url := read_settings(DatabaseSettings).database_url.get_secret_value():
        asyncpg_url(database_url)
    _check_sign_in(read_settings(RSOSettings), read_settings(LinkSettings))
    key_file = read_settings(RSOSettings).rso_private_key_file
    if key_file and not (os.access(key_file, os.R_OK) and key_file.is_file()):
        raise ConfigurationError("Bad setting RSO_PRIVATE_KEY_FILE: there is no such file, or it cannot be read.")
    sign_in = read_settings(DiscordSignInSettings)
    if sign_in.discord_client_secret and not sign_in.discord_client_id:
        raise ConfigurationError("Set DISCORD_CLIENT_ID too where DISCORD_CLIENT_SECRET is set.")
    named = named_settings(env_file)
    if ("CELERY_BROKER_URL" in named) != ("CELERY_RESULT_BACKEND" in named):
        raise ConfigurationError("Set both CELERY_BROKER_URL and CELERY_RESULT_BACKEND, or neither of them.")


def _check_sign_in(rso: RSOSettings, link: LinkSettings) -> None:
    """Where people are to sign in at Riot, they can."""
    if Proof.RSO not in link.proofs(has_client=bool(rso.rso_client_id)):
        return
    if not rso.rso_client_id:
        raise ConfigurationError("Set RSO_CLIENT_ID too where BIND_PROOF is rso or both.")
    if not (rso.rso_client_secret or rso.rso_private_key_file):
        raise ConfigurationError("Set RSO_CLIENT_SECRET or RSO_PRIVATE_KEY_FILE too where RSO_CLIENT_ID is set.")
    if not is_confidential(rso.public_base_url):
        raise ConfigurationError(
            "Bad setting PUBLIC_BASE_URL: it must be https (or this machine) where people sign in at Riot; "
            "BIND_PROOF=icon does without."
        )


def named_settings(env_file: Path = Path(".env")) -> set[str]:
    """The names (upper case) that the environment or `.env` gives a value; an empty one is none.

    Raises:
        ConfigurationError: `.env` is no text.
    """
    given = (*values_in(env_file).items(), *os.environ.items())
    return {name.upper() for name, value in given if value}


def values_in(env_file: Path) -> dict[str, str | None]:
    """What a file gives each name, as it is spelt there; nothing where there is no such file.

    Raises:
        ConfigurationError: it cannot be read, or a line of it is none.
    """
    if not env_file.is_file():
        return {}
    try:
        text = env_file.read_text(encoding="utf-8")
        if (line := _unreadable_line(text)) is not None:
            raise ConfigurationError(f"{env_file}, line {line}: write NAME=value, or # before a remark.")
        return dotenv_values(env_file)
    except UnicodeDecodeError:
        raise ConfigurationError(f"{env_file} is not UTF-8 text.") from None
    except PermissionError as error:
        raise ConfigurationError(f"{env_file} cannot be read: {error.strerror}.") from None


def _unreadable_line(text: str) -> int | None:
    for statement in parse_stream(StringIO(text)):
        if statement.error:
            written = statement.original.string
            blank = written[: len(written) - len(written.lstrip())]
            return statement.original.line + blank.count("\n")
    return None


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(problem["loc"][0]).upper() if problem["loc"] else "settings"
    return f"Bad setting {name}: {problem['msg'].removeprefix('Value error, ')}."
