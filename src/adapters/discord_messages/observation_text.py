"""The wording of observations, in English.

Every sentence says what the documents hold and when. None says why: at most that one thing followed another
within 60 s. `src.core.domain.observations` names the values.
"""

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any, Final

from src.adapters.discord_messages.numbers import counted, game_clock, listed, ordinal, signed
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

_UNIQUE: Final = frozenset({"baron", "elder", "atakhan", "herald"})  # one at a time, so they go by name


def observation_line(seen: Observation) -> str:
    """One line: the minute in bold, then the sentence."""
    when, sentence = observation_words(seen)
    return f"**{when}** {sentence}"


def observation_words(seen: Observation) -> tuple[str, str]:
    """When it was, and the sentence."""
    return _WORDING[seen.kind](seen.values)


def objectives(values: Values, side: str) -> str:
    """The objectives counted as `<side>_<name>`: `Baron, a dragon and 2 towers`, or nothing."""
    counts = {name: values[f"{side}_{name}"] for name in _OBJECTIVES if values.get(f"{side}_{name}")}
    return listed([
        one_objective(name) if count == 1 else counted(count, *_OBJECTIVES[name]) for name, count in counts.items()
    ])  # fmt: skip


def one_objective(name: str) -> str:
    """One objective by its name in the values: `Baron`, `a dragon`."""
    one = _OBJECTIVES[name][0]
    return one if name in _UNIQUE else f"{'an' if one[0] in 'aei' else 'a'} {one}"


def fights(values: Values, *keys: str) -> str:
    """The kills, assists and deaths under these keys: `2 kills and 1 death`, or nothing."""
    return listed([counted(values[key], key.removeprefix("my_").removesuffix("s")) for key in keys if values[key]])


def _span(values: Values) -> str:
    return f"{game_clock(values['from_s'])}\u2013{game_clock(values['to_s'])}"


def _gold_swing(values: Values) -> tuple[str, str]:
    parts = [
        f"Gold lead from {signed(values['from_gold'])} to {signed(values['to_gold'])}",
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


def _lead_kept(values: Values) -> tuple[str, str]:
    side = "ahead" if values["gold"] > 0 else "behind"
    return (
        game_clock(values["at_s"]),
        f"From here on your team was {side} in gold at every minute, by {abs(values['gold']):,} at the end.",
    )


def _lane_lead(values: Values) -> tuple[str, str]:
    rival = plain(champion_name(values["opponent"]))
    gap = f"{signed(values['gold'])} gold, {signed(values['xp'])} XP, {signed(values['cs'])} CS"
    return game_clock(values["at_s"]), f"Biggest gold gap to {rival} up to 15:00: {gap}."


def _deaths_cost(values: Values) -> tuple[str, str]:
    when = f"{game_clock(values['first_s'])}\u2013{game_clock(values['last_s'])}"
    sentence = f"You died {values['deaths']} times{_ganks(values)}"
    if enemy := objectives(values, "enemy"):
        sentence += f"; within 60 s of that the enemy took {enemy}"
    if "before_gold" in values:
        sentence += (
            f". Gold lead from {signed(values['before_gold'])} at {game_clock(values['before_s'])} "
            f"to {signed(values['after_gold'])} at {game_clock(values['after_s'])}"
        )
    return when, f"{sentence}."


def _ganks(values: Values) -> str:
    if values["ganks"] == values["deaths"]:
        return ", always to a gank"
    return f", {values['ganks']} of them to {'a gank' if values['ganks'] == 1 else 'ganks'}" if values["ganks"] else ""


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
    total = f"{values['with_me']} of your team's {values['team_total']} epic monsters"
    return when, f"You were in on {total}, this {_OBJECTIVES[values['top']][0]} among them."


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


def _placement(values: Values) -> tuple[str, str]:
    return game_clock(values["at_s"]), f"Finished {ordinal(values['placement'])} of {values['teams']} teams."


def _damage_share(values: Values) -> tuple[str, str]:
    shares = f"{values['damage_percent']} % of your team's damage to champions, {values['gold_percent']} % of its gold"
    is_high = 2 * values["rank"] <= values["team_size"] + 1  # a low rank says nothing about a tank or a support
    return (
        "End",
        f"{shares} ({ordinal(values['rank'])} of {values['team_size']} by damage)." if is_high else f"{shares}.",
    )


def _gold_share(values: Values) -> tuple[str, str]:
    return "End", f"{values['gold']:,} gold: {values['percent']} % of your team's."


def _kill_share(values: Values) -> tuple[str, str]:
    return (
        "End",
        f"In on {values['part']} of your team's {counted(values['team_kills'], 'kill')} ({values['percent']} %).",
    )


def _cs_total(values: Values) -> tuple[str, str]:
    return "End", f"{values['cs']} CS; {plain(champion_name(values['opponent']))} had {values['opponent_cs']}."


_WORDING: Final[Mapping[ObservationKind, Callable[[Values], tuple[str, str]]]] = {
    ObservationKind.GOLD_SWING: _gold_swing,
    ObservationKind.TEAM_LEAD: _team_lead,
    ObservationKind.LEAD_KEPT: _lead_kept,
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
    ObservationKind.PLACEMENT: _placement,
    ObservationKind.DAMAGE_SHARE: _damage_share,
    ObservationKind.GOLD_SHARE: _gold_share,
    ObservationKind.KILL_SHARE: _kill_share,
    ObservationKind.CS_TOTAL: _cs_total,
}
