"""All facts of one participant."""

from typing import Any, Final

from tests.acceptance.facts_again.deaths import AT_HOME, PlaceOf, first_blood, is_gank
from tests.acceptance.facts_again.game import LANING_UNTIL_MS, MS, Document, Game, helpers, named, was_alone, where
from tests.acceptance.facts_again.objectives import kind
from tests.acceptance.facts_again.shop import completed, recalls

MARKS: Final = (5, 10, 14, 15, 20, 25, 30)
MARK_SLACK_MS: Final = 2 * MS
NO_WARDS: Final = {"UNDEFINED", "TEEMO_MUSHROOM"}
PHASES: Final = ((0.0, 840.0), (840.0, 1500.0), (1500.0, None))
BASES: Final = {"blue_base", "red_base"}


def participant(game: Game, bought: dict[int, list[Document]], place_of: PlaceOf, pid: int) -> dict[str, Any]:
    """All of it, as `ParticipantFacts` has it."""
    return {
        **end_of_game(game, pid),
        **_counts(game, pid, place_of),
        "minutes": {str(mark): _mark(game, pid, mark) for mark in MARKS},
        "ward_phases": [_wards(game, pid, *phase) for phase in _phases(game)],
        "recalls": recalls(game, bought, pid),
        "items": completed(bought, pid),
        "skill_order": _skills(game, pid),
        "level_times": _levels(game, pid),
        "roams": _roams(game, pid, place_of),
    }


def _phases(game: Game) -> list[tuple[float, float | None]]:
    return [phase for phase in PHASES if game.has_rift_map and game.duration_s >= phase[0]]


def end_of_game(game: Game, pid: int) -> dict[str, Any]:
    """What needs no timeline."""
    me, team = game.people[pid], game.team(pid)

    def share(field: str) -> float:
        return _fraction(me[field], total(field))

    def total(field: str) -> int:
        return sum(p[field] for p in team)

    return {
        "champion": me["championName"],
        "team_id": me["teamId"],
        "outcome": outcome(game, pid),
        "position": game.position[pid],
        "lane_opponent": game.opponent(pid),
        "subteam_id": game.side[pid] if game.is_arena else None,
        "placement": me["placement"] if game.is_arena else None,
        "partners": [p["participantId"] for p in team if p is not me] if game.is_arena else [],
        "kills": me["kills"],
        "deaths": me["deaths"],
        "assists": me["assists"],
        "kill_participation": min(_fraction(me["kills"] + me["assists"], total("kills")), 1.0),
        "team_kills": total("kills"),
        "team_deaths": total("deaths"),
        "team_damage": total("totalDamageDealtToChampions"),
        "team_gold": total("goldEarned"),
        "damage_share": share("totalDamageDealtToChampions"),
        "gold_share": share("goldEarned"),
        "kill_share": share("kills"),
        "death_share": share("deaths"),
        "damage_per_gold": _fraction(me["totalDamageDealtToChampions"], me["goldEarned"]),
        "wards_placed": me.get("wardsPlaced"),
        "wards_killed": me.get("wardsKilled"),
        "control_wards": me.get("detectorWardsPlaced"),
    }


def _fraction(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def outcome(game: Game, pid: int) -> str:
    if game.state == "finished":
        return "win" if game.people[pid]["win"] else "loss"
    return game.state


def _counts(game: Game, pid: int, place_of: PlaceOf) -> dict[str, Any]:
    killed = [e for e in game.deaths if e["killerId"] == pid]
    died = [e for e in game.deaths if e["victimId"] == pid]
    helped = [e for e in game.deaths if pid in helpers(e)]
    takings = [e for e in game.takings if pid in named(e) and game.taker(e) == game.side[pid]]
    first = first_blood(game) or {"killerId": None, "victimId": None}
    roles = {first["killerId"]: "kill", first["victimId"]: "victim"} | dict.fromkeys(helpers(first), "assist")
    return {
        "deaths_before_14": _before(died, 14),
        "deaths_before_15": _before(died, 15),
        "kills_before_14": _before(killed, 14),
        "assists_before_14": _before(helped, 14),
        "solo_kills": sum(was_alone(e) for e in killed),
        "solo_deaths": sum(e["killerId"] > 0 and was_alone(e) for e in died),
        "gank_deaths": _gank_deaths(game, pid, died, place_of),
        "first_blood": roles.get(pid),
        **(
            _taken(game, pid, takings)
            if game.has_two_teams
            else dict.fromkeys(("objectives_taken", "plates", "towers"))
        ),
    }


def _taken(game: Game, pid: int, takings: list[Document]) -> dict[str, int]:
    return {
        "objectives_taken": len(takings),
        "plates": sum(e["killerId"] == pid for e in game.of_type("TURRET_PLATE_DESTROYED")),
        "towers": sum("tower" in kind(e) for e in takings),
    }


def _gank_deaths(game: Game, pid: int, died: list[Document], place_of: PlaceOf) -> int | None:
    if not game.has_lanes or not game.position[pid]:
        return None
    if game.lane(pid) is None:
        return 0
    early = [place_of(where(e)) for e in died if e["timestamp"] < LANING_UNTIL_MS]
    if early and not any(early):
        return None
    return sum(is_gank(game, e, place_of(where(e))) is True for e in died)


def _before(events: list[Document], minute: int) -> int:
    return sum(e["timestamp"] < minute * 60 * MS for e in events)


def _mark(game: Game, pid: int, minute: int) -> dict[str, Any]:
    names = ("frame_s", "gold", "xp", "cs", "jungle_cs", "level", "gold_diff", "xp_diff", "cs_diff")
    due = minute * 60 * MS
    if game.frames[-1]["timestamp"] < due:
        return dict.fromkeys(names)
    frame = next((f for f in game.frames if due <= f["timestamp"] <= due + MARK_SLACK_MS), None)
    frame = frame or [f for f in game.frames if f["timestamp"] < due][-1]
    mine, opponent = _at(frame, pid), game.opponent(pid)
    theirs = _at(frame, opponent) if opponent else None
    diffs = {f"{name}_diff": theirs and mine[name] - theirs[name] for name in ("gold", "xp", "cs")}
    return {"frame_s": frame["timestamp"] / MS, **mine, **diffs}


def _at(frame: Document, pid: int) -> dict[str, int]:
    state = frame["participantFrames"][str(pid)]
    return {
        "gold": state["totalGold"],
        "xp": state["xp"],
        "cs": state["minionsKilled"] + state["jungleMinionsKilled"],
        "jungle_cs": state["jungleMinionsKilled"],
        "level": state["level"],
    }


def _wards(game: Game, pid: int, from_s: float, until_s: float | None) -> dict[str, Any]:
    events = [
        e
        for e in game.events
        if e.get("wardType", "UNDEFINED") not in NO_WARDS
        and from_s <= e["timestamp"] / MS
        and (until_s is None or e["timestamp"] / MS < until_s)
    ]
    placed = [e for e in events if e["type"] == "WARD_PLACED" and e["creatorId"] == pid]
    return {
        "from_s": from_s,
        "until_s": until_s,
        "placed": len(placed),
        "control": sum(e["wardType"] == "CONTROL_WARD" for e in placed),
        "cleared": sum(e["type"] == "WARD_KILL" and e["killerId"] == pid for e in events),
    }


def _levels(game: Game, pid: int) -> list[float | None]:
    reached = {e["level"]: e["timestamp"] / MS for e in game.of_type("LEVEL_UP") if e["participantId"] == pid}
    return [reached.get(level) for level in range(2, max(reached, default=1) + 1)]


def _skills(game: Game, pid: int) -> list[int]:
    """Evolving an ability takes no point."""
    events = [e for e in game.of_type("SKILL_LEVEL_UP") if e["participantId"] == pid]
    return [e["skillSlot"] for e in events if e["levelUpType"] == "NORMAL"]


def _roams(game: Game, pid: int, place_of: PlaceOf) -> list[dict[str, Any]]:
    lane = game.lane(pid)
    roams = []
    for e in game.deaths:
        part = "kill" if e["killerId"] == pid else "death" if e["victimId"] == pid else "assist"
        place = place_of(where(e))
        has_part = e["killerId"] > 0 and pid in named(e)
        if lane and place and has_part and e["timestamp"] < LANING_UNTIL_MS and place not in AT_HOME[lane] | BASES:
            roams.append({"time_s": e["timestamp"] / MS, "place": place, "part": part})
    return roams
