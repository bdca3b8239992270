"""What the teams took, and what followed what."""

from typing import Any, Final

from tests.acceptance.facts_again.game import FOLLOWED_WITHIN_MS, MS, Document, Game, helpers

KINDS: Final = {
    "DRAGON": "dragon",
    "BARON_NASHOR": "baron",
    "RIFTHERALD": "herald",
    "HORDE": "grubs",
    "ATAKHAN": "atakhan",
    "TOWER_BUILDING": "tower",
    "INHIBITOR_BUILDING": "inhibitor",
}


def kind(event: Document) -> str:
    if event.get("monsterSubType") == "ELDER_DRAGON":
        return "elder"
    if event.get("towerType") == "NEXUS_TURRET":
        return "nexus_tower"
    if event["type"] == "ELITE_MONSTER_KILL":
        return KINDS.get(event["monsterType"], "monster")
    return KINDS.get(event["buildingType"], "building")


def followed(game: Game, since_ms: int) -> list[Document]:
    """What either team took in the minute after a moment."""
    return [
        {"objective": kind(e), "time_s": e["timestamp"] / MS, "team_id": game.taker(e)}
        for e in game.takings
        if game.has_two_teams and game.taker(e) and 0 < e["timestamp"] - since_ms <= FOLLOWED_WITHIN_MS
    ]


def team(game: Game, team_id: int) -> dict[str, Any]:
    """All facts of a team but what its objectives did to the win probability."""
    players = [p for pid, p in game.people.items() if game.side[pid] == team_id]
    plates = [e for e in game.of_type("TURRET_PLATE_DESTROYED") if e["teamId"] != team_id]
    return {
        "won": game.winner == team_id,
        "kills": sum(p["kills"] for p in players),
        "gold": sum(p["goldEarned"] for p in players),
        "objectives": [_objective(game, e) for e in game.takings if game.taker(e) == team_id],
        "plates": [
            {"time_s": e["timestamp"] / MS, "lane": e.get("laneType"), "killer_id": e["killerId"]} for e in plates
        ],
        "first_blood": _was_first(
            team_id, [game.side[e["killerId"]] for e in game.deaths if e["killerId"] in game.people]
        ),
        "first_tower": _was_first(team_id, [game.taker(e) for e in game.takings if "tower" in kind(e)]),
    }


def _objective(game: Game, event: Document) -> Document:
    taker = game.taker(event)
    return {
        "objective": kind(event),
        "subtype": event.get("monsterSubType") or event.get("towerType"),
        "time_s": event["timestamp"] / MS,
        "lane": event.get("laneType"),
        "killer_id": event["killerId"],
        "assist_ids": [pid for pid in helpers(event) if game.side[pid] == taker],
        "there": sorted(game.there(event)),
    }


def _was_first(team_id: int, takers: list[int | None]) -> bool | None:
    return takers[0] == team_id if takers else None
