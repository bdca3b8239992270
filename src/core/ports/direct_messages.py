"""Words to one person in Discord."""

from typing import Protocol


class DirectMessages(Protocol):
    """Writes to a Discord user where nobody else reads."""

    async def tell(self, discord_id: str, text: str, *, key: str) -> bool:
        """Send a short plain text; the same `key` within some minutes is sent once.

        False: this person takes no messages from the bot.

        Raises:
            ConfigurationError: there is no bot token, or Discord refuses it.
            Unavailable: Discord does not answer properly.
        """
        ...
