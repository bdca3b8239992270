"""A player's year, added up from stored matches."""

from pydantic import BaseModel, ConfigDict


class YearlyStatistics(BaseModel):
    """Sums over the matches a player started in one year (UTC).

    `games` = `wins` + `losses`; remakes and aborted games count in `remakes` and nowhere else. Gold, damage and
    creep score (`cs`) in the game's units, `seconds` of play.
    """

    model_config = ConfigDict(frozen=True)

    puuid: str
    year: int
    games: int = 0
    wins: int = 0
    losses: int = 0
    remakes: int = 0
    kills: int = 0
    deaths: int = 0
    assists: int = 0
    cs: int = 0
    gold: int = 0
    damage_to_champions: int = 0
    vision_score: int = 0
    seconds: float = 0.0
