"""Write a finished game as a match-v5 `MatchDto`."""

import random
from typing import Any

from src.sandbox.riot.generator.challenges import challenges
from src.sandbox.riot.generator.champions import EVERY
from src.sandbox.riot.generator.facts import OBJECTIVES, Facts, TeamFacts, gather
from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.people import BOT_ID
from src.sandbox.riot.generator.plan import GamePlan
from src.sandbox.riot.generator.queues import Course
from src.sandbox.riot.generator.seats import BLUE, RED, no_perks, perks
from src.sandbox.riot.generator.simulation import Simulation

_NO_BAN_SHARE = 0.02
_PINGS = (
    *("allInPings", "assistMePings", "basicPings", "commandPings", "dangerPings", "enemyMissingPings"),
    *("enemyVisionPings", "getBackPings", "holdPings", "needVisionPings", "onMyWayPings", "pushPings"),
    *("retreatPings", "visionClearedPings"),
)
_LANES = {"TOP": "TOP", "JUNGLE": "JUNGLE", "MIDDLE": "MIDDLE", "BOTTOM": "BOTTOM", "UTILITY": "BOTTOM"}
_ROLES = {"TOP": "SOLO", "JUNGLE": "NONE", "MIDDLE": "SOLO", "BOTTOM": "CARRY", "UTILITY": "SUPPORT"}


def metadata(plan: GamePlan, sim: Simulation) -> dict[str, Any]:
    """The `metadata` object that match and timeline share; bots are not in it."""
    puuids = [fighter.seat.player.puuid for fighter in sim.fighters]
    return {
        "dataVersion": "2",
        "matchId": plan.match_id,
        "participants": [puuid for puuid in puuids if puuid != BOT_ID],
    }


def match_document(plan: GamePlan, sim: Simulation) -> dict[str, Any]:
    """The whole match document. `gameDuration` is in seconds, the timestamps in Unix ms."""
    facts = gather(sim)
    started = plan.started_ms
    for fighter in sim.fighters:
        fighter.tallies["visionScore"] = _vision_score(fighter)
    info = {
        "endOfGameResult": "GameComplete",
        "gameCreation": plan.created_ms,
        "gameDuration": sim.ended_ms // 1000,
        "gameEndTimestamp": started + sim.ended_ms - 380,
        "gameId": plan.game_id,
        "gameMode": plan.queue.mode,
        "gameName": f"teambuilder-match-{plan.game_id}",
        "gameStartTimestamp": started,
        "gameType": "MATCHED_GAME",
        "gameVersion": plan.game_version,
        "mapId": plan.queue.map_id,
        "participants": [_participant(plan, sim, facts, fighter) for fighter in sim.fighters],
        "platformId": plan.platform,
        "queueId": plan.queue.id,
        "teams": _teams(plan, sim, facts),
        "tournamentCode": "",
    }
    return {"metadata": metadata(plan, sim), "info": info}


def _vision_score(fighter: Fighter) -> int:
    tallies = fighter.tallies
    return int(
        1.7 * tallies.get("wardsPlaced", 0)
        + 1.4 * tallies.get("wardsKilled", 0)
        + 1.5 * tallies.get("controlWardsPlaced", 0)
    )


def _teams(plan: GamePlan, sim: Simulation, facts: Facts) -> list[dict[str, Any]]:
    if plan.queue.course is Course.ARENA:
        every = TeamFacts()
        every.kills["champion"] = sum(team.kills["champion"] for team in facts.teams.values())
        every.first["champion"] = True
        bans = _bans(sim.rng, 1, len(sim.fighters))
        return [_team(plan, 100, every, bans, win=True), _team(plan, 0, TeamFacts(), [], win=False)]
    return [
        _team(
            plan,
            team,
            facts.teams[team],
            _bans(sim.rng, 1 if team == BLUE else 6, 5) if plan.queue.bans else [],
            win=sim.winner == team,
        )
        for team in (BLUE, RED)
    ]


def _team(plan: GamePlan, team_id: int, facts: TeamFacts, bans: list[dict[str, int]], *, win: bool) -> dict[str, Any]:
    team: dict[str, Any] = {"bans": bans}
    if plan.season < 16:  # noqa: PLR2004 - feats of strength were one season's idea
        team["feats"] = {name: {"featState": 0} for name in ("EPIC_MONSTER_KILL", "FIRST_BLOOD", "FIRST_TURRET")}
    team["objectives"] = {goal: {"first": facts.first[goal], "kills": facts.kills[goal]} for goal in OBJECTIVES}
    team["teamId"] = team_id
    team["win"] = win
    return team


def _bans(rng: random.Random, first_turn: int, number: int) -> list[dict[str, int]]:
    return [
        {
            "championId": -1 if rng.random() < _NO_BAN_SHARE else rng.choice(EVERY).id,
            "pickTurn": first_turn + turn,
        }
        for turn in range(number)
    ]


def _participant(plan: GamePlan, sim: Simulation, facts: Facts, fighter: Fighter) -> dict[str, Any]:
    seat = fighter.seat
    team_damage = sum(ally.to_champions.total for ally in sim.side_of(fighter))
    vision_score = fighter.tallies["visionScore"]
    values: dict[str, Any] = {"PlayerBehavior": {"PlayerBehavior_IsHeroInCombat": 0}}
    values |= {f"PlayerScore{index}": 0 for index in range(12)}
    values |= {name: sim.rng.randint(0, 9) if seat.position else 0 for name in _PINGS}
    values |= (
        _identity(fighter, "" if fighter is sim.absent else seat.position) | _score(sim, fighter) | _damage(fighter)
    )
    values |= _objectives(sim, facts, fighter) | _possessions(fighter) | _outcome(plan, sim, fighter)
    values["challenges"] = challenges(sim, facts, fighter, team_damage=team_damage, vision_score=vision_score)
    values["missions"] = {f"playerScore{index}": 0 for index in range(12)}
    values["perks"] = no_perks() if plan.queue.course is Course.ARENA else perks(seat.champion.style, sim.rng)
    return dict(sorted(values.items()))


def _identity(fighter: Fighter, position: str) -> dict[str, Any]:
    seat, player = fighter.seat, fighter.seat.player
    return {
        "championId": seat.champion.id,
        "championName": seat.champion.name,
        "championTransform": 0,
        "individualPosition": position or "Invalid",
        "lane": _LANES.get(seat.position, "NONE"),
        "participantId": fighter.pid,
        "profileIcon": player.profile_icon_id,
        "puuid": player.puuid,
        "riotIdGameName": player.game_name,
        "riotIdTagline": player.tag_line,
        "role": _ROLES.get(seat.position, "SUPPORT"),
        "summoner1Id": seat.spells[0],
        "summoner2Id": seat.spells[1],
        "summonerId": player.summoner_id,
        "summonerLevel": player.summoner_level,
        "summonerName": "",
        "teamPosition": position,
    }


def _score(sim: Simulation, fighter: Fighter) -> dict[str, Any]:
    rng, minutes, multi = sim.rng, sim.ended_ms / 60_000, fighter.multikills
    still_alive = sim.ended_ms - fighter.alive_since_ms
    overtime = max(0, fighter.dead_until_ms - sim.ended_ms)
    largest_multikill = max((length for length in range(1, 6) if multi[length]), default=0)
    return {
        "assists": fighter.assists,
        "champExperience": int(fighter.experience),
        "champLevel": fighter.level,
        "deaths": fighter.deaths,
        "doubleKills": multi[2],
        "firstBloodAssist": bool(fighter.tallies.get("firstBloodAssist")),
        "firstBloodKill": bool(fighter.tallies.get("firstBloodKill")),
        "goldEarned": fighter.total_gold,
        "goldSpent": fighter.spent,
        "killingSprees": fighter.sprees,
        "kills": fighter.kills,
        "largestKillingSpree": fighter.largest_streak if fighter.largest_streak > 1 else 0,
        "largestMultiKill": largest_multikill,
        "longestTimeSpentLiving": max(fighter.longest_life_ms, still_alive, 0) // 1000 if fighter.deaths else 0,
        "neutralMinionsKilled": fighter.jungle_cs,
        "pentaKills": multi[5],
        "quadraKills": multi[4],
        "spell1Casts": int(minutes * rng.uniform(3, 7)),
        "spell2Casts": int(minutes * rng.uniform(1.5, 5)),
        "spell3Casts": int(minutes * rng.uniform(1.5, 4)),
        "spell4Casts": int(minutes * rng.uniform(0.3, 0.6)),
        "summoner1Casts": int(minutes * rng.uniform(0.1, 0.3)),
        "summoner2Casts": int(minutes * rng.uniform(0.1, 0.3)),
        "timeCCingOthers": fighter.controlled_ms // 3_000,
        "timePlayed": sim.ended_ms // 1000,
        "totalAllyJungleMinionsKilled": fighter.jungle_cs - fighter.jungle_cs // 8,
        "totalEnemyJungleMinionsKilled": fighter.jungle_cs // 8,
        "totalMinionsKilled": fighter.lane_cs,
        "totalTimeCCDealt": fighter.controlled_ms // 400,
        "totalTimeSpentDead": (fighter.dead_ms - overtime) // 1000,
        "tripleKills": multi[3],
        "unrealKills": 0,
    }


def _damage(fighter: Fighter) -> dict[str, Any]:
    champions, others, taken = fighter.to_champions, fighter.to_others, fighter.taken
    heal = taken.total // 5
    return {
        "damageDealtToBuildings": fighter.to_buildings,
        "damageDealtToEpicMonsters": fighter.to_epics,
        "damageDealtToObjectives": fighter.to_buildings + fighter.to_epics,
        "damageDealtToTurrets": fighter.to_buildings,
        "damageSelfMitigated": int(taken.total * 0.8),
        "largestCriticalStrike": fighter.bonus("attack") * 3 if fighter.bonus("attack") > 100 else 0,  # noqa: PLR2004
        "magicDamageDealt": champions.magic + others.magic,
        "magicDamageDealtToChampions": champions.magic,
        "magicDamageTaken": taken.magic,
        "physicalDamageDealt": champions.physical + others.physical,
        "physicalDamageDealtToChampions": champions.physical,
        "physicalDamageTaken": taken.physical,
        "totalDamageDealt": champions.total + others.total,
        "totalDamageDealtToChampions": champions.total,
        "totalDamageShieldedOnTeammates": 0,
        "totalDamageTaken": taken.total,
        "totalHeal": heal,
        "totalHealsOnTeammates": heal // 3 if fighter.seat.position == "UTILITY" else 0,
        "totalUnitsHealed": 4 if fighter.seat.position == "UTILITY" else 1,
        "trueDamageDealt": champions.true + others.true,
        "trueDamageDealtToChampions": champions.true,
        "trueDamageTaken": taken.true,
    }


def _objectives(sim: Simulation, facts: Facts, fighter: Fighter) -> dict[str, Any]:
    person, tallies = facts.person(fighter.pid), fighter.tallies
    lost = next((team for number, team in facts.teams.items() if number != fighter.team), TeamFacts())
    return {
        "baronKills": person["baronKills"],
        "detectorWardsPlaced": tallies.get("controlWardsPlaced", 0),
        "dragonKills": person["dragonKills"],
        "firstTowerAssist": bool(tallies.get("firstTowerAssist")),
        "firstTowerKill": bool(tallies.get("firstTowerKill")),
        "inhibitorKills": person["inhibitorKills"],
        "inhibitorTakedowns": person["inhibitorTakedowns"],
        "inhibitorsLost": lost.kills["inhibitor"],
        "nexusKills": tallies.get("nexusKills", 0),
        "nexusLost": int(sim.nexus_fell and fighter.team != sim.winner),
        "nexusTakedowns": tallies.get("nexusTakedowns", 0),
        "objectivesStolen": 0,
        "objectivesStolenAssists": 0,
        "sightWardsBoughtInGame": 0,
        "turretKills": person["towerKills"],
        "turretTakedowns": person["towerTakedowns"],
        "turretsLost": lost.kills["tower"],
        "visionScore": tallies["visionScore"],
        "visionWardsBoughtInGame": fighter.control_wards_bought,
        "wardsKilled": tallies.get("wardsKilled", 0),
        "wardsPlaced": tallies.get("wardsPlaced", 0),
    }


def _possessions(fighter: Fighter) -> dict[str, Any]:
    values: dict[str, Any] = {f"item{slot}": item for slot, item in enumerate(fighter.items_held)}
    return values | {
        "consumablesPurchased": fighter.consumables + fighter.control_wards_bought,
        "itemsPurchased": fighter.bought,
    }


def _outcome(plan: GamePlan, sim: Simulation, fighter: Fighter) -> dict[str, Any]:
    placement = sim.placement(fighter)
    augments = sim.augments(fighter)
    return {
        "eligibleForProgression": not fighter.seat.player.is_bot and not plan.remake,
        "gameEndedInEarlySurrender": plan.remake,
        "gameEndedInSurrender": sim.surrendered,
        "placement": placement,
        **{f"playerAugment{index + 1}": augment for index, augment in enumerate(augments)},
        "playerSubteamId": fighter.seat.subteam,
        "subteamPlacement": placement,
        "teamEarlySurrendered": plan.remake and fighter.team != sim.winner,
        "teamId": sim.shown_team(fighter),
        "win": sim.won(fighter),
    }
