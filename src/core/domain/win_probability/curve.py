"""The win probability over a game."""

from pydantic import BaseModel, ConfigDict


class WinPoint(BaseModel):
    """Blue's probability to win at a minute, with the bounds that hold it nine times out of ten.

    `minute`: minutes from the game's start: whole ones, and the game's end with up to two decimals.
    """

    model_config = ConfigDict(frozen=True)

    minute: float
    blue: float
    low: float
    high: float
