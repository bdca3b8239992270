"""The player's numbers in a few short lines."""

from typing import Final

from src.adapters.discord_messages.numbers import counted, percent, signed
from src.core.domain.analysis import LaneMark, MatchAnalysis
from src.core.domain.match import GameKind, Outcome

_WITH_CREEPS: Final = frozenset({GameKind.RIFT, GameKind.RIFT_NO_LANES, GameKind.ARAM})
_FARMING: Final = 0.5  # creeps a minute; fewer tell of nobody's farm
_WITH_WARDS: Final = frozenset({GameKind.RIFT, GameKind.RIFT_NO_LANES})


def number_lines(analysis: MatchAnalysis) -> list[str]:
    """Fights, farm, wards: what the game's kind has of it. A remake has the creep score only."""
    counts = analysis.outcome is not Outcome.REMAKE
    farm = _farm(analysis, counts=counts)
    lines = [_fights(analysis), farm, _wards(analysis)] if counts else [farm]
    return [line for line in lines if line]


def lane_lines(analysis: MatchAnalysis) -> list[str]:
    """The own lead over the lane opponent at each mark."""
    return [_mark(mark) for mark in analysis.marks]


def _farm(analysis: MatchAnalysis, *, counts: bool) -> str:
    farms = analysis.kind in _WITH_CREEPS and analysis.cs_per_minute >= _FARMING
    creeps = [f"{analysis.cs:,} CS", f"{analysis.cs_per_minute:.1f}/min"] if farms else []
    # Two share their gold by halves.
    is_told = counts and len(analysis.partners) != 1
    return _line([*creeps, _share(analysis, analysis.mine.gold_share, "of gold") if is_told else ""])


def _fights(analysis: MatchAnalysis) -> str:
    mine = analysis.mine
    kills = _share(analysis, mine.kill_participation, "kill participation")
    return _line([kills, _share(analysis, mine.damage_share, "of damage")])


def _share(analysis: MatchAnalysis, share: float, of: str) -> str:
    """A part in what the team did, where it is more than the player and there is one."""
    is_alone = analysis.mine.gold_share in {0, 1}
    return "" if is_alone or not share else f"{percent(share)} {of}"


def _wards(analysis: MatchAnalysis) -> str:
    """Wards, where the map has fog to light and somebody did."""
    mine = analysis.mine
    totals = ((mine.wards_placed, "ward"), (mine.wards_killed, "cleared"), (mine.control_wards, "control"))
    if analysis.kind not in _WITH_WARDS or not any(number for number, _name in totals):
        return ""
    return _line([
        counted(number, name, name if name != "ward" else None) for number, name in totals if number is not None
    ])  # fmt: skip


def _line(parts: list[str]) -> str:
    """What there is, the first in bold."""
    told = [part for part in parts if part]
    return " · ".join([f"**{told[0]}**", *told[1:]]) if told else ""


def _mark(mark: LaneMark) -> str:
    return f"**@{mark.minute}** {signed(mark.gold_diff)} gold · {signed(mark.xp_diff)} XP · {signed(mark.cs_diff)} CS"
