"""The wording of a match's story, in English: facts and minutes, never a cause."""

from typing import Final

from src.adapters.discord_messages.numbers import game_clock, win_percent
from src.adapters.discord_messages.observation_text import observation_words
from src.adapters.discord_messages.turn_text import chance, parts_words, taken_words, turn_sentence
from src.core.domain.analysis import MatchAnalysis, Observation, Part, Turn
from src.core.domain.lead import AHEAD_FROM, AHEAD_GOLD, Lead, LeadKind, Line, Measure
from src.core.domain.match import Outcome
from src.core.domain.story import Story

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
    return when, sentence.removesuffix("."), _chances_of(line)


def _chances_of(seen: Observation) -> str:
    """How the chance changed over a swing of gold, where there is a model."""
    if "from_chance" not in seen.values:
        return ""
    return chance(float(seen.values["from_chance"]), float(seen.values["to_chance"]))


def _lead(lead: Lead, analysis: MatchAnalysis) -> str:
    if lead.line is not None:
        when, sentence, chances = _told(_unblamed(lead.line), analysis)
        return f"**Turned for good at {when}.** {sentence}{f': {_CHANCE} {chances}' if chances else ''}."
    return _open(lead, analysis) if lead.kind is LeadKind.LATE else _kept(lead, analysis)


def _unblamed(line: Line) -> Line:
    """Everybody reads an answer: what decided a match is not put down to the one death of whoever asked."""
    is_own_death = isinstance(line, Turn) and line.parts == (Part.DIED,) and line.kills + line.deaths == 1
    return line.model_copy(update={"parts": ()}) if is_own_death else line


def _kept(lead: Lead, analysis: MatchAnalysis) -> str:
    won = analysis.outcome is Outcome.WIN
    side = "ahead" if won else "behind"
    gold = analysis.gold[-1].team if analysis.gold else 0
    if lead.measure is Measure.GOLD:
        what = f"by {AHEAD_GOLD:,} gold or more from then on, by {abs(gold):,} at the end"
    else:
        least = f"{win_percent(AHEAD_FROM)} or more" if won else f"{win_percent(1 - AHEAD_FROM)} or less"
        # What one has at the end may not point where the result does.
        at_end = f", {abs(gold):,} gold {side} at the end" if (gold > 0) is won and gold else ""
        what = f"{_CHANCE} {least} from then on{at_end}"
    return f"**{side.capitalize()} for good from {game_clock(lead.since_s)}:** {what}."


def _open(lead: Lead, analysis: MatchAnalysis) -> str:
    own = win_percent(lead.chance or 0)
    then = f"**Open until the end:** at {game_clock(lead.since_s)} your team's {_CHANCE} was {own}."
    after = _after(lead.since_s, analysis)
    return f"{then} After that {after}." if after else then


def _after(since_s: float, analysis: MatchAnalysis) -> str:
    """Who killed and took what from then on; nothing if nobody did."""
    kills = [kill.is_own for kill in analysis.all_kills if kill.time_s > since_s]
    mine = parts_words(moment.part for moment in analysis.own_moments if moment.time_s > since_s)
    taken = [taking.taken for taking in analysis.takings if taking.time_s > since_s]
    own, enemy = (taken_words([one for one in taken if one.is_own is is_own]) for is_own in (True, False))
    fights = f"kills {sum(kills)}\u2013{len(kills) - sum(kills)}{f' (you: {mine})' if mine else ''}" if kills else ""
    return "; ".join(filter(None, [fights, own and f"your team took {own}", enemy and f"the enemy took {enemy}"]))
