"""What Chimera is let in with, one by one: what for, where to get it, and what is lost without."""

from dataclasses import dataclass

from src.adapters.discord_sign_in import DiscordSignInSettings
from src.adapters.riot_api import RiotSettings
from src.adapters.rso_adapter import RSOSettings
from src.bootstrap.settings import BotSettings, read_settings

_PAGE = "discord.com/developers, your application"
_RIOT = "Riot, together with a production key"
_BY_CODE = "linking takes a one-time code, typed into Discord"
_BY_ICON = "people prove an account by its profile icon"


@dataclass(frozen=True, slots=True)
class Credential:
    """A setting that somebody else hands out. `without` is what happens where it is missing."""

    name: str
    purpose: str
    where: str
    without: str
    is_needed: bool
    is_set: bool


def credentials() -> tuple[Credential, ...]:
    """All there are, needed ones first.

    Raises:
        ConfigurationError: a setting cannot be read.
    """
    bot, riot, rso = read_settings(BotSettings), read_settings(RiotSettings), read_settings(RSOSettings)
    sign_in = read_settings(DiscordSignInSettings)
    oauth2 = f"{_PAGE}, OAuth2"
    key = rso.rso_client_secret or rso.rso_private_key_file
    listed = (
        ("DISCORD_BOT_TOKEN", "the bot", f"{_PAGE}, Bot", "", bot.discord_bot_token),
        ("RIOT_API_KEY", "matches and accounts", "developer.riotgames.com", "", riot.riot_api_key.get_secret_value()),
        ("DISCORD_CLIENT_ID", "sign-in at Discord", oauth2, _BY_CODE, sign_in.discord_client_id),
        ("DISCORD_CLIENT_SECRET", "sign-in at Discord", oauth2, _BY_CODE, sign_in.discord_client_secret),
        ("RSO_CLIENT_ID", "sign-in at Riot", _RIOT, _BY_ICON, rso.rso_client_id),
        ("RSO_CLIENT_SECRET", "sign-in at Riot", _RIOT, _BY_ICON, key),
    )
    return tuple(
        Credential(name, purpose, where, without, is_needed=not without, is_set=bool(value))
        for name, purpose, where, without, value in listed
    )


def missing_credentials() -> list[str]:
    """The settings without which Chimera cannot talk to Discord and Riot."""
    return [credential.name for credential in credentials() if credential.is_needed and not credential.is_set]


def redirect_hint() -> str:
    """What Discord must be told so that its sign-in leads back here."""
    return f"Register {read_settings(DiscordSignInSettings).redirect_uri} there as a redirect."


def missing_table() -> list[tuple[str, ...]]:
    """What is not set, a row per purpose: names, what for, where from, and what happens without."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for one in credentials():
        if not one.is_set:
            rows.setdefault((one.purpose, one.where, one.without or "nothing works"), []).append(one.name)
    return [(", ".join(names), *row) for row, names in rows.items()]


MISSING_HEADINGS = ("not set", "for", "from", "without")
"""The headings of `missing_table`."""
