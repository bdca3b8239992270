"""Riot accounts, as the account, summoner and league endpoints describe them."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from src.core.domain.regions import Platform
from src.core.domain.riot_id import RiotId

_APEX: Final = frozenset({"MASTER", "GRANDMASTER", "CHALLENGER"})


class Account(BaseModel):
    """An account: the PUUID identifies it under one API key, the Riot ID is what people read.

    `riot_id` is None for the rare account that Riot returns without a name.
    """

    model_config = ConfigDict(frozen=True)

    puuid: str
    riot_id: RiotId | None


class Summoner(BaseModel):
    """The League side of an account on one platform."""

    model_config = ConfigDict(frozen=True)

    puuid: str
    platform: Platform
    profile_icon_id: int
    level: int


class LeagueEntry(BaseModel):
    """One ranked queue of a player, as Riot states it (`queue`: RANKED_SOLO_5x5, ...)."""

    model_config = ConfigDict(frozen=True)

    queue: str
    tier: str
    division: str
    league_points: int
    wins: int
    losses: int

    @property
    def is_apex(self) -> bool:
        """True of the tiers that have no divisions; Riot states `I` for them."""
        return self.tier in _APEX
