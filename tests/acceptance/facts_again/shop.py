"""What a participant bought."""

from collections import defaultdict
from typing import Any, Final

from src.core.domain.facts.item_kinds import BOOTS, COMPONENTS, POTIONS, TRINKETS
from tests.acceptance.facts_again.game import MS, Document, Game

FIRST_TRIP_MS: Final = 90 * MS
SAME_VISIT_MS: Final = 30 * MS
DEAD_MS: Final = 75 * MS


def purchases(game: Game) -> dict[int, list[Document]]:
    """Each participant's purchases in order, with `undone` and the ids `consumed`."""
    bought: dict[int, list[Document]] = defaultdict(list)
    used: dict[tuple[int, int], set[int]] = defaultdict(set)
    for event in game.events:
        buyer = event.get("participantId", 0)
        if event["type"] == "ITEM_DESTROYED":
            used[buyer, event["timestamp"]].add(event["itemId"])
        elif event["type"] == "ITEM_PURCHASED":
            consumed = used.pop((buyer, event["timestamp"]), set()) - TRINKETS - {event["itemId"]}
            bought[buyer].append({**event, "undone": False, "consumed": consumed})
        elif event["type"] == "ITEM_UNDO":
            _undo(bought[buyer], event)
    return bought


def _undo(bought: list[Document], event: Document) -> None:
    """Taking back an exchange of trinkets reads like taking back the sale of the new one."""
    item = event["beforeId"] or ({event["afterId"]} & TRINKETS and event["afterId"])
    kept = [p for p in bought if p["itemId"] == item and not p["undone"]]
    if kept:
        kept[-1]["undone"] = True


def completed(bought: dict[int, list[Document]], pid: int) -> list[dict[str, Any]]:
    everything = [p for of_one in bought.values() for p in of_one]
    put_together = {p["itemId"] for p in everything if p["consumed"]}
    built_on = {used for p in everything for used in p["consumed"]} - BOOTS
    items = put_together - built_on - COMPONENTS - POTIONS
    return [
        {"time_s": p["timestamp"] / MS, "item_id": p["itemId"]}
        for p in bought.get(pid, [])
        if not p["undone"] and p["itemId"] in items
    ]


def recalls(game: Game, bought: dict[int, list[Document]], pid: int) -> list[dict[str, Any]]:
    visits: list[list[Document]] = []
    for p in bought.get(pid, []):
        if visits and p["timestamp"] - visits[-1][-1]["timestamp"] <= SAME_VISIT_MS:
            visits[-1].append(p)
        else:
            visits.append([p])
    deaths = [e["timestamp"] for e in game.deaths if e["victimId"] == pid]
    return [
        {
            "time_s": visit[0]["timestamp"] / MS,
            "items": [p["itemId"] for p in visit if not p["undone"]],
        }
        for visit in visits
        if visit[0]["timestamp"] > FIRST_TRIP_MS
        and not any(0 <= visit[0]["timestamp"] - death <= DEAD_MS for death in deaths)
    ]
