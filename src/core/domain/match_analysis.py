"""From a match and its timeline to what Chimera says about one player in it."""

from src.core.domain.analysis import GoldPoint, LaneMark, MatchAnalysis
from src.core.domain.match import GameKind, Match
from src.core.domain.observations import Viewpoint, observe
from src.core.domain.timeline import Timeline
from src.core.errors import MalformedDocument, NotAParticipant


def analyse(match: Match, timeline: Timeline | None, puuid: str, *, timeline_may_come: bool = False) -> MatchAnalysis:
    """The facts about one player's match; every number can be recomputed from the documents.

    A timeline without frames counts as none. `timeline_may_come`: one that is missing may still be published.

    Raises:
        NotAParticipant: the player was not in the match.
        MalformedDocument: the timeline is another match's, or lacks one of its participants.
    """
    me = match.by_puuid(puuid)
    if me is None:
        raise NotAParticipant
    view = Viewpoint(match, _usable(match, timeline), me)
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
        opponent_name=opponent.name if opponent else None,
        marks=_marks(view),
        observations=observations,
        gold=_gold(view),
        has_timeline=view.timeline is not None,
        timeline_may_come=timeline is None and timeline_may_come,
        partners=_partners(view),
        team_count=_team_count(match),
        suggestion=suggestion,
    )


def _usable(match: Match, timeline: Timeline | None) -> Timeline | None:
    if timeline is None or not timeline.frame_times:
        return None
    if timeline.match_id != match.match_id:
        raise MalformedDocument("The timeline belongs to another match.")
    if any(p.participant_id not in timeline.series for p in match.participants):
        raise MalformedDocument("The timeline lacks a participant of its match.")
    return timeline


def _marks(view: Viewpoint) -> tuple[LaneMark, ...]:
    if view.timeline is None or view.opponent is None:
        return ()
    own, theirs = (view.timeline.series[p.participant_id] for p in (view.me, view.opponent))
    return tuple(
        LaneMark(
            minute=minute,
            gold_diff=own.total_gold[frame] - theirs.total_gold[frame],
            xp_diff=own.xp[frame] - theirs.xp[frame],
            cs_diff=own.cs(frame) - theirs.cs(frame),
        )
        for minute, frame in view.marks
    )


def _gold(view: Viewpoint) -> tuple[GoldPoint, ...]:
    if view.timeline is None:
        return ()
    lane = view.lane_gold_diff or (None,) * len(view.team_gold_diff)
    return tuple(
        GoldPoint(time_s=time_s, team=team, lane=own)
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
