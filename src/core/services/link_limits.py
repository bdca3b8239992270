"""How often somebody may try to link an account."""

from typing import Final

from src.core.domain.reply import user_hash
from src.core.ports.request_limits import RequestLimits
from src.core.services.allowances import count_as

LINKS_PER_MINUTE: Final = 5
"""So many links a Discord user may ask for, of whatever kind."""

CODES_PER_MINUTE: Final = 5
"""So many codes a Discord user may try."""

LOOKS_PER_MINUTE: Final = 12
"""So often a minute Riot is asked whether an attempt's icon is to be seen."""

CALLBACKS_PER_MINUTE: Final = 30
"""So many callbacks that lead nowhere an address on the internet may make."""


class LinkLimits:
    """Counts by whoever tries, under names for logs. Every method raises TooOften, with the seconds to wait."""

    def __init__(self, limits: RequestLimits) -> None:
        self._limits = limits

    async def request(self, discord_id: str) -> None:
        """A wish for a link."""
        await count_as(self._limits, f"link:{user_hash(discord_id)}", per_minute=LINKS_PER_MINUTE)

    async def code(self, discord_id: str) -> None:
        """A code typed into Discord."""
        await count_as(self._limits, f"link-code:{user_hash(discord_id)}", per_minute=CODES_PER_MINUTE)

    async def look(self, discord_id: str) -> None:
        """A look whether an icon is there."""
        await count_as(self._limits, f"link-look:{user_hash(discord_id)}", per_minute=LOOKS_PER_MINUTE)

    async def callback(self, address: str) -> None:
        """A browser that came back from a sign-in, and led nowhere."""
        await count_as(self._limits, f"link-callback:{address}", per_minute=CALLBACKS_PER_MINUTE)
