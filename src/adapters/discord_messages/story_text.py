"""The wording of a match's story, in English: facts and minutes, never a cause."""

from typing import Final

from src.adapters.discord_messages.numbers import game_clock, percent
from src.adapters.discord_messages.observation_text import observation_line, observation_words
from src.adapters.discord_messages.turn_text import chance, turn_sentence
from src.core.domain.analysis import MatchAnalysis, Observation, Turn
from src.core.domain.match import Outcome
from src.core.domain.story import Lead, LeadKind, Measure, Story

DECIDED: Final = "What decided it"
STOOD_OUT: Final = "What stood out"


def story_heading(story: Story) -> str:
    """Not every match was decided by something that documents show."""
    return STOOD_OUT if story.lead is None else DECIDED


def story_lines(story: Story, analysis: MatchAnalysis) -> list[str]:
    """The story, one line each; the first that tells a chance says what it is the chance of."""
    team_id = analysis.mine.team_id
    lines = [_lead(story.lead, analysis)] if story.lead else []
    for line in story.lines:
        if isinstance(line, Observation):
            lines.append(observation_line(line))
            continue
        of = "" if any("win chance" in told for told in lines) else "win chance "
        lines.append(f"**{game_clock(line.time_s)}** {turn_sentence(line, team_id)}: {of}{chance(line)}.")
    return lines


def _lead(lead: Lead, analysis: MatchAnalysis) -> str:
    if isinstance(lead.line, Turn):
        what = turn_sentence(lead.line, analysis.mine.team_id)
        return f"**Turned for good at {game_clock(lead.since_s)}.** {what}: win chance {chance(lead.line)}."
    if isinstance(lead.line, Observation):
        when, sentence = observation_words(lead.line)
        return f"**Turned for good at {when}.** {sentence}"
    if lead.kind is LeadKind.LATE:
        return _open(lead, analysis)
    return _kept(lead, analysis)


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
