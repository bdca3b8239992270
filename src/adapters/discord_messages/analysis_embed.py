"""The finished analysis as an embed that reads on a phone."""

from typing import Any, Final

from src.adapters.discord_messages.embed_limits import FIELD_VALUE, Embed, fitted
from src.adapters.discord_messages.league_words import DISCLAIMER, POSITIONS
from src.adapters.discord_messages.numbers import game_clock, kda, listed, ordinal
from src.adapters.discord_messages.numbers_text import lane_lines, number_lines
from src.adapters.discord_messages.story_text import story_heading, story_lines
from src.adapters.discord_messages.suggestion_text import suggestion_line
from src.core.domain.analysis import MatchAnalysis
from src.core.domain.champions import champion_name
from src.core.domain.match import Outcome
from src.core.domain.plain_text import length, plain
from src.core.domain.queues import queue_name
from src.core.domain.story import story_of

# The colours of the chart: blue and orange are told apart with any colour vision.
_COLOURS: Final = {Outcome.WIN: 0x56B4E9, Outcome.LOSS: 0xE69F00, Outcome.REMAKE: 0x80848E, Outcome.ABORTED: 0x80848E}
_RESULTS: Final = {
    Outcome.WIN: "Victory", Outcome.LOSS: "Defeat", Outcome.REMAKE: "Remake", Outcome.ABORTED: "Aborted",
}  # fmt: skip
_REMAKE: Final = "A remake: it counts as neither a win nor a loss, so there is nothing to judge."
_ABORTED: Final = "Riot ended this game unexpectedly: it counts as neither a win nor a loss here."
_NO_TIMELINE: Final = "Riot has no timeline for this match, so these are end-of-game numbers only."
_NO_TIMELINE_YET: Final = (
    "Riot has no timeline for this match yet, so these are end-of-game numbers only. Try again in some minutes."
)


def analysis_embed(analysis: MatchAnalysis, *, chart_name: str | None = None) -> Embed:
    """The embed of an analysis; `chart_name` is the attached picture's file name."""
    score = kda(analysis.kills, analysis.deaths, analysis.assists)
    embed: Embed = {
        "title": " · ".join((_result(analysis), _champion(analysis.champion), score)),
        "description": _description(analysis),
        "color": _COLOURS[analysis.outcome],
        "fields": _fields(analysis),
        "footer": {"text": " · ".join(filter(None, [analysis.match_id, _patch(analysis), DISCLAIMER]))},
    }
    if chart_name is not None:
        embed["image"] = {"url": f"attachment://{chart_name}"}
    return fitted(embed)


def _result(analysis: MatchAnalysis) -> str:
    placed = analysis.placement is not None and analysis.outcome in {Outcome.WIN, Outcome.LOSS}
    if not placed:
        return _RESULTS[analysis.outcome]
    place = ordinal(analysis.placement or 0)
    return f"{place} of {analysis.team_count}" if analysis.team_count else place


def _patch(analysis: MatchAnalysis) -> str:
    return f"patch {analysis.patch}" if analysis.patch else ""


def _champion(key: str) -> str:
    return plain(champion_name(key))


def _description(analysis: MatchAnalysis) -> str:
    lines = [f"**{plain(analysis.player_name)}** · {plain(queue_name(analysis.queue_id, analysis.mode))}"]
    ended_s = round(analysis.started_at_ms / 1000 + analysis.duration_s)
    lines.append(" · ".join(filter(None, [_beside(analysis), game_clock(analysis.duration_s), f"<t:{ended_s}:R>"])))
    if analysis.outcome is Outcome.REMAKE:
        lines.append(_REMAKE)
    elif analysis.outcome is Outcome.ABORTED:
        lines.append(_ABORTED)
    if analysis.outcome is not Outcome.REMAKE:
        lines += _what_is_missing(analysis)
    return "\n".join(lines)


def _what_is_missing(analysis: MatchAnalysis) -> list[str]:
    if not analysis.has_timeline:
        return [_NO_TIMELINE_YET if analysis.timeline_may_come else _NO_TIMELINE]
    stops_s = analysis.timeline_stops_s
    return [] if stops_s is None else [f"Riot's timeline of this match stops at {game_clock(stops_s)}."]


def _beside(analysis: MatchAnalysis) -> str:
    """With whom the player played, or against whom, as far as the game has it."""
    if analysis.partners:
        return f"With {listed([_champion(partner) for partner in analysis.partners])}"
    if analysis.opponent_champion is None:
        return ""
    position = POSITIONS.get(analysis.position or "", "lane")
    return f"{position.capitalize()} against {_champion(analysis.opponent_champion)}"


def _fields(analysis: MatchAnalysis) -> list[dict[str, Any]]:
    story = story_of(analysis)
    sections = [
        (story_heading(story), story_lines(story, analysis)),
        ("Your numbers", number_lines(analysis)),
        (f"Lane against {_champion(analysis.opponent_champion or '')}", lane_lines(analysis)),
        ("Try next", _suggestion(analysis)),
    ]
    return [{"name": name, "value": _whole_lines(lines), "inline": False} for name, lines in sections if lines]


def _whole_lines(lines: list[str]) -> str:
    """As many of the lines as a field takes: no sentence is cut in two, unless there is but one."""
    while len(lines) > 1 and length("\n".join(lines)) > FIELD_VALUE:
        lines = lines[:-1]
    return "\n".join(lines)


def _suggestion(analysis: MatchAnalysis) -> list[str]:
    line = suggestion_line(analysis.suggestion) if analysis.suggestion else None
    return [line] if line else []
