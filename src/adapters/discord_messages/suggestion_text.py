"""What to try next, in English: always an option, drawn from one observation, never an order."""

from collections.abc import Callable, Mapping
from typing import Final

from src.adapters.discord_messages.numbers import counted, game_clock
from src.adapters.discord_messages.observation_text import Values, fights, objectives
from src.core.domain.analysis import Observation, ObservationKind
from src.core.domain.champions import champion_name
from src.core.domain.plain_text import plain

_LEAD_UP_S = 120.0


def suggestion_line(seen: Observation) -> str | None:
    """One short option, or None where the observation offers none."""
    wording = _WORDING.get(seen.kind)
    return wording(seen.values) if wording else None


def _before(seconds: float) -> str:
    """The two minutes that led up to a moment."""
    return f"{game_clock(max(seconds - _LEAD_UP_S, 0))} to {game_clock(seconds)}"


def _gold_swing(values: Values) -> str:
    span = f"{game_clock(values['from_s'])} to {game_clock(values['to_s'])}"
    return _lost_swing(values, span) if values["swing"] < 0 else _won_swing(values, span)


def _lost_swing(values: Values, span: str) -> str:
    if values["my_deaths"]:
        deaths = "death" if values["my_deaths"] == 1 else counted(values["my_deaths"], "death")
        return f"One option is to watch {span} in the replay, above all the seconds before your {deaths}."
    if enemy := objectives(values, "enemy"):
        return f"The replay from {span} may show how the enemy came to {enemy}."
    return f"If you watch one part of the replay, {span} is a good pick: no other three minutes moved more gold."


def _won_swing(values: Values, span: str) -> str:
    mine, own = fights(values, "my_kills", "my_assists"), objectives(values, "own")
    if mine and own:
        return f"From {span} you had {mine} while your team took {own}: the replay may show how that was set up."
    if mine:
        return f"From {span} you had {mine}: the replay may show what is worth repeating."
    return f"{span} went well. A look at the replay may show what is worth repeating."


def _lane_lead(values: Values) -> str | None:
    rival = plain(champion_name(values["opponent"]))
    if values["gold"] < 0:
        return f"The replay up to {game_clock(values['at_s'])} may show how {rival} got ahead."
    return f"You were ahead of {rival} at {game_clock(values['at_s'])}: one option is to play for the same start again."


def _deaths_cost(_values: Values) -> str:
    return "After an early death, one option is to take the next wave or camp before the next fight."


def _death_and_objective(values: Values) -> str:
    return f"The replay from {_before(values['at_s'])} may show what else was possible before your death."


def _cs_pace(values: Values) -> str | None:
    if values["cs_short"] <= 0:
        return "Your farm sped up after 15:00. One option is to look for that pace earlier."
    return (
        f"One option is to catch a side wave on the way to the next fight: at your pace until 15:00 it would have "
        f"been {values['cs_short']} CS more."
    )


def _cs_total(values: Values) -> str | None:
    short = values["opponent_cs"] - values["cs"]
    return f"The gap at the end was {short} CS: ten minutes of last-hit practice is one option." if short > 0 else None


def _team_lead(values: Values) -> str:
    if values["gold"] > 0:
        return f"The replay after {game_clock(values['at_s'])} may show how the lead got away."
    return f"The replay after {game_clock(values['at_s'])} may show what turned it, and what is worth repeating."


def _monster_count(values: Values) -> str | None:
    if values["top_is_own"]:
        return None
    return "One option is to have vision at the pit a minute before the next epic monster spawns."


def _kill_streak(values: Values) -> str:
    count = counted(values["kills"] + values["assists"], "takedown")
    return f"The replay from {_before(values['from_s'])} may show what led up to your {count}."


def _gold_peak(values: Values) -> str:
    span = f"{game_clock(values['from_s'])} to {game_clock(values['to_s'])}"
    return f"{span} paid best: the replay may show what is worth repeating."


_WORDING: Final[Mapping[ObservationKind, Callable[[Values], str | None]]] = {
    ObservationKind.GOLD_SWING: _gold_swing,
    ObservationKind.LANE_LEAD: _lane_lead,
    ObservationKind.DEATHS_COST: _deaths_cost,
    ObservationKind.DEATH_AND_OBJECTIVE: _death_and_objective,
    ObservationKind.CS_PACE: _cs_pace,
    ObservationKind.CS_TOTAL: _cs_total,
    ObservationKind.TEAM_LEAD: _team_lead,
    ObservationKind.MONSTER_COUNT: _monster_count,
    ObservationKind.KILL_STREAK: _kill_streak,
    ObservationKind.GOLD_PEAK: _gold_peak,
}
