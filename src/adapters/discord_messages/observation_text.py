"""The wording of observations, in English.

Every sentence says what the documents hold and when. None says why: at most that one thing followed another
within 60 s. `src.core.domain.observations` names the values.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, Final

from src.adapters.discord_messages.numbers import NO_BREAK, counted, game_clock, listed, signed, signed_thousands
from src.adapters.discord_messages.place_text import place_phrase
from src.core.domain.analysis import Observation, ObservationKind
from src.core.domain.champions import champion_name
from src.core.domain.facts.model import Place
from src.core.domain.plain_text import plain

Values = Mapping[str, Any]

# In the order in which they are named.
_OBJECTIVES: Final = {
    "baron": ("Baron", "Barons"), "elder": ("Elder Dragon", "Elder Dragons"), "atakhan": ("Atakhan", "Atakhans"),
    "inhibitor": ("inhibitor", "inhibitors"), "nexus_tower": ("nexus tower", "nexus towers"),
    "tower": ("tower", "towers"), "dragon": ("dragon", "dragons"), "herald": ("Rift Herald", "Rift Heralds"),
    "grubs": ("Voidgrub", "Voidgrubs"), "monster": ("epic monster", "epic monsters"),
    "building": ("building", "buildings"),
}  # fmt: skip

_ARROW: Final = f"{NO_BREAK}\u2192{NO_BREAK}"
_TWO: Final = 2
_UNIQUE: Final = frozenset({"baron", "elder", "atakhan", "herald"})  # one at a time, so they go by name


def observation_words(seen: Observation) -> tuple[str, str]:
    """When it was, and the sentence."""
    return _WORDING[seen.kind](seen.values)


def objectives(values: Values, side: str) -> str:
    """The objectives counted as `<side>_<name>`: `Baron, a dragon and 2 towers`, or nothing."""
    return listed(objectives_each({name: values.get(f"{side}_{name}", 0) for name in _OBJECTIVES}))


def objectives_each(counts: Mapping[str, int]) -> list[str]:
    """Objectives by how many of each name, the weightiest first: `["Baron", "2 towers"]`."""
    found = ((name, counts.get(name, 0)) for name in _OBJECTIVES)
    return [one_objective(name) if count == 1 else counted(count, *_OBJECTIVES[name]) for name, count in found if count]


def one_objective(name: str) -> str:
    """One objective by its name in the values: `Baron`, `a dragon`."""
    one = _OBJECTIVES[name][0]
    return one if name in _UNIQUE else f"{'an' if one[0] in 'aei' else 'a'} {one}"


def fights(values: Values, *keys: str) -> str:
    """The kills, assists and deaths under these keys: `2 kills and 1 death`, or nothing."""
    return listed([counted(values[key], key.removeprefix("my_").removesuffix("s")) for key in keys if values[key]])


def gold_change(before: float, after: float) -> str:
    """How a gold difference changed, in one piece: no line breaks in it."""
    return f"{signed_thousands(before)}{_ARROW}{signed_thousands(after)}"


def _span(values: Values) -> str:
    return f"{game_clock(values['from_s'])}\u2013{game_clock(values['to_s'])}"


def _gold_swing(values: Values) -> tuple[str, str]:
    parts = [
        f"Gold difference {gold_change(values['from_gold'], values['to_gold'])}",
        f"kills {values['own_kills']}\u2013{values['enemy_kills']}{_my_share(values)}",
    ]
    sides = (("your team took", objectives(values, "own")), ("the enemy took", objectives(values, "enemy")))
    taken = [f"{who} {what}" for who, what in sides if what]
    return _span(values), f"{'; '.join([', '.join(parts), *taken])}."


def _my_share(values: Values) -> str:
    mine = fights(values, "my_kills", "my_assists", "my_deaths")
    return f" (you: {mine})" if mine else ""


def _team_lead(values: Values) -> tuple[str, str]:
    gold = abs(values["gold"])
    lead = "Your team's biggest lead" if values["gold"] > 0 else "The deepest your team was behind"
    return game_clock(values["at_s"]), f"{lead}: {gold:,} gold."


def _lane_lead(values: Values) -> tuple[str, str]:
    rival = plain(champion_name(values["opponent"]))
    gap = f"{signed(values['gold'])} gold, {signed(values['xp'])} XP, {signed(values['cs'])} CS"
    return game_clock(values["at_s"]), f"Biggest gold gap to {rival} up to 15:00: {gap}."


def _deaths_cost(values: Values) -> tuple[str, str]:
    when = f"{game_clock(values['first_s'])}\u2013{game_clock(values['last_s'])}"
    deaths = values["deaths"]
    sentence = f"You died {'twice' if deaths == _TWO else f'{deaths} times'}{_ganks(values)}"
    if enemy := objectives(values, "enemy"):
        sentence += f"; within 60 s of that the enemy took {enemy}"
    if "before_gold" in values:
        sentence += (
            f". Gold difference {signed_thousands(values['before_gold'])} at {game_clock(values['before_s'])}, "
            f"{signed_thousands(values['after_gold'])} at {game_clock(values['after_s'])}"
        )
    return when, f"{sentence}."


def _ganks(values: Values) -> str:
    if values["ganks"] == values["deaths"]:
        return f", {_all_of(values['ganks'])} to ganks"
    return f", {values['ganks']} of them to {'a gank' if values['ganks'] == 1 else 'ganks'}" if values["ganks"] else ""


def _all_of(number: int) -> str:
    """Every one of several: `both`, `all 3`."""
    return "both" if number == _TWO else f"all {number}"


def _death_and_objective(values: Values) -> tuple[str, str]:
    where = f" {place_phrase(Place(values['place']), values['team_id'])}" if "place" in values else ""
    return (
        game_clock(values["at_s"]),
        f"Within 60 s after your death{where} the enemy took {objectives(values, 'enemy')}.",
    )


def _objective(values: Values) -> tuple[str, str]:
    when = game_clock(values["top_s"])
    if values["team_total"] == 1:
        return when, f"You helped take your team's only epic monster: {one_objective(values['top'])}."
    mine, team = values["with_me"], values["team_total"]
    share = f"{_all_of(mine)} of your team's" if mine == team else f"{mine} of your team's {team}"
    return when, f"You were in on {share} epic monsters, this {_OBJECTIVES[values['top']][0]} among them."


def _monster_count(values: Values) -> tuple[str, str]:
    taker = "Your team" if values["top_is_own"] else "The enemy"
    count = f"{values['own']}\u2013{values['enemy']}"
    return game_clock(values["top_s"]), f"{taker} took {one_objective(values['top'])}; epic monsters in all: {count}."


def _kill_streak(values: Values) -> tuple[str, str]:
    seconds = max(1, ceil(values["to_s"] - values["from_s"]))
    died = f", and {counted(values['deaths'], 'death')}" if values["deaths"] else ""
    return game_clock(values["from_s"]), f"You had {fights(values, 'kills', 'assists')} within {seconds} s{died}."


def _cs_pace(values: Values) -> tuple[str, str]:
    return (
        game_clock(values["at_s"]),
        f"CS per minute: {values['before']} until here, {values['after']} after.",
    )


def _first_death(values: Values) -> tuple[str, str]:
    deaths = values["deaths"]
    total = "the only one" if deaths == 1 else f"the first of {deaths}"
    return game_clock(values["at_s"]), f"No death until here; this was {total}."


def _no_death(values: Values) -> tuple[str, str]:
    return game_clock(values["duration_s"]), "Not one death in the whole game."


def _gold_peak(values: Values) -> tuple[str, str]:
    return _span(values), f"Your most gold in three minutes: {values['gold']:,}."


def _cs_total(values: Values) -> tuple[str, str]:
    return "End", f"{values['cs']} CS; {plain(champion_name(values['opponent']))} had {values['opponent_cs']}."


_WORDING: Final[Mapping[ObservationKind, Callable[[Values], tuple[str, str]]]] = {
    ObservationKind.GOLD_SWING: _gold_swing,
    ObservationKind.TEAM_LEAD: _team_lead,
    ObservationKind.LANE_LEAD: _lane_lead,
    ObservationKind.DEATHS_COST: _deaths_cost,
    ObservationKind.DEATH_AND_OBJECTIVE: _death_and_objective,
    ObservationKind.OBJECTIVE: _objective,
    ObservationKind.MONSTER_COUNT: _monster_count,
    ObservationKind.KILL_STREAK: _kill_streak,
    ObservationKind.CS_PACE: _cs_pace,
    ObservationKind.FIRST_DEATH: _first_death,
    ObservationKind.NO_DEATH: _no_death,
    ObservationKind.GOLD_PEAK: _gold_peak,
    ObservationKind.CS_TOTAL: _cs_total,
}
