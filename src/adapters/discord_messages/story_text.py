"""The wording of a match's story, in English: facts and minutes, never a cause."""

from typing import Final

from src.adapters.discord_messages.numbers import game_clock, percent
from src.adapters.discord_messages.observation_text import observation_words
from src.adapters.discord_messages.turn_text import chance, turn_sentence
from src.core.domain.analysis import MatchAnalysis, Observation, ObservationKind, Turn
from src.core.domain.match import Outcome
from src.core.domain.story import Lead, LeadKind, Line, Measure, Story

DECIDED: Final = "What decided it"
STOOD_OUT: Final = "What stood out"
_CHANCE: Final = "win chance"


def story_heading(story: Story) -> str:
    """Not every match was decided by something that documents show."""
    return STOOD_OUT if story.lead is None else DECIDED


def story_lines(story: Story, analysis: MatchAnalysis) -> list[str]:
    """The story, one line each; the first that tells a chance says what it is the chance of."""
    lines = [_lead(story.lead, analysis)] if story.lead else []
    for line in story.lines:
        when, sentence, chances = _told(line, analysis)
        of = "" if any(_CHANCE in told for told in lines) else f"{_CHANCE} "
        lines.append(f"**{when}** {sentence}{f': {of}{chances}' if chances else ''}.")
    return lines


def _told(line: Line, analysis: MatchAnalysis) -> tuple[str, str, str]:
    """When it was, what happened, without an end, and how the chance changed, if that is known."""
    if isinstance(line, Turn):
        sentence = turn_sentence(line, analysis.mine.team_id)
        return game_clock(line.time_s), sentence, chance(line.before, line.after)
    when, sentence = observation_words(line)
    return when, sentence.removesuffix("."), _chances_of(line, analysis)


def _chances_of(seen: Observation, analysis: MatchAnalysis) -> str:
    """How the chance changed over a swing of gold; nothing without two chances, and none is the game's result."""
    if seen.kind is not ObservationKind.GOLD_SWING:
        return ""
    chances = {round(point.time_s / 60): point.own for point in analysis.win if 0 < point.own < 1}
    before, after = (chances.get(round(float(seen.values[key]) / 60)) for key in ("from_s", "to_s"))
    return "" if before is None or after is None else chance(before, after)


def _lead(lead: Lead, analysis: MatchAnalysis) -> str:
    if lead.line is not None:
        when, sentence, chances = _told(lead.line, analysis)
        return f"**Turned for good at {when}.** {sentence}{f': {_CHANCE} {chances}' if chances else ''}."
    return _open(lead, analysis) if lead.kind is LeadKind.LATE else _kept(lead, analysis)


def _kept(lead: Lead, analysis: MatchAnalysis) -> str:
    won = analysis.outcome is Outcome.WIN
    side, than, more = ("ahead", "above", "more") if won else ("behind", "below", "less")
    since = "from start to end" if lead.since_s < 1 else f"for good from {game_clock(lead.since_s)}"
    by_chance = lead.measure is Measure.CHANCE
    what = f"win chance {than} 50 %" if by_chance else f"{more} gold"
    gold = analysis.gold[-1].team if analysis.gold else 0
    # What one has at the end may not point where the result does.
    at_end = f", {abs(gold):,} {'gold ' * by_chance}{side} at the end" if (gold > 0) is won and gold else ""
    return f"**{side.capitalize()} {since}:** {what} at every minute{at_end}."


def _open(lead: Lead, analysis: MatchAnalysis) -> str:
    own = next(point.own for point in analysis.win if point.time_s == lead.since_s)
    return f"**Open until the end:** at {game_clock(lead.since_s)} your team's win chance was {percent(own)}."
