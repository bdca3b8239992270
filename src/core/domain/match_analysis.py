"""From a match, its timeline and the facts of both to what Chimera says about one player in it."""

from typing import Final

from src.core.domain.analysis import LANE_MARKS, GoldPoint, LaneMark, MatchAnalysis, WinChance
from src.core.domain.facts.model import MatchFacts
from src.core.domain.key_events import kills_of, own_moments_of, takings_of
from src.core.domain.match import BLUE, GameKind, Match
from src.core.domain.observations import Viewpoint, observe
from src.core.domain.scoreboard import scoreboard_of
from src.core.domain.timeline import Timeline
from src.core.domain.turns import turns_of
from src.core.errors import NotAParticipant

_LAST_FRAME_S: Final = 62.0
"""After its last frame a game goes on for a minute at most; frames come up to 2 s late."""


def analyse(
    match: Match, timeline: Timeline | None, facts: MatchFacts, puuid: str, *, timeline_may_come: bool = False
) -> MatchAnalysis:
    """What there is to say about one player's match; every number can be recomputed from the documents.

    `facts` are those of this match and timeline. `timeline_may_come`: one that is missing may still be published.

    Raises:
        NotAParticipant: the player was not in the match.
    """
    me = match.by_puuid(puuid)
    if me is None:
        raise NotAParticipant
    view = Viewpoint(match, timeline if facts.basis.timeline else None, facts, me)
    observations, suggestion = observe(view)
    opponent = view.opponent
    return MatchAnalysis(
        match_id=match.match_id,
        puuid=puuid,
        player_name=str(me.riot_id) if me.riot_id else me.name,
        champion=me.champion,
        kind=match.kind,
        queue_id=match.queue_id,
        mode=match.mode,
        patch=match.patch,
        started_at_ms=round(match.started_at.timestamp() * 1000),
        duration_s=match.duration_s,
        outcome=me.outcome,
        placement=me.placement,
        position=me.position,
        kills=me.kills,
        deaths=me.deaths,
        assists=me.assists,
        cs=me.cs,
        cs_per_minute=me.cs / (match.duration_s / 60) if match.duration_s > 0 else 0.0,
        opponent_champion=opponent.champion if opponent else None,
        marks=_marks(view),
        observations=observations,
        gold=_gold(view),
        has_timeline=view.timeline is not None,
        timeline_may_come=timeline is None and timeline_may_come,
        timeline_stops_s=_stops_s(view),
        partners=_partners(view),
        team_count=_team_count(match),
        suggestion=suggestion,
        mine=view.mine,
        win=_win_chances(facts, me.team_id),
        turns=turns_of(view.facts, view.me),
        own_moments=own_moments_of(view.facts, view.me),
        takings=takings_of(view.facts, view.me),
        all_kills=kills_of(view.facts, view.me),
        scoreboard=scoreboard_of(match, me),
    )


def _stops_s(view: Viewpoint) -> float | None:
    """Where a timeline stops early: nobody knows what came after it."""
    last_s = view.timeline.frame_times[-1] if view.timeline is not None else view.match.duration_s
    return last_s if view.match.duration_s - last_s > _LAST_FRAME_S else None


def _marks(view: Viewpoint) -> tuple[LaneMark, ...]:
    marks = ((minute, view.mine.minutes[str(minute)]) for minute in LANE_MARKS)
    return tuple(
        LaneMark(minute=minute, gold_diff=mark.gold_diff, xp_diff=mark.xp_diff, cs_diff=mark.cs_diff)
        for minute, mark in marks
        if mark.gold_diff is not None and mark.xp_diff is not None and mark.cs_diff is not None
    )


def _win_chances(facts: MatchFacts, team_id: int) -> tuple[WinChance, ...]:
    """The win probability from the own side; red's is what blue's leaves, bounds and all."""
    if team_id == BLUE:
        sides = ((point.blue, point.low, point.high) for point in facts.win_probability)
    else:
        sides = ((1 - point.blue, 1 - point.high, 1 - point.low) for point in facts.win_probability)
    return tuple(
        WinChance(time_s=60 * point.minute, own=own, low=low, high=high)
        for point, (own, low, high) in zip(facts.win_probability, sides, strict=True)
    )


def _gold(view: Viewpoint) -> tuple[GoldPoint, ...]:
    if view.timeline is None:
        return ()
    lane = view.lane_gold_diff or (None,) * len(view.team_gold_diff)
    return tuple(
        GoldPoint(time_s=view.on_the_clock(time_s), team=team, lane=own)
        for time_s, team, own in zip(view.timeline.frame_times, view.team_gold_diff, lane, strict=False)
    )


def _partners(view: Viewpoint) -> tuple[str, ...]:
    if view.match.kind is not GameKind.ARENA:
        return ()
    return tuple(p.champion for p in view.team if p.participant_id != view.me.participant_id)


def _team_count(match: Match) -> int | None:
    if match.kind is not GameKind.ARENA:
        return None
    return len({p.subteam_id for p in match.participants if p.subteam_id is not None}) or None
