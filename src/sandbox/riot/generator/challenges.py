"""The `challenges` object of a participant."""

from typing import Any

from src.sandbox.riot.generator.facts import Facts
from src.sandbox.riot.generator.fighter import Fighter
from src.sandbox.riot.generator.queues import Course
from src.sandbox.riot.generator.simulation import Simulation

_FRAMES_PER_10_MINUTES = 10
_ALWAYS_ZERO = (
    *("12AssistStreakCount", "InfernalScalePickup", "SWARM_DefeatAatrox", "SWARM_DefeatBriar"),
    *("SWARM_DefeatMiniBosses", "SWARM_EvolveWeapon", "SWARM_Have3Passives", "SWARM_KillEnemy", "SWARM_PickupGold"),
    *("SWARM_ReachLevel50", "SWARM_Survive15Min", "SWARM_WinWith5EvolvedWeapons", "blastConeOppositeOpponentCount"),
    *("dancedWithRiftHerald", "doubleAces", "elderDragonKillsWithOpposingSoul", "elderDragonMultikills"),
    *(
        "epicMonsterKillsNearEnemyJungler",
        "epicMonsterSteals",
        "epicMonsterStolenWithoutSmite",
        "fistBumpParticipation",
    ),
    *("flawlessAces", "hadOpenNexus", "junglerTakedownsNearDamagedEpicMonster", "killsOnRecentlyHealedByAramPack"),
    *("kTurretsDestroyedBeforePlatesFall", "mejaisFullStackInTime", "multiTurretRiftHeraldCount"),
    *("outerTurretExecutesBefore10Minutes", "outnumberedNexusKill", "perfectDragonSoulsTaken", "perfectGame"),
    *("poroExplosions", "quickFirstTurret", "takedownsInEnemyFountain", "teamElderDragonKills"),
    *("turretsTakenWithRiftHerald", "twentyMinionsIn3SecondsCount", "legendaryCount", "lostAnInhibitor"),
)
# Names that no identity ties to anything else, with the range they are drawn from.
_INCIDENTAL = {
    "HealFromMapSources": 900,
    "buffsStolen": 2,
    "dodgeSkillShotsSmallWindow": 12,
    "effectiveHealAndShielding": 2_500,
    "enemyChampionImmobilizations": 40,
    "fullTeamTakedown": 2,
    "immobilizeAndKillWithAlly": 14,
    "killAfterHiddenWithAlly": 6,
    "killedChampTookFullTeamDamageSurvived": 1,
    "killsNearEnemyTurret": 4,
    "killsUnderOwnTurret": 3,
    "killsWithHelpFromEpicMonster": 1,
    "knockEnemyIntoTeamAndKill": 4,
    "landSkillShotsEarlyGame": 12,
    "maxKillDeficit": 3,
    "multiKillOneSpell": 1,
    "multikillsAfterAggressiveFlash": 1,
    "outnumberedKills": 3,
    "pickKillWithAlly": 16,
    "quickCleanse": 1,
    "quickSoloKills": 1,
    "saveAllyFromDeath": 2,
    "skillshotsDodged": 80,
    "skillshotsHit": 60,
    "snowballsHit": 0,
    "survivedSingleDigitHpCount": 1,
    "survivedThreeImmobilizesInFight": 20,
    "takedownsAfterGainingLevelAdvantage": 2,
    "takedownsBeforeJungleMinionSpawn": 1,
    "takedownsInAlcove": 1,
    "tookLargeDamageSurvived": 2,
    "twoWardsOneSweeperCount": 1,
    "unseenRecalls": 3,
    "wardsGuarded": 3,
}


def challenges(
    sim: Simulation, facts: Facts, fighter: Fighter, *, team_damage: int, vision_score: int
) -> dict[str, Any]:
    """Riot's challenge figures, true to the events and frames of this game.

    `team_damage` is the team's `totalDamageDealtToChampions`, `vision_score` the participant's own.
    """
    person = facts.person(fighter.pid)
    minutes = sim.ended_ms / 60_000
    side = sim.side_of(fighter)
    team_kills = sum(ally.kills for ally in side)
    team_taken = sum(ally.taken.total for ally in side)
    takedowns = fighter.kills + fighter.assists
    wards_killed = fighter.tallies.get("wardsKilled", 0)
    values: dict[str, Any] = dict.fromkeys(_ALWAYS_ZERO, 0)
    values |= {name: sim.rng.randint(0, most) for name, most in _INCIDENTAL.items()}
    values |= {
        "abilityUses": int(minutes * sim.rng.uniform(7, 14)),
        "acesBefore15Minutes": 0,
        "baronTakedowns": person["baronTakedowns"],
        "bountyGold": float(fighter.tallies.get("bountyGold", 0)),
        "controlWardsPlaced": fighter.tallies.get("controlWardsPlaced", 0),
        "damagePerMinute": fighter.to_champions.total / minutes,
        "damageTakenOnTeamPercentage": fighter.taken.total / team_taken if team_taken else 0,
        "deathsByEnemyChamps": fighter.deaths - person["executions"],
        "dragonTakedowns": person["dragonTakedowns"],
        "firstTurretKilled": int(facts.teams[fighter.team].first["tower"]),
        "gameLength": sim.ended_ms / 1000,
        "goldPerMinute": fighter.gold / minutes,
        "kda": takedowns / max(1, fighter.deaths),
        "killParticipation": takedowns / team_kills if team_kills else 0,
        "killingSprees": fighter.sprees,
        "legendaryItemUsed": list(fighter.legendaries),
        "multikills": fighter.multikills[2],
        "riftHeraldTakedowns": person["riftHeraldTakedowns"],
        "soloBaronKills": 0,
        "soloKills": fighter.tallies.get("soloKills", 0),
        "stealthWardsPlaced": fighter.tallies.get("stealthWardsPlaced", 0),
        "takedownOnFirstTurret": person["takedownOnFirstTurret"],
        "takedowns": takedowns,
        "takedownsFirstXMinutes": person["takedownsFirst10"],
        "teamBaronKills": facts.teams[fighter.team].kills["baron"],
        "teamDamagePercentage": fighter.to_champions.total / team_damage if team_damage else 0,
        "teamRiftHeraldKills": facts.teams[fighter.team].kills["riftHerald"],
        "turretPlatesTaken": fighter.tallies.get("turretPlatesTaken", 0),
        "turretTakedowns": person["towerTakedowns"],
        "visionScorePerMinute": vision_score / minutes,
        "voidMonsterKill": person["hordeKills"] + person["riftHeraldKills"] + person["baronKills"],
        "wardTakedowns": wards_killed,
        "wardTakedownsBefore20M": fighter.tallies.get("wardTakedownsBefore20M", 0),
    }
    values |= _farming(sim, fighter)
    values |= _times(facts, fighter, person)
    if sim.queue.course is Course.RIFT:
        values |= _against_opponent(sim, fighter, vision_score)
    return dict(sorted(values.items()))


def _farming(sim: Simulation, fighter: Fighter) -> dict[str, Any]:
    tenth = sim.frames[min(_FRAMES_PER_10_MINUTES, len(sim.frames) - 1)][fighter.pid]
    jungler = fighter.seat.position == "JUNGLE"
    return {
        "alliedJungleMonsterKills": float(fighter.jungle_cs - fighter.jungle_cs // 8),
        "enemyJungleMonsterKills": float(fighter.jungle_cs // 8),
        "epicMonsterKillsWithin30SecondsOfSpawn": 0,
        "initialBuffCount": 2 if jungler else 0,
        "initialCrabCount": sim.rng.randint(0, 2) if jungler else 0,
        "jungleCsBefore10Minutes": float(tenth["jungleMinionsKilled"]),
        "laneMinionsFirst10Minutes": tenth["minionsKilled"],
        "moreEnemyJungleThanOpponent": 0.0,
        "scuttleCrabKills": sim.rng.randint(1, 6) if jungler else 0,
    }


def _times(facts: Facts, fighter: Fighter, person: dict[str, int]) -> dict[str, Any]:
    """Seconds at which something first happened; the key is absent when it never did."""
    found: dict[str, Any] = {}
    if person["dragonFirstMs"]:
        found["earliestDragonTakedown"] = person["dragonFirstMs"] / 1000
    if person["baronFirstMs"]:
        found["earliestBaron"] = person["baronFirstMs"] / 1000
    first_tower_ms = facts.teams[fighter.team].first_tower_ms
    if first_tower_ms:
        found["firstTurretKilledTime"] = first_tower_ms / 1000
    if person["soloTurretsLategame"]:
        found["soloTurretsLategame"] = person["soloTurretsLategame"]
    if person["takedownsFirst25"]:
        found["takedownsFirst25Minutes"] = person["takedownsFirst25"]
    return found


def _against_opponent(sim: Simulation, fighter: Fighter, vision_score: int) -> dict[str, Any]:
    """Figures relative to the player in the same position, from the frames."""
    other = fighter.pid + 5 if fighter.pid <= 5 else fighter.pid - 5  # noqa: PLR2004
    pairs = [(frame[fighter.pid], frame[other]) for frame in sim.frames]
    laning = pairs[min(14, len(pairs) - 1)]
    early = pairs[min(7, len(pairs) - 1)]

    def ahead(pair: tuple[dict[str, Any], dict[str, Any]]) -> int:
        mine, theirs = pair
        return int(mine["totalGold"] > theirs["totalGold"] * 1.1 and mine["xp"] > theirs["xp"] * 1.1)

    their_vision = max(1, sim.by_id[other].tallies.get("visionScore", vision_score))
    return {
        "earlyLaningPhaseGoldExpAdvantage": ahead(early),
        "laningPhaseGoldExpAdvantage": ahead(laning),
        "maxCsAdvantageOnLaneOpponent": float(
            max(
                mine["minionsKilled"]
                + mine["jungleMinionsKilled"]
                - theirs["minionsKilled"]
                - theirs["jungleMinionsKilled"]
                for mine, theirs in pairs
            )
        ),
        "maxLevelLeadLaneOpponent": max(mine["level"] - theirs["level"] for mine, theirs in pairs),
        "playedChampSelectPosition": 1,
        "visionScoreAdvantageLaneOpponent": vision_score / their_vision - 1,
    }
