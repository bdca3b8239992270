"""Everybody's end of the game, in the order in which people read it."""

from collections.abc import Callable

from src.core.domain.analysis import ScoreboardRow
from src.core.domain.facts.sides import sides
from src.core.domain.match import POSITIONS, GameKind, Match, Participant


def scoreboard_of(match: Match, me: Participant) -> tuple[ScoreboardRow, ...]:
    """A row for each participant, bots too: side by side, the own one first and in Arena the best placed one.

    Within a side by position, where there are positions. Whoever has left the match is called by their champion.
    """
    side_of = sides(match)
    mine = side_of[me.participant_id]

    def row(one: Participant) -> ScoreboardRow:
        return ScoreboardRow(
            participant_id=one.participant_id,
            side=side_of[one.participant_id],
            is_me=one.participant_id == me.participant_id,
            name=str(one.riot_id) if one.riot_id else one.name,
            champion=one.champion,
            position=one.position,
            placement=one.placement,
            kills=one.kills,
            deaths=one.deaths,
            assists=one.assists,
            cs=one.cs,
            gold=one.gold,
            damage=one.damage_to_champions,
        )

    order = _by_place if match.kind is GameKind.ARENA else _own_first(mine)
    return tuple(sorted(map(row, match.participants), key=lambda one: (order(one), one.side, _seat(one))))


def _by_place(row: ScoreboardRow) -> float:
    return float("inf") if row.placement is None else row.placement


def _own_first(side: int) -> Callable[[ScoreboardRow], float]:
    return lambda row: row.side != side


def _seat(row: ScoreboardRow) -> tuple[int, int]:
    place = POSITIONS.index(row.position) if row.position in POSITIONS else len(POSITIONS)
    return place, row.participant_id
