"""Champions' deaths and the fights they make up. The place of each is a separate question: see `places`."""

from collections.abc import Callable
from typing import Any, Final

from tests.acceptance.facts_again.game import (
    FOLLOWED_WITHIN_MS,
    LANING_UNTIL_MS,
    MS,
    Document,
    Game,
    Point,
    helpers,
    named,
    paid,
    shutdown,
    squared_distance,
    was_alone,
    where,
)
from tests.acceptance.facts_again.objectives import followed

PlaceOf = Callable[[Point | None], str | None]

AT_HOME: Final = {
    "top": {"top_lane", "river_top", "baron_pit"},
    "mid": {"mid_lane", "river_top", "river_bot"},
    "bot": {"bot_lane", "river_bot", "dragon_pit"},
}
FRAMES_APART_MS: Final = 62 * MS
SAME_FIGHT_MS: Final = 15 * MS
SAME_FIGHT_UNITS: Final = 4000


def kill(game: Game, event: Document, place_of: PlaceOf) -> dict[str, Any]:
    """All facts of a death but what it did to the win probability."""
    at, killer, victim, point = event["timestamp"], event["killerId"], event["victimId"], where(event)
    around = game.there(event) - {victim}
    mine = game.side[victim]
    return {
        "time_s": at / MS,
        "killer_id": killer,
        "victim_id": victim,
        "assist_ids": helpers(event),
        "place": place_of(point),
        "x": point and point[0],
        "y": point and point[1],
        "allies_near": sum(game.side[pid] == mine for pid in around),
        "enemies_near": sum(game.side[pid] != mine for pid in around),
        "gold": paid(event),
        "shutdown": shutdown(event),
        "gold_swing": _gold_swing(game, at, killer, victim),
        "followed": followed(game, at),
        "is_solo": killer > 0 and was_alone(event),
        "is_gank": is_gank(game, event, place_of(point)),
        "is_first_blood": event is first_blood(game),
    }


def first_blood(game: Game) -> Document | None:
    return next((e for e in game.deaths if e["killerId"] in game.people), None)


def is_gank(game: Game, event: Document, place: str | None) -> bool | None:
    """A laner died in lane or beside it, to somebody from elsewhere among others."""
    victim = event["victimId"]
    if not (game.has_lanes and game.position[victim] and place):
        return None
    lane = game.lane(victim)
    if lane is None or event["timestamp"] >= LANING_UNTIL_MS or place not in AT_HOME[lane]:
        return False
    enemies = [pid for pid in named(event) if game.side[pid] != game.side[victim]]
    return any(game.position[e] and game.lane(e) != lane for e in enemies)


def _gold_swing(game: Game, at_ms: int, killer: int, victim: int) -> int | None:
    before = [f for f in game.frames if f["timestamp"] < at_ms]
    after = [f for f in game.frames if f["timestamp"] >= at_ms + FOLLOWED_WITHIN_MS]
    if not (killer and before and after):
        return None
    if at_ms > before[-1]["timestamp"] + FRAMES_APART_MS:
        return None
    if after[0]["timestamp"] > at_ms + FOLLOWED_WITHIN_MS + FRAMES_APART_MS:
        return None
    ours, theirs = game.side[killer], game.side[victim]
    return _lead(game, after[0], ours, theirs) - _lead(game, before[-1], ours, theirs)


def _lead(game: Game, frame: Document, ours: int, theirs: int) -> int:
    gold = {int(pid): int(state["totalGold"]) for pid, state in frame["participantFrames"].items()}
    return sum(g * ((game.side[pid] == ours) - (game.side[pid] == theirs)) for pid, g in gold.items())


def fights(game: Game, place_of: PlaceOf) -> list[dict[str, Any]]:
    """All facts of the fights but what they did to the win probability."""
    return [_fight(game, deaths, place_of) for deaths in fought(game)]


def fought(game: Game) -> list[list[Document]]:
    """The deaths of each fight."""
    groups = _groups(game.deaths) if game.has_two_teams else []
    return [deaths for deaths in groups if len(deaths) > 2 or len(_in_it(game, deaths)) > 5]


def _in_it(game: Game, deaths: list[Document]) -> set[int]:
    return {pid for e in deaths for pid in [*named(e), *game.near(e["timestamp"], where(e))]}


def _groups(deaths: list[Document]) -> list[list[Document]]:
    """Deaths that hang together, over any chain of pairs; groups of two and more."""
    group = list(range(len(deaths)))
    for i, one in enumerate(deaths):
        for j, other in enumerate(deaths):
            if group[i] != group[j] and _belong_together(one, other):
                old, new = group[j], group[i]
                group = [new if g == old else g for g in group]
    together = [[d for d, g in zip(deaths, group, strict=True) if g == number] for number in dict.fromkeys(group)]
    return [members for members in together if len(members) > 1]


def _belong_together(one: Document, other: Document) -> bool:
    if abs(one["timestamp"] - other["timestamp"]) > SAME_FIGHT_MS:
        return False
    a, b = where(one), where(other)
    return a is None or b is None or squared_distance(a, b) <= SAME_FIGHT_UNITS**2


def _fight(game: Game, deaths: list[Document], place_of: PlaceOf) -> dict[str, Any]:
    people = _in_it(game, deaths)
    dead = [e["victimId"] for e in deaths]
    blue_dead, red_dead = ([pid for pid in dead if game.side[pid] == side] for side in (100, 200))
    points = [point for point in map(where, deaths) if point]
    places = [place for place in map(place_of, points) if place]
    return {
        "start_s": deaths[0]["timestamp"] / MS,
        "end_s": deaths[-1]["timestamp"] / MS,
        "place": max(places, key=places.count) if places else None,
        "x": sum(x for x, _y in points) // len(points) if points else None,
        "y": sum(y for _x, y in points) // len(points) if points else None,
        "kills": [game.deaths.index(e) for e in deaths],
        "blue": sorted(pid for pid in people if game.side[pid] == 100),
        "red": sorted(pid for pid in people if game.side[pid] == 200),
        "blue_deaths": blue_dead,
        "red_deaths": red_dead,
        "winner": None if len(blue_dead) == len(red_dead) else 100 if len(blue_dead) < len(red_dead) else 200,
        "gold": sum(paid(e) * (1 if game.side[e["killerId"]] == 100 else -1) for e in deaths if e["killerId"]),
        "followed": followed(game, deaths[-1]["timestamp"]),
    }
