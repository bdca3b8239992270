"""The wording of what turned a game, in English. What happened and how the chance changed, never why."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from src.adapters.discord_messages.numbers import NO_BREAK, counted, listed, win_percent
from src.adapters.discord_messages.observation_text import objectives_each
from src.adapters.discord_messages.place_text import place_phrase
from src.core.domain.analysis import Part, Taken, Turn

_PARTS: Final = {Part.KILLED: "your kill", Part.HELPED: "your assist", Part.DIED: "your death"}
_SHARES: Final = {Part.KILLED: "kill", Part.HELPED: "assist", Part.DIED: "death"}


def turn_sentence(turn: Turn, team_id: int) -> str:
    """What happened in it, without an end: `Your team won a fight 4 for 1 in the mid lane; the enemy took a tower`.

    `4 for 1` are kills for deaths. A fight with more kills than deaths is won, with fewer lost.
    """
    own, enemy = _taken(turn, is_own=True), _taken(turn, is_own=False)
    deaths = _deaths(turn, team_id)
    if deaths.startswith("your team") and own:
        deaths, own = f"{deaths} {'but' if turn.kills < turn.deaths else 'and'} {own}", ""
    clauses = [deaths, own and f"your team {own}", enemy and f"the enemy {enemy}"]
    told = "; ".join(filter(None, clauses)) or "an enemy's death"
    return f"{told[0].upper()}{told[1:]}"


def chance(before: float, after: float) -> str:
    """How a chance changed, in one piece: no line breaks in it."""
    return f"{win_percent(before)}{NO_BREAK}\u2192{NO_BREAK}{win_percent(after)}"


def _deaths(turn: Turn, team_id: int) -> str:
    where = f" {place_phrase(turn.place, team_id)}" if turn.place else ""
    if turn.kills + turn.deaths == 1 and not turn.is_fight:
        return f"{_one_death(turn)}{where}"
    if turn.is_fight or turn.kills or turn.deaths:
        return f"your team {_exchange(turn)}{where}{_my_share(turn)}"
    return "" if turn.taken else f"an enemy's death{where}"


def _exchange(turn: Turn) -> str:
    if turn.is_fight:
        verb = "won a fight" if turn.kills > turn.deaths else "lost a fight" if turn.kills < turn.deaths else "fought"
        return f"{verb} {turn.kills} for {turn.deaths}"
    if turn.kills and turn.deaths:
        return f"traded {counted(turn.kills, 'kill')} for {counted(turn.deaths, 'death')}"
    return f"got {counted(turn.kills, 'kill')}" if turn.kills else f"lost {counted(turn.deaths, 'player')}"


def _one_death(turn: Turn) -> str:
    if turn.parts:
        return _PARTS[turn.parts[0]]
    return "your team got a kill" if turn.kills else "your team lost a player"


def _my_share(turn: Turn) -> str:
    """The player's part in what more than one had a part in."""
    mine = parts_words(turn.parts)
    return f" (you: {mine})" if mine else ""


def parts_words(parts: Iterable[Part]) -> str:
    """What the player did: `2 kills, 1 assist and 1 death`, or nothing."""
    counts = Counter(parts)
    return listed([counted(counts[part], noun) for part, noun in _SHARES.items() if counts[part]])


def _taken(turn: Turn, *, is_own: bool) -> str:
    taken = [one for one in turn.taken if one.is_own is is_own]
    return f"took {taken_words(taken)}" if taken else ""


def taken_words(taken: Sequence[Taken]) -> str:
    """What was taken, the weightiest first: `the dragon soul, Baron and 2 towers`, or nothing."""
    souls = ["the dragon soul"] if any(one.is_soul for one in taken) else []
    return listed([*souls, *objectives_each(Counter(one.objective.value for one in taken if not one.is_soul))])
