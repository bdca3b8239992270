"""The wording of what turned a game, in English. What happened and how the chance changed, never why."""

from collections import Counter
from typing import Final

from src.adapters.discord_messages.numbers import counted, game_clock, listed, percent
from src.adapters.discord_messages.observation_text import objectives, one_objective
from src.adapters.discord_messages.place_text import place_phrase
from src.core.domain.analysis import Part, Taken, Turn

_PARTS: Final = {Part.KILLED: "Your kill", Part.HELPED: "Your assist", Part.DIED: "Your death"}


def turn_line(turn: Turn, team_id: int) -> str:
    """One line: the minute in bold, what happened, the chance before and after."""
    chance = f"win chance {percent(turn.before)} \u2192 {percent(turn.after)}"
    what = ", ".join(filter(None, [_deaths(turn, team_id), *_takings(turn.taken)]))
    return f"**{game_clock(turn.time_s)}** {what[0].upper()}{what[1:]}: {chance}."


def _deaths(turn: Turn, team_id: int) -> str:
    where = f" {place_phrase(turn.place, team_id)}" if turn.place else ""
    if turn.kills + turn.deaths == 1 and not turn.is_fight:
        return f"{_one_death(turn)}{where}"
    count = f"{counted(turn.kills, 'kill')} for {counted(turn.deaths, 'death')}"
    if turn.is_fight:
        return f"fight{where}, {count}"
    if turn.kills or turn.deaths:
        return f"{count}{where}"
    return "" if turn.taken else f"an enemy's death{where}"


def _one_death(turn: Turn) -> str:
    if turn.part is not None:
        return _PARTS[turn.part]
    return "a kill of your team" if turn.kills else "a death in your team"


def _takings(taken: tuple[Taken, ...]) -> list[str]:
    """What each team took, the own first."""
    return [
        f"{who} took {_named([one for one in taken if one.is_own is is_own])}"
        for who, is_own in (("your team", True), ("the enemy", False))
        if any(one.is_own is is_own for one in taken)
    ]


def _named(taken: list[Taken]) -> str:
    if len(taken) == 1 and not taken[0].is_soul:
        return one_objective(taken[0].objective.value)
    counts = Counter(f"own_{one.objective.value}" for one in taken if not one.is_soul)
    souls = ["the dragon soul"] if any(one.is_soul for one in taken) else []
    return listed([*souls, *filter(None, [objectives(counts, "own")])])
