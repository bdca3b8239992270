"""The wording of the moments that turned a game, in English. What happened and how the chance changed, never why."""

from src.adapters.discord_messages.numbers import counted, game_clock
from src.adapters.discord_messages.observation_text import one_objective
from src.adapters.discord_messages.place_text import place_phrase
from src.core.domain.analysis import Turn
from src.core.domain.facts.model import MomentKind


def turn_line(turn: Turn, team_id: int) -> str:
    """One line: the minute in bold, what happened, the chance before and after."""
    chance = f"win chance {percent(turn.before)} \u2192 {percent(turn.after)}"
    return f"**{game_clock(turn.time_s)}** {_what(turn, team_id)}: {chance}."


def percent(share: float) -> str:
    """A probability or share in whole percent; nothing that is still open is called sure.

    >>> percent(0.337), percent(0.998), percent(1.0), percent(0.001)
    ('34 %', '>99 %', '100 %', '<1 %')
    """
    whole = round(100 * share)
    if whole == 0 < share:
        return "<1 %"
    if whole == 100 and share < 1:  # noqa: PLR2004
        return ">99 %"
    return f"{whole} %"


def _what(turn: Turn, team_id: int) -> str:
    where = f" {place_phrase(turn.place, team_id)}" if turn.place else ""
    if turn.kind is MomentKind.OBJECTIVE and turn.objective is not None:
        what = "the dragon soul" if turn.is_soul else one_objective(turn.objective.value)
        return f"{'Your team' if turn.is_own else 'The enemy'} took {what}"
    if turn.kind is MomentKind.FIGHT:
        part = "Fight" if turn.had_part else "Fight without you"
        return f"{part}{where}, {counted(turn.enemy_deaths, 'kill')} for {counted(turn.own_deaths, 'death')}"
    return f"{_kill(turn)}{where}"


def _kill(turn: Turn) -> str:
    if turn.had_part:
        return "Your takedown" if turn.is_own else "Your death"
    return "A kill of your team" if turn.is_own else "A death in your team"
