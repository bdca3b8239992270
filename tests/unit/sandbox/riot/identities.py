"""What holds between every real match on Summoner's Rift and its timeline, as assertions."""

from collections import Counter
from typing import Any

_MONSTERS = {
    "dragon": "DRAGON",
    "baron": "BARON_NASHOR",
    "riftHerald": "RIFTHERALD",
    "horde": "HORDE",
    "atakhan": "ATAKHAN",
}
_BUILDINGS = {"tower": "TOWER_BUILDING", "inhibitor": "INHIBITOR_BUILDING"}


def events_of(timeline: dict[str, Any], *kinds: str) -> list[dict[str, Any]]:
    """Events in order, of these types or all."""
    return [
        event
        for frame in timeline["info"]["frames"]
        for event in frame["events"]
        if not kinds or event["type"] in kinds
    ]


def assert_consistent(match: dict[str, Any], timeline: dict[str, Any]) -> None:
    """Every mode: ids, participants, order of events, kills."""
    assert match["metadata"] == timeline["metadata"]
    people = match["info"]["participants"]
    assert [person["participantId"] for person in people] == list(range(1, len(people) + 1))
    assert match["metadata"]["participants"] == [person["puuid"] for person in people if person["puuid"] != "BOT"]
    assert all(len(puuid) == 78 for puuid in match["metadata"]["participants"])
    stamps = [event["timestamp"] for event in events_of(timeline)]
    assert stamps == sorted(stamps)
    frames = timeline["info"]["frames"]
    assert all(event["timestamp"] <= frame["timestamp"] for frame in frames for event in frame["events"])
    kills = events_of(timeline, "CHAMPION_KILL")
    assert sum(person["kills"] for person in people) == sum(event["killerId"] > 0 for event in kills)
    assert [person["deaths"] for person in people] == _counts(people, [event["victimId"] for event in kills])
    assert len(events_of(timeline, "GAME_END")) == 1


def assert_rift(match: dict[str, Any], timeline: dict[str, Any]) -> None:
    """Five against five on the Rift: end-of-game stats are what the timeline says."""
    info, frames = match["info"], timeline["info"]["frames"]
    people, kills = info["participants"], events_of(timeline, "CHAMPION_KILL")
    assisting = [pid for event in kills for pid in event.get("assistingParticipantIds", [])]
    assert [person["kills"] for person in people] == _counts(people, [event["killerId"] for event in kills])
    assert [person["assists"] for person in people] == _counts(people, assisting)
    assert abs(frames[-1]["timestamp"] / 1000 - info["gameDuration"]) <= 2
    assert all(0 <= frame["timestamp"] - 60_000 * number <= 855 for number, frame in enumerate(frames[:-1]))
    for person in people:
        _assert_person(person, frames, info)
    for team in info["teams"]:
        _assert_objectives(team, timeline)
    (end,) = events_of(timeline, "GAME_END")
    assert [end["winningTeam"]] == [team["teamId"] for team in info["teams"] if team["win"]]


def _counts(people: list[dict[str, Any]], ids: list[int]) -> list[int]:
    counted = Counter(ids)
    return [counted[person["participantId"]] for person in people]


def _assert_person(person: dict[str, Any], frames: list[dict[str, Any]], info: dict[str, Any]) -> None:
    number = str(person["participantId"])
    last = frames[-1]["participantFrames"][number]
    assert last["minionsKilled"] == person["totalMinionsKilled"]
    assert last["jungleMinionsKilled"] == person["neutralMinionsKilled"]
    assert last["totalGold"] == person["goldEarned"]
    assert last["level"] == person["champLevel"]
    assert last["damageStats"]["totalDamageDoneToChampions"] == person["totalDamageDealtToChampions"]
    assert frames[-2]["participantFrames"][number]["totalGold"] < person["goldEarned"]
    team = sum(other["totalDamageDealtToChampions"] for other in info["participants"] if other["win"] == person["win"])
    challenges = person["challenges"]
    assert abs(challenges["teamDamagePercentage"] * team - person["totalDamageDealtToChampions"]) <= 0.002 * team
    per_minute = person["goldEarned"] / info["gameDuration"] * 60
    assert abs(challenges["goldPerMinute"] / per_minute - 1) < 0.01
    if len(frames) > 11:
        tenth = frames[10]["participantFrames"][number]
        assert abs(tenth["jungleMinionsKilled"] - challenges["jungleCsBefore10Minutes"]) <= 4


def _assert_objectives(team: dict[str, Any], timeline: dict[str, Any]) -> None:
    goals = team["objectives"]
    monsters = Counter(
        event["monsterType"]
        for event in events_of(timeline, "ELITE_MONSTER_KILL")
        if event["killerTeamId"] == team["teamId"]
    )
    buildings = Counter(
        event["buildingType"] for event in events_of(timeline, "BUILDING_KILL") if event["teamId"] != team["teamId"]
    )
    assert {goal: goals[goal]["kills"] for goal in _MONSTERS} == {
        goal: monsters[kind] for goal, kind in _MONSTERS.items()
    }
    assert {goal: goals[goal]["kills"] for goal in _BUILDINGS} == {
        goal: buildings[kind] for goal, kind in _BUILDINGS.items()
    }
