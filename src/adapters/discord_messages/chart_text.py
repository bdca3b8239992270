"""The chart of an answer in words, for those who cannot see it."""

from src.adapters.discord_messages.numbers import game_clock, win_percent
from src.adapters.discord_messages.turn_text import parts_words, taken_words
from src.core.domain.analysis import MatchAnalysis


def chart_description(analysis: MatchAnalysis) -> str:
    """What the picture is of, and what one reads off it."""
    words = ["Win chance and gold difference over time." if analysis.win else "Gold difference over time."]
    return " ".join(filter(None, [*words, _gold(analysis), _chances(analysis), _marks(analysis)]))


def _gold(analysis: MatchAnalysis) -> str:
    if not analysis.gold:
        return ""
    last = analysis.gold[-1]
    side = "ahead" if last.team >= 0 else "behind"
    return f"At {game_clock(last.time_s)} your team was {abs(last.team):,} gold {side}."


def _chances(analysis: MatchAnalysis) -> str:
    """The ends of the range that the line goes through; the result is no chance."""
    chances = [(chance, at_s) for at_s, chance in analysis.chances if 0 < chance < 1]
    if not chances:
        return ""
    lowest, highest = (f"{win_percent(chance)} at {game_clock(at_s)}" for chance, at_s in (min(chances), max(chances)))
    return f"Win chance between {lowest} and {highest}."


def _marks(analysis: MatchAnalysis) -> str:
    taken = [taking.taken for taking in analysis.takings]
    own, enemy = (taken_words([one for one in taken if one.is_own is is_own]) for is_own in (True, False))
    mine = parts_words(moment.part for moment in analysis.own_moments)
    sides = [own and f"your team took {own}", enemy and f"the enemy took {enemy}", mine and f"you had {mine}"]
    marks = "; ".join(filter(None, sides))
    return f"Marks: {marks}." if marks else ""
