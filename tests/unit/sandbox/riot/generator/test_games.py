"""Generated games make sense: order of structures, spawn times, economies, inventories, modes."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import mean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.sandbox.riot.generator import QUEUES, MatchPair, generate
from src.sandbox.riot.generator.items import ITEMS
from src.sandbox.riot.generator.levels import EXPERIENCE_FOR_LEVEL, level_at
from src.sandbox.riot.generator.rift_map import SIZE
from tests.unit.sandbox.riot.generator.conftest import CREATED_MS, plan_for
from tests.unit.sandbox.riot.identities import assert_consistent, assert_rift, events_of

_LANE_ORDER = ["OUTER_TURRET", "INNER_TURRET", "BASE_TURRET", "INHIBITOR"]
_YEAR_MS = 366 * 86_400_000


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(1_000, 1_000_000), queue_id=st.sampled_from(sorted(QUEUES)), remake=st.booleans())
def test_any_seed_and_queue_gives_a_consistent_game(seed: int, queue_id: int, *, remake: bool) -> None:
    pair = generate(plan_for(QUEUES[queue_id], seed, remake=remake and queue_id == 420, created_ms=CREATED_MS - 10**12))
    assert_consistent(*pair)
    if pair.match["info"]["mapId"] == 11:
        assert_rift(*pair)


def test_structures_fall_in_the_order_the_map_allows(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        for (_, lane), kinds in _structures(pair.timeline).items():
            first_times = list(dict.fromkeys(kind for kind in kinds if kind != "NEXUS_TURRET"))
            assert first_times == _LANE_ORDER[: len(first_times)], lane


def test_nexus_turrets_need_a_fallen_inhibitor(rift_pairs: list[MatchPair]) -> None:
    seen = 0
    for pair in rift_pairs:
        down: Counter[int] = Counter()
        for event in events_of(pair.timeline, "BUILDING_KILL"):
            if event["buildingType"] == "INHIBITOR_BUILDING":
                down[event["teamId"]] += 1
            elif event["towerType"] == "NEXUS_TURRET":
                seen += 1
                assert down[event["teamId"]]
    assert seen


def test_a_nexus_falls_unless_somebody_surrenders(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        people = pair.match["info"]["participants"]
        surrendered = people[0]["gameEndedInSurrender"]
        assert sum(person["nexusKills"] for person in people) <= 1
        assert all(person["nexusLost"] == int(not surrendered and not person["win"]) for person in people)


def test_nobody_wins_while_losing_a_fight(rift_pairs: list[MatchPair]) -> None:
    """The kills of the last ten seconds have paid the winners at least as much as the losers."""
    fought = 0
    for pair in rift_pairs:
        (end,) = events_of(pair.timeline, "GAME_END")
        paid = {100: 0, 200: 0}
        for kill in events_of(pair.timeline, "CHAMPION_KILL"):
            if kill["killerId"] and kill["timestamp"] > end["timestamp"] - 10_000:
                paid[100 if kill["killerId"] <= 5 else 200] += kill["bounty"] + kill["shutdownBounty"]
        fought += any(paid.values())
        assert paid[end["winningTeam"]] >= paid[300 - end["winningTeam"]]
    assert fought


@pytest.mark.parametrize(
    ("monster", "earliest_s", "latest_s"),
    [("DRAGON", 300, 3_600), ("HORDE", 480, 920), ("RIFTHERALD", 900, 1_220), ("BARON_NASHOR", 1_200, 3_600)],
)
def test_monsters_die_after_they_spawn(
    monster: str, earliest_s: int, latest_s: int, rift_pairs: list[MatchPair]
) -> None:
    times = [
        event["timestamp"] / 1000
        for pair in rift_pairs
        for event in events_of(pair.timeline, "ELITE_MONSTER_KILL")
        if event["monsterType"] == monster
    ]
    assert times
    assert earliest_s <= min(times)
    assert max(times) <= latest_s


def test_a_game_has_at_most_three_void_grubs_and_one_herald(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        kinds = Counter(event["monsterType"] for event in events_of(pair.timeline, "ELITE_MONSTER_KILL"))
        assert kinds["HORDE"] <= 3
        assert kinds["RIFTHERALD"] <= 1


def test_atakhan_lived_in_one_season_only() -> None:
    """2025 was season 15; in 2026 he is gone."""
    seasons = {
        pair.match["info"]["gameVersion"].partition(".")[0]: _monsters(pair)
        for created in (CREATED_MS - _YEAR_MS, CREATED_MS)
        for pair in [generate(plan_for(QUEUES[420], 2, created_ms=created))]
    }
    assert set(seasons) == {"15", "16"}
    assert "ATAKHAN" not in seasons["16"]


def test_frames_only_ever_grow(rift_pairs: list[MatchPair]) -> None:
    """Gold, experience, CS, level and damage are cumulative."""
    for person in _rows(rift_pairs):
        for name in ("totalGold", "xp", "minionsKilled", "jungleMinionsKilled", "level"):
            values = [row[name] for row in person]
            assert values == sorted(values), name
        damage = [row["damageStats"]["totalDamageDone"] for row in person]
        assert damage == sorted(damage)


def test_levels_follow_experience(rift_pairs: list[MatchPair]) -> None:
    for person in _rows(rift_pairs):
        assert [row["level"] for row in person] == [level_at(row["xp"]) for row in person]


def test_level_ups_are_events(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        ups = Counter(event["participantId"] for event in events_of(pair.timeline, "LEVEL_UP"))
        levels = {person["participantId"]: person["champLevel"] for person in pair.match["info"]["participants"]}
        assert {pid: level - 1 for pid, level in levels.items()} == {pid: ups[pid] for pid in levels}


def test_skills_respect_their_caps(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        ups = Counter(
            (event["participantId"], event["skillSlot"]) for event in events_of(pair.timeline, "SKILL_LEVEL_UP")
        )
        assert all(count <= (3 if slot == 4 else 5) for (_, slot), count in ups.items())


def test_item_events_lead_to_the_final_inventory(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        bags = _bags(pair.timeline)
        for person in pair.match["info"]["participants"]:
            final = Counter(person[f"item{slot}"] for slot in range(7) if person[f"item{slot}"])
            # World Atlas upgrades itself without an event of its own, as in the game.
            atlas = {3865, 3866, 3867}
            bag = Counter({item: count for item, count in bags[person["participantId"]].items() if item not in atlas})
            assert bag == Counter({item: count for item, count in final.items() if item not in atlas})


def test_nobody_spends_more_than_was_earned(rift_pairs: list[MatchPair]) -> None:
    for person in _people(rift_pairs):
        assert 0 <= person["goldSpent"] <= person["goldEarned"]
        assert person["goldSpent"] > person["goldEarned"] * 0.55


def test_ward_counts_are_the_ward_events(rift_pairs: list[MatchPair]) -> None:
    """`UNDEFINED` ones are no wards."""
    for pair in rift_pairs:
        placed = Counter(
            event["creatorId"] for event in events_of(pair.timeline, "WARD_PLACED") if event["wardType"] != "UNDEFINED"
        )
        killed = Counter(event["killerId"] for event in events_of(pair.timeline, "WARD_KILL"))
        for person in pair.match["info"]["participants"]:
            pid = person["participantId"]
            assert (person["wardsPlaced"], person["wardsKilled"]) == (placed[pid], killed[pid])


def test_multikills_and_first_blood_are_special_kills(rift_pairs: list[MatchPair]) -> None:
    for pair in rift_pairs:
        special = events_of(pair.timeline, "CHAMPION_SPECIAL_KILL")
        doubles = Counter(event["killerId"] for event in special if event.get("multiKillLength") == 2)
        bloods = [event["killerId"] for event in special if event["killType"] == "KILL_FIRST_BLOOD"]
        people = pair.match["info"]["participants"]
        assert [person["doubleKills"] for person in people] == [doubles[p["participantId"]] for p in people]
        assert [p["participantId"] for p in people if p["firstBloodKill"]] == bloods


def test_everybody_is_on_the_map_and_near_the_lane(rift_pairs: list[MatchPair]) -> None:
    """Until minute 10, a mid laner stands in the middle more often than in the other lanes."""
    places = [row["position"] for person in _rows(rift_pairs) for row in person]
    assert all(0 <= place["x"] <= SIZE and 0 <= place["y"] <= SIZE for place in places)
    middle = [
        abs(row["position"]["x"] - row["position"]["y"]) < 2_500
        for pair in rift_pairs
        for frame in pair.timeline["info"]["frames"][2:10]
        for row in (frame["participantFrames"]["3"], frame["participantFrames"]["8"])
    ]
    assert mean(middle) > 0.8


@pytest.mark.parametrize(
    ("position", "gold", "cs"),
    [
        ("TOP", (3_000, 4_000), (55, 75)),
        ("JUNGLE", (3_100, 4_200), (50, 72)),
        ("MIDDLE", (3_100, 4_100), (58, 80)),
        ("BOTTOM", (3_100, 4_200), (58, 80)),
        ("UTILITY", (2_300, 3_200), (5, 20)),
    ],
)
def test_economies_at_ten_minutes_are_those_of_ranked_games(
    position: str, gold: tuple[int, int], cs: tuple[int, int], rift_pairs: list[MatchPair]
) -> None:
    """Bands around the means of real ranked games of 2025 and 2026."""
    rows = [
        pair.timeline["info"]["frames"][10]["participantFrames"][str(person["participantId"])]
        for pair in rift_pairs
        for person in pair.match["info"]["participants"]
        if person["teamPosition"] == position
    ]
    assert gold[0] < mean(row["totalGold"] for row in rows) < gold[1]
    assert cs[0] < mean(row["minionsKilled"] + row["jungleMinionsKilled"] for row in rows) < cs[1]


def test_games_last_as_long_as_real_ones(rift_pairs: list[MatchPair]) -> None:
    minutes = [pair.match["info"]["gameDuration"] / 60 for pair in rift_pairs]
    assert 22 < mean(minutes) < 33
    assert min(minutes) > 15
    assert max(minutes) < 40


def test_no_game_outlasts_its_slot_in_the_timetable(pair_of_queue: dict[int, MatchPair]) -> None:
    """With its lobby of up to five minutes and its loading screen."""
    assert max(pair.match["info"]["gameDuration"] for pair in pair_of_queue.values()) < 40 * 60


def test_the_richer_team_mostly_wins(rift_pairs: list[MatchPair]) -> None:
    ahead = [
        (gold[True] > gold[False])
        for pair in rift_pairs
        for gold in [Counter({won: _gold(pair, won=won) for won in (True, False)})]
    ]
    assert mean(ahead) > 0.75


def test_a_remake_ends_in_its_fourth_minute(remake_pair: MatchPair) -> None:
    info = remake_pair.match["info"]
    assert 180 < info["gameDuration"] < 240
    assert all(person["gameEndedInEarlySurrender"] for person in info["participants"])
    assert [person["teamPosition"] for person in info["participants"]].count("") == 1
    assert_rift(*remake_pair)


def test_bots_are_only_in_the_match_info(pair_of_queue: dict[int, MatchPair]) -> None:
    match, timeline = pair_of_queue[840]
    bots = [person for person in match["info"]["participants"] if person["puuid"] == "BOT"]
    assert len(bots) == 5
    assert {bot["summonerId"] for bot in bots} == {"BOT"}
    assert len(match["metadata"]["participants"]) == len(timeline["metadata"]["participants"]) == 5


@pytest.mark.parametrize(("queue_id", "players", "size"), [(1700, 16, 2), (1750, 18, 3)])
def test_arena_teams_are_placed(queue_id: int, players: int, size: int, pair_of_queue: dict[int, MatchPair]) -> None:
    people = pair_of_queue[queue_id].match["info"]["participants"]
    teams = defaultdict(set)
    for person in people:
        teams[person["playerSubteamId"]].add(person["placement"])
    assert len(people) == players
    assert sorted(place for places in teams.values() for place in places) == list(range(1, players // size + 1))
    assert all(person["win"] == (person["placement"] <= players // size // 2) for person in people)


def test_one_lane_modes_have_no_positions(pair_of_queue: dict[int, MatchPair]) -> None:
    for queue_id in (450, 4242, 1700):
        info = pair_of_queue[queue_id].match["info"]
        assert {person["teamPosition"] for person in info["participants"]} == {""}


def test_swiftplay_is_faster_than_ranked(pair_of_queue: dict[int, MatchPair], rift_pairs: list[MatchPair]) -> None:
    swift = _gold_per_minute(pair_of_queue[480])
    assert swift > mean(_gold_per_minute(pair) for pair in rift_pairs)


def test_recipes_cost_at_least_their_parts() -> None:
    for item in ITEMS.values():
        assert sum(ITEMS[part].price for part in item.parts) <= item.price, item


@given(st.floats(0, 30_000))
def test_a_level_is_reached_exactly_at_its_experience(experience: float) -> None:
    level = level_at(experience)
    assert EXPERIENCE_FOR_LEVEL[level - 1] <= experience
    assert level == 18 or experience < EXPERIENCE_FOR_LEVEL[level]


def _structures(timeline: dict[str, Any]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    for event in events_of(timeline, "BUILDING_KILL"):
        found[event["teamId"], event["laneType"]].append(event.get("towerType", "INHIBITOR"))
    return found


def _monsters(pair: MatchPair) -> set[str]:
    return {event["monsterType"] for event in events_of(pair.timeline, "ELITE_MONSTER_KILL")}


def _people(pairs: list[MatchPair]) -> Iterator[dict[str, Any]]:
    for pair in pairs:
        yield from pair.match["info"]["participants"]


def _rows(pairs: list[MatchPair]) -> Iterator[list[dict[str, Any]]]:
    """Every participant's frames, in order."""
    for pair in pairs:
        for pid in range(1, 11):
            yield [frame["participantFrames"][str(pid)] for frame in pair.timeline["info"]["frames"]]


def _bags(timeline: dict[str, Any]) -> dict[int, Counter[int]]:
    bags: dict[int, Counter[int]] = defaultdict(Counter)
    for event in events_of(timeline, "ITEM_PURCHASED", "ITEM_DESTROYED", "ITEM_SOLD", "ITEM_UNDO"):
        item = event["beforeId"] if event["type"] == "ITEM_UNDO" else event["itemId"]
        bags[event["participantId"]][item] += 1 if event["type"] == "ITEM_PURCHASED" else -1
    return {pid: +bag for pid, bag in bags.items()}


def _gold(pair: MatchPair, *, won: bool) -> int:
    return sum(person["goldEarned"] for person in pair.match["info"]["participants"] if person["win"] == won)


def _gold_per_minute(pair: MatchPair) -> float:
    info = pair.match["info"]
    return float(sum(person["goldEarned"] for person in info["participants"]) / info["gameDuration"] * 60)
