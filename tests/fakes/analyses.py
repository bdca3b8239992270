"""Finished analyses, made by hand."""

from collections.abc import Sequence
from typing import Any

from src.core.domain.analysis import (
    GoldPoint,
    LaneMark,
    MatchAnalysis,
    Observation,
    ObservationKind,
    Taken,
    Turn,
    WinChance,
)
from src.core.domain.facts.model import ParticipantFacts, Place
from src.core.domain.match import GameKind, Outcome
from src.core.domain.objectives import Objective

SWING = Observation(
    kind=ObservationKind.GOLD_SWING,
    minute=21,
    values={
        "from_s": 1260.4, "to_s": 1440.5, "from_gold": -1204, "to_gold": 2108, "swing": 3312, "own_kills": 5,
        "enemy_kills": 1, "my_kills": 2, "my_assists": 1, "my_deaths": 0, "own_atakhan": 1, "own_tower": 2,
        "from_chance": 0.36, "to_chance": 0.48,
    },
)  # fmt: skip
LANE = Observation(
    kind=ObservationKind.LANE_LEAD,
    minute=8,
    values={"at_s": 480.3, "gold": -612, "cs": -14, "xp": -230, "opponent": "Zed", "position": "MIDDLE"},
)
PACE = Observation(
    kind=ObservationKind.CS_PACE,
    minute=15,
    values={"at_s": 900.5, "before": 7.5, "after": 5.1, "cs_at": 113, "cs_end": 196, "cs_short": 39},
)


MINE = ParticipantFacts(
    champion="Ahri", team_id=100, outcome=Outcome.WIN, position="MIDDLE", lane_opponent=8, kills=7, deaths=3, assists=9,
    minutes={}, kill_participation=0.64, team_kills=25, team_deaths=20, team_damage=71_500,
    team_gold=60_900, damage_share=0.28, gold_share=0.22, kill_share=0.28,
    death_share=0.15, damage_per_gold=1.9, wards_placed=11, wards_killed=4, control_wards=3,
)  # fmt: skip
FIGHT = Turn(
    time_s=1452.0, until_s=1467.0, place=Place.DRAGON_PIT, is_fight=True, kills=4, deaths=1, taken=(),
    before=0.48, after=0.71,
)  # fmt: skip
FOR_GOOD = FIGHT.model_copy(update={"for_good": True})
BARON = Turn(
    time_s=1560.0, until_s=1560.0, place=None, is_fight=False, kills=0, deaths=0,
    taken=(Taken(objective=Objective.BARON, is_own=True, is_soul=False),), before=0.73, after=0.82,
)  # fmt: skip

_END_S = 1872.0
_TEAM_GOLD = (
    0, -50, -120, -200, -300, -420, -500, -600, -700, -760, -800, -840, -880, -900, -940, -980, -1000, -1050, -1100,
    -1150, -1180, -1204, -300, 1200, 2108, 2600, 3300, 4300, 4900, 5600, 6300, 6800, 6900,
)  # fmt: skip
_LANE_GOLD = (
    0, -50, -100, -200, -300, -400, -480, -560, -612, -480, -350, -100, 200, 600, 900, 1204, *range(1300, 3000, 100)
)  # fmt: skip
_CHANCES = (
    *(0.5 - 0.006 * minute for minute in range(20)), 0.37, 0.36, 0.4, 0.44, 0.48, 0.72, 0.73, 0.84, 0.86, 0.88, 0.91,
    0.95, 1.0,
)  # fmt: skip
_TIMES = (*(60.0 * minute for minute in range(32)), _END_S)
"""The minutes, and the end."""


def an_analysis(**changes: Any) -> MatchAnalysis:
    """A ranked game on the Rift, won with Ahri against Zed: behind until a swing of gold and a fight for good."""
    fields: dict[str, Any] = {
        "match_id": "EUW1_7000000001",
        "puuid": "puuid-1",
        "player_name": "Hide on bush#KR1",
        "champion": "Ahri",
        "kind": GameKind.RIFT,
        "queue_id": 420,
        "mode": "CLASSIC",
        "patch": "16.5",
        "started_at_ms": 1_770_000_000_000,
        "duration_s": _END_S,
        "outcome": Outcome.WIN,
        "placement": None,
        "position": "MIDDLE",
        "kills": 7,
        "deaths": 3,
        "assists": 9,
        "cs": 196,
        "cs_per_minute": 6.28,
        "opponent_champion": "Zed",
        "marks": (
            LaneMark(minute=10, gold_diff=-350, xp_diff=120, cs_diff=-8),
            LaneMark(minute=15, gold_diff=1204, xp_diff=0, cs_diff=3),
        ),
        "observations": (LANE, PACE, SWING),
        "gold": tuple(
            GoldPoint(time_s=time_s, team=team, lane=lane)
            for time_s, team, lane in zip(_TIMES, _TEAM_GOLD, _LANE_GOLD, strict=True)
        ),
        "has_timeline": True,
        "mine": MINE,
        "win": tuple(
            WinChance(time_s=time_s, own=own, low=max(own - 0.05, 0), high=min(own + 0.05, 1))
            for time_s, own in zip(_TIMES, _CHANCES, strict=True)
        ),
        "turns": (FOR_GOOD, BARON),
        "suggestion": LANE,
    }
    return MatchAnalysis(**fields | changes)


def chances(*own: float) -> tuple[WinChance, ...]:
    """One a minute, the last one at minute 31."""
    return tuple(WinChance(time_s=time_s, own=chance, low=chance, high=chance) for time_s, chance in _at_minutes(own))


def gold(*team: int) -> tuple[GoldPoint, ...]:
    """A lead a minute, the last one at minute 31."""
    return tuple(GoldPoint(time_s=time_s, team=round(lead), lane=None) for time_s, lead in _at_minutes(team))


def _at_minutes(values: Sequence[float]) -> list[tuple[float, float]]:
    start = 32 - len(values)
    return [(60.0 * (start + minute), value) for minute, value in enumerate(values)]
