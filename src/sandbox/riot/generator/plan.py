"""What a game to be generated must look like from outside."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime

from src.sandbox.riot.generator.people import Player
from src.sandbox.riot.generator.queues import Queue

_FIRST_PATCH_DAY = 8
_PATCH_DAYS = 14
_LAST_PATCH = 24


@dataclass(frozen=True, slots=True)
class GamePlan:
    """A game before it is played; `seed` decides everything that happens in it.

    `created_ms` is when the lobby was created, in Unix ms. `roster` is in participantId order, and against bots holds
    only the five humans.
    """

    match_id: str
    queue: Queue
    created_ms: int
    roster: tuple[Player, ...]
    seed: str
    remake: bool = False

    @property
    def platform(self) -> str:
        """The platform id in upper case (`NA1`)."""
        return self.match_id.partition("_")[0]

    @property
    def game_id(self) -> int:
        """The number in the match id."""
        return int(self.match_id.partition("_")[2])

    @property
    def started_ms(self) -> int:
        """When the loading screen ended, Unix ms."""
        return self.created_ms + random.Random(f"{self.seed}/loading").randrange(16_000, 95_000)  # noqa: S311

    @property
    def season(self) -> int:
        """The major number of the patch of that day."""
        return datetime.fromtimestamp(self.created_ms / 1000, UTC).year - 2010

    @property
    def game_version(self) -> str:
        """A patch that was live on that day, in Riot's four-part form."""
        day = datetime.fromtimestamp(self.created_ms / 1000, UTC).timetuple().tm_yday
        minor = min(_LAST_PATCH, max(1, (day - _FIRST_PATCH_DAY) // _PATCH_DAYS + 1))
        build = 24 * self.season + minor + 340
        return f"{self.season}.{minor}.{build}.{1000 + 37 * minor}"
