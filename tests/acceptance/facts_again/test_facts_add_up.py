"""The facts of every real match agree with numbers that Riot counted in another way, and add up among themselves."""

import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.acceptance.facts_again.conftest import Again
from tests.acceptance.facts_again.game import Document
from tests.real_documents import needs_real_documents

pytestmark = needs_real_documents

SHARES: Final = ("damage_share", "gold_share", "kill_share", "death_share")
RIOTS_NAMES: Final = {
    "dragon": ("dragon", "elder"),
    "baron": ("baron",),
    "riftHerald": ("herald",),
    "horde": ("grubs",),
    "atakhan": ("atakhan",),
    "tower": ("tower", "nexus_tower"),
    "inhibitor": ("inhibitor",),
}
RIGHT_SINCE: Final = (12, 10)
"""The patch from which on `challenges.killParticipation` is right."""


def _people(again: Again) -> Iterator[tuple[int, Document, dict[str, Any]]]:
    """Participant id, Riot's record and the facts."""
    for pid, record in again.game.people.items():
        yield pid, record, again.facts["participants"][str(pid)]


def test_kills_told_one_by_one_are_those_at_the_end(again: Again) -> None:
    kills = again.facts["kills"]
    killed, died = Counter(k["killer_id"] for k in kills), Counter(k["victim_id"] for k in kills)
    helped = Counter(pid for k in kills for pid in k["assist_ids"])
    for pid, record, facts in _people(again):
        end = (record["kills"], record["deaths"], record["assists"])
        assert (killed[pid], died[pid], helped[pid]) == (facts["kills"], facts["deaths"], facts["assists"]) == end


def test_what_teams_took_is_what_the_end_counts(again: Again) -> None:
    riots = {str(team["teamId"]): team["objectives"] for team in again.game.info["teams"]}
    for team_id, facts in again.facts["teams"].items():
        taken = Counter(o["objective"] for o in facts["objectives"])
        for name, objectives in RIOTS_NAMES.items():
            if name in riots[team_id]:
                assert sum(taken[o] for o in objectives) == riots[team_id][name]["kills"], name
        assert set(taken) <= {o for objectives in RIOTS_NAMES.values() for o in objectives}


def test_parts_of_a_team_add_up(again: Again) -> None:
    """Shares to one, or to none where the team has nothing; kills, gold and plates to the team's."""
    people = again.facts["participants"].values()
    for side in {p["subteam_id"] or p["team_id"] for p in people}:
        team = [p for p in people if (p["subteam_id"] or p["team_id"]) == side]
        for share in SHARES:
            whole = sum(p[share] for p in team)
            assert math.isclose(whole, 1) or all(p[share] == 0 for p in team), (side, share)
        assert {p["team_kills"] for p in team} == {sum(p["kills"] for p in team)}
    for team_id, facts in again.facts["teams"].items():
        team = [p for p in people if p["team_id"] == int(team_id)]
        assert facts["kills"] == team[0]["team_kills"]
        assert sum(p["plates"] for p in team) == sum(plate["killer_id"] > 0 for plate in facts["plates"])


def test_riot_s_own_counts_are_the_same(again: Again) -> None:
    """First blood, solo kills, levels, takedowns before 15:00 (Riot's X minutes) and shares."""
    for pid, record, facts in _people(again):
        riot, name = record.get("challenges", {}), f"{again.game.match_id} participant {pid}"
        assert (facts["first_blood"] == "kill") == record["firstBloodKill"], name
        assert (facts["first_blood"] == "assist") == record["firstBloodAssist"], name
        if not again.game.has_two_teams:
            continue  # helpers who are no participants: Arena's guests
        assert facts["solo_kills"] == riot.get("soloKills", facts["solo_kills"]), name
        assert len(facts["level_times"]) == record["champLevel"] - 1, name
        share = riot.get("teamDamagePercentage", facts["damage_share"])
        assert facts["damage_share"] == pytest.approx(share, abs=0.002), name
        if again.game.patch >= RIGHT_SINCE:
            taken_part = riot.get("killParticipation", facts["kill_participation"])
            assert facts["kill_participation"] == pytest.approx(taken_part, abs=0.002), name


def test_takedowns_before_15_minutes_are_riot_s(again: Again) -> None:
    early = [k for k in again.facts["kills"] if k["time_s"] < 15 * 60]
    for pid, record, facts in _people(again):
        counted = sum(pid in {k["killer_id"], *k["assist_ids"]} for k in early)
        assert counted == record.get("challenges", {}).get("takedownsFirstXMinutes", counted), pid
        assert facts["kills_before_14"] + facts["assists_before_14"] <= counted
        assert facts["deaths_before_15"] == sum(k["victim_id"] == pid for k in early)


def test_counts_of_wards_never_exceed_the_end_s(again: Again) -> None:
    """The events miss a few wards and name hardly one too many (at one participant of 900 each)."""
    for pid, record, facts in _people(again):
        phases = facts["ward_phases"]
        assert sum(p["cleared"] for p in phases) <= record["wardsKilled"], pid
        assert abs(sum(p["control"] for p in phases) - record["detectorWardsPlaced"]) <= 1, pid
        assert [p["from_s"] for p in phases] == [0, 840, 1500][: len(phases)]


def test_ganks_and_solo_deaths_are_the_kills_that_say_so(again: Again) -> None:
    kills = again.facts["kills"]
    ganked = Counter(k["victim_id"] for k in kills if k["is_gank"])
    alone = Counter(k["victim_id"] for k in kills if k["is_solo"])
    killed_alone = Counter(k["killer_id"] for k in kills if k["is_solo"])
    for pid, _record, facts in _people(again):
        assert (facts["gank_deaths"] or 0) == ganked[pid]
        assert (facts["solo_kills"], facts["solo_deaths"]) == (killed_alone[pid], alone[pid])


def test_lane_opponents_are_each_other_s(again: Again) -> None:
    people = again.facts["participants"]
    for pid, _record, facts in _people(again):
        if facts["lane_opponent"] is None:
            continue
        opponent = people[str(facts["lane_opponent"])]
        assert opponent["lane_opponent"] == pid
        for mark, mine in facts["minutes"].items():
            for difference in ("gold_diff", "xp_diff", "cs_diff"):
                theirs = opponent["minutes"][mark][difference]
                assert mine[difference] is None if theirs is None else mine[difference] == -theirs
