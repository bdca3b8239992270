"""Settings of the stand-ins, from the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_LIMITS = r"^(none|[1-9]\d*:[1-9]\d*(,[1-9]\d*:[1-9]\d*)*)$"


class SandboxSettings(BaseSettings):
    """What the Riot and RSO stand-ins serve, and where. All optional.

    `SANDBOX_PORT` is the front page's; another is taken where it is not free.
    `RIOT_SANDBOX_NOW` is the moment that the generated histories lead up to, such as `2026-05-10T18:00:00Z`; without
    it, they lead up to the start. `RIOT_SANDBOX_DATA` is a folder of real documents served beside the generated ones.
    `RIOT_SANDBOX_COPIES` games per platform are served on top, for benchmarks: copies of the folder's documents, or
    of generated ones, under other ids. `RIOT_SANDBOX_PORT` 0 takes a free port. `RIOT_SANDBOX_LATENCY`: seconds that
    one waits for an answer of the API; without it 0.25 in `make run` and `make demo`, as for Riot's, and else none.
    The limits are in Riot's notation
    (`20:1,100:120`) or `none`. `RSO_SANDBOX_REDIRECT_URIS` is a comma list of exact URIs; empty accepts any.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    sandbox_port: Annotated[int, Field(ge=1, le=65_535)] = 8080
    riot_sandbox_data: Path | None = None
    riot_sandbox_host: str = "127.0.0.1"
    riot_sandbox_port: Annotated[int, Field(ge=0, le=65_535)] = 0
    riot_sandbox_seed: int = 1
    riot_sandbox_now: AwareDatetime | None = None
    riot_sandbox_matches_per_player: Annotated[int, Field(ge=0)] = 0
    riot_sandbox_copies: Annotated[int, Field(ge=0)] = 0
    riot_sandbox_latency: Annotated[float, Field(ge=0, le=10)] | None = None
    riot_sandbox_app_limit: Annotated[str, Field(pattern=_LIMITS)] = "500:10,30000:600"
    riot_sandbox_method_limit: Annotated[str, Field(pattern=_LIMITS)] = "2000:10"
    rso_sandbox_client_id: str = "chimera-sandbox"
    rso_sandbox_client_secret: SecretStr = SecretStr("sandbox-secret")
    rso_sandbox_redirect_uris: Annotated[tuple[str, ...], NoDecode] = ()
    rso_sandbox_public_key_file: Path | None = None
    rso_sandbox_cpid_in_userinfo: bool = True

    @field_validator("rso_sandbox_redirect_uris", mode="before")
    @classmethod
    def _comma_list(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(uri.strip() for uri in value.split(",") if uri.strip())
        return value
