"""What Chimera says in Discord: texts, embeds, and their delivery."""

from src.adapters.discord_messages.answers import DiscordAnswers
from src.adapters.discord_messages.direct import DiscordDirectMessages
from src.adapters.discord_messages.settings import DiscordSettings

__all__ = ["DiscordAnswers", "DiscordDirectMessages", "DiscordSettings"]
