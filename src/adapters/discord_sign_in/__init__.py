"""Discord's own sign-in: OAuth 2.0 authorization code flow, to learn whose browser it is."""

from src.adapters.discord_sign_in.adapter import DiscordSignInAdapter
from src.adapters.discord_sign_in.settings import DiscordSignInSettings

__all__ = ["DiscordSignInAdapter", "DiscordSignInSettings"]
