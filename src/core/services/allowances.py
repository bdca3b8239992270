"""How often a Discord user may ask for what costs Riot something.

A development key has 50 calls a minute and routing value, for everybody. Matches are asked for at a player's region,
rank and level at their platform, which are routing values of their own.
"""

from typing import Final, NamedTuple

from src.core.domain.reply import user_hash
from src.core.errors import TooOften
from src.core.ports.request_limits import RequestLimits


class Allowance(NamedTuple):
    """So often a minute, under a name for the counter."""

    name: str
    per_minute: int


ANALYSES: Final = Allowance("analysis", 10)
"""The last match costs the region one call to be found, a match that is not stored two; a stored one by its id none."""

PROFILES: Final = Allowance("profile", 10)
"""Each costs the platform two calls, whatever is stored."""

FETCHES: Final = Allowance("fetch", 6)
"""Each costs the region one call and two for every match that is new, 41 at the most; and the platform a profile's."""


async def count(limits: RequestLimits, allowance: Allowance, discord_id: str) -> None:
    """Count one more of a user's requests.

    Raises:
        TooOften: with the seconds to wait.
    """
    await count_as(limits, f"{allowance.name}:{user_hash(discord_id)}", per_minute=allowance.per_minute)


async def count_as(limits: RequestLimits, who: str, *, per_minute: int) -> None:
    """As `count`, of whoever the counter knows by this name."""
    if wait := await limits.take(who, per_minute=per_minute):
        raise TooOften(retry_after=wait)
