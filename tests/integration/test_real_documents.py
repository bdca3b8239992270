"""Every real document is read without loss, and everything said about it is true."""

import json
import os
import time
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest

from src.core.domain.analysis import MatchAnalysis, Observation, ObservationKind
from src.core.domain.facts.match_facts import facts_of
from src.core.domain.match import GameKind, Match, Outcome
from src.core.domain.match_analysis import analyse
from src.core.domain.match_document import read_match
from src.core.domain.timeline import Timeline
from src.core.domain.timeline_document import read_timeline
from tests.integration.raw_truth import Document, RawTruth, count, load
from tests.real_documents import REAL_DOCUMENTS, needs_real_documents

pytestmark = needs_real_documents

_INDEX = REAL_DOCUMENTS / "INDEX.json"
_IS_HERE = os.access(_INDEX, os.R_OK)
RECORDS: list[dict[str, Any]] = json.loads(_INDEX.read_text("utf-8"))["matches"] if _IS_HERE else []
every_match = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["matchId"])


@lru_cache(maxsize=2)
def _pair(match_id: str) -> tuple[Document, Document, Match, Timeline]:
    match, timeline = load(REAL_DOCUMENTS, match_id, "match"), load(REAL_DOCUMENTS, match_id, "timeline")
    return match, timeline, read_match(match), read_timeline(timeline)


@every_match
def test_a_match_is_read_as_the_index_has_it(record: dict[str, Any]) -> None:
    _raw, _raw_timeline, match, timeline = _pair(record["matchId"])
    flags = set(record["flags"])
    assert (match.match_id, match.queue_id, match.mode) == (record["matchId"], record["queueId"], record["gameMode"])
    assert (match.patch, match.game_version) == (record["patch"], record["gameVersion"])
    assert match.duration_s == pytest.approx(record["durationS"], abs=0.5)
    assert match.platform is not None
    assert match.platform.value.upper() == record["platform"]
    assert [p.puuid or "BOT" for p in match.participants] == record["participants"]
    assert match.is_remake == ("remake" in flags)
    assert match.is_aborted == ("abort_unexpected" in flags)
    assert len(timeline.frame_times) == record["frames"]
    assert (match.kind in {GameKind.RIFT, GameKind.RIFT_NO_LANES}) == ("sr_5v5" in flags)


@every_match
def test_the_numbers_read_are_the_end_of_game_stats(record: dict[str, Any]) -> None:
    """Events and the last frame agree with the match, for every participant of every game."""
    raw, _raw_timeline, match, timeline = _pair(record["matchId"])
    is_rift = match.kind in {GameKind.RIFT, GameKind.RIFT_NO_LANES}
    for stats, read in zip(raw["info"]["participants"], match.participants, strict=True):
        number = read.participant_id
        assert (read.kills, read.deaths, read.assists) == (stats["kills"], stats["deaths"], stats["assists"])
        assert (read.gold, read.champion) == (stats["goldEarned"], stats["championName"])
        assert read.cs == stats["totalMinionsKilled"] + stats["neutralMinionsKilled"]
        assert sum(kill.killer_id == number for kill in timeline.kills) == read.kills
        if is_rift:
            assert sum(kill.victim_id == number for kill in timeline.kills) == read.deaths
            assert sum(number in kill.assist_ids for kill in timeline.kills) == read.assists
            last = timeline.series[number]
            assert (last.total_gold[-1], last.cs(-1), last.level[-1]) == (read.gold, read.cs, read.champion_level)


@every_match
def test_every_participant_gets_a_true_answer(record: dict[str, Any]) -> None:
    raw, raw_timeline, match, timeline = _pair(record["matchId"])
    facts = facts_of(raw, raw_timeline)
    for participant in match.participants:
        if participant.puuid is None:
            continue
        analysis = analyse(match, timeline, facts, participant.puuid)
        truth = RawTruth(raw, raw_timeline, participant.puuid)
        _check_facts(analysis, truth)
        _check_marks(analysis, truth)
        _check_gold(analysis, truth)
        is_judged = analysis.outcome is not Outcome.REMAKE
        assert len(analysis.observations) in (range(1, 4) if is_judged else {0})
        for seen in (*analysis.observations, *filter(None, [analysis.suggestion])):
            _CHECKS[seen.kind](seen, truth)
            assert 0 <= seen.minute <= truth.duration_s // 60 + 1
        _check_nothing_is_said_twice(analysis)


@every_match
def test_without_its_timeline_a_match_is_answered_too(record: dict[str, Any]) -> None:
    raw, raw_timeline, match, _timeline = _pair(record["matchId"])
    facts = facts_of(raw, None)
    for participant in match.participants:
        if participant.puuid is not None:
            analysis = analyse(match, None, facts, participant.puuid)
            truth = RawTruth(raw, raw_timeline, participant.puuid)
            assert (analysis.marks, analysis.gold, analysis.has_timeline) == ((), (), False)
            for seen in (*analysis.observations, *filter(None, [analysis.suggestion])):
                _CHECKS[seen.kind](seen, truth)


def test_facts_and_analysis_take_less_than_60_ms() -> None:
    """The longest of the games, the fastest of three runs: the machine may be busy, the code may not."""
    longest = max(RECORDS, key=lambda record: record["durationS"])
    raw, raw_timeline, match, timeline = _pair(longest["matchId"])
    puuid = next(p.puuid for p in match.participants if p.puuid)

    def run() -> float:
        started = time.process_time()
        analyse(match, timeline, facts_of(raw, raw_timeline), puuid)
        return time.process_time() - started

    assert min(run() for _ in range(3)) < 0.06


def _check_facts(analysis: MatchAnalysis, truth: RawTruth) -> None:
    me = truth.me
    assert (analysis.kills, analysis.deaths, analysis.assists) == (me["kills"], me["deaths"], me["assists"])
    assert analysis.cs == me["totalMinionsKilled"] + me["neutralMinionsKilled"]
    assert analysis.cs_per_minute == pytest.approx(analysis.cs / truth.duration_s * 60)
    early, aborted = me["gameEndedInEarlySurrender"], truth.info.get("endOfGameResult") == "Abort_Unexpected"
    plain = Outcome.WIN if me["win"] else Outcome.LOSS
    assert analysis.outcome is (Outcome.REMAKE if early else Outcome.ABORTED if aborted else plain)
    if truth.info["gameMode"] == "CHERRY":
        assert analysis.placement == me["placement"]
        partners = [p["championName"] for p in truth.team if p is not me]
        assert sorted(analysis.partners) == sorted(partners)
    else:
        assert (analysis.placement, analysis.partners) == (None, ())


def _check_nothing_is_said_twice(analysis: MatchAnalysis) -> None:
    """The marks have the lane of their minutes, the swing has its two ends."""
    values = {seen.kind: seen.values for seen in analysis.observations}
    if ObservationKind.LANE_LEAD in values:
        at_minute, late_s = divmod(float(values[ObservationKind.LANE_LEAD]["at_s"]), 60)
        assert not (at_minute in {mark.minute for mark in analysis.marks} and late_s <= 2)
    if {ObservationKind.GOLD_SWING, ObservationKind.TEAM_LEAD} <= set(values):
        swing = values[ObservationKind.GOLD_SWING]
        assert values[ObservationKind.TEAM_LEAD]["at_s"] not in {swing["from_s"], swing["to_s"]}


def _check_marks(analysis: MatchAnalysis, truth: RawTruth) -> None:
    marks = {mark.minute: (mark.gold_diff, mark.xp_diff, mark.cs_diff) for mark in analysis.marks}
    expected = {minute: mark for minute in (10, 15) if (mark := truth.mark(minute)) is not None}
    assert marks == expected
    assert analysis.opponent_champion == (truth.rival["championName"] if truth.rival else None)


def _check_gold(analysis: MatchAnalysis, truth: RawTruth) -> None:
    if truth.info["gameMode"] in {"CHERRY", "STRAWBERRY"}:
        assert analysis.gold == ()
        return
    assert [point.team for point in analysis.gold] == [truth.team_gold(n) for n in range(len(truth.frames))]
    lane = [truth.lane(n)[0] if truth.rival else None for n in range(len(truth.frames))]
    assert [point.lane for point in analysis.gold] == lane


def _counted(values: dict[str, Any], side: str) -> dict[str, Any]:
    ignored = {f"{side}_kills"}
    return {k.removeprefix(f"{side}_"): v for k, v in values.items() if k.startswith(f"{side}_") and k not in ignored}


def _gold_swing(seen: Observation, truth: RawTruth) -> None:
    values = seen.values
    after_s, until_s = float(values["from_s"]), float(values["to_s"])
    start, end = truth.frame_near(after_s), truth.frame_near(until_s)
    assert until_s <= truth.duration_s
    until_s = truth.frames[end]["timestamp"] / 1000
    assert until_s - after_s <= 182
    assert seen.minute == after_s // 60
    assert (values["from_gold"], values["to_gold"]) == (truth.team_gold(start), truth.team_gold(end))
    assert values["swing"] == truth.team_gold(end) - truth.team_gold(start)
    assert abs(float(values["swing"])) == truth.biggest_swing()
    if "from_chance" in values:
        assert abs(float(values["to_chance"]) - float(values["from_chance"])) >= 0.05
    assert truth.kills(after_s, until_s).items() <= values.items()
    assert _counted(values, "own") == truth.objectives(after_s, until_s, enemy=False)
    assert _counted(values, "enemy") == truth.objectives(after_s, until_s, enemy=True)


def _team_lead(seen: Observation, truth: RawTruth) -> None:
    course = [truth.team_gold(n) for n in range(len(truth.frames))]
    assert seen.values["gold"] == (min(course) if truth.me["win"] else max(course))
    assert truth.team_gold(truth.frame_near(float(seen.values["at_s"]))) == seen.values["gold"]


def _lane_lead(seen: Observation, truth: RawTruth) -> None:
    values = seen.values
    assert (values["gold"], values["xp"], values["cs"]) == truth.lane(truth.frame_near(float(values["at_s"])))
    assert abs(float(values["gold"])) == truth.biggest_lane_gap()
    assert truth.rival is not None
    assert values["opponent"] == truth.rival["championName"]


def _deaths_cost(seen: Observation, truth: RawTruth) -> None:
    values = seen.values
    first, last = float(values["first_s"]), float(values["last_s"])
    cluster = [at for at in truth.deaths() if first <= at <= last]
    assert values["deaths"] == len(cluster)
    assert len(cluster) >= 2
    assert last < min(14 * 60, truth.duration_s - 90)
    assert all(later - earlier <= 180 for earlier, later in pairwise(cluster))
    objectives = truth.objective_events(enemy=True)
    followed = count(name for at, name in objectives if any(0 < at - death <= 60 for death in cluster))
    assert _counted(values, "enemy") == followed
    if "before_gold" in values:
        before, after = truth.frame_near(float(values["before_s"])), truth.frame_near(float(values["after_s"]))
        assert (values["before_gold"], values["after_gold"]) == (truth.team_gold(before), truth.team_gold(after))
        assert float(values["before_s"]) <= first
        assert float(values["after_s"]) >= last + 60


def _death_and_objective(seen: Observation, truth: RawTruth) -> None:
    at_s = float(seen.values["at_s"])
    assert at_s in truth.deaths()
    assert _counted(seen.values, "enemy") == truth.objectives(at_s, at_s + 60, enemy=True)
    assert at_s < float(seen.values["until_s"]) <= at_s + 60
    assert at_s < truth.duration_s - 90
    assert "enemy_nexus_tower" not in seen.values


def _objective(seen: Observation, truth: RawTruth) -> None:
    own = [e for e in truth.of("ELITE_MONSTER_KILL") if e["killerTeamId"] == truth.me["teamId"]]
    mine = [e for e in own if truth.pid in (e["killerId"], *e.get("assistingParticipantIds", []))]
    assert (seen.values["with_me"], seen.values["team_total"]) == (len(mine), len(own))
    assert seen.values["top_s"] in [e["timestamp"] / 1000 for e in mine]


def _monster_count(seen: Observation, truth: RawTruth) -> None:
    buildings = {"tower", "nexus_tower", "inhibitor"}
    for side, enemy in (("own", False), ("enemy", True)):
        everything = truth.objectives(-1, 1e9, enemy=enemy)
        monsters = {name: count for name, count in everything.items() if name not in buildings}
        assert _counted(seen.values, side) == monsters
        assert seen.values[side] == sum(monsters.values())


def _kill_streak(seen: Observation, truth: RawTruth) -> None:
    values, takedowns = seen.values, truth.takedowns()
    first, last = float(values["from_s"]), float(values["to_s"])
    assert last - first <= 120
    inside = [is_kill for at, is_kill in takedowns if first <= at <= last]
    assert (values["kills"], values["assists"]) == (sum(inside), len(inside) - sum(inside))
    assert values["deaths"] == sum(first <= at <= last for at in truth.deaths())
    best = max(
        sum(2 if is_kill else 1 for at, is_kill in takedowns if start <= at <= start + 120) for start, _ in takedowns
    )
    assert 2 * sum(inside) + (len(inside) - sum(inside)) == best


def _cs_pace(seen: Observation, truth: RawTruth) -> None:
    at = truth.frame(15, truth.pid)
    cs_at, cs_end = at["minionsKilled"] + at["jungleMinionsKilled"], truth.me["totalMinionsKilled"]
    cs_end += truth.me["neutralMinionsKilled"]
    end_s = truth.frames[-1]["timestamp"] / 1000
    at_s = truth.frames[15]["timestamp"] / 1000
    assert (seen.values["cs_at"], seen.values["cs_end"]) == (cs_at, cs_end)
    assert seen.values["before"] == round(cs_at / at_s * 60, 1)
    assert seen.values["after"] == round((cs_end - cs_at) / (end_s - at_s) * 60, 1)


def _first_death(seen: Observation, truth: RawTruth) -> None:
    assert seen.values["at_s"] == min(truth.deaths())
    assert seen.values["deaths"] == truth.me["deaths"]


def _no_death(_seen: Observation, truth: RawTruth) -> None:
    assert truth.deaths() == []
    assert truth.me["deaths"] == 0


def _gold_peak(seen: Observation, truth: RawTruth) -> None:
    gold = [truth.frame(n, truth.pid)["totalGold"] for n in range(len(truth.frames))]
    start, end = (truth.frame_near(float(seen.values[key])) for key in ("from_s", "to_s"))
    assert seen.values["gold"] == gold[end] - gold[start]
    assert seen.values["gold"] == max(gold[min(n + 3, len(gold) - 1)] - gold[n] for n in range(len(gold)))


def _cs_total(seen: Observation, truth: RawTruth) -> None:
    assert truth.rival is not None
    assert seen.values["opponent_cs"] == truth.rival["totalMinionsKilled"] + truth.rival["neutralMinionsKilled"]


_CHECKS: dict[ObservationKind, Callable[[Observation, RawTruth], None]] = {
    ObservationKind.GOLD_SWING: _gold_swing,
    ObservationKind.TEAM_LEAD: _team_lead,
    ObservationKind.LANE_LEAD: _lane_lead,
    ObservationKind.DEATHS_COST: _deaths_cost,
    ObservationKind.DEATH_AND_OBJECTIVE: _death_and_objective,
    ObservationKind.OBJECTIVE: _objective,
    ObservationKind.MONSTER_COUNT: _monster_count,
    ObservationKind.KILL_STREAK: _kill_streak,
    ObservationKind.CS_PACE: _cs_pace,
    ObservationKind.FIRST_DEATH: _first_death,
    ObservationKind.NO_DEATH: _no_death,
    ObservationKind.GOLD_PEAK: _gold_peak,
    ObservationKind.CS_TOTAL: _cs_total,
}


def test_every_kind_of_observation_has_its_independent_check() -> None:
    assert set(_CHECKS) == set(ObservationKind)
