"""Looking at the stand-ins' settings before anything starts; their own process is not to load what that takes."""

from pathlib import Path

from src.bootstrap.settings import read_settings, values_in
from src.core.errors import ConfigurationError
from src.sandbox.settings import SandboxSettings

_PREFIXES = ("SANDBOX_", "RIOT_SANDBOX_", "RSO_SANDBOX_")


def check_sandbox_settings(env_file: Path = Path(".env")) -> None:
    """Check the stand-ins' settings, and their names in `.env`; Chimera's own are looked at elsewhere.

    Raises:
        ConfigurationError: at the first bad value or unknown name.
    """
    for name in values_in(env_file):
        if name.upper().startswith(_PREFIXES) and name.lower() not in SandboxSettings.model_fields:
            raise ConfigurationError(f"{env_file}: unknown setting {name}. .env.example lists those there are.")
    read_settings(SandboxSettings)
