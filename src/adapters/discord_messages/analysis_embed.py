"""The finished analysis as an embed that reads on a phone."""

from typing import Any, Final

from src.adapters.discord_messages.embed_limits import Embed, fitted
from src.adapters.discord_messages.numbers import game_clock, ordinal, percent, signed
from src.adapters.discord_messages.observation_text import observation_line
from src.adapters.discord_messages.suggestion_text import suggestion_line
from src.adapters.discord_messages.turn_text import turn_line
from src.core.domain.analysis import LaneMark, MatchAnalysis, ObservationKind, Turn
from src.core.domain.champions import champion_name
from src.core.domain.match import GameKind, Outcome
from src.core.domain.plain_text import plain
from src.core.domain.queues import queue_name

# The colours of the chart: blue and orange are told apart with any colour vision.
_COLOURS: Final = {Outcome.WIN: 0x56B4E9, Outcome.LOSS: 0xE69F00, Outcome.REMAKE: 0x80848E, Outcome.ABORTED: 0x80848E}
_RESULTS: Final = {
    Outcome.WIN: "Victory", Outcome.LOSS: "Defeat", Outcome.REMAKE: "Remake", Outcome.ABORTED: "Aborted",
}  # fmt: skip
_POSITIONS: Final = {"TOP": "top", "JUNGLE": "jungle", "MIDDLE": "mid", "BOTTOM": "bot", "UTILITY": "support"}
_WITH_CREEPS: Final = frozenset({GameKind.RIFT, GameKind.RIFT_NO_LANES, GameKind.ARAM})
_SHARES: Final = frozenset({ObservationKind.DAMAGE_SHARE, ObservationKind.KILL_SHARE, ObservationKind.GOLD_SHARE})
_WITH_WARDS: Final = frozenset({GameKind.RIFT, GameKind.RIFT_NO_LANES})
_REMAKE: Final = "A remake: it counts as neither a win nor a loss, so there is nothing to judge."
_ABORTED: Final = "Riot ended this game unexpectedly: it counts as neither a win nor a loss here."
_NO_TIMELINE: Final = "Riot has no timeline for this match, so these are end-of-game numbers only."
_NO_TIMELINE_YET: Final = (
    "Riot has no timeline for this match yet, so these are end-of-game numbers only. Try again in some minutes."
)
_DISCLAIMER: Final = "Not endorsed by Riot Games"


def analysis_embed(analysis: MatchAnalysis, *, chart_name: str | None = None) -> Embed:
    """The embed of an analysis; `chart_name` is the attached picture's file name."""
    embed: Embed = {
        "title": f"{_result(analysis)} · {_champion(analysis.champion)}",
        "description": _description(analysis),
        "color": _COLOURS[analysis.outcome],
        "fields": _fields(analysis),
        "footer": {"text": f"{analysis.match_id} · {_DISCLAIMER}"},
    }
    if chart_name is not None:
        embed["image"] = {"url": f"attachment://{chart_name}"}
    return fitted(embed)


def chart_description(analysis: MatchAnalysis) -> str:
    """The chart in words, for those who cannot see it."""
    words = ["Win chance and gold difference over time." if analysis.win else "Gold difference over time."]
    if analysis.gold:
        last = analysis.gold[-1]
        words.append(f"Team at {game_clock(last.time_s)}: {signed(last.team)}.")
    if chances := _open_chances(analysis):
        lowest, highest = (f"{percent(chance)} at {game_clock(at_s)}" for chance, at_s in (min(chances), max(chances)))
        words.append(f"Win chance between {lowest} and {highest}.")
    return " ".join(words)


def _open_chances(analysis: MatchAnalysis) -> list[tuple[float, float]]:
    """The chances that the chart's line goes through, with their times; the result is none."""
    of_turns = ((chance, at_s) for turn in analysis.turns for chance, at_s in _ends(turn))
    of_minutes = ((point.own, point.time_s) for point in analysis.win)
    return [(chance, at_s) for chance, at_s in (*of_minutes, *of_turns) if 0 < chance < 1]


def _ends(turn: Turn) -> tuple[tuple[float, float], tuple[float, float]]:
    return (turn.before, turn.time_s), (turn.after, turn.until_s)


def _result(analysis: MatchAnalysis) -> str:
    placed = analysis.placement is not None and analysis.outcome in {Outcome.WIN, Outcome.LOSS}
    if not placed:
        return _RESULTS[analysis.outcome]
    place = ordinal(analysis.placement or 0)
    return f"{place} of {analysis.team_count}" if analysis.team_count else place


def _champion(key: str) -> str:
    return plain(champion_name(key))


def _description(analysis: MatchAnalysis) -> str:
    queue = plain(queue_name(analysis.queue_id, analysis.mode))
    lines = [
        f"**{plain(analysis.player_name)}** · {queue}",
        f"<t:{analysis.started_at_ms // 1000}:f> · {game_clock(analysis.duration_s)}",
    ]
    if analysis.patch:
        lines[-1] += f" · patch {plain(analysis.patch)}"
    if analysis.partners:
        lines.append(f"With {' and '.join(map(_champion, analysis.partners))}")
    if analysis.opponent_champion:
        position = _POSITIONS.get(analysis.position or "", "lane")
        lines.append(f"{position.capitalize()} against {_champion(analysis.opponent_champion)}")
    if analysis.outcome is Outcome.REMAKE:
        lines.append(_REMAKE)
    elif analysis.outcome is Outcome.ABORTED:
        lines.append(_ABORTED)
    if not analysis.has_timeline and analysis.outcome is not Outcome.REMAKE:
        lines.append(_NO_TIMELINE_YET if analysis.timeline_may_come else _NO_TIMELINE)
    return "\n".join(lines)


def _fields(analysis: MatchAnalysis) -> list[dict[str, Any]]:
    fields = [_field("KDA", f"{analysis.kills} / {analysis.deaths} / {analysis.assists}", inline=True)]
    if analysis.kind in _WITH_CREEPS:
        fields.append(_field("CS", f"{analysis.cs:,} ({analysis.cs_per_minute:.1f}/min)", inline=True))
    fields += [_field(name, value, inline=True) for name, value in _shares(analysis) + _vision(analysis)]
    fields += [_field(f"Lane @{mark.minute}", _mark(mark), inline=True) for mark in analysis.marks]
    if analysis.turns:
        lines = "\n".join(turn_line(turn, analysis.mine.team_id) for turn in analysis.turns)
        fields.append(_field("Biggest swings", lines))
    if analysis.observations:
        lines = "\n".join(observation_line(seen) for seen in analysis.observations)
        fields.append(_field("What mattered", lines))
    suggestion = suggestion_line(analysis.suggestion) if analysis.suggestion else None
    if suggestion:
        fields.append(_field("Try next", suggestion))
    return fields


def _shares(analysis: MatchAnalysis) -> list[tuple[str, str]]:
    """Parts in what the team did, where it is more than the own and nothing else tells them."""
    told = any(seen.kind in _SHARES for seen in analysis.observations)
    if told or analysis.kind not in _WITH_CREEPS or analysis.outcome is Outcome.REMAKE:
        return []
    mine = analysis.mine
    parts = (("kills", mine.kill_participation), ("damage", mine.damage_share), ("gold", mine.gold_share))
    return [("Share of team", "\n".join(f"{percent(share)} {name}" for name, share in parts))]


def _vision(analysis: MatchAnalysis) -> list[tuple[str, str]]:
    """Wards, where the map has fog to light and somebody did."""
    mine = analysis.mine
    if analysis.kind not in _WITH_WARDS or analysis.outcome is Outcome.REMAKE:
        return []
    totals = (("placed", mine.wards_placed), ("cleared", mine.wards_killed), ("control", mine.control_wards))
    if not any(number for _name, number in totals):
        return []
    return [("Wards", "\n".join(f"{number} {name}" for name, number in totals if number is not None))]


def _mark(mark: LaneMark) -> str:
    return f"{signed(mark.gold_diff)} gold\n{signed(mark.xp_diff)} XP\n{signed(mark.cs_diff)} CS"


def _field(name: str, value: str, *, inline: bool = False) -> dict[str, Any]:
    return {"name": name, "value": value, "inline": inline}
