"""How soon the same thing is done again."""

from datetime import datetime, timedelta
from typing import Final, Protocol, cast

import discord

from src.core.errors import TooOften
from src.core.ports.clock import Clock

LOOK_EVERY: Final = timedelta(seconds=5)
"""So often Riot is asked for the icon of one attempt, at most."""


class Cooldowns:
    """Lets a thing be done once in `every`, in this process.

    What holds for all processes and for a person is counted elsewhere: this is for a button that is pressed twice.
    """

    def __init__(self, clock: Clock, every: timedelta = LOOK_EVERY) -> None:
        self._clock = clock
        self._every = every
        self._taken: dict[str, datetime] = {}

    def take(self, name: str, *, words: str = "Riot was asked a moment ago.") -> None:
        """Do it now.

        Raises:
            TooOften: in these words, with the seconds to wait.
        """
        now = self._clock.now()
        self._taken = {one: at for one, at in self._taken.items() if now < at + self._every}
        if name in self._taken:
            raise TooOften(words, retry_after=(self._taken[name] + self._every - now).total_seconds())
        self._taken[name] = now

    def give_back(self, name: str) -> None:
        """It came to nothing: whoever tries again need not wait."""
        self._taken.pop(name, None)


class _HasCooldowns(Protocol):
    @property
    def cooldowns(self) -> Cooldowns: ...


def cooldowns_of(interaction: discord.Interaction) -> Cooldowns:
    """The cooldowns of the bot that received the interaction."""
    return cast("_HasCooldowns", interaction.client).cooldowns
