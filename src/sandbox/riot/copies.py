"""Turns a generated pair into the documents of another game, cheaply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .generator import GamePlan, MatchPair

if TYPE_CHECKING:
    from .generator.people import Player


def relabelled(pair: MatchPair, plan: GamePlan) -> MatchPair:
    """The same game under the ids, times and people of ``plan``; ``pair`` is left alone."""
    metadata = {
        **pair.match["metadata"],
        "matchId": plan.match_id,
        "participants": [player.puuid for player in plan.roster],
    }
    return MatchPair(
        {"metadata": metadata, "info": _match_info(pair.match["info"], plan)},
        {"metadata": metadata, "info": _timeline_info(pair.timeline["info"], plan)},
    )


def _match_info(info: dict[str, Any], plan: GamePlan) -> dict[str, Any]:
    shift = plan.started_ms - info["gameStartTimestamp"]
    people = zip(info["participants"], plan.roster, strict=True)
    return {
        **info,
        "gameCreation": plan.created_ms,
        "gameEndTimestamp": info["gameEndTimestamp"] + shift,
        "gameId": plan.game_id,
        "gameName": f"teambuilder-match-{plan.game_id}",
        "gameStartTimestamp": plan.started_ms,
        "gameVersion": plan.game_version,
        "participants": [{**participant, **_identity(player)} for participant, player in people],
        "platformId": plan.platform,
    }


def _identity(player: Player) -> dict[str, Any]:
    return {
        "profileIcon": player.profile_icon_id,
        "puuid": player.puuid,
        "riotIdGameName": player.game_name,
        "riotIdTagline": player.tag_line,
        "summonerId": player.summoner_id,
        "summonerLevel": player.summoner_level,
    }


def _timeline_info(info: dict[str, Any], plan: GamePlan) -> dict[str, Any]:
    first, *middle, last = info["frames"]
    shift = plan.started_ms - 190 - first["events"][0]["realTimestamp"]
    end = last["events"][-1]
    final = {**end, "gameId": plan.game_id, "realTimestamp": end["realTimestamp"] + shift}
    start = {**first["events"][0], "realTimestamp": first["events"][0]["realTimestamp"] + shift}
    return {
        **info,
        "frames": [
            {**first, "events": [start, *first["events"][1:]]},
            *middle,
            {**last, "events": [*last["events"][:-1], final]},
        ],
        "gameId": plan.game_id,
        "participants": [
            {"participantId": index, "puuid": player.puuid} for index, player in enumerate(plan.roster, start=1)
        ],
    }
